//! Keeping this computer awake while a task runs that wants it.

use std::sync::{PoisonError, Weak};

use keyferry_engine::phrase;
use keyferry_engine::report::{EventLevel, TaskEvent};

use super::Workbench;
use crate::awake::{Vigil, Wakefulness};
use crate::control::Amendment;
use crate::error::Result;
use crate::language::language_of;
use crate::model::KeptAwake;
use crate::store::{LockedTask, StoredTask};

/// How it stands with the computer's sleep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Watch {
    /// Nothing that runs wants it awake.
    #[default]
    Off,
    /// It stays awake.
    Held,
    /// It may go to sleep, for this reason.
    Refused(String),
}

/// Told to a task when the computer cannot be kept awake for it.
const NOT_KEPT_AWAKE: &str = "not_kept_awake";

impl Workbench {
    /// Changes whether this computer stays awake while a task runs, at once where it runs.
    ///
    /// # Errors
    /// The process that runs it does not answer.
    pub async fn set_keep_awake(&self, id: &str, keep: bool) -> Result<()> {
        if let Some(running) = self.running().get_mut(id) {
            running.keep_awake = keep;
        }
        self.amend(id, Amendment::KeepAwake(keep)).await?;
        self.runs_changed();
        Ok(())
    }

    /// Keeps it awake while it is wanted. Ends with the last owner of the workbench, and lets go then.
    pub(super) async fn keep_awake(workbench: Weak<Self>) {
        let Some((mut runs, wakefulness)) = workbench
            .upgrade()
            .and_then(|held| Some((held.runs.subscribe(), held.options.wakefulness.clone()?)))
        else {
            return;
        };
        let mut vigil = None;
        loop {
            let Some(held) = workbench.upgrade() else { return };
            held.watch(wakefulness.as_ref(), &mut vigil).await;
            drop(held);
            if runs.changed().await.is_err() {
                return;
            }
        }
    }

    async fn watch(&self, wakefulness: &dyn Wakefulness, vigil: &mut Option<Vigil>) {
        let mut wanting: Vec<String> = self
            .running()
            .iter()
            .filter(|(_, running)| running.keep_awake)
            .map(|(id, _)| id.clone())
            .collect();
        wanting.sort();
        if wanting.is_empty() {
            *vigil = None;
            self.now_watches(Watch::Off);
            return;
        }
        if vigil.is_some() {
            return;
        }
        match wakefulness.keep(&self.reason()).await {
            Ok(begun) => {
                *vigil = Some(begun);
                self.now_watches(Watch::Held);
            }
            Err(why) => {
                for id in wanting {
                    self.tell_that_it_may_sleep(&id, &why);
                }
                self.now_watches(Watch::Refused(why));
            }
        }
    }

    /// Said once to each task: that it was so is still true when it is tried again.
    fn tell_that_it_may_sleep(&self, id: &str, why: &str) {
        if self.store.events(id).iter().any(|event| event.code == NOT_KEPT_AWAKE) {
            return;
        }
        let words = phrase!("event.not_kept_awake", why = why);
        let event = TaskEvent::now(EventLevel::Warning, NOT_KEPT_AWAKE, words);
        let span = self.running().get(id).and_then(|running| running.remote.span.get().cloned());
        if let Some(span) = span {
            span.in_scope(|| tracing::warn!(code = NOT_KEPT_AWAKE, "{}", event.message));
        }
        LockedTask::write_event(&self.store.path(id), &event);
    }

    fn now_watches(&self, watch: Watch) {
        let mut held = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        if *held != watch {
            if let Watch::Refused(why) = &watch {
                tracing::warn!(why, "this computer is not kept awake");
            }
            *held = watch;
            drop(held);
            self.changed();
        }
    }

    /// What the system shows to its user.
    fn reason(&self) -> String {
        let language = language_of(self.settings().unwrap_or_default().language);
        phrase!("awake.reason").say(language)
    }

    /// How it stands with a task.
    pub(super) fn kept_awake(&self, task: &StoredTask) -> KeptAwake {
        let running = self.running().get(&task.id).map(|running| running.keep_awake);
        let watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        let watched = running == Some(true);
        KeptAwake {
            wanted: running.unwrap_or(task.keep_awake),
            held: watched && *watch == Watch::Held,
            problem: match &*watch {
                Watch::Refused(why) if watched => Some(why.clone()),
                _ => None,
            },
        }
    }
}
