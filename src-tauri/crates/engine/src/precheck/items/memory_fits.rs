//! The source's data fits into the destination's memory.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict, mebibytes, size};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts, ServerState};
use crate::spec::TaskSpec;

pub(super) struct MemoryFits;

impl PrecheckItem for MemoryFits {
    fn id(&self) -> &'static str {
        "memory_fits"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::TypeName
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        let (source, destination) = (facts.source()?, facts.destination()?);
        if !spec.stages.full {
            let expected = phrase!("memory_fits.expected_stream");
            return Ok(Verdict::passed(phrase!("no_snapshot.found"), expected));
        }
        let needed = selected_share(source, spec)?;
        let used = destination.number("used_memory")?;
        let limit = destination.number("maxmemory")?;
        let expected = phrase!("memory_fits.expected", needed = size(needed));
        if limit > 0 {
            let free = limit.saturating_sub(used);
            let found = phrase!("memory_fits.free", free = size(free), limit = size(limit));
            return Ok(if free >= needed {
                Verdict::passed(found, expected)
            } else {
                let wanted = mebibytes(used + needed + needed / 10);
                let fix = Fix::at_destination(format!("CONFIG SET maxmemory {wanted}"));
                Verdict::failed(found, expected, fix)
            });
        }
        let Ok(total) = destination.number("total_system_memory") else {
            return Ok(Verdict::passed(phrase!("memory_fits.unlimited"), expected));
        };
        Ok(if total.saturating_sub(used) >= needed {
            Verdict::passed(phrase!("memory_fits.host", total = size(total)), expected)
        } else {
            Verdict::warning(
                phrase!("memory_fits.host_small", total = size(total)),
                expected,
                Fix::Words(phrase!("memory_fits.fix_host")),
            )
        })
    }
}

/// Bytes of the selected databases, taking keys to be of one size: nothing tells it better.
fn selected_share(source: &ServerState, spec: &TaskSpec) -> Fact<u64> {
    let all = source.data_bytes()?;
    let keys = source.keys_total();
    let selected: u64 = source
        .info
        .keyspace()
        .iter()
        .filter(|(number, _)| spec.databases.destination_of(*number).is_some())
        .map(|(_, keys)| keys)
        .sum();
    if keys == 0 {
        return Ok(0);
    }
    let share = u128::from(all) * u128::from(selected) / u128::from(keys);
    Ok(u64::try_from(share).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    #[test]
    fn what_does_not_fit_fails_with_a_limit_that_is_high_enough() {
        let facts = sample::facts_with("", "maxmemory:150000000\n");
        let verdict = MemoryFits.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Failed);
        // 110,000,000 in use + 110 % of 100,000,000.
        assert_eq!(verdict.fix.command(), "CONFIG SET maxmemory 210mb");
    }

    #[test]
    fn only_the_selected_databases_need_room() {
        let facts = sample::facts_with("db1:keys=3000\n", "maxmemory:150000000\n");
        let spec = sample::spec_with(|draft| draft.databases = Some(vec![0]));
        assert_eq!(MemoryFits.verdict(&facts, &spec).unwrap().kind, VerdictKind::Passed);
    }

    #[test]
    fn a_host_that_is_too_small_is_told_where_no_limit_is_set() {
        let facts = sample::facts_with("", "total_system_memory:150000000\n");
        let verdict = MemoryFits.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
    }
}
