//! The account may read keys at the source.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::permission::has_substitute;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct ReadPermission;

impl PrecheckItem for ReadPermission {
    fn id(&self) -> &'static str {
        "read_permission"
    }

    fn side(&self) -> Side {
        Side::Source
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        let permissions = facts.reading.as_ref().map_err(Clone::clone)?;
        let expected = phrase!("read_permission.expected");
        let forbidden = permissions.forbidden();
        let absent = permissions.only(|name| !has_substitute(name)).absent().join(", ");
        Ok(if !forbidden.is_empty() {
            Verdict::warning(
                phrase!("read_permission.forbidden", commands = forbidden.join(", ")),
                expected,
                Fix::at_source(permissions.grant(spec.source.account.as_deref())),
            )
        } else if !absent.is_empty() {
            Verdict::warning(
                phrase!("read_permission.absent", commands = absent),
                expected,
                Fix::Words(phrase!("read_permission.fix_absent", commands = absent)),
            )
        } else {
            let number = permissions.0.len();
            Verdict::passed(phrase!("read_permission.allowed", number = number), expected)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    use crate::precheck::facts::Outcome;

    fn with(command: &str, outcome: Outcome) -> Verdict {
        let mut facts = sample::facts();
        facts.reading.as_mut().unwrap().0.insert(command.into(), outcome);
        ReadPermission.verdict(&facts, &sample::spec()).unwrap()
    }

    #[test]
    fn what_may_not_be_read_is_granted_by_one_command() {
        let verdict = with("DUMP", Outcome::Forbidden);
        assert_eq!(verdict.kind, VerdictKind::Warning);
        assert_eq!(verdict.fix.command(), "ACL SETUSER default +dump");
        let verdict = with("DUMP", Outcome::ForbiddenKey);
        assert_eq!(verdict.fix.command(), "ACL SETUSER default ~*");
    }

    #[test]
    fn a_renamed_command_is_named() {
        let verdict = with("SCAN", Outcome::Absent);
        assert_eq!(verdict.kind, VerdictKind::Warning);
        assert_eq!(verdict.found.values["commands"].to_string(), "SCAN");
        // Before 7.0, where PTTL says it too.
        assert_eq!(with("PEXPIRETIME", Outcome::Absent).kind, VerdictKind::Passed);
    }
}
