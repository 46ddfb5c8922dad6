//! The clocks of both servers agree.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

const WARNED_ABOVE_MS: u64 = 1000;
const FAILED_ABOVE_MS: u64 = 60_000;

pub(super) struct ClockSkew;

impl PrecheckItem for ClockSkew {
    fn id(&self) -> &'static str {
        "clock_skew"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let source = facts.source()?.clock_skew_ms.as_ref().map_err(Clone::clone)?;
        let destination = facts.destination()?.clock_skew_ms.as_ref().map_err(Clone::clone)?;
        let apart = source.abs_diff(*destination);
        #[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
        let seconds = format!("{:.1}", apart as f64 / 1000.0);
        let expected = phrase!("clock_skew.expected");
        let fix = Fix::Words(phrase!("clock_skew.fix"));
        Ok(if apart > FAILED_ABOVE_MS {
            Verdict::failed(phrase!("clock_skew.far", seconds = seconds), expected, fix)
        } else if apart > WARNED_ABOVE_MS {
            Verdict::warning(phrase!("clock_skew.found", seconds = seconds), expected, fix)
        } else {
            Verdict::passed(phrase!("clock_skew.found", seconds = seconds), expected)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    fn verdict_for(source_ms: i64, destination_ms: i64) -> VerdictKind {
        let mut facts = sample::facts();
        facts.source.as_mut().unwrap().clock_skew_ms = Ok(source_ms);
        facts.destination.as_mut().unwrap().clock_skew_ms = Ok(destination_ms);
        ClockSkew.verdict(&facts, &sample::spec()).unwrap().kind
    }

    #[test]
    fn the_servers_clocks_are_compared_with_each_other_and_not_with_ours() {
        assert_eq!(verdict_for(90_000, 90_500), VerdictKind::Passed);
        assert_eq!(verdict_for(-1000, 1000), VerdictKind::Warning);
        assert_eq!(verdict_for(0, -60_001), VerdictKind::Failed);
    }
}
