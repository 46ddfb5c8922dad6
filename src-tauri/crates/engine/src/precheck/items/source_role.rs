//! The source can serve a replica now.

use super::{PrecheckItem, Verdict};
use crate::error::ErrorKind;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct SourceRole;

impl PrecheckItem for SourceRole {
    fn id(&self) -> &'static str {
        "source_role"
    }

    fn ignorable(&self) -> bool {
        false
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let expected =
            "a primary, or a replica in touch with its primary, that has loaded its data";
        if let Err(error) = &facts.source
            && error.code == "loading"
        {
            return Ok(Verdict::failed("it is loading its data", expected, error.remedy.as_str()));
        }
        let state = facts.source()?;
        if state.info.get("loading") == Some("1") {
            return Ok(Verdict::failed(
                "it is loading its data",
                expected,
                ErrorKind::Loading.remedy(),
            ));
        }
        if !state.is_replica() {
            return Ok(Verdict::passed("it is a primary", expected));
        }
        let host = state.info.get("master_host").unwrap_or("an unknown host");
        let port = state.info.get("master_port").unwrap_or("?");
        Ok(if state.text("master_link_status")? == "up" {
            Verdict::passed(format!("it is a replica of {host}:{port}, in touch with it"), expected)
        } else {
            Verdict::failed(
                format!("it is a replica of {host}:{port} and its link there is down"),
                expected,
                format!("Bring {host}:{port} back, or make the source a primary: REPLICAOF NO ONE"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    fn verdict_on(info: &str) -> Verdict {
        SourceRole.verdict(&sample::facts_with(info, ""), &sample::spec()).unwrap()
    }

    #[test]
    fn a_replica_serves_while_its_own_link_is_up() {
        let replica = "role:slave\nmaster_host:db1\nmaster_port:6379\n";
        let up = verdict_on(&format!("{replica}master_link_status:up\n"));
        assert_eq!(up.kind, VerdictKind::Passed);
        let down = verdict_on(&format!("{replica}master_link_status:down\n"));
        assert_eq!(down.kind, VerdictKind::Failed);
        assert!(down.found.contains("db1:6379"));
    }

    #[test]
    fn a_server_that_loads_its_data_fails() {
        assert_eq!(verdict_on("loading:1\n").kind, VerdictKind::Failed);
    }
}
