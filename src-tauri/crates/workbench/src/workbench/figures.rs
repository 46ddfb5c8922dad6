//! The latest figures of a run in this process, and those of the hour before.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use keyferry_engine::report::{TaskEvent, TaskReport};
use tokio::sync::watch;

use crate::model::Sample;
use crate::runner::Follower;

/// An hour of the charts, one point a second.
const SAMPLES_MAX: usize = 3600;
/// Somewhat less than a second, since reports come about each second.
const SAMPLE_EVERY_MS: u64 = 950;

/// See the module.
pub(super) struct Figures {
    latest: Mutex<(Option<TaskReport>, VecDeque<Sample>)>,
    changes: watch::Sender<u64>,
}

impl Figures {
    /// Goes on from the samples of an earlier run; `changes` is bumped with each report.
    pub(super) fn new(earlier: Vec<Sample>, changes: watch::Sender<u64>) -> Self {
        Self { latest: Mutex::new((None, earlier.into())), changes }
    }

    pub(super) fn latest(&self) -> Option<TaskReport> {
        self.lock().0.clone()
    }

    pub(super) fn samples(&self) -> Vec<Sample> {
        self.lock().1.iter().copied().collect()
    }

    fn lock(&self) -> MutexGuard<'_, (Option<TaskReport>, VecDeque<Sample>)> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Follower for Figures {
    fn report(&self, report: &TaskReport) {
        let mut latest = self.lock();
        let at_ms = now_ms();
        let due = |last: &Sample| at_ms.saturating_sub(last.at_ms) >= SAMPLE_EVERY_MS;
        if latest.1.back().is_none_or(due) {
            if latest.1.len() == SAMPLES_MAX {
                latest.1.pop_front();
            }
            latest.1.push_back(Sample {
                at_ms,
                lag_ms: report.lag_ms,
                lag_bytes: report.lag_bytes,
                records_per_second: report.detail.records_per_second,
                bytes_per_second: report.detail.bytes_out_per_second,
            });
        }
        latest.0 = Some(report.clone());
        drop(latest);
        self.changes.send_modify(|count| *count += 1);
    }

    fn event(&self, _event: &TaskEvent) {
        self.changes.send_modify(|count| *count += 1);
    }
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
