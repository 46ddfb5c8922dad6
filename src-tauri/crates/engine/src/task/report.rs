//! Putting the figures together, each second and at each change.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::figures::{FRESH, Figures};
use super::retry::Condition;
use super::run::Conditions;
use super::stages::Stages;
use super::{TaskContext, TaskEnd, TaskState, Wish};
use crate::checkpoint::SnapshotProgress;
use crate::error::{ErrorReport, Side};
use crate::phrase;
use crate::report::{
    DatabaseReport, EventLevel, LatencyReport, Observer, ReportDetail, RetryReport, Stage,
    TaskReport, rfc3339, rfc3339_now,
};
use crate::spec::TaskSpec;

/// How often the figures are looked at; a report follows each second, or when the state changed.
const LOOK_EVERY: Duration = Duration::from_millis(100);
const REPORT_EVERY: Duration = Duration::from_secs(1);

/// Reports on a running task.
pub(super) struct Reporter {
    pub(super) task_name: String,
    pub(super) spec: Arc<TaskSpec>,
    pub(super) figures: Arc<Figures>,
    pub(super) stages: Arc<Stages>,
    pub(super) conditions: Arc<Conditions>,
    pub(super) wish: watch::Receiver<Wish>,
    pub(super) observer: Arc<dyn Observer>,
}

/// What is told of the last second.
#[derive(Clone, Copy)]
struct Second {
    bytes_in: f64,
    bytes_out: f64,
    records: f64,
    latency: Option<LatencyReport>,
}

/// Totals at the last report, for rates.
struct Before {
    at: Instant,
    totals: (u64, u64, u64),
}

impl Reporter {
    /// Until aborted.
    pub(super) async fn run(self) {
        let mut tick = interval(LOOK_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut before = Before { at: Instant::now(), totals: self.figures.totals() };
        let mut last = None;
        let mut second = None;
        loop {
            tokio::select! {
                _ = tick.tick() => {}
                () = self.conditions.changed.notified() => {}
            }
            let due = before.at.elapsed() >= REPORT_EVERY;
            if due {
                second = Some(second_since(&mut before, &self.figures));
            }
            let report = self.report(second);
            let face = (report.state, report.stage, report.caught_up, report.error.clone());
            if due || last.as_ref() != Some(&face) {
                if report.caught_up && !last.is_some_and(|(_, _, caught_up, _)| caught_up) {
                    self.figures.event(EventLevel::Info, "caught_up", phrase!("event.caught_up"));
                }
                last = Some(face);
                self.observer.report(report);
            }
        }
    }

    fn report(&self, second: Option<Second>) -> TaskReport {
        let (state, error, retry) = self.state();
        let mut report = compose(&self.task_name, &self.spec, &self.figures, &self.stages);
        if let Some(second) = second {
            report.detail.bytes_in_per_second = Some(second.bytes_in);
            report.detail.bytes_out_per_second = Some(second.bytes_out);
            report.detail.records_per_second = Some(second.records);
            report.detail.latency = second.latency;
        }
        report.caught_up &= state == TaskState::Running;
        report.state = state;
        report.error = error;
        report.detail.retry = retry;
        report
    }

    fn state(&self) -> (TaskState, Option<ErrorReport>, Option<RetryReport>) {
        match *self.wish.borrow() {
            Wish::Pause | Wish::Leave => return (TaskState::Pausing, None, None),
            Wish::Stop => return (TaskState::Stopping, None, None),
            Wish::Run => {}
        }
        let mut worst = (TaskState::Running, None, None);
        for side in [Side::Local, Side::Source, Side::Destination] {
            if let Condition::Waiting { error, holding, retry } = self.conditions.of(side) {
                let state = if holding { TaskState::Holding } else { TaskState::Retrying };
                if worst.0 != TaskState::Holding {
                    worst = (state, Some(error), Some(retry));
                }
            }
        }
        worst
    }

    /// The figures at a task's end.
    pub(super) fn last(context: &TaskContext, figures: &Figures, stages: &Stages, end: &TaskEnd) {
        let mut report = compose(&context.task_name, &context.spec, figures, stages);
        report.stage = report.stage.filter(|_| !matches!(end, TaskEnd::Finished));
        (report.state, report.error) = match end {
            TaskEnd::Finished => (TaskState::Finished, None),
            TaskEnd::Paused => (TaskState::Paused, None),
            TaskEnd::Stopped => (TaskState::Stopped, None),
            TaskEnd::Failed(error) => (TaskState::Failed, Some(error.report())),
        };
        context.observer.report(report);
    }
}

fn second_since(before: &mut Before, figures: &Figures) -> Second {
    let totals = figures.totals();
    let seconds = before.at.elapsed().as_secs_f64().max(0.001);
    let rate = |now: u64, then: u64| now.saturating_sub(then) as f64 / seconds;
    let second = Second {
        bytes_in: rate(totals.0, before.totals.0),
        bytes_out: rate(totals.1, before.totals.1),
        records: rate(totals.2, before.totals.2),
        latency: figures.latency.take(),
    };
    *before = Before { at: Instant::now(), totals };
    second
}

fn compose(task_name: &str, spec: &TaskSpec, figures: &Figures, stages: &Stages) -> TaskReport {
    let counts = figures.counts();
    let checkpoint = *figures.checkpoint().borrow();
    // Before the snapshot is whole, an offset says nothing about what is applied.
    let applied = checkpoint
        .filter(|checkpoint| checkpoint.snapshot_progress == SnapshotProgress::Whole)
        .filter(|_| spec.stages.incremental)
        .map(|checkpoint| checkpoint.position.offset);
    let newest = figures.newest_sample();
    let source = newest.map(|sample| sample.offset);
    let fresh = newest.is_some_and(|sample| sample.at.elapsed() <= FRESH);
    let stage = stages.current();
    let caught_up = stage == Some(Stage::Incremental)
        && fresh
        && matches!((applied, source), (Some(applied), Some(source))
            if applied >= source && figures.owes_nothing(applied));
    let snapshot = figures.snapshot_bytes_now();
    let databases = counts
        .databases
        .iter()
        .filter_map(|(source, (keys_done, keys_skipped, commands_applied))| {
            Some(DatabaseReport {
                source: *source,
                destination: spec.databases.destination_of(*source)?,
                keys_done: *keys_done,
                keys_skipped: *keys_skipped,
                commands_applied: *commands_applied,
            })
        })
        .collect();
    let ms = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    TaskReport {
        at: rfc3339_now(),
        task: task_name.to_owned(),
        state: TaskState::Running,
        stage,
        keys_total: counts.keys_total.filter(|_| spec.stages.full),
        keys_done: spec.stages.full.then_some(counts.keys_done),
        keys_skipped: counts.keys_skipped,
        commands_applied: spec.stages.incremental.then_some(counts.commands_applied),
        commands_skipped: counts.commands_skipped,
        source_offset: source.map(|offset| offset.to_string()),
        applied_offset: applied.map(|offset| offset.to_string()),
        lag_bytes: source.zip(applied).map(|(source, applied)| source.saturating_sub(applied)),
        lag_ms: applied.and_then(|applied| figures.lag(applied)).map(ms),
        caught_up,
        error: None,
        outcome: None,
        detail: ReportDetail {
            records_per_second: None,
            bytes_in_per_second: None,
            bytes_out_per_second: None,
            latency: None,
            snapshot_bytes_received: snapshot.received,
            snapshot_bytes_total: snapshot.total,
            snapshot_bytes_applied: snapshot.applied,
            checkpoint_at: figures.checkpoint_at().map(rfc3339),
            spool_bytes: figures.spool_bytes(),
            source_idle_ms: figures.source_idle().map(ms),
            backlog: figures.backlog(),
            stages: stages.now(),
            databases,
            retry: None,
        },
    }
}
