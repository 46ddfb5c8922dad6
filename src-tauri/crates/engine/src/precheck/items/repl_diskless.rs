//! How long the source waits before it sends a snapshot.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

/// The default of servers since 7.0, seconds.
const DELAY_SECONDS_MAX: u64 = 5;

pub(super) struct ReplDiskless;

impl PrecheckItem for ReplDiskless {
    fn id(&self) -> &'static str {
        "repl_diskless"
    }

    fn side(&self) -> Side {
        Side::Source
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        if !spec.stages.full {
            let expected = phrase!("repl_diskless.expected_none");
            return Ok(Verdict::passed(phrase!("no_snapshot.found"), expected));
        }
        let state = facts.source()?;
        let expected = phrase!("repl_diskless.expected", seconds = DELAY_SECONDS_MAX);
        if state.setting("repl-diskless-sync")? != "yes" {
            return Ok(Verdict::passed(phrase!("repl_diskless.disk"), expected));
        }
        let seconds = state.setting_number("repl-diskless-sync-delay")?;
        let found = phrase!("repl_diskless.waits", seconds = seconds);
        Ok(if seconds <= DELAY_SECONDS_MAX {
            Verdict::passed(found, expected)
        } else {
            let fix = Fix::at_source("CONFIG SET repl-diskless-sync-delay 0");
            Verdict::warning(found, expected, fix)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn a_long_wait_is_told() {
        let mut facts = sample::facts();
        let settings = &mut facts.source.as_mut().unwrap().settings;
        settings.insert("repl-diskless-sync-delay", Ok("60".into()));
        let verdict = ReplDiskless.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
        assert_eq!(verdict.fix.command(), "CONFIG SET repl-diskless-sync-delay 0");
    }
}
