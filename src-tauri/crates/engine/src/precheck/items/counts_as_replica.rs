//! What it means for the source that the task counts as a replica.

use super::{PrecheckItem, Verdict};
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct CountsAsReplica;

impl PrecheckItem for CountsAsReplica {
    fn id(&self) -> &'static str {
        "counts_as_replica"
    }

    fn ignorable(&self) -> bool {
        true
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let state = facts.source()?;
        let expected = "writes that wait for replicas do not count this task";
        // Told only where min-replicas-to-write is set.
        Ok(if state.info.get("min_slaves_good_slaves").is_some() {
            Verdict::warning(
                "min-replicas-to-write is set: while the task runs, its acknowledgements count as a \
                 replica's",
                expected,
                "Raise min-replicas-to-write by one at the source while the task runs.",
            )
        } else {
            Verdict::passed(
                "the task shows among the source's replicas and acknowledges to WAIT; Sentinel may \
                 list it as a replica that cannot be reached",
                expected,
            )
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
