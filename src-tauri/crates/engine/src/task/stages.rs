//! When each stage of a task began and ended.

use std::sync::{Arc, Mutex, PoisonError};

use crate::record::RecordFile;
use crate::report::{Stage, StageTimes, rfc3339_now};

/// The stages of one task, kept in its record.
pub(crate) struct Stages {
    record: Arc<Mutex<RecordFile>>,
}

impl Stages {
    pub(crate) fn new(record: Arc<Mutex<RecordFile>>) -> Self {
        Self { record }
    }

    /// `stage` runs, and those before it do not any more. Runs again after a re-copy.
    pub(crate) fn begin(&self, stage: Stage) {
        self.change(|stages| {
            let runs =
                stages.last().is_some_and(|last| last.stage == stage && last.ended_at.is_none());
            if !runs {
                close(stages);
                stages.retain(|times| times.stage < stage);
                stages.push(StageTimes { stage, started_at: rfc3339_now(), ended_at: None });
            }
        });
    }

    /// `stage` is over.
    pub(crate) fn end(&self, stage: Stage) {
        self.change(|stages| {
            if stages.last().is_some_and(|last| last.stage == stage) {
                close(stages);
            }
        });
    }

    pub(crate) fn now(&self) -> Vec<StageTimes> {
        self.lock().get().stages.clone()
    }

    /// The one that runs.
    pub(crate) fn current(&self) -> Option<Stage> {
        self.lock()
            .get()
            .stages
            .last()
            .filter(|last| last.ended_at.is_none())
            .map(|last| last.stage)
    }

    fn change(&self, change: impl FnOnce(&mut Vec<StageTimes>)) {
        // Times are for display: a disk that cannot take them fails the task elsewhere.
        if let Err(error) = self.lock().update(|record| change(&mut record.stages)) {
            tracing::warn!(%error, "a stage's time was not kept");
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, RecordFile> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn close(stages: &mut [StageTimes]) {
    if let Some(last) = stages.last_mut()
        && last.ended_at.is_none()
    {
        last.ended_at = Some(rfc3339_now());
    }
}
