//! The source can serve a replica now.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::error::ErrorKind;
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;
use crate::words::Phrase;

pub(super) struct SourceRole;

impl PrecheckItem for SourceRole {
    fn id(&self) -> &'static str {
        "source_role"
    }

    fn side(&self) -> Side {
        Side::Source
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Never
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let expected = phrase!("source_role.expected");
        let loading = || {
            let fix = Fix::Words(Phrase::remedy(ErrorKind::Loading));
            Verdict::failed(phrase!("loading.found"), expected.clone(), fix)
        };
        if facts.source.as_ref().is_err_and(|error| error.code == ErrorKind::Loading.code()) {
            return Ok(loading());
        }
        let state = facts.source()?;
        if state.info.get("loading") == Some("1") {
            return Ok(loading());
        }
        if !state.is_replica() {
            return Ok(Verdict::passed(phrase!("source_role.primary"), expected));
        }
        let primary = state.primary();
        Ok(if state.text("master_link_status")? == "up" {
            Verdict::passed(phrase!("source_role.link_up", primary = primary), expected)
        } else {
            Verdict::failed(
                phrase!("source_role.link_down", primary = primary),
                expected,
                Fix::WordsOrRun(
                    phrase!("source_role.fix_link", primary = primary),
                    "REPLICAOF NO ONE".to_owned(),
                ),
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
        assert!(down.found.to_string().contains("db1:6379"));
    }

    #[test]
    fn a_server_that_loads_its_data_fails() {
        assert_eq!(verdict_on("loading:1\n").kind, VerdictKind::Failed);
    }
}
