//! The destination never removes keys by itself.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct EvictionPolicy;

impl PrecheckItem for EvictionPolicy {
    fn id(&self) -> &'static str {
        "eviction_policy"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::TypeName
    }

    fn verdict(&self, facts: &Facts, _: &TaskSpec) -> Fact<Verdict> {
        let policy = facts.destination()?.text("maxmemory_policy")?;
        let expected = phrase!("eviction_policy.expected");
        Ok(if policy == "noeviction" {
            Verdict::passed(phrase!("eviction_policy.none", policy = policy), expected)
        } else {
            Verdict::failed(
                phrase!("eviction_policy.evicts", policy = policy),
                expected,
                Fix::at_destination("CONFIG SET maxmemory-policy noeviction"),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn any_eviction_fails_with_the_command_that_ends_it() {
        let facts = sample::facts_with("", "maxmemory_policy:volatile-lru\n");
        let verdict = EvictionPolicy.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Failed);
        assert_eq!(verdict.fix.command(), "CONFIG SET maxmemory-policy noeviction");
    }
}
