//! What it means for the source that the task counts as a replica.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct CountsAsReplica;

impl PrecheckItem for CountsAsReplica {
    fn id(&self) -> &'static str {
        "counts_as_replica"
    }

    fn side(&self) -> Side {
        Side::Source
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
        } else if let Some(number) =
            facts.commands_used.as_ref().ok().and_then(|used| used.get("WAIT"))
        {
            Verdict::warning(
                phrase!("counts_as_replica.wait", number = number),
                expected,
                Fix::Words(phrase!("counts_as_replica.fix_wait")),
            )
        } else if facts.watched_by_sentinel == Ok(true) {
            Verdict::warning(
                phrase!("counts_as_replica.sentinel"),
                expected,
                Fix::Words(phrase!("counts_as_replica.fix_sentinel")),
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

    #[test]
    fn clients_that_wait_and_a_sentinel_are_told() {
        let mut facts = sample::facts();
        facts.watched_by_sentinel = Ok(true);
        let found = |facts: &Facts| CountsAsReplica.verdict(facts, &sample::spec()).unwrap().found;
        assert_eq!(found(&facts).key, "counts_as_replica.sentinel");
        facts.commands_used = Ok([("WAIT".to_owned(), 4)].into());
        assert_eq!(found(&facts).key, "counts_as_replica.wait");
    }
}
