//! What proves that a write at the destination is safe.

use super::{PrecheckItem, Verdict};
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct PersistenceSafety;

impl PrecheckItem for PersistenceSafety {
    fn id(&self) -> &'static str {
        "persistence_safety"
    }

    fn ignorable(&self) -> bool {
        true
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let state = facts.destination()?;
        let replicas = state.number("connected_slaves")?;
        let aof = state.text("aof_enabled")? == "1";
        let saves = state.setting("save").is_ok_and(|save| !save.is_empty());
        let expected = "replicas or persistence at the destination";
        let mut proofs = Vec::new();
        if replicas > 0 {
            proofs.push(format!("{replicas} replicas (WAIT)"));
        }
        if aof {
            let fsync = state.setting("appendfsync").unwrap_or("unknown");
            proofs.push(format!("append-only file, fsync {fsync}"));
        }
        if saves {
            proofs.push("snapshots (save)".to_owned());
        }
        Ok(if proofs.is_empty() {
            Verdict::warning(
                "it has neither replicas nor persistence: if it restarts, everything that was \
                 written is gone and the task starts anew",
                expected,
                "CONFIG SET appendonly yes",
            )
        } else {
            Verdict::passed(proofs.join(", "), expected)
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
        assert_eq!(verdict.fix, "CONFIG SET appendonly yes");
    }

    #[test]
    fn a_replica_is_proof_enough() {
        let facts = sample::facts_with("", "aof_enabled:0\nconnected_slaves:1\n");
        let verdict = PersistenceSafety.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Passed);
    }
}
