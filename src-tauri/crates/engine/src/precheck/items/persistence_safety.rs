//! What proves that a write at the destination is safe.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct PersistenceSafety;

impl PrecheckItem for PersistenceSafety {
    fn id(&self) -> &'static str {
        "persistence_safety"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let state = facts.destination()?;
        let replicas = state.number("connected_slaves")?;
        let aof = state.text("aof_enabled")? == "1";
        let save = state.setting("save").unwrap_or_default();
        let expected = phrase!("persistence_safety.expected");
        Ok(if replicas == 0 && !aof && save.is_empty() {
            Verdict::warning(
                phrase!("persistence_safety.none"),
                expected,
                Fix::at_destination("CONFIG SET appendonly yes"),
            )
        } else {
            Verdict::passed(
                phrase!(
                    "persistence_safety.proofs",
                    replicas = replicas,
                    aof = if aof { "yes" } else { "no" },
                    fsync = state.setting("appendfsync").unwrap_or("?"),
                    save = save
                ),
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
    fn a_destination_that_keeps_nothing_is_named() {
        let facts = sample::facts_with("", "aof_enabled:0\n");
        let verdict = PersistenceSafety.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
        assert_eq!(verdict.fix.command(), "CONFIG SET appendonly yes");
    }

    #[test]
    fn a_replica_is_proof_enough() {
        let facts = sample::facts_with("", "aof_enabled:0\nconnected_slaves:1\n");
        let verdict = PersistenceSafety.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Passed);
    }
}
