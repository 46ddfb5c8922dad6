//! The account may start replication at the source.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct PsyncPermission;

impl PrecheckItem for PsyncPermission {
    fn id(&self) -> &'static str {
        "psync_permission"
    }

    fn side(&self) -> Side {
        Side::Source
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Never
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        let permissions = facts.replication.as_ref().map_err(Clone::clone)?;
        let expected = phrase!("psync_permission.expected");
        let forbidden = permissions.forbidden();
        let absent = permissions.absent().join(", ");
        Ok(if !forbidden.is_empty() {
            Verdict::failed(
                phrase!("psync_permission.forbidden", commands = forbidden.join(", ")),
                expected,
                Fix::at_source(permissions.grant(spec.source.account.as_deref())),
            )
        } else if !absent.is_empty() {
            Verdict::failed(
                phrase!("psync_permission.absent", commands = absent),
                expected,
                Fix::Words(phrase!("psync_permission.fix_absent", commands = absent)),
            )
        } else {
            Verdict::passed(phrase!("psync_permission.allowed"), expected)
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
        facts.replication.as_mut().unwrap().0.insert(command.into(), outcome);
        PsyncPermission.verdict(&facts, &sample::spec()).unwrap()
    }

    #[test]
    fn what_is_forbidden_is_granted_by_one_command() {
        let verdict = with("PSYNC", Outcome::Forbidden);
        assert_eq!(verdict.kind, VerdictKind::Failed);
        assert_eq!(verdict.fix.command(), "ACL SETUSER default +psync");
    }

    #[test]
    fn a_renamed_command_is_named() {
        let verdict = with("PSYNC", Outcome::Absent);
        assert_eq!(verdict.kind, VerdictKind::Failed);
        assert!(verdict.found.to_string().contains("PSYNC"));
    }

    #[test]
    fn a_refusal_by_the_server_s_condition_is_no_lack_of_permission() {
        let refused = Outcome::Refused("NOMASTERLINK".into());
        assert_eq!(with("PSYNC", refused).kind, VerdictKind::Passed);
    }
}
