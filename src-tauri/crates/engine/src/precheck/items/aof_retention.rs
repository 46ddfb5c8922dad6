//! The source logs its data, so that a crash loses nothing that was sent on.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct AofRetention;

impl PrecheckItem for AofRetention {
    fn id(&self) -> &'static str {
        "aof_retention"
    }

    fn side(&self) -> Side {
        Side::Source
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::TypeName
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        if !spec.stages.incremental {
            let expected = phrase!("aof_retention.expected_none");
            return Ok(Verdict::passed(phrase!("no_stream.found"), expected));
        }
        let expected = if spec.stages.full {
            phrase!("aof_retention.expected_full")
        } else {
            phrase!("aof_retention.expected_incremental")
        };
        Ok(if facts.source()?.text("aof_enabled")? == "1" {
            Verdict::passed(phrase!("aof_retention.on"), expected)
        } else {
            let fix = Fix::at_source("CONFIG SET appendonly yes");
            Verdict::warning(phrase!("aof_retention.off"), expected, fix)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn a_source_without_a_log_is_told_where_its_changes_are_followed() {
        let facts = sample::facts_with("aof_enabled:0\n", "");
        let verdict = AofRetention.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
        assert_eq!(verdict.fix.command(), "CONFIG SET appendonly yes");
        let full = sample::spec_with(|draft| draft.stages.incremental = false);
        assert_eq!(AofRetention.verdict(&facts, &full).unwrap().kind, VerdictKind::Passed);
    }
}
