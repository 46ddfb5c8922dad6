//! The source remembers its stream for as long as the task tries again.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict, mebibytes, size};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct SourceBacklog;

impl PrecheckItem for SourceBacklog {
    fn id(&self) -> &'static str {
        "source_backlog"
    }

    fn side(&self) -> Side {
        Side::Source
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        if !spec.stages.incremental {
            let expected = phrase!("source_backlog.expected_none");
            return Ok(Verdict::passed(phrase!("no_stream.found"), expected));
        }
        let rate = *facts.write_rate.as_ref().map_err(Clone::clone)?;
        let backlog = facts.source()?.number("repl_backlog_size")?;
        let needed = rate.saturating_mul(u64::from(spec.retry_minutes) * 60);
        let expected =
            phrase!("source_backlog.expected", needed = size(needed), minutes = spec.retry_minutes);
        let (held, a_second) = (size(backlog), size(rate));
        Ok(if backlog >= needed {
            let found = phrase!("source_backlog.found", size = held, rate = a_second);
            Verdict::passed(found, expected)
        } else {
            let seconds = backlog / rate.max(1);
            Verdict::warning(
                phrase!("source_backlog.small", size = held, rate = a_second, seconds = seconds),
                expected,
                // Twice: the rate of one second is not that of an hour.
                Fix::at_source(format!(
                    "CONFIG SET repl-backlog-size {}",
                    mebibytes(needed.saturating_mul(2))
                )),
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
    fn the_backlog_is_measured_against_rate_and_retry_time() {
        let mut facts = sample::facts_with("repl_backlog_size:1048576\n", "");
        facts.write_rate = Ok(10_000);
        let spec = sample::spec_with(|draft| draft.retry_minutes = 10);
        let verdict = SourceBacklog.verdict(&facts, &spec).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
        // 600 s × 10,000 B, twice.
        assert_eq!(verdict.fix.command(), "CONFIG SET repl-backlog-size 12mb");
        facts.write_rate = Ok(1000);
        assert_eq!(SourceBacklog.verdict(&facts, &spec).unwrap().kind, VerdictKind::Passed);
    }
}
