//! This computer has room for what is kept on the way.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict, size};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::SPOOL_BYTES_MIN;
use crate::spec::TaskSpec;

pub(super) struct DiskForSpool;

impl PrecheckItem for DiskForSpool {
    fn id(&self) -> &'static str {
        "disk_for_spool"
    }

    fn side(&self) -> Side {
        Side::Local
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Never
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        let free = *facts.disk_free_bytes.as_ref().map_err(Clone::clone)?;
        let data = if spec.stages.full { facts.source()?.data_bytes()? } else { 0 };
        let most = data + SPOOL_BYTES_MIN;
        // Values are seldom smaller in a snapshot than a quarter of what they take in memory.
        let least = data / 4 + SPOOL_BYTES_MIN;
        let expected = phrase!("disk_for_spool.expected", needed = size(most));
        let fix = Fix::Words(phrase!("disk_for_spool.fix"));
        Ok(if free < least {
            Verdict::failed(phrase!("disk_for_spool.found", free = size(free)), expected, fix)
        } else if free < most {
            Verdict::warning(phrase!("disk_for_spool.maybe", free = size(free)), expected, fix)
        } else if let Some(bound) = spec.spool_bytes_max.filter(|bytes| free < *bytes) {
            let (free, bound) = (size(free), size(bound));
            let found = phrase!("disk_for_spool.below_bound", free = free, bound = bound);
            Verdict::warning(found, expected, fix)
        } else {
            Verdict::passed(phrase!("disk_for_spool.found", free = size(free)), expected)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    fn verdict_with(free: u64, source: &str) -> Verdict {
        let mut facts = sample::facts_with(source, "");
        facts.disk_free_bytes = Ok(free);
        DiskForSpool.verdict(&facts, &sample::spec()).unwrap()
    }

    #[test]
    fn too_little_fails_and_what_may_be_too_little_warns() {
        let data = "used_memory_dataset:4000000000\n";
        assert_eq!(verdict_with(1_000_000_000, data).kind, VerdictKind::Failed);
        assert_eq!(verdict_with(2_000_000_000, data).kind, VerdictKind::Warning);
        assert_eq!(verdict_with(5_000_000_000, data).kind, VerdictKind::Passed);
    }

    #[test]
    fn a_bound_above_the_free_space_is_told() {
        let mut facts = sample::facts();
        facts.disk_free_bytes = Ok(2 << 30);
        let spec = sample::spec_with(|draft| draft.spool_bytes_max = Some(3 << 30));
        assert_eq!(DiskForSpool.verdict(&facts, &spec).unwrap().kind, VerdictKind::Warning);
    }
}
