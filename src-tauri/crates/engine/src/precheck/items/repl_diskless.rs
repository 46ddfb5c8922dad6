//! How long the source waits before it sends a snapshot.

use super::{PrecheckItem, Verdict};
use crate::precheck::facts::Unknown;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

/// The default of servers since 7.0, seconds.
const DELAY_SECONDS_MAX: u64 = 5;

pub(super) struct ReplDiskless;

impl PrecheckItem for ReplDiskless {
    fn id(&self) -> &'static str {
        "repl_diskless"
    }

    fn ignorable(&self) -> bool {
        true
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        if !spec.stages.full {
            return Ok(Verdict::passed("no snapshot is copied", "nothing is waited for"));
        }
        let state = facts.source()?;
        let expected = format!("a wait of at most {DELAY_SECONDS_MAX} s");
        if state.setting("repl-diskless-sync")? != "yes" {
            return Ok(Verdict::passed(
                "the snapshot goes through the source's disk, at once",
                expected,
            ));
        }
        let text = state.setting("repl-diskless-sync-delay")?;
        let seconds: u64 =
            text.parse().map_err(|_| Unknown(format!("repl-diskless-sync-delay is {text}")))?;
        let found = format!("the source waits {seconds} s for other replicas before it sends");
        Ok(if seconds <= DELAY_SECONDS_MAX {
            Verdict::passed(found, expected)
        } else {
            Verdict::warning(found, expected, "CONFIG SET repl-diskless-sync-delay 0")
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
        assert_eq!(verdict.fix, "CONFIG SET repl-diskless-sync-delay 0");
    }
}
