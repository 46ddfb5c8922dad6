//! Source and destination are not one server, nor do they replicate each other.

use super::{PrecheckItem, Verdict};
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct SameInstance;

impl PrecheckItem for SameInstance {
    fn id(&self) -> &'static str {
        "same_instance"
    }

    fn ignorable(&self) -> bool {
        false
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let expected = "two servers, neither replicating the other";
        let (source, destination) = (facts.source()?, facts.destination()?);
        let fix = "Choose another destination.";
        Ok(if source.server.run_id == destination.server.run_id {
            Verdict::failed("source and destination are the same server", expected, fix)
        } else if source.text("master_replid")? == destination.text("master_replid")? {
            Verdict::failed("one of them replicates the other", expected, fix)
        } else {
            Verdict::passed("they are two servers with histories of their own", expected)
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
        assert!(verdict.found.contains("same server"));
    }

    #[test]
    fn a_shared_history_is_a_loop() {
        let id = "master_replid:1111111111111111111111111111111111111111\n";
        let facts = sample::facts_with("", id);
        let verdict = SameInstance.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Failed);
        assert!(verdict.found.contains("replicates"));
    }
}
