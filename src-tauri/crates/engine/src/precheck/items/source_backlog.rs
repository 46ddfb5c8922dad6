//! The source remembers its stream for as long as the task tries again.

use super::{PrecheckItem, Verdict};
use super::{mebibytes, size};
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct SourceBacklog;

impl PrecheckItem for SourceBacklog {
    fn id(&self) -> &'static str {
        "source_backlog"
    }

    fn ignorable(&self) -> bool {
        true
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        if !spec.stages.incremental {
            return Ok(Verdict::passed("no stream is followed", "no backlog is needed"));
        }
        let rate = *facts.write_rate.as_ref().map_err(Clone::clone)?;
        let backlog = facts.source()?.number("repl_backlog_size")?;
        let needed = rate.saturating_mul(u64::from(spec.retry_minutes) * 60);
        let expected = format!(
            "repl-backlog-size of at least {}: {} minutes of writes",
            size(needed),
            spec.retry_minutes
        );
        let found = format!("repl-backlog-size {}, {} written a second", size(backlog), size(rate));
        Ok(if backlog >= needed {
            Verdict::passed(found, expected)
        } else {
            Verdict::warning(
                format!(
                    "{found}: a break of more than {} s means a new copy",
                    backlog / rate.max(1)
                ),
                expected,
                format!("CONFIG SET repl-backlog-size {}", mebibytes(needed)),
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
        // 600 s × 10,000 B.
        assert_eq!(verdict.fix, "CONFIG SET repl-backlog-size 6mb");
        facts.write_rate = Ok(1000);
        assert_eq!(SourceBacklog.verdict(&facts, &spec).unwrap().kind, VerdictKind::Passed);
    }
}
