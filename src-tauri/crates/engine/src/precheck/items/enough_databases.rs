//! Every database that moves has a place at the destination.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::TaskSpec;

pub(super) struct EnoughDatabases;

impl PrecheckItem for EnoughDatabases {
    fn id(&self) -> &'static str {
        "enough_databases"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::Never
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        let count = *facts.destination()?.databases.as_ref().map_err(Clone::clone)?;
        let source = facts.source()?;
        let keyspace = source.info.keyspace();
        // A database that was named must exist; of "all", those with keys.
        let named = spec.databases.selected().into_iter().flatten();
        let mapped = spec.databases.map().keys();
        let filled = keyspace.iter().map(|(number, _)| number);
        let highest = named
            .chain(mapped)
            .chain(filled)
            .filter_map(|number| spec.databases.destination_of(*number))
            .max()
            .unwrap_or(0);
        let expected = phrase!("enough_databases.expected", highest = highest);
        let found = phrase!("enough_databases.found", number = count);
        if highest >= count {
            let fix = Fix::Words(phrase!("enough_databases.fix", number = highest + 1));
            return Ok(Verdict::failed(found, expected, fix));
        }
        let others = source.databases.as_ref().is_ok_and(|theirs| *theirs > count);
        Ok(if others && spec.databases.selected().is_none() && spec.stages.incremental {
            Verdict::warning(
                phrase!("enough_databases.fewer", number = count),
                expected,
                Fix::Words(phrase!("enough_databases.fix_fewer")),
            )
        } else {
            Verdict::passed(found, expected)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    fn verdict_with(info: &str, spec: &TaskSpec) -> Verdict {
        EnoughDatabases.verdict(&sample::facts_with(info, ""), spec).unwrap()
    }

    #[test]
    fn a_filled_database_without_a_place_fails() {
        let verdict = verdict_with("db16:keys=1\n", &sample::spec());
        assert_eq!(verdict.kind, VerdictKind::Failed);
        assert!(verdict.fix.line().contains("databases 17"));
    }

    #[test]
    fn a_mapped_database_counts_by_its_new_number() {
        let mapped = |from, to| {
            sample::spec_with(|draft| {
                draft.databases = Some(vec![from]);
                draft.map_databases = [(from, to)].into();
            })
        };
        assert_eq!(verdict_with("db16:keys=1\n", &mapped(16, 3)).kind, VerdictKind::Passed);
        assert_eq!(verdict_with("", &mapped(0, 16)).kind, VerdictKind::Failed);
    }

    #[test]
    fn an_unselected_database_needs_no_place() {
        let spec = sample::spec_with(|draft| draft.databases = Some(vec![0]));
        assert_eq!(verdict_with("db16:keys=1\n", &spec).kind, VerdictKind::Passed);
    }

    #[test]
    fn empty_databases_that_could_be_written_later_are_told() {
        let mut facts = sample::facts();
        facts.source.as_mut().unwrap().databases = Ok(32);
        let verdict = EnoughDatabases.verdict(&facts, &sample::spec()).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Warning);
    }
}
