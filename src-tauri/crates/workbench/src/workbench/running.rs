//! Starting tasks, steering them, and ending them.

use std::collections::HashMap;
use std::sync::{Arc, MutexGuard, PoisonError};

use keyferry_engine::error::Side;
use keyferry_engine::phrase;
use keyferry_engine::precheck::connectivity;
use keyferry_engine::report::rfc3339_now;
use keyferry_engine::spec::{InstanceClass, Limits};
use keyferry_engine::task::{LifeEvent, TaskState};
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::figures::Figures;
use super::{Workbench, checks, drafts};
use crate::alerts::{Alerter, Occasion};
use crate::control::{Amendment, Ask, ask};
use crate::credentials::EntryName;
use crate::error::{CommandError, Result};
use crate::model::{PasswordInput, StartOrder};
use crate::runner::{self, Begun, Follower, Followers, Remote, RunOptions};
use crate::store::StoredTask;

/// The environment whose servers ask for more than a click.
const PRODUCTION: &str = "production";

/// A task that this process runs.
pub(super) struct Running {
    pub(super) remote: Remote,
    pub(super) figures: Arc<Figures>,
    pub(super) alerter: Arc<Alerter>,
    /// This computer stays awake meanwhile.
    pub(super) keep_awake: bool,
    /// Becomes true when the run has ended and the task is free again.
    pub(super) ended: watch::Receiver<bool>,
}

impl Workbench {
    /// Starts a task that was checked, with what its user confirms.
    ///
    /// # Errors
    /// The terms were not accepted (`terms_not_accepted`), its precheck has not passed
    /// (`precheck_needed`), its destination is a production server that is not empty and its label
    /// was not typed (`confirmation_needed`), or it cannot run.
    pub async fn start_task(self: &Arc<Self>, id: &str, order: StartOrder) -> Result<()> {
        let mut locked = self.store.lock(id)?;
        drafts::must_not_have_begun(&locked)?;
        if !order.terms_accepted {
            return Err(terms_not_accepted());
        }
        let passed = locked.task.precheck.as_ref().is_some_and(|report| report.passed());
        if locked.task.state != TaskState::PrecheckPassed || !passed {
            let words = phrase!("refusal.precheck_needed");
            return Err(CommandError::usage("precheck_needed", words)
                .with_remedy(phrase!("advice.precheck_needed")));
        }
        if locked.task.draft.destination.environment == PRODUCTION
            && self.may_hold_keys(&locked.task).await
        {
            checks::confirmed(&locked.task, order.typed_name.as_deref())?;
        }
        locked.update(|task| task.terms_accepted_at = Some(rfc3339_now()))?;
        drop(locked);
        self.run(id).await
    }

    /// Whether the destination holds keys, as far as can be told now: one that cannot be asked may.
    async fn may_hold_keys(&self, task: &StoredTask) -> bool {
        let side = Side::Destination;
        let Ok(endpoint) = task.draft.destination.validate(side.name()) else { return true };
        let name = EntryName::of_task(&task.id, side);
        let Ok(password) = self.credentials.find(&name).await else { return true };
        let report = connectivity::test(&endpoint, password.as_ref(), side, &|_| {}).await;
        report.server.is_none_or(|server| server.keys.iter().any(|(_, keys)| *keys > 0))
    }

    /// Goes on with a task that was started before.
    ///
    /// # Errors
    /// It was not, and nobody has accepted the terms (`terms_not_accepted`); or as [`Self::run`].
    pub async fn resume_task(self: &Arc<Self>, id: &str) -> Result<()> {
        let task = self.store.get(id)?;
        let is_draft = matches!(
            task.at_rest(),
            TaskState::NotConfigured
                | TaskState::NotStarted
                | TaskState::PrecheckFailed
                | TaskState::PrecheckPassed
        );
        if is_draft && task.terms_accepted_at.is_none() {
            return Err(terms_not_accepted());
        }
        self.run(id).await
    }

    /// Starts or resumes a task in this process.
    ///
    /// # Errors
    /// It has ended for good, another process runs it, or a password is missing: then it waits for
    /// credentials.
    pub async fn run(self: &Arc<Self>, id: &str) -> Result<()> {
        let mut locked = self.store.lock(id)?;
        if locked.task.state.is_final() {
            return Err(CommandError::usage("task_ended", phrase!("refusal.task_ended")));
        }
        drafts::configure(&mut locked)?;
        let spec = locked.task.draft.validate().map_err(CommandError::form)?;
        let passwords = match self.passwords(&locked.task).await {
            Ok(passwords) => passwords,
            Err(error) => {
                locked.on(LifeEvent::CredentialsMissing)?;
                let (name, rules) = (locked.task.name.clone(), locked.task.alerts.clone());
                drop(locked);
                self.tell_of(id, &name, Occasion::WaitsForPassword, rules);
                self.changed();
                return Err(error);
            }
        };
        locked.update(|task| task.resume = !task.demo)?;
        let (remote, steered) = runner::remote(&spec);
        let figures = Arc::new(Figures::new(self.changes.clone()));
        let caught_up = self.store.events(id).iter().any(|event| event.code == "caught_up");
        let alerter = Alerter::new(self, id, locked.task.alerts.clone(), caught_up);
        let alerter = Arc::new(alerter);
        let keep_awake = locked.task.keep_awake;
        let followers: [Arc<dyn Follower>; 2] =
            [Arc::clone(&figures) as _, Arc::clone(&alerter) as _];
        let begun = Begun::begin(
            locked,
            spec,
            passwords,
            RunOptions::default(),
            (remote.clone(), steered),
            Arc::new(Followers(followers.into())),
        )?;
        let (ended, ended_rx) = watch::channel(false);
        self.running().insert(
            id.to_owned(),
            Running { remote, figures, alerter, keep_awake, ended: ended_rx },
        );
        let workbench = Arc::clone(self);
        let id = id.to_owned();
        let transfers = self.options.transfers.clone().unwrap_or_else(Handle::current);
        transfers.spawn(async move {
            // What goes wrong with it is said in its log, and by its state.
            let _ = begun.run().await;
            workbench.running().remove(&id);
            ended.send_replace(true);
            workbench.runs_changed();
        });
        self.runs_changed();
        Ok(())
    }

    /// Lets a task rest, wherever it runs.
    ///
    /// # Errors
    /// The process that runs it does not answer, or the task cannot be paused now.
    pub async fn pause_task(&self, id: &str) -> Result<()> {
        if !self.tell(id, Ask::Pause).await? {
            let mut locked = self.store.lock(id)?;
            if locked.task.state != TaskState::Paused {
                locked.on(LifeEvent::PauseRequested)?;
            }
            locked.update(StoredTask::do_not_resume)?;
        }
        self.changed();
        Ok(())
    }

    /// Ends a task for good, wherever it runs.
    ///
    /// # Errors
    /// The process that runs it does not answer, or the task has ended already.
    pub async fn stop_task(&self, id: &str) -> Result<()> {
        if !self.tell(id, Ask::Stop).await? {
            let mut locked = self.store.lock(id)?;
            locked.on(LifeEvent::StopRequested)?;
            if locked.task.state == TaskState::Stopping {
                locked.on(LifeEvent::Stopped)?;
            }
            locked.update(StoredTask::do_not_resume)?;
        }
        self.changed();
        Ok(())
    }

    /// Lets every task that this process runs rest, for its user.
    ///
    /// # Errors
    /// One of them cannot be paused.
    pub async fn pause_all(&self) -> Result<()> {
        let ids: Vec<String> = self.running().keys().cloned().collect();
        for id in ids {
            self.pause_task(&id).await?;
        }
        Ok(())
    }

    /// Gives back what a task holds that does not run: keys at the destination, files here, and
    /// its passwords in the keychain.
    ///
    /// # Errors
    /// It runs, or the destination could not be reached.
    pub async fn release_task(&self, id: &str) -> Result<()> {
        let mut locked = self.store.lock(id)?;
        let passwords = self.passwords(&locked.task).await.unwrap_or_default();
        let released = runner::release(&mut locked, &passwords).await;
        self.forget_passwords(id).await?;
        let demo = locked.task.demo;
        drop(locked);
        if demo {
            self.end_demo().await?;
        }
        self.changed();
        released
    }

    /// The command that takes the destination's account its permission to write, for where a task
    /// is not to be stopped before its clients move: a task that is resumed later cannot overwrite
    /// then.
    ///
    /// # Errors
    /// There is no such task.
    pub fn revoke_command(&self, id: &str) -> Result<String> {
        let task = self.store.get(id)?;
        let account = match task.draft.destination.account.trim() {
            "" => "default",
            account => account,
        };
        Ok(format!("ACL SETUSER {account} -@write"))
    }

    /// Ends a task's wait for its next attempt.
    ///
    /// # Errors
    /// The process that runs it does not answer.
    pub async fn retry_now(&self, id: &str) -> Result<()> {
        self.tell(id, Ask::RetryNow).await.map(|_| ())
    }

    /// Agrees to what a task proposes that holds at the error with this code: to copy everything
    /// again, or to remove keys that the source no longer has. What was shown is named, so that
    /// nothing else is agreed to that it may have come to meanwhile.
    ///
    /// # Errors
    /// The task does not run, or the process that runs it does not answer.
    pub async fn agree(&self, id: &str, code: String) -> Result<()> {
        if self.tell(id, Ask::Agree(code)).await? {
            return Ok(());
        }
        Err(CommandError::usage("wrong_state", phrase!("refusal.task_at_rest")))
    }

    /// Changes a task's throttle, at once where it runs.
    ///
    /// # Errors
    /// The process that runs it does not answer.
    pub async fn set_limits(&self, id: &str, limits: Limits) -> Result<()> {
        self.amend(id, Amendment::Limits(limits)).await
    }

    /// Changes a task's throttle by name, at once where it runs; `None` is unlimited.
    ///
    /// # Errors
    /// The process that runs it does not answer.
    pub async fn set_class(&self, id: &str, class: Option<InstanceClass>) -> Result<()> {
        self.amend(id, Amendment::Class(class)).await
    }

    /// Takes passwords for a task that waits for them, and goes on.
    ///
    /// # Errors
    /// The keychain refused, or the task cannot run.
    pub async fn provide_credentials(
        self: &Arc<Self>,
        id: &str,
        source: PasswordInput,
        destination: PasswordInput,
    ) -> Result<()> {
        // One that holds at a wrong password begins anew with the right one.
        self.come_to_rest(id).await;
        let mut locked = self.store.lock(id)?;
        self.take_task_password(&mut locked, Side::Source, source).await?;
        self.take_task_password(&mut locked, Side::Destination, destination).await?;
        drop(locked);
        self.run(id).await
    }

    /// Pauses a task that this process runs, and waits until it is free.
    async fn come_to_rest(&self, id: &str) {
        let ended = self.running().get(id).map(|running| {
            running.remote.rest();
            running.ended.clone()
        });
        if let Some(mut ended) = ended {
            let _ = ended.wait_for(|ended| *ended).await;
        }
    }

    /// Changes what can be changed of a task at any time, wherever it runs.
    pub(super) async fn amend(&self, id: &str, amendment: Amendment) -> Result<()> {
        if let (Amendment::Alerts(rules), Some(running)) = (&amendment, self.running().get(id)) {
            running.alerter.set_rules(rules.clone());
        }
        if !self.tell(id, Ask::Amend(amendment.clone())).await? {
            let mut locked = self.store.lock(id)?;
            locked.update(|task| amendment.apply(task))?;
        }
        self.changed();
        Ok(())
    }

    /// Tells a running task; false where nobody runs it.
    async fn tell(&self, id: &str, what: Ask) -> Result<bool> {
        if let Some(running) = self.running().get(id) {
            return if running.remote.obey(what) {
                Ok(true)
            } else {
                Err(CommandError::usage("busy", phrase!("refusal.task_busy")))
            };
        }
        if self.store.is_held(id) {
            ask(&self.store, id, what).await?;
            return Ok(true);
        }
        Ok(false)
    }

    pub(super) fn running(&self) -> MutexGuard<'_, HashMap<String, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn terms_not_accepted() -> CommandError {
    CommandError::usage("terms_not_accepted", phrase!("refusal.terms_not_accepted"))
        .with_remedy(phrase!("advice.terms_not_accepted"))
}
