//! The list of tasks and a task's page.

use std::sync::Arc;

use keyferry_engine::phrase;
use keyferry_engine::report::rfc3339;
use keyferry_engine::skipped::Wanted;
use keyferry_engine::task::{self, TaskState};

use super::Workbench;
use crate::charts::{self, Drawn};
use crate::error::{CommandError, Result};
use crate::log::{self, News};
use crate::model::{
    Charts, LogFilter, LogPage, Owner, SideLabel, SkippedPage, SkippedQuery, TaskDetails,
    TaskSummary,
};
use crate::resuming;
use crate::store::{StoredTask, label_of};

/// How much of what was left out is given at once.
const SKIPPED_MAX: usize = 1000;
/// How many lines of a log are given at once.
const LOG_LINES: usize = 200;
/// How many that came since are: more of them is another page.
const LOG_NEWS: usize = 1000;

impl Workbench {
    /// All tasks, the newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn list_tasks(&self) -> Result<Vec<TaskSummary>> {
        Ok(self.store.list()?.iter().map(|stored| self.summary(stored)).collect())
    }

    /// Why each task that is not in the list is not: it cannot be read.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn unreadable_tasks(&self) -> Result<Vec<CommandError>> {
        Ok(self.store.list_all()?.1)
    }

    /// One task's page.
    ///
    /// # Errors
    /// There is none with this id.
    pub fn show_task(&self, id: &str) -> Result<TaskDetails> {
        let stored = self.store.get(id)?;
        Ok(TaskDetails {
            summary: self.summary(&stored),
            input: self.stored_input(&stored),
            effective_retry: self.retry_of(&stored),
            awake: self.kept_awake(&stored),
            draft: stored.draft,
            connectivity: stored.connectivity,
            precheck: stored.precheck,
            ignored: stored.ignored,
            terms_accepted_at: stored.terms_accepted_at,
            events: self.store.events(id),
        })
    }

    /// What a task's charts have that is not `drawn` yet, and notes it as drawn. Of a task that another
    /// process runs it comes in minutes, as that writes it down.
    pub fn chart_news(&self, id: &str, drawn: &mut Drawn) -> Charts {
        let recorder = self.running().get(id).map(|running| Arc::clone(&running.remote.charts));
        match recorder {
            Some(recorder) => recorder.news(drawn),
            None => charts::news_of_file(&self.store.path(id), drawn),
        }
    }

    /// What a task left out, a part at a time; also while it runs, here or elsewhere.
    ///
    /// # Errors
    /// There is none with this id, or the list cannot be read.
    pub fn list_skipped(&self, id: &str, query: &SkippedQuery) -> Result<SkippedPage> {
        let wanted = Wanted {
            after: query.after,
            kind: query.kind,
            reason: query.reason.as_deref(),
            limit: usize::try_from(query.limit).map_or(SKIPPED_MAX, |n| n.clamp(1, SKIPPED_MAX)),
        };
        Ok(self.store.skipped(&self.store.get(id)?.id, &wanted)?.into())
    }

    /// Lines of a task's log that are wanted, the newest before a position.
    ///
    /// # Errors
    /// There is no task with this id.
    pub fn read_log(&self, id: &str, filter: &LogFilter, before: Option<u64>) -> Result<LogPage> {
        let id = self.store.get(id)?.id;
        Ok(log::page(&self.store.path(&id), filter, before, LOG_LINES))
    }

    /// The newest lines of a task's log at first, then those that came since, whoever runs it; notes
    /// them as `seen`. `None` where nothing came.
    pub fn log_news(&self, id: &str, filter: &LogFilter, seen: &mut News) -> Option<LogPage> {
        let limit = if seen.is_new() { LOG_LINES } else { LOG_NEWS };
        log::news(&self.store.path(id), filter, seen, limit)
    }

    /// Takes a task off the list that was released or never started, with its passwords.
    ///
    /// # Errors
    /// It still holds something.
    pub async fn delete_task(&self, id: &str) -> Result<()> {
        let locked = self.store.lock(id)?;
        let holds = task::has_begun(&locked.engine_folder())?;
        if holds && locked.task.state != TaskState::Released {
            return Err(CommandError::usage("not_released", phrase!("refusal.not_released")));
        }
        self.forget_passwords(id).await?;
        locked.delete()?;
        self.changed();
        Ok(())
    }

    pub(super) fn summary(&self, stored: &StoredTask) -> TaskSummary {
        let (mine, latest) = match self.running().get(&stored.id) {
            Some(running) => (true, running.figures.latest()),
            None => (false, None),
        };
        let side = |draft: &keyferry_engine::spec::EndpointDraft| SideLabel {
            label: label_of(draft),
            environment: draft.environment.clone(),
        };
        let report = latest.unwrap_or_else(|| self.store.report(stored));
        let failing =
            stored.failing.as_ref().filter(|_| stored.resume && report.state == TaskState::Failed);
        TaskSummary {
            id: stored.id.clone(),
            name: stored.name.clone(),
            created_at: stored.created_at.clone(),
            source: side(&stored.draft.source),
            destination: side(&stored.draft.destination),
            demo: stored.demo,
            report,
            owner: if mine {
                Owner::This
            } else if self.store.is_run(&stored.id) {
                Owner::Other
            } else {
                Owner::None
            },
            resumes_until: failing.and_then(resuming::until).map(rfc3339),
            resumes_next: failing.map(|failing| failing.next_at.clone()),
        }
    }
}
