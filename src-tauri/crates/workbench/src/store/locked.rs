//! A task that one process holds.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use keyferry_engine::durable;
use keyferry_engine::error::Error;
use keyferry_engine::report::{TaskEvent, TaskReport};
use keyferry_engine::task::LifeEvent;

use super::{EVENTS_BYTES_MAX, EVENTS_MAX, StoredTask, VERSION, forget_the_moment, io};
use crate::error::{CommandError, Result};

/// A task that this process alone may run or change.
#[derive(Debug)]
pub struct LockedTask {
    /// As it was read under the lock.
    pub task: StoredTask,
    pub(super) folder: PathBuf,
    pub(super) _lock: File,
}

impl LockedTask {
    /// The folder that the engine works in.
    pub fn engine_folder(&self) -> PathBuf {
        self.folder.join("engine")
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Changes the task, on disk first.
    ///
    /// # Errors
    /// The disk refused; the task is then what it was.
    pub fn update(&mut self, change: impl FnOnce(&mut StoredTask)) -> Result<()> {
        let before = self.task.clone();
        change(&mut self.task);
        if self.task == before {
            return Ok(());
        }
        if let Err(error) = self.save() {
            self.task = before;
            return Err(error);
        }
        Ok(())
    }

    /// Moves it along its life.
    ///
    /// # Errors
    /// It cannot take the event now, or the disk refused.
    pub fn on(&mut self, event: LifeEvent) -> Result<()> {
        self.on_with(event, |_| {})
    }

    /// Moves it along its life, with a change that goes with the event.
    ///
    /// # Errors
    /// As [`LockedTask::on`]; the task is then what it was.
    pub fn on_with(
        &mut self,
        event: LifeEvent,
        change: impl FnOnce(&mut StoredTask),
    ) -> Result<()> {
        let next = self
            .task
            .state
            .on(event)
            .map_err(|error| CommandError::usage("wrong_state", error.phrase()))?;
        self.update(|task| {
            task.state = next;
            change(task);
        })
    }

    /// Removes every trace of it.
    ///
    /// # Errors
    /// The disk refused.
    pub fn delete(self) -> Result<()> {
        Ok(fs::remove_dir_all(&self.folder).map_err(|cause| io(&self.folder, cause))?)
    }

    /// A run begins: the figures of the one before are not of this moment any more.
    pub(crate) fn age_report(folder: &Path) {
        let held = fs::read(folder.join("status.json")).ok();
        if let Some(mut report) =
            held.and_then(|body| serde_json::from_slice::<TaskReport>(&body).ok())
        {
            forget_the_moment(&mut report);
            Self::write_report(folder, &report);
        }
    }

    /// Keeps figures for readers in other processes.
    pub(crate) fn write_report(folder: &Path, report: &TaskReport) {
        let write = || -> std::io::Result<()> {
            let aside = folder.join("status.new");
            fs::write(&aside, serde_json::to_vec(report)?)?;
            fs::rename(aside, folder.join("status.json"))
        };
        if let Err(error) = write() {
            tracing::warn!(%error, "the figures were not kept");
        }
    }

    pub(crate) fn write_event(folder: &Path, event: &TaskEvent) {
        let write = || -> std::io::Result<()> {
            let mut line = serde_json::to_vec(event)?;
            line.push(b'\n');
            let path = folder.join("events.jsonl");
            let mut file = fs::OpenOptions::new().create(true).append(true).open(&path)?;
            file.write_all(&line)?;
            if file.metadata()?.len() > EVENTS_BYTES_MAX {
                let text = fs::read_to_string(&path)?;
                let from = text.lines().count().saturating_sub(EVENTS_MAX / 2);
                let kept: String = text.lines().skip(from).flat_map(|line| [line, "\n"]).collect();
                fs::write(&path, kept)?;
            }
            Ok(())
        };
        if let Err(error) = write() {
            tracing::warn!(%error, "an event was not kept");
        }
    }

    pub(super) fn save(&self) -> Result<()> {
        let body =
            serde_json::to_vec_pretty(&self.task).map_err(|cause| Error::internal(&cause))?;
        Ok(durable::replace(&self.folder.join("task"), VERSION, &body)?)
    }
}
