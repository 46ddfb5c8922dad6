//! The destination is a primary that takes writes now.

use super::{PrecheckItem, Verdict};
use crate::error::ErrorKind;
use crate::precheck::facts::Permissions;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct DestinationRole;

impl PrecheckItem for DestinationRole {
    fn id(&self) -> &'static str {
        "destination_role"
    }

    fn ignorable(&self) -> bool {
        false
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let expected = "a primary that has loaded its data and takes writes";
        if let Err(error) = &facts.destination
            && error.code == "loading"
        {
            return Ok(Verdict::failed("it is loading its data", expected, error.remedy.as_str()));
        }
        let state = facts.destination()?;
        if state.info.get("loading") == Some("1") {
            return Ok(Verdict::failed(
                "it is loading its data",
                expected,
                ErrorKind::Loading.remedy(),
            ));
        }
        if state.is_replica() {
            let host = state.info.get("master_host").unwrap_or("an unknown host");
            let port = state.info.get("master_port").unwrap_or("?");
            return Ok(Verdict::failed(
                format!("it is a replica of {host}:{port}"),
                expected,
                "REPLICAOF NO ONE",
            ));
        }
        Ok(match facts.writing.as_ref().ok().and_then(Permissions::refused) {
            Some(words) => Verdict::failed(
                format!("it refuses writes: {words}"),
                expected,
                "Mend what the destination names in its answer, then check again.",
            ),
            None => Verdict::passed("it is a primary and takes writes", expected),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn a_replica_is_no_destination() {
        let facts = sample::facts_with("", "role:slave\nmaster_host:db1\nmaster_port:6379\n");
        let verdict = DestinationRole.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Failed);
        assert_eq!(verdict.fix, "REPLICAOF NO ONE");
    }

    #[test]
    fn a_server_that_refuses_writes_is_told_in_its_words() {
        let mut facts = sample::facts();
        let words = "MISCONF Redis is configured to save RDB snapshots";
        facts
            .writing
            .as_mut()
            .unwrap()
            .0
            .insert("SET".into(), crate::precheck::facts::Outcome::Refused(words.into()));
        let verdict = DestinationRole.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Failed);
        assert!(verdict.found.contains(words));
    }
}
