//! Connections of an earlier run can be ended, or shown to be gone.

use super::{PrecheckItem, Verdict};
use crate::precheck::facts::permission::is_fencing;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct ClientKill;

impl PrecheckItem for ClientKill {
    fn id(&self) -> &'static str {
        "client_kill"
    }

    fn ignorable(&self) -> bool {
        true
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        let permissions = facts.writing.as_ref().map_err(Clone::clone)?;
        let fencing = permissions.only(is_fencing);
        let expected = "CLIENT KILL or CLIENT LIST is allowed at the destination";
        let lacking = fencing.forbidden().len() + fencing.absent().len();
        Ok(if lacking < fencing.0.len() {
            Verdict::passed("connections of an earlier run can be ended or seen", expected)
        } else {
            Verdict::warning(
                "neither is allowed: after a break, what still lay in an old connection can be \
                 applied a second time",
                expected,
                fencing.grant(spec.destination.account.as_deref()),
            )
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
        assert_eq!(verdict.fix, "ACL SETUSER default +client|kill +client|list");
    }
}
