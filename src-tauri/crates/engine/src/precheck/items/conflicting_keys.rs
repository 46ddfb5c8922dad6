//! Keys that both sides have.

use super::{Fix, IgnoreRule, PrecheckItem, Side, Verdict};
use crate::phrase;
use crate::precheck::DatabaseKeys;
use crate::precheck::facts::{Fact, Facts};
use crate::spec::ConflictPolicy;
use crate::spec::TaskSpec;

/// How many names stand in the line that is found; the rest is listed apart.
const NAMES_IN_LINE: usize = 5;

pub(super) struct ConflictingKeys;

impl PrecheckItem for ConflictingKeys {
    fn id(&self) -> &'static str {
        "conflicting_keys"
    }

    fn side(&self) -> Side {
        Side::Destination
    }

    fn ignore(&self) -> IgnoreRule {
        IgnoreRule::TypeName
    }

    fn needs_conflicts(&self) -> bool {
        true
    }

    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict> {
        if !spec.stages.full {
            return Ok(Verdict::passed(
                phrase!("conflicting_keys.no_snapshot"),
                phrase!("conflicting_keys.expected_no_snapshot"),
            ));
        }
        let conflicts = facts.conflicts.as_ref().map_err(Clone::clone)?;
        let keys: u64 = conflicts.databases.iter().map(|database| database.count).sum();
        let samples: Vec<String> = conflicts.databases.iter().map(describe).collect();
        let samples = samples.join("; ");
        let none = phrase!("conflicting_keys.none");
        let verdict = match spec.conflict {
            ConflictPolicy::Report if keys == 0 => {
                Verdict::passed(none, phrase!("conflicting_keys.expected_none"))
            }
            ConflictPolicy::Report => Verdict::failed(
                phrase!("conflicting_keys.some", keys = keys, samples = samples),
                phrase!("conflicting_keys.expected_none"),
                Fix::Words(phrase!("conflicting_keys.fix")),
            ),
            ConflictPolicy::Keep if keys == 0 => {
                Verdict::passed(none, phrase!("conflicting_keys.expected_kept"))
            }
            ConflictPolicy::Keep => Verdict::warning(
                phrase!("conflicting_keys.kept", keys = keys, samples = samples),
                phrase!("conflicting_keys.expected_kept"),
                Fix::Words(phrase!("conflicting_keys.fix_kept")),
            ),
            ConflictPolicy::Overwrite if conflicts.destination_keys == 0 => {
                Verdict::passed(none, phrase!("conflicting_keys.expected_replaced"))
            }
            ConflictPolicy::Overwrite => Verdict::warning(
                if keys == 0 {
                    phrase!("conflicting_keys.flushed")
                } else {
                    phrase!("conflicting_keys.replaced", keys = keys, samples = samples)
                },
                phrase!("conflicting_keys.expected_replaced"),
                Fix::Words(phrase!("conflicting_keys.fix_replaced")),
            ),
        };
        Ok(Verdict { keys: conflicts.databases.clone(), ..verdict })
    }
}

/// Some of a database's keys, in one line: figures and names only, which need no translation.
fn describe(keys: &DatabaseKeys) -> String {
    let DatabaseKeys { source, destination, count, samples } = keys;
    let place = if source == destination {
        format!("db{source}")
    } else {
        format!("db{source} → db{destination}")
    };
    let names: Vec<&str> =
        samples.iter().take(NAMES_IN_LINE).map(|key| key.text.as_str()).collect();
    let more = if *count > names.len() as u64 { " …" } else { "" };
    format!("{place} {count} ({}{more})", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::VerdictKind;
    use crate::precheck::facts::sample;

    use crate::precheck::KeyName;
    use crate::precheck::facts::Conflicts;

    fn verdict_under(policy: ConflictPolicy) -> Verdict {
        let mut facts = sample::facts();
        facts.conflicts = Ok(Conflicts {
            databases: vec![DatabaseKeys {
                source: 1,
                destination: 2,
                count: 7,
                samples: vec![KeyName::of(b"a"), KeyName::of(b"b\xff")],
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
        let line = "7 keys are on both sides: db1 → db2 7 (a, b\\xff …)";
        assert_eq!(report.found.to_string(), line);
        assert_eq!(report.keys[0].samples[1].hex, "62ff");
        assert_eq!(verdict_under(ConflictPolicy::Keep).kind, VerdictKind::Warning);
        let overwrite = verdict_under(ConflictPolicy::Overwrite);
        assert_eq!(overwrite.kind, VerdictKind::Warning);
        assert!(overwrite.found.to_string().contains("FLUSHDB"));
    }

    #[test]
    fn without_a_snapshot_there_is_nothing_to_conflict() {
        let mut facts = sample::facts();
        facts.conflicts = Err(crate::precheck::facts::Unknown(phrase!("unknown.not_looked")));
        let spec = sample::spec_with(|draft| {
            draft.stages = crate::spec::Stages { full: false, incremental: true };
        });
        let verdict = ConflictingKeys.verdict(&facts, &spec).unwrap();
        assert_eq!(verdict.kind, VerdictKind::Passed);
    }
}
