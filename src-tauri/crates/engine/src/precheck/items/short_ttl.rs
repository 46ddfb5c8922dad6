//! Keys that will have expired before the full stage is over.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict, full_stage_seconds};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct ShortTtl;

impl PrecheckItem for ShortTtl {
    fn id(&self) -> &'static str {
        "short_ttl"
    }

    fn side(&self) -> Side {
        Side::Source
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        if !spec.stages.full {
            let expected = phrase!("short_ttl.expected", seconds = 0);
            return Ok(Verdict::passed(phrase!("no_snapshot.found"), expected));
        }
        let sample = facts.keys_sampled.as_ref().map_err(Clone::clone)?;
        let seconds = full_stage_seconds(facts.source()?, spec)?;
        let short = sample.ttls_ms.iter().filter(|ttl| **ttl / 1000 < seconds).count();
        let expected = phrase!("short_ttl.expected", seconds = seconds);
        let sampled = sample.keys;
        Ok(if short == 0 {
            let found = phrase!("short_ttl.none", sampled = sampled, seconds = seconds);
            Verdict::passed(found, expected)
        } else {
            Verdict::warning(
                phrase!("short_ttl.some", short = short, sampled = sampled, seconds = seconds),
                expected,
                Fix::Words(phrase!("short_ttl.fix")),
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
    fn keys_are_measured_against_the_time_that_the_full_stage_takes() {
        // 100 MB at 20 MB/s.
        let mut facts = sample::facts();
        facts.keys_sampled.as_mut().unwrap().ttls_ms = vec![5_000, 3_600_000];
        let verdict = ShortTtl.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
        assert_eq!(
            (
                verdict.found.values["short"].to_string(),
                verdict.found.values["seconds"].to_string()
            ),
            ("1".to_owned(), "6".to_owned())
        );
        // A thousand keys, ten a second.
        let slow = sample::spec_with(|draft| draft.limits.records_per_second = Some(10));
        facts.keys_sampled.as_mut().unwrap().ttls_ms = vec![99_000, 3_600_000];
        let verdict = ShortTtl.verdict(&facts, &slow).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
        assert_eq!(ShortTtl.verdict(&facts, &sample::spec()).unwrap().kind, VerdictKind::Passed);
    }
}
