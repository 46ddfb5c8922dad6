//! The destination is a primary that takes writes now.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::error::ErrorKind;
use crate::phrase;
use crate::precheck::facts::Permissions;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;
use crate::words::Phrase;

pub(super) struct DestinationRole;

impl PrecheckItem for DestinationRole {
    fn id(&self) -> &'static str {
        "destination_role"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Never
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let expected = phrase!("destination_role.expected");
        let loading = || {
            let fix = Fix::Words(Phrase::remedy(ErrorKind::Loading));
            Verdict::failed(phrase!("loading.found"), expected.clone(), fix)
        };
        if facts.destination.as_ref().is_err_and(|error| error.code == ErrorKind::Loading.code()) {
            return Ok(loading());
        }
        let state = facts.destination()?;
        if state.info.get("loading") == Some("1") {
            return Ok(loading());
        }
        if state.is_replica() {
            return Ok(Verdict::failed(
                phrase!("role.replica", primary = state.primary()),
                expected,
                Fix::at_destination("REPLICAOF NO ONE"),
            ));
        }
        Ok(match facts.writing.as_ref().ok().and_then(Permissions::refused) {
            Some(words) => Verdict::failed(
                phrase!("destination_role.refuses", words = words),
                expected,
                Fix::Words(phrase!("destination_role.fix_refuses")),
            ),
            None => Verdict::passed(phrase!("destination_role.takes"), expected),
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
        assert_eq!(verdict.fix.command(), "REPLICAOF NO ONE");
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
        assert!(verdict.found.to_string().contains(words));
    }
}
