//! Both sides hold all their keys in one server.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct StandaloneServers;

impl PrecheckItem for StandaloneServers {
    fn id(&self) -> &'static str {
        "standalone_servers"
    }

    fn side(&self) -> Side {
        Side::Source
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Never
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let expected = phrase!("standalone_servers.expected");
        let (source, destination) = (facts.source()?, facts.destination()?);
        for (side, state, found) in [
            (Side::Source, source, phrase!("standalone_servers.source_sentinel")),
            (Side::Destination, destination, phrase!("standalone_servers.destination_sentinel")),
        ] {
            if state.info.get("redis_mode") == Some("sentinel") {
                let fix = Fix::Words(phrase!("standalone_servers.fix_sentinel"));
                return Ok(Verdict::failed(found, expected, fix).on(side));
            }
        }
        if destination.shards.is_some() {
            return Ok(Verdict::failed(
                phrase!("standalone_servers.destination_cluster"),
                expected,
                Fix::Words(phrase!("standalone_servers.fix_destination_cluster")),
            )
            .on(Side::Destination));
        }
        Ok(match &source.shards {
            Some(shards) => match shards.as_ref().map_err(Clone::clone)? {
                1 => Verdict::passed(phrase!("standalone_servers.one_shard"), expected),
                shards => Verdict::failed(
                    phrase!("standalone_servers.shards", shards = shards),
                    expected,
                    Fix::Words(phrase!("standalone_servers.fix_shards")),
                ),
            },
            None => Verdict::passed(phrase!("standalone_servers.standalone"), expected),
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
        assert!(verdict.found.to_string().contains("Sentinel"));
    }
}
