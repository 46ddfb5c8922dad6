//! Connections of an earlier run can be ended, or shown to be gone.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::permission::is_fencing;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct ClientKill;

impl PrecheckItem for ClientKill {
    fn id(&self) -> &'static str {
        "client_kill"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        let permissions = facts.writing.as_ref().map_err(Clone::clone)?;
        let fencing = permissions.only(is_fencing);
        let expected = phrase!("client_kill.expected");
        let lacking = fencing.forbidden().len() + fencing.absent().len();
        Ok(if lacking < fencing.0.len() {
            Verdict::passed(phrase!("client_kill.allowed"), expected)
        } else {
            let grant = fencing.grant(spec.destination.account.as_deref());
            let fix = if grant.is_empty() {
                Fix::Words(phrase!("client_kill.fix_absent"))
            } else {
                Fix::at_destination(grant)
            };
            Verdict::warning(phrase!("client_kill.forbidden"), expected, fix)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    use crate::precheck::facts::Outcome;

    #[test]
    fn one_of_the_two_is_enough_and_none_is_told() {
        let mut facts = sample::facts();
        let spec = sample::spec();
        let forbid = |facts: &mut Facts, name: &str| {
            facts.writing.as_mut().unwrap().0.insert(name.into(), Outcome::Forbidden);
        };
        forbid(&mut facts, "CLIENT KILL");
        assert_eq!(ClientKill.verdict(&facts, &spec).unwrap().kind, VerdictKind::Passed);
        forbid(&mut facts, "CLIENT LIST");
        let verdict = ClientKill.verdict(&facts, &spec).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
        assert_eq!(verdict.fix.command(), "ACL SETUSER default +client|kill +client|list");
    }
}
