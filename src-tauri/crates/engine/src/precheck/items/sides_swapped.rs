//! Nobody is about to write the old server over the one in use.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::ServerState;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::Environment;
use crate::spec::TaskSpec;

/// A side is suspicious where it has so much less than the other one.
const SMALLER_BY: u64 = 10;
/// Fewer keys than these prove nothing.
const FEW_KEYS: u64 = 1000;
/// Fewer commands a second than these prove nothing.
const BUSY_OPS: u64 = 1000;

pub(super) struct SidesSwapped;

impl PrecheckItem for SidesSwapped {
    fn id(&self) -> &'static str {
        "sides_swapped"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::TypeName
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        let expected = phrase!("sides_swapped.expected");
        let fix = Fix::Words(phrase!("sides_swapped.fix"));
        let (from, to) = (spec.source_environment, spec.destination_environment);
        if to == Environment::Production && matches!(from, Environment::Dev | Environment::Staging)
        {
            let found = phrase!("sides_swapped.environments", source = from, destination = to);
            return Ok(Verdict::warning(found, expected, fix));
        }
        let (source, destination) = (facts.source()?, facts.destination()?);
        let (here, there) = (source.keys_total(), destination.keys_total());
        let busy = |state: &ServerState| state.number("instantaneous_ops_per_sec").unwrap_or(0);
        let (ops_here, ops_there) = (busy(source), busy(destination));
        Ok(if here == 0 && there > 0 {
            let found = phrase!("sides_swapped.source_empty", destination = there);
            Verdict::warning(found, expected, fix)
        } else if there > FEW_KEYS && there / SMALLER_BY > here {
            let found = phrase!("sides_swapped.source_smaller", source = here, destination = there);
            Verdict::warning(found, expected, fix)
        } else if there > 0 && ops_there > BUSY_OPS && ops_there / SMALLER_BY > ops_here {
            let found = phrase!(
                "sides_swapped.destination_busier",
                source = ops_here,
                destination = ops_there
            );
            Verdict::warning(found, expected, fix)
        } else {
            let found = phrase!("sides_swapped.plausible", source = here, destination = there);
            Verdict::passed(found, expected)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    fn found_with(source: &str, destination: &str) -> Verdict {
        SidesSwapped.verdict(&sample::facts_with(source, destination), &sample::spec()).unwrap()
    }

    #[test]
    fn an_emptier_or_quieter_source_is_told() {
        let told = [
            found_with("db0:keys=0\n", "db0:keys=1\n"),
            found_with("db0:keys=50\n", "db0:keys=5000\n"),
            found_with("instantaneous_ops_per_sec:3\n", "instantaneous_ops_per_sec:9000\n"),
        ];
        assert!(told.iter().all(|verdict| verdict.kind == VerdictKind::Warning), "{told:#?}");
        let grown = found_with("db0:keys=900\n", "db0:keys=5000\n");
        assert_eq!(grown.kind, VerdictKind::Passed);
    }

    #[test]
    fn production_is_not_overwritten_from_below_unasked() {
        let verdict_for = |from: &str, to: &str| {
            let spec = sample::spec_with(|draft| {
                draft.source.environment = from.into();
                draft.destination.environment = to.into();
            });
            SidesSwapped.verdict(&sample::facts(), &spec).unwrap().kind
        };
        assert_eq!(verdict_for("dev", "production"), VerdictKind::Warning);
        assert_eq!(verdict_for("staging", "production"), VerdictKind::Warning);
        assert_eq!(verdict_for("production", "production"), VerdictKind::Passed);
        assert_eq!(verdict_for("production", "dev"), VerdictKind::Passed);
    }
}
