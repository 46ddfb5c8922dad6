//! Which retry time is in effect, and telling the running tasks; and resuming those that failed.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use keyferry_engine::spec::TaskDraft;
use keyferry_engine::task::TaskState;

use super::Workbench;
use crate::control::{Ask, ask};
use crate::error::Result;
use crate::model::EffectiveRetry;
use crate::resuming::{self, FIRST_PAUSE};
use crate::retry::{self, Claim};
use crate::store::StoredTask;

impl Workbench {
    /// The retry time that would be in effect for this draft if it ran now.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn effective_retry(
        &self,
        draft: &TaskDraft,
        task_id: Option<&str>,
    ) -> Result<EffectiveRetry> {
        let own = Claim {
            task_id: task_id.unwrap_or_default().to_owned(),
            task_name: String::new(),
            minutes: draft.retry_minutes,
            servers: retry::servers(draft).await,
        };
        let others = self.live_claims().await?;
        Ok(retry::effective(&own, &others))
    }

    /// The same for a stored task, by what is known without asking any name server.
    pub(super) fn retry_of(&self, stored: &StoredTask) -> EffectiveRetry {
        let claims = self.claims.lock().unwrap_or_else(PoisonError::into_inner);
        let own = Claim {
            task_id: stored.id.clone(),
            task_name: stored.name.clone(),
            minutes: stored.draft.retry_minutes,
            servers: claims
                .iter()
                .find(|claim| claim.task_id == stored.id)
                .map(|claim| claim.servers.clone())
                .unwrap_or_else(|| retry::literal_servers(&stored.draft)),
        };
        retry::effective(&own, claims.iter())
    }

    /// What every task that some process runs now has to say.
    async fn live_claims(&self) -> Result<Vec<Claim>> {
        let known = self.claims.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let runs = |id: &str| self.running().contains_key(id) || self.store.is_run(id);
        Ok(retry::claims(self.store.list()?, &known, runs).await)
    }

    /// Tells every running task the retry time that is in effect for it now, and begins again
    /// whenever a task starts or ends. Ends with the last owner of the workbench.
    pub(super) async fn keep_retry_rule(workbench: std::sync::Weak<Self>) {
        let Some(mut starts) = workbench.upgrade().map(|held| held.runs.subscribe()) else {
            return;
        };
        loop {
            let Some(held) = workbench.upgrade() else { return };
            if let Err(error) = held.tell_retry_rule().await {
                tracing::warn!(%error, "the retry rule is not applied");
            }
            drop(held);
            if starts.changed().await.is_err() {
                return;
            }
        }
    }

    async fn tell_retry_rule(&self) -> Result<()> {
        let claims = self.live_claims().await?;
        *self.claims.lock().unwrap_or_else(PoisonError::into_inner) = claims.clone();
        for own in &claims {
            let what = Ask::RetryMinutes(retry::effective(own, &claims).minutes);
            let mine = self.running().get(&own.task_id).map(|running| running.remote.clone());
            match mine {
                Some(remote) => drop(remote.obey(what)),
                // One that is only being looked at has nothing to listen with.
                None => drop(ask(&self.store, &own.task_id, what).await),
            }
        }
        self.changed();
        Ok(())
    }

    /// Resumes failed tasks when it is their time. Ends with the last owner of the workbench.
    pub(super) async fn keep_resuming(workbench: std::sync::Weak<Self>) {
        let Some(mut runs) = workbench.upgrade().map(|held| held.runs.subscribe()) else { return };
        let mut tried = HashMap::new();
        loop {
            let Some(held) = workbench.upgrade() else { return };
            let next = held.resume_what_is_due(&mut tried).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "failed tasks are not resumed");
                None
            });
            drop(held);
            let pause = async {
                match next {
                    Some(pause) => tokio::time::sleep(pause).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = pause => {}
                changed = runs.changed() => if changed.is_err() { return },
            }
        }
    }

    /// How long until the next one. `tried` says when each was resumed last: one whose next time could
    /// not be written down, since the disk is full, must not be resumed again and again.
    async fn resume_what_is_due(
        self: &Arc<Self>,
        tried: &mut HashMap<String, Instant>,
    ) -> Result<Option<Duration>> {
        let mut next = None;
        for task in self.store.list()? {
            let Some(failing) = task.failing.as_ref().filter(|_| task.resume) else { continue };
            if task.state != TaskState::Failed || self.store.is_held(&task.id) {
                continue;
            }
            let Some(due) = resuming::due_in(failing) else { continue };
            let rested = tried.get(&task.id).map(Instant::elapsed);
            let rest = rested.map_or(Duration::ZERO, |rested| FIRST_PAUSE.saturating_sub(rested));
            let mut pause = due.max(rest);
            if pause.is_zero() {
                tracing::info!(task = %task.name, "a failed task is resumed");
                tried.insert(task.id.clone(), Instant::now());
                if let Err(error) = self.run(&task.id).await {
                    tracing::warn!(task = %task.name, %error, "not resumed");
                }
                pause = FIRST_PAUSE;
            }
            next = Some(next.map_or(pause, |next: Duration| next.min(pause)));
        }
        Ok(next)
    }
}
