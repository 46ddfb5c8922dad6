//! Tasks that are being set up.

use keyferry_engine::error::Side;
use keyferry_engine::phrase;
use keyferry_engine::spec::{EndpointDraft, FieldError, TaskDraft};
use keyferry_engine::task::{self, LifeEvent, TaskState};

use super::Workbench;
use super::passwords::SIDES;
use crate::alerts;
use crate::credentials::EntryName;
use crate::error::{CommandError, Result};
use crate::model::{StoredInput, TaskInput};
use crate::names;
use crate::store::{LockedTask, StoredTask};

impl Workbench {
    /// A name for a new task, with the time of a clock that is `offset_minutes` ahead of UTC.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn suggest_task_name(&self, offset_minutes: i16) -> Result<String> {
        names::suggest_task_name(&self.store, offset_minutes, false)
    }

    /// The mistakes of a draft.
    pub fn validate_draft(&self, draft: &TaskDraft) -> Vec<FieldError> {
        draft.validate().err().unwrap_or_default()
    }

    /// Keeps a task's form as it is, mistakes and all, and its passwords where passwords are kept;
    /// the task's id. Without `id` a task is made. A change of what the task is to do, but for its
    /// budget, outdates what was found and confirmed: it is to be configured and checked again. A
    /// precheck of the task is waited for.
    ///
    /// # Errors
    /// The task has begun to write, another process has it, or keychain or disk refused.
    pub async fn save_draft(&self, id: Option<&str>, input: TaskInput) -> Result<String> {
        let mut locked = match id {
            None => self.store.create_draft(&input.name, input.draft.clone())?,
            Some(id) => {
                self.prechecks.ended(id).await;
                self.store.lock(id)?
            }
        };
        let id = locked.task.id.clone();
        must_not_have_begun(&locked)?;
        let other_password = [
            self.take_task_password(&mut locked, Side::Source, input.source_password).await?,
            self.take_task_password(&mut locked, Side::Destination, input.destination_password)
                .await?,
        ];
        let held = &locked.task.draft;
        let moved = is_elsewhere(&held.source, &input.draft.source)
            || is_elsewhere(&held.destination, &input.draft.destination);
        let mut draft = input.draft;
        // Confirmed one by one, for these two servers: no form sets or keeps them.
        draft.ignored_checks = if moved { Vec::new() } else { held.ignored_checks.clone() };
        // How fast it may write is decided after the check, and no part of it.
        let checked = TaskDraft { class: held.class, limits: held.limits, ..draft.clone() };
        let changed = checked != *held || other_password.contains(&true);
        locked.update(|task| {
            for (side, other_password) in SIDES.into_iter().zip(other_password) {
                let (held, new) = match side {
                    Side::Source => (&task.draft.source, &draft.source),
                    Side::Destination | Side::Local => {
                        (&task.draft.destination, &draft.destination)
                    }
                };
                if other_password || is_elsewhere(held, new) {
                    *task.connectivity.of_mut(side) = None;
                }
            }
            if moved {
                task.ignored.clear();
            }
            if changed {
                task.state = TaskState::NotConfigured;
                task.precheck = None;
                task.terms_accepted_at = None;
                task.error = None;
            }
            task.name = input.name;
            task.draft = draft;
            task.source_template = input.source_template;
            task.destination_template = input.destination_template;
            task.alerts = input.alerts;
            task.keep_awake = input.keep_awake;
            task.step = input.step.clamp(1, 4);
        })?;
        drop(locked);
        self.changed();
        Ok(id)
    }

    /// Judges a task's form as a whole; from then on it can be checked and started.
    ///
    /// # Errors
    /// It has mistakes (`invalid`, with all of them), or another process has it.
    pub fn configure_task(&self, id: &str) -> Result<()> {
        let mut locked = self.store.lock(id)?;
        configure(&mut locked)?;
        drop(locked);
        self.changed();
        Ok(())
    }

    /// Gives a task another name, also while it runs.
    ///
    /// # Errors
    /// The name is empty, or the process that runs the task does not answer.
    pub async fn rename_task(&self, id: &str, name: &str) -> Result<()> {
        let name = name.trim().to_owned();
        if name.is_empty() {
            return Err(CommandError::form(vec![name_required()]));
        }
        self.amend(id, crate::control::Amendment::Name(name)).await
    }

    /// Makes a task like another one, to be set up; its id. Its passwords are copied.
    ///
    /// # Errors
    /// There is none, or keychain or disk refused.
    pub async fn duplicate_task(&self, id: &str) -> Result<String> {
        let original = self.store.get(id)?;
        let mut draft = original.draft.clone();
        draft.ignored_checks.clear();
        let name = names::free(&self.store, &original.name)?;
        let mut locked = self.store.create_draft(&name, draft)?;
        let new_id = locked.task.id.clone();
        for side in SIDES {
            let origin = original.passwords.of(side).clone();
            let found = self.credentials.find(&EntryName::of_task(id, side)).await?;
            let origin = match found {
                Some(secret) => {
                    self.credentials.keep(&EntryName::of_task(&new_id, side), secret).await
                }
                None => origin,
            };
            locked.update(|task| *task.passwords.of_mut(side) = origin)?;
        }
        locked.update(|task| {
            task.source_template = original.source_template;
            task.destination_template = original.destination_template;
            task.alerts = original.alerts;
            task.keep_awake = original.keep_awake;
        })?;
        drop(locked);
        self.changed();
        Ok(new_id)
    }

    /// A task's form as it was left.
    pub(super) fn stored_input(&self, task: &StoredTask) -> StoredInput {
        let holds = |side: Side| {
            self.credentials.holds(&EntryName::of_task(&task.id, side), task.passwords.of(side))
        };
        StoredInput {
            name: task.name.clone(),
            draft: task.draft.clone(),
            has_source_password: holds(Side::Source),
            has_destination_password: holds(Side::Destination),
            source_template: task.source_template.clone(),
            destination_template: task.destination_template.clone(),
            alerts: task.alerts.clone(),
            keep_awake: task.keep_awake,
            step: task.step,
        }
    }
}

/// Judges a task's form as a whole.
pub(super) fn configure(locked: &mut LockedTask) -> Result<()> {
    let mut fields = locked.task.draft.validate().err().unwrap_or_default();
    if locked.task.name.trim().is_empty() {
        fields.push(name_required());
    }
    if let Some(rules) = &locked.task.alerts {
        fields.extend(alerts::mistakes(rules));
    }
    if !fields.is_empty() {
        return Err(CommandError::form(fields));
    }
    if locked.task.state == TaskState::NotConfigured {
        locked.on(LifeEvent::Configured)?;
    }
    Ok(())
}

fn name_required() -> FieldError {
    FieldError::new("name", "required", keyferry_engine::phrase!("field.name_required"))
}

/// What a task has begun to write with cannot be changed any more.
pub(super) fn must_not_have_begun(locked: &LockedTask) -> Result<()> {
    if locked.task.state.is_final() {
        return Err(CommandError::usage("task_ended", phrase!("refusal.task_ended")));
    }
    if task::has_begun(&locked.engine_folder())? {
        return Err(CommandError::usage("task_begun", phrase!("refusal.task_begun")));
    }
    Ok(())
}

/// Whether two forms of a side mean another server or account; its label is none of that.
fn is_elsewhere(held: &EndpointDraft, new: &EndpointDraft) -> bool {
    let plain =
        |draft: &EndpointDraft| EndpointDraft { environment: String::new(), ..draft.clone() };
    plain(held) != plain(new)
}
