//! Looking before anything is written.
//!
//! Facts are gathered once ([`facts::Facts`]); an item is a pure function of facts and spec. A
//! failed check is data; "could not look" is another thing.

pub mod connectivity;
pub mod facts;
pub mod items;

use std::path::Path;

use serde::{Deserialize, Serialize};

use self::facts::Facts;
use self::items::PrecheckItem;
use crate::secret::Credentials;
use crate::spec::TaskSpec;

/// What an item found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// As it should be.
    Passed,
    /// The task may start; the user should know.
    Warning,
    /// The task must not start.
    Failed,
    /// Failed, and the user chose to go on.
    Ignored,
    /// It could not be found out.
    CouldNotCheck,
}

/// One line of a precheck's result; the `precheck --json` object of the headless contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ItemReport {
    /// A stable word.
    pub id: String,
    /// The result.
    pub verdict: VerdictKind,
    /// What was found, in English.
    pub found: String,
    /// What it should be, in English.
    pub expected: String,
    /// How to mend it: a command to copy, or words. Empty when nothing is to be mended.
    pub fix: String,
    /// Whether the user may choose to go on.
    pub ignorable: bool,
}

/// A whole precheck.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PrecheckReport {
    /// In the order users see.
    pub items: Vec<ItemReport>,
}

impl PrecheckReport {
    /// Whether the task may start.
    pub fn passed(&self) -> bool {
        self.items.iter().all(|item| item.verdict != VerdictKind::Failed)
    }
}

/// Which items run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All.
    All,
    /// Those that no user may ignore.
    NotIgnorable,
}

/// Looks at both servers and this computer, and judges every item. `on_item` is called as each
/// verdict falls. Writes nothing but a probe key with a time to live of ten seconds.
pub async fn run(
    task_id: &str,
    spec: &TaskSpec,
    credentials: &Credentials,
    folder: &Path,
    scope: Scope,
    on_item: &(dyn Fn(&ItemReport) + Send + Sync),
) -> PrecheckReport {
    tracing::debug!(task = task_id, "looking at both servers");
    let (mut facts, mut questions) = facts::gather(spec, credentials, folder, scope).await;
    let judge = |item: &dyn PrecheckItem, facts: &Facts| {
        let report = judge(item, facts, spec);
        on_item(&report);
        report
    };
    // Walking through the keys takes longest: what does not need it is told before.
    let wanted: Vec<&dyn PrecheckItem> = items::ALL
        .iter()
        .copied()
        .filter(|item| scope == Scope::All || !item.ignorable())
        .collect();
    let mut reports: Vec<Option<ItemReport>> =
        wanted.iter().map(|item| (!item.needs_conflicts()).then(|| judge(*item, &facts))).collect();
    if spec.stages.full && wanted.iter().any(|item| item.needs_conflicts()) {
        facts::gather_conflicts(&mut facts, &mut questions, spec).await;
    }
    for (report, item) in reports.iter_mut().zip(wanted) {
        report.get_or_insert_with(|| judge(item, &facts));
    }
    PrecheckReport { items: reports.into_iter().flatten().collect() }
}

fn judge(item: &dyn PrecheckItem, facts: &Facts, spec: &TaskSpec) -> ItemReport {
    let (verdict, found, expected, fix) = match item.verdict(facts, spec) {
        Ok(verdict) => (verdict.kind, verdict.found, verdict.expected, verdict.fix),
        Err(unknown) => (
            VerdictKind::CouldNotCheck,
            unknown.0,
            "that it can be looked at".to_owned(),
            String::new(),
        ),
    };
    let ignored = verdict == VerdictKind::Failed
        && item.ignorable()
        && spec.ignored_checks.contains(item.id());
    ItemReport {
        id: item.id().to_owned(),
        verdict: if ignored { VerdictKind::Ignored } else { verdict },
        found,
        expected,
        fix,
        ignorable: item.ignorable(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::precheck::facts::sample;

    fn verdict_of(id: &str, facts: &Facts, spec: &TaskSpec) -> VerdictKind {
        let item = items::ALL.iter().find(|item| item.id() == id).unwrap();
        judge(*item, facts, spec).verdict
    }

    #[test]
    fn a_failed_item_is_ignored_only_where_that_is_allowed() {
        let facts = sample::facts_with("", "maxmemory_policy:allkeys-lru\nrole:slave\n");
        let spec = sample::spec_with(|draft| {
            draft.ignored_checks = vec!["eviction_policy".into(), "destination_role".into()];
        });
        assert_eq!(verdict_of("eviction_policy", &facts, &spec), VerdictKind::Ignored);
        assert_eq!(verdict_of("destination_role", &facts, &spec), VerdictKind::Failed);
        assert_eq!(verdict_of("eviction_policy", &facts, &sample::spec()), VerdictKind::Failed);
    }

    #[test]
    fn what_a_dead_side_hides_could_not_be_checked() {
        let mut facts = sample::facts();
        let error = crate::error::Error::new(
            crate::error::ErrorKind::ConnectFailed,
            crate::error::Side::Destination,
            "refused",
        );
        facts.destination = Err(error.report());
        let spec = sample::spec();
        assert_eq!(verdict_of("destination_reachable", &facts, &spec), VerdictKind::Failed);
        assert_eq!(verdict_of("memory_fits", &facts, &spec), VerdictKind::CouldNotCheck);
        assert_eq!(verdict_of("source_role", &facts, &spec), VerdictKind::Passed);
    }
}
