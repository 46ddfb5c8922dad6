//! Keys that both sides have.

use super::{PrecheckItem, Verdict};
use crate::precheck::facts::DatabaseConflicts;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::ConflictPolicy;
use crate::spec::TaskSpec;

pub(super) struct ConflictingKeys;

impl PrecheckItem for ConflictingKeys {
    fn id(&self) -> &'static str {
        "conflicting_keys"
    }

    fn ignorable(&self) -> bool {
        true
    }

    fn needs_conflicts(&self) -> bool {
        true
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        if !spec.stages.full {
            return Ok(Verdict::passed(
                "no snapshot is copied: the destination is taken to hold the data",
                "nothing: only the stream is applied",
            ));
        }
        let conflicts = facts.conflicts.as_ref().map_err(Clone::clone)?;
        let count: u64 = conflicts.databases.iter().map(|database| database.count).sum();
        let found = if count == 0 {
            "no key is on both sides".to_owned()
        } else {
            let databases: Vec<String> = conflicts.databases.iter().map(describe).collect();
            format!("{count} keys are on both sides: {}", databases.join("; "))
        };
        let flushed = "a FLUSHDB or FLUSHALL at the source removes the destination's own keys too";
        Ok(match spec.conflict {
            ConflictPolicy::Report if count == 0 => Verdict::passed(found, "no key on both sides"),
            ConflictPolicy::Report => Verdict::failed(
                found,
                "no key on both sides",
                "Remove the keys at the destination, or choose --conflict keep or --conflict \
                 overwrite.",
            ),
            ConflictPolicy::Keep if count == 0 => Verdict::passed(found, "keys on both sides stay"),
            ConflictPolicy::Keep => Verdict::warning(
                format!("{found}; they stay as they are, so the two sides will differ"),
                "keys on both sides stay",
                "Nothing, if that is what you want; else remove them at the destination.",
            ),
            ConflictPolicy::Overwrite if conflicts.destination_keys == 0 => {
                Verdict::passed(found, "keys on both sides are replaced")
            }
            ConflictPolicy::Overwrite => Verdict::warning(
                format!("{found}; they are replaced, and {flushed}"),
                "keys on both sides are replaced",
                "Nothing, if that is what you want; else choose another destination.",
            ),
        })
    }
}

fn describe(conflicts: &DatabaseConflicts) -> String {
    let DatabaseConflicts { source, destination, count, samples } = conflicts;
    let place =
        if source == destination { String::new() } else { format!(" ({destination} there)") };
    let more = if *count > samples.len() as u64 { " …" } else { "" };
    format!("{count} in database {source}{place}: {}{more}", samples.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    use crate::precheck::facts::Conflicts;

    fn verdict_under(policy: ConflictPolicy) -> Verdict {
        let mut facts = sample::facts();
        facts.conflicts = Ok(Conflicts {
            databases: vec![DatabaseConflicts {
                source: 1,
                destination: 2,
                count: 7,
                samples: vec!["a".into(), "b".into()],
            }],
            destination_keys: 10,
        });
        let spec = sample::spec_with(|draft| draft.conflict = policy);
        ConflictingKeys.verdict(&facts, &spec).unwrap()
    }

    #[test]
    fn the_policy_decides_what_a_conflict_is() {
        let report = verdict_under(ConflictPolicy::Report);
        assert_eq!(report.kind, VerdictKind::Failed);
        assert_eq!(report.found, "7 keys are on both sides: 7 in database 1 (2 there): a, b …");
        assert_eq!(verdict_under(ConflictPolicy::Keep).kind, VerdictKind::Warning);
        let overwrite = verdict_under(ConflictPolicy::Overwrite);
        assert_eq!(overwrite.kind, VerdictKind::Warning);
        assert!(overwrite.found.contains("FLUSHDB"));
    }

    #[test]
    fn without_a_snapshot_there_is_nothing_to_conflict() {
        let mut facts = sample::facts();
        facts.conflicts = Err(crate::precheck::facts::Unknown("not looked".into()));
        let spec = sample::spec_with(|draft| {
            draft.stages = crate::spec::Stages { full: false, incremental: true };
        });
        let verdict = ConflictingKeys.verdict(&facts, &spec).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Passed);
    }
}
