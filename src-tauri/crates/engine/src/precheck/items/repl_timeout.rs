//! The source is patient enough with a replica.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

/// A short stall of the network must not cut the link.
const SECONDS_MIN: u64 = 30;

pub(super) struct ReplTimeout;

impl PrecheckItem for ReplTimeout {
    fn id(&self) -> &'static str {
        "repl_timeout"
    }

    fn side(&self) -> Side {
        Side::Source
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let seconds = facts.source()?.setting_number("repl-timeout")?;
        let expected = phrase!("repl_timeout.expected", seconds = SECONDS_MIN);
        let found = phrase!("repl_timeout.found", seconds = seconds);
        Ok(if seconds >= SECONDS_MIN {
            Verdict::passed(found, expected)
        } else {
            Verdict::warning(found, expected, Fix::at_source("CONFIG SET repl-timeout 60"))
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
        assert_eq!(verdict.fix.command(), "CONFIG SET repl-timeout 60");
    }
}
