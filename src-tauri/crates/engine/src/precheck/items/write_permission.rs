//! The account may write everything that the task writes.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::permission::{is_fencing, is_own, is_skipped};
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct WritePermission;

impl PrecheckItem for WritePermission {
    fn id(&self) -> &'static str {
        "write_permission"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Never
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        // What ends old connections is an item of its own.
        let needed = facts.writing.as_ref().map_err(Clone::clone)?.only(|name| {
            let streamed = spec.stages.incremental && !is_skipped(name, spec);
            is_own(name) || (streamed && !is_fencing(name))
        });
        let absent_own = needed.only(is_own).absent().join(", ");
        let expected = phrase!("write_permission.expected");
        let forbidden = needed.forbidden();
        Ok(if !forbidden.is_empty() {
            Verdict::failed(
                phrase!("write_permission.forbidden", commands = forbidden.join(", ")),
                expected,
                Fix::at_destination(needed.grant(spec.destination.account.as_deref())),
            )
        } else if !absent_own.is_empty() {
            Verdict::failed(
                phrase!("write_permission.absent", commands = absent_own),
                expected,
                Fix::Words(phrase!("write_permission.fix_absent", commands = absent_own)),
            )
        } else {
            Verdict::passed(phrase!("write_permission.allowed", number = needed.0.len()), expected)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    use crate::precheck::facts::Outcome;
    use crate::spec::Stages;

    fn with(command: &str, outcome: Outcome, spec: &TaskSpec) -> Verdict {
        let mut facts = sample::facts();
        facts.writing.as_mut().unwrap().0.insert(command.into(), outcome);
        WritePermission.verdict(&facts, spec).unwrap()
    }

    #[test]
    fn a_forbidden_command_is_granted_by_name() {
        let verdict = with("RESTORE", Outcome::Forbidden, &sample::spec());
        assert_eq!(verdict.kind, VerdictKind::Failed);
        assert_eq!(verdict.fix.command(), "ACL SETUSER default +restore");
    }

    #[test]
    fn commands_of_the_stream_count_only_where_it_runs() {
        let full = sample::spec_with(|draft| {
            draft.stages = Stages { full: true, incremental: false };
        });
        assert_eq!(with("XADD", Outcome::Forbidden, &full).kind, VerdictKind::Passed);
        let skipping = sample::spec_with(|draft| draft.skip_commands = vec!["XADD".into()]);
        assert_eq!(with("XADD", Outcome::Forbidden, &skipping).kind, VerdictKind::Passed);
        assert_eq!(with("XADD", Outcome::Forbidden, &sample::spec()).kind, VerdictKind::Failed);
    }

    #[test]
    fn a_missing_command_fails_only_where_it_is_one_of_ours() {
        let spec = sample::spec();
        assert_eq!(with("RESTORE", Outcome::Absent, &spec).kind, VerdictKind::Failed);
        assert_eq!(with("HSETEX", Outcome::Absent, &spec).kind, VerdictKind::Passed);
    }

    #[test]
    fn ending_connections_is_judged_elsewhere() {
        let verdict = with("CLIENT KILL", Outcome::Forbidden, &sample::spec());
        assert_eq!(verdict.kind, VerdictKind::Passed);
    }
}
