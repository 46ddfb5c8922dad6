//! The destination reads values in the form in which the source writes them.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct RdbVersion;

impl PrecheckItem for RdbVersion {
    fn id(&self) -> &'static str {
        "rdb_version"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Never
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let probe = facts.rdb.as_ref().map_err(Clone::clone)?;
        let expected = phrase!("rdb_version.expected");
        let version = probe.version;
        Ok(if probe.taken {
            Verdict::passed(phrase!("rdb_version.taken", version = version), expected)
        } else {
            let destination = facts.destination()?.name();
            Verdict::failed(
                phrase!("rdb_version.refused", version = version, destination = destination),
                expected,
                Fix::Words(phrase!("rdb_version.fix", source = facts.source()?.name())),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;
    use crate::words::Phrase;

    use crate::precheck::facts::{RdbProbe, Unknown};

    #[test]
    fn a_refused_version_fails_and_names_both_servers() {
        let mut facts = sample::facts();
        facts.rdb = Ok(RdbProbe { version: 12, taken: false });
        let verdict = RdbVersion.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Failed);
        assert!(verdict.found.to_string().contains("12"));
        assert!(verdict.fix.line().contains("Redis 7.0.15"));
    }

    #[test]
    fn a_probe_that_could_not_run_is_not_a_refusal() {
        let mut facts = sample::facts();
        facts.rdb = Err(Unknown(Phrase::plain("OOM")));
        assert_eq!(RdbVersion.verdict(&facts, &sample::spec()), Err(Unknown(Phrase::plain("OOM"))));
    }
}
