//! The account may start replication at the source.

use super::{PrecheckItem, Verdict};
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct PsyncPermission;

impl PrecheckItem for PsyncPermission {
    fn id(&self) -> &'static str {
        "psync_permission"
    }

    fn ignorable(&self) -> bool {
        false
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        let permissions = facts.replication.as_ref().map_err(Clone::clone)?;
        let expected = "the account may run PING, INFO, TIME, REPLCONF and PSYNC";
        let forbidden = permissions.forbidden();
        let absent = permissions.absent();
        Ok(if !forbidden.is_empty() {
            Verdict::failed(
                format!("the source does not allow {}", forbidden.join(", ")),
                expected,
                permissions.grant(spec.source.account.as_deref()),
            )
        } else if !absent.is_empty() {
            Verdict::failed(
                format!("the source has no command {}: renamed or disabled", absent.join(", ")),
                expected,
                format!(
                    "Remove the rename-command lines of {} from the source's redis.conf and restart \
                     it, or ask its provider to open replication.",
                    absent.join(", ")
                ),
            )
        } else {
            Verdict::passed("replication is allowed", expected)
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
        assert_eq!(verdict.fix, "ACL SETUSER default +psync");
    }

    #[test]
    fn a_renamed_command_is_named() {
        let verdict = with("PSYNC", Outcome::Absent);
        assert_eq!(verdict.kind, VerdictKind::Failed);
        assert!(verdict.found.contains("PSYNC"));
    }

    #[test]
    fn a_refusal_by_the_server_s_condition_is_no_lack_of_permission() {
        let refused = Outcome::Refused("NOMASTERLINK".into());
        assert_eq!(with("PSYNC", refused).kind, VerdictKind::Passed);
    }
}
