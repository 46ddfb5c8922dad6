//! The source is patient enough with a replica.

use super::{PrecheckItem, Verdict};
use crate::precheck::facts::Unknown;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

/// A short stall of the network must not cut the link.
const SECONDS_MIN: u64 = 30;

pub(super) struct ReplTimeout;

impl PrecheckItem for ReplTimeout {
    fn id(&self) -> &'static str {
        "repl_timeout"
    }

    fn ignorable(&self) -> bool {
        true
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let text = facts.source()?.setting("repl-timeout")?;
        let seconds: u64 = text.parse().map_err(|_| Unknown(format!("repl-timeout is {text}")))?;
        let expected = format!("repl-timeout of at least {SECONDS_MIN} s");
        let found = format!("repl-timeout {seconds} s");
        Ok(if seconds >= SECONDS_MIN {
            Verdict::passed(found, expected)
        } else {
            Verdict::warning(found, expected, "CONFIG SET repl-timeout 60")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn a_short_timeout_is_told() {
        let mut facts = sample::facts();
        let settings = &mut facts.source.as_mut().unwrap().settings;
        settings.insert("repl-timeout", Ok("10".into()));
        let verdict = ReplTimeout.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
        assert_eq!(verdict.fix, "CONFIG SET repl-timeout 60");
    }
}
