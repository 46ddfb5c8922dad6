//! What a run says of itself, beside what the engine says while it lasts.

use keyferry_engine::precheck::{PrecheckReport, VerdictKind};
use keyferry_engine::spec::TaskSpec;

use crate::control::Amendment;
use crate::runner::RunEnd;
use crate::store::StoredTask;

/// With this line, a log tells of which task it is and what was asked for.
pub(crate) fn say_what_runs(task: &StoredTask, spec: &TaskSpec) {
    let (full, incremental) = (spec.stages.full, spec.stages.incremental);
    tracing::info!(
        keyferry = env!("CARGO_PKG_VERSION"),
        source = %spec.source.address,
        destination = %spec.destination.address,
        full,
        incremental,
        conflict = ?spec.conflict,
        retry_minutes = spec.retry_minutes,
        records_per_second_max = spec.limits.records_per_second,
        bytes_per_second_max = spec.limits.bytes_per_second,
        "“{}” begins to run, from the state: {}",
        task.name,
        task.state.phrase()
    );
}

/// How far it came.
pub(crate) fn say_how_it_ended(RunEnd { outcome, report, .. }: &RunEnd) {
    tracing::info!(
        outcome = ?outcome,
        keys_done = report.keys_done,
        commands_applied = report.commands_applied,
        applied_offset = report.applied_offset.as_deref(),
        "the run has ended"
    );
}

/// What a precheck found, with each item for which the task does not start.
pub(crate) fn say_what_was_found(report: &PrecheckReport) {
    let count = |verdict| report.items.iter().filter(|item| item.verdict == verdict).count();
    let (failed, warnings) = (count(VerdictKind::Failed), count(VerdictKind::Warning));
    tracing::info!(items = report.items.len(), failed, warnings, "the precheck is done");
    for item in report.items.iter().filter(|item| item.verdict == VerdictKind::Failed) {
        tracing::warn!(item = item.id, "the precheck has failed: {}", item.found);
    }
}

/// What its user changed of it.
pub(crate) fn say_what_changes(amendment: &Amendment) {
    if let Some(limits) = amendment.limits() {
        tracing::info!(
            records_per_second_max = limits.records_per_second,
            bytes_per_second_max = limits.bytes_per_second,
            "the throttle is changed"
        );
        return;
    }
    match amendment {
        Amendment::Name(name) => tracing::info!("the task is called “{name}” from now on"),
        Amendment::Alerts(rules) => {
            tracing::info!(alerts = rules.is_some(), "whom to tell of what is changed");
        }
        Amendment::KeepAwake(keep) => {
            tracing::info!(keep, "whether the computer stays awake is changed");
        }
        Amendment::Limits(_) | Amendment::Class(_) => {}
    }
}
