//! Both sides hold all their keys in one server.

use super::{PrecheckItem, Verdict};
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct StandaloneServers;

impl PrecheckItem for StandaloneServers {
    fn id(&self) -> &'static str {
        "standalone_servers"
    }

    fn ignorable(&self) -> bool {
        false
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let expected = "standalone servers: a cluster is not supported yet";
        let (source, destination) = (facts.source()?, facts.destination()?);
        for (state, name, address) in
            [(source, "source", "its primary"), (destination, "destination", "its primary")]
        {
            if state.info.get("redis_mode") == Some("sentinel") {
                return Ok(Verdict::failed(
                    format!("the {name} is a Sentinel, which holds no keys"),
                    expected,
                    format!("Give the address of {address}: SENTINEL MASTERS tells it."),
                ));
            }
        }
        if destination.shards.is_some() {
            return Ok(Verdict::failed(
                "the destination runs in cluster mode",
                expected,
                "Choose a destination with cluster-enabled no.",
            ));
        }
        Ok(match &source.shards {
            Some(shards) => match shards.as_ref().map_err(Clone::clone)? {
                1 => Verdict::passed("the source is a cluster of one shard", expected),
                shards => Verdict::failed(
                    format!("the source is one of {shards} shards of a cluster"),
                    expected,
                    "Choose a source that is not part of a cluster: the other shards would be left out.",
                ),
            },
            None => Verdict::passed("both are standalone servers", expected),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn a_shard_of_several_would_be_a_part_only() {
        let mut facts = sample::facts();
        let spec = sample::spec();
        facts.source.as_mut().unwrap().shards = Some(Ok(3));
        assert_eq!(StandaloneServers.verdict(&facts, &spec).unwrap().kind, VerdictKind::Failed);
        facts.source.as_mut().unwrap().shards = Some(Ok(1));
        assert_eq!(StandaloneServers.verdict(&facts, &spec).unwrap().kind, VerdictKind::Passed);
        facts.destination.as_mut().unwrap().shards = Some(Ok(1));
        assert_eq!(StandaloneServers.verdict(&facts, &spec).unwrap().kind, VerdictKind::Failed);
    }

    #[test]
    fn a_sentinel_is_told() {
        let facts = sample::facts_with("redis_mode:sentinel\n", "");
        let verdict = StandaloneServers.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Failed);
        assert!(verdict.found.contains("Sentinel"));
    }
}
