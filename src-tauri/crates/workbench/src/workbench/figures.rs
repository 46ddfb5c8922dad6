//! The latest figures of a run in this process.

use std::sync::{Mutex, PoisonError};

use keyferry_engine::report::{TaskEvent, TaskReport};
use tokio::sync::watch;

use crate::runner::Follower;

/// See the module.
pub(super) struct Figures {
    latest: Mutex<Option<TaskReport>>,
    changes: watch::Sender<u64>,
}

impl Figures {
    /// `changes` is bumped with each report.
    pub(super) fn new(changes: watch::Sender<u64>) -> Self {
        Self { latest: Mutex::default(), changes }
    }

    pub(super) fn latest(&self) -> Option<TaskReport> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Follower for Figures {
    fn report(&self, report: &TaskReport) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(report.clone());
        self.changes.send_modify(|count| *count += 1);
    }

    fn event(&self, _event: &TaskEvent) {
        self.changes.send_modify(|count| *count += 1);
    }
}
