//! Whom a run is told to: those who follow it, and other processes by what is kept of it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use keyferry_engine::precheck::ItemReport;
use keyferry_engine::report::{Observer, TaskEvent, TaskReport};

use crate::charts::Recorder;
use crate::store::{LockedTask, bare_report};

/// How often a running task's figures are written for other processes.
const STATUS_EVERY: Duration = Duration::from_millis(900);

/// Whoever follows a run. Called on the engine's tasks: must not block.
pub trait Follower: Send + Sync + 'static {
    /// New figures, or a new state.
    fn report(&self, report: &TaskReport);
    /// Something happened.
    fn event(&self, event: &TaskEvent) {
        let _ = event;
    }
    /// A verdict of the precheck fell.
    fn item(&self, item: &ItemReport) {
        let _ = item;
    }
}

/// Several followers of one run.
pub(crate) struct Followers(pub(crate) Vec<Arc<dyn Follower>>);

impl Follower for Followers {
    fn report(&self, report: &TaskReport) {
        self.0.iter().for_each(|follower| follower.report(report));
    }

    fn event(&self, event: &TaskEvent) {
        self.0.iter().for_each(|follower| follower.event(event));
    }

    fn item(&self, item: &ItemReport) {
        self.0.iter().for_each(|follower| follower.item(item));
    }
}

/// Keeps what the engine tells: for other processes, and for the follower.
pub(super) struct Keeper {
    folder: PathBuf,
    pub(super) follower: Arc<dyn Follower>,
    pub(super) charts: Arc<Recorder>,
    latest: Mutex<(TaskReport, Option<Instant>)>,
    /// The task's name, which may change while it runs.
    name: Mutex<String>,
    /// It caught up since it was started.
    caught_up: AtomicBool,
}

impl Observer for Keeper {
    fn report(&self, mut report: TaskReport) {
        report.task.clone_from(&self.name.lock().unwrap_or_else(PoisonError::into_inner));
        self.caught_up.fetch_or(report.caught_up, Ordering::Relaxed);
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = latest.0.state != report.state || latest.0.stage != report.stage;
        if changed || latest.1.is_none_or(|at| at.elapsed() >= STATUS_EVERY) {
            LockedTask::write_report(&self.folder, &report);
            latest.1 = Some(Instant::now());
        }
        self.charts.take(&report);
        self.follower.report(&report);
        latest.0 = report;
    }

    fn event(&self, event: TaskEvent) {
        LockedTask::write_event(&self.folder, &event);
        self.follower.event(&event);
    }
}

impl Keeper {
    /// Of a run of this task that begins.
    pub(super) fn new(
        locked: &LockedTask,
        follower: Arc<dyn Follower>,
        charts: Arc<Recorder>,
    ) -> Self {
        let report = bare_report(&locked.task.name, locked.task.state);
        Self {
            folder: locked.folder().to_owned(),
            follower,
            charts,
            latest: Mutex::new((report, None)),
            name: Mutex::new(locked.task.name.clone()),
            caught_up: AtomicBool::new(false),
        }
    }

    pub(super) fn has_caught_up(&self) -> bool {
        self.caught_up.load(Ordering::Relaxed)
    }

    pub(super) fn rename(&self, name: &str) {
        name.clone_into(&mut self.name.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn latest(&self) -> TaskReport {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }
}
