//! Source and destination are not one server, nor do they replicate each other.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct SameInstance;

impl PrecheckItem for SameInstance {
    fn id(&self) -> &'static str {
        "same_instance"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Never
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let expected = phrase!("same_instance.expected");
        let (source, destination) = (facts.source()?, facts.destination()?);
        let fix = Fix::Words(phrase!("fix.choose_destination"));
        Ok(if source.server.run_id == destination.server.run_id {
            Verdict::failed(phrase!("same_instance.same"), expected, fix)
        } else if source.text("master_replid")? == destination.text("master_replid")? {
            Verdict::failed(phrase!("same_instance.replica"), expected, fix)
        } else {
            Verdict::passed(phrase!("same_instance.two"), expected)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn one_server_under_two_names_is_found() {
        let mut facts = sample::facts();
        facts.destination.as_mut().unwrap().server.run_id = "a".into();
        let verdict = SameInstance.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Failed);
        assert!(verdict.found.to_string().contains("same server"));
    }

    #[test]
    fn a_shared_history_is_a_loop() {
        let id = "master_replid:1111111111111111111111111111111111111111\n";
        let facts = sample::facts_with("", id);
        let verdict = SameInstance.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Failed);
        assert!(verdict.found.to_string().contains("replicates"));
    }
}
