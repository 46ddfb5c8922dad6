//! The source can hold its stream while it sends the snapshot.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict, mebibytes, size, transfer_seconds};
use crate::phrase;
use crate::precheck::facts::Unknown;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct ReplicaOutputBuffer;

impl PrecheckItem for ReplicaOutputBuffer {
    fn id(&self) -> &'static str {
        "replica_output_buffer"
    }

    fn side(&self) -> Side {
        Side::Source
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        if !spec.stages.full {
            let expected = phrase!("replica_output_buffer.expected_none");
            return Ok(Verdict::passed(phrase!("no_snapshot.found"), expected));
        }
        let state = facts.source()?;
        let (hard, soft) = limits(state.setting("client-output-buffer-limit")?)?;
        let rate = *facts.write_rate.as_ref().map_err(Clone::clone)?;
        let seconds = transfer_seconds(state.data_bytes()?);
        let needed = rate.saturating_mul(seconds);
        let lowest = [hard, soft].into_iter().filter(|limit| *limit > 0).min();
        let expected =
            phrase!("replica_output_buffer.expected", needed = size(needed), seconds = seconds);
        Ok(match lowest {
            None => Verdict::passed(phrase!("replica_output_buffer.unlimited"), expected),
            Some(limit) if limit >= needed => Verdict::passed(
                phrase!("replica_output_buffer.enough", limit = size(limit)),
                expected,
            ),
            Some(limit) => {
                let wanted = mebibytes(needed.saturating_mul(2));
                Verdict::warning(
                    phrase!("replica_output_buffer.small", limit = size(limit)),
                    expected,
                    Fix::at_source(format!(
                        "CONFIG SET client-output-buffer-limit \"slave {wanted} {wanted} 60\""
                    )),
                )
            }
        })
    }
}

/// Hard and soft limit of a replica in `client-output-buffer-limit`, bytes; 0 is none.
fn limits(setting: &str) -> Fact<(u64, u64)> {
    let mut words = setting.split(" ").skip_while(|word| !matches!(*word, "slave" | "replica"));
    let mut number = |_| words.next().and_then(|word| word.parse().ok());
    let _name = number(());
    match (number(()), number(())) {
        (Some(hard), Some(soft)) => Ok((hard, soft)),
        _ => Err(Unknown(phrase!(
            "unknown.odd_setting",
            name = "client-output-buffer-limit",
            value = setting
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn a_buffer_that_the_writes_of_a_transfer_fill_is_told() {
        let mut facts = sample::facts_with("used_memory_dataset:5000000000\n", "");
        let spec = sample::spec();
        facts.write_rate = Ok(100_000);
        assert_eq!(ReplicaOutputBuffer.verdict(&facts, &spec).unwrap().kind, VerdictKind::Passed);
        facts.write_rate = Ok(1_000_000);
        let verdict = ReplicaOutputBuffer.verdict(&facts, &spec).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
        let wanted = "CONFIG SET client-output-buffer-limit \"slave 479mb 479mb 60\"";
        assert_eq!(verdict.fix.command(), wanted);
    }

    #[test]
    fn limits_are_read_under_both_names() {
        assert_eq!(limits("normal 0 0 0 replica 2 1 60 pubsub 9 8 7"), Ok((2, 1)));
        assert_eq!(limits("slave 268435456 67108864 60"), Ok((268_435_456, 67_108_864)));
        assert!(limits("normal 0 0 0").is_err());
    }
}
