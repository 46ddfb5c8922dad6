//! What it means for the source that the task counts as a replica.

use super::{Fix, IgnoreRule, PrecheckItem, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct CountsAsReplica;

impl PrecheckItem for CountsAsReplica {
    fn id(&self) -> &'static str {
        "counts_as_replica"
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let state = facts.source()?;
        let expected = phrase!("counts_as_replica.expected");
        // Told only where min-replicas-to-write is set.
        Ok(if state.info.get("min_slaves_good_slaves").is_some() {
            let number = state.setting("min-replicas-to-write").unwrap_or("?");
            Verdict::warning(
                phrase!("counts_as_replica.min_replicas", number = number),
                expected,
                Fix::Words(phrase!("counts_as_replica.fix_min_replicas")),
            )
        } else {
            Verdict::passed(phrase!("counts_as_replica.harmless"), expected)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn a_source_that_waits_for_replicas_is_told() {
        let facts = sample::facts_with("min_slaves_good_slaves:1\n", "");
        let verdict = CountsAsReplica.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
    }
}
