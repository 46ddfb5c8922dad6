//! The source can make a snapshot beside what clients write meanwhile.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict, size, transfer_seconds};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

/// How many times more is copied than is written: a small write copies a whole page.
const PAGE_SHARE: u64 = 4;

pub(super) struct ForkHeadroom;

impl PrecheckItem for ForkHeadroom {
    fn id(&self) -> &'static str {
        "fork_headroom"
    }

    fn side(&self) -> Side {
        Side::Source
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Confirm
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        if !spec.stages.full {
            let expected = phrase!("fork_headroom.expected_none");
            return Ok(Verdict::passed(phrase!("no_snapshot.found"), expected));
        }
        let source = facts.source()?;
        let total = source.number("total_system_memory")?;
        let resident = source.number("used_memory_rss")?;
        let rate = *facts.write_rate.as_ref().map_err(Clone::clone)?;
        let data = source.data_bytes()?;
        // A page is copied when it is written to: at most all of them, and more than is written.
        let copied = rate.saturating_mul(transfer_seconds(data)).saturating_mul(PAGE_SHARE);
        let needed = copied.min(data).max(data / 10);
        let free = total.saturating_sub(resident);
        let expected = phrase!("fork_headroom.expected", needed = size(needed));
        let (free_size, total_size) = (size(free), size(total));
        Ok(if free >= needed {
            let found = phrase!("fork_headroom.found", free = free_size, total = total_size);
            Verdict::passed(found, expected)
        } else {
            let found = phrase!(
                "fork_headroom.small",
                free = free_size,
                total = total_size,
                rate = size(rate)
            );
            Verdict::warning(found, expected, Fix::Words(phrase!("fork_headroom.fix")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn a_full_host_and_a_busy_source_need_room() {
        let full = "total_system_memory:4000000000\nused_memory_rss:3900000000\nused_memory_dataset:3000000000\n";
        let verdict_on = |info: &str, rate| {
            let mut facts = sample::facts_with(info, "");
            facts.write_rate = Ok(rate);
            ForkHeadroom.verdict(&facts, &sample::spec()).unwrap().kind
        };
        assert_eq!(verdict_on(full, 0), VerdictKind::Warning);
        let half = "total_system_memory:4000000000\nused_memory_rss:3000000000\nused_memory_dataset:2800000000\n";
        assert_eq!(verdict_on(half, 0), VerdictKind::Passed);
        assert_eq!(verdict_on(half, 10_000_000), VerdictKind::Warning);
    }
}
