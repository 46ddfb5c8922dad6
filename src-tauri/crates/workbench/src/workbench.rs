//! The use cases of a host with a window: what its page may call.

use std::collections::{HashMap, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use keyferry_engine::error::Side;
use keyferry_engine::precheck::connectivity::{self, ConnectivityReport, ConnectivityStage};
use keyferry_engine::precheck::{self, ItemReport, PrecheckReport, Scope};
use keyferry_engine::report::{TaskEvent, TaskReport};
use keyferry_engine::secret::{Credentials as Passwords, Secret};
use keyferry_engine::spec::{FieldError, Limits, TaskDraft};
use keyferry_engine::task::{self, Controls, LifeEvent, TaskState};
use tokio::sync::watch;

use crate::control::{Ask, ask};
use crate::credentials::{CredentialStore, Credentials};
use crate::demo::{self, Demo};
use crate::error::{CommandError, Result};
use crate::model::{
    AppInfo, NewTask, Owner, Sample, Settings, SideLabel, TaskDetails, TaskSummary, TestRequest,
};
use crate::runner::{self, Follower, RunOptions};
use crate::settings;
use crate::store::{LockedTask, PasswordOrigin, PasswordOrigins, Store, StoredTask, label_of};

/// An hour of the charts, one point a second.
const SAMPLES_MAX: usize = 3600;

/// The tasks of this user, those that this process runs among them.
pub struct Workbench {
    store: Store,
    credentials: Credentials,
    running: Mutex<HashMap<String, Running>>,
    demo: tokio::sync::Mutex<Option<(String, Demo)>>,
    /// Bumped with every change that a list or a page should show.
    changes: watch::Sender<u64>,
}

/// A task that this process runs.
struct Running {
    controls: Arc<Controls>,
    figures: Arc<Figures>,
    /// Becomes true when the run has ended and the task is free again.
    ended: watch::Receiver<bool>,
}

/// The latest figures of a run, and those of the hour before.
struct Figures {
    latest: Mutex<(Option<TaskReport>, VecDeque<Sample>)>,
    changes: watch::Sender<u64>,
}

impl Figures {
    fn lock(&self) -> MutexGuard<'_, (Option<TaskReport>, VecDeque<Sample>)> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn samples(&self) -> Vec<Sample> {
        self.lock().1.iter().copied().collect()
    }
}

impl Follower for Figures {
    fn report(&self, report: &TaskReport) {
        let mut latest = self.lock();
        let at_ms = now_ms();
        if latest.1.back().is_none_or(|last| at_ms.saturating_sub(last.at_ms) >= 950) {
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

impl Workbench {
    /// Opens the store in `folder`, with passwords in `keychain`.
    ///
    /// # Errors
    /// The folder cannot be made or read.
    pub async fn open(folder: &Path, keychain: Arc<dyn CredentialStore>) -> Result<Arc<Self>> {
        let store = Store::open(folder)?;
        let (changes, _) = watch::channel(0);
        Ok(Arc::new(Self {
            store,
            credentials: Credentials::open(keychain).await,
            running: Mutex::default(),
            demo: tokio::sync::Mutex::default(),
            changes,
        }))
    }

    /// Where the desktop application keeps its tasks.
    ///
    /// # Errors
    /// The system names no such place.
    pub fn default_folder() -> Result<std::path::PathBuf> {
        Store::default_folder()
    }

    /// Goes on with the tasks that ran when the application ended. A sample ended with it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn resume_all(self: &Arc<Self>) -> Result<()> {
        let resume = self.settings()?.resume_on_start;
        for stored in self.store.list()? {
            if stored.demo {
                if let Ok(locked) = self.store.lock(&stored.id) {
                    locked.delete()?;
                }
            } else if resume
                && stored.resume
                && let Err(error) = self.run(&stored.id).await
            {
                tracing::warn!(task = %stored.name, %error, "not resumed");
            }
        }
        Ok(())
    }

    /// Lets every task rest, to go on when the application starts again.
    pub async fn rest_all(&self) {
        let mut waits = Vec::new();
        for running in self.running().values() {
            runner::obey(&running.controls, Ask::Pause);
            waits.push(running.ended.clone());
        }
        for mut ended in waits {
            let _ = ended.wait_for(|ended| *ended).await;
        }
        let _ = self.end_demo().await;
    }

    /// How many tasks this process runs.
    pub fn running_count(&self) -> usize {
        self.running().len()
    }

    /// The application and this computer.
    pub fn app_info(&self) -> AppInfo {
        let demo_problem = match demo::find_server() {
            Ok(_) => String::new(),
            Err(error) => format!("{}. {}", error.message, error.remedy.unwrap_or_default()),
        };
        AppInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            state_dir: self.store.folder().display().to_string(),
            keychain: self.credentials.status().clone(),
            demo_available: demo_problem.is_empty(),
            demo_problem,
        }
    }

    /// All tasks, the newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn list_tasks(&self) -> Result<Vec<TaskSummary>> {
        Ok(self.store.list()?.iter().map(|stored| self.summary(stored)).collect())
    }

    /// One task's page.
    ///
    /// # Errors
    /// There is none with this id.
    pub fn show_task(&self, id: &str) -> Result<TaskDetails> {
        let stored = self.store.get(id)?;
        let samples =
            self.running().get(id).map(|running| running.figures.samples()).unwrap_or_default();
        Ok(TaskDetails {
            summary: self.summary(&stored),
            draft: stored.draft,
            precheck: stored.precheck,
            events: self.store.events(id),
            samples,
        })
    }

    /// The mistakes of a draft.
    pub fn validate_draft(&self, draft: &TaskDraft) -> Vec<FieldError> {
        draft.validate().err().unwrap_or_default()
    }

    /// Makes a task; its id.
    ///
    /// # Errors
    /// The form has mistakes (`invalid`), or keychain or disk refused.
    pub async fn create_task(&self, new: NewTask) -> Result<String> {
        let name = checked_name(&new)?;
        let mut locked = self.store.create(&name, new.draft.clone(), PasswordOrigins::default())?;
        let id = locked.task.id.clone();
        if let Err(error) = self.keep_passwords(&mut locked, new).await {
            locked.delete()?;
            return Err(error);
        }
        self.changed();
        Ok(id)
    }

    /// Changes a task that has not begun to write.
    ///
    /// # Errors
    /// It has begun, the form has mistakes, or keychain or disk refused.
    pub async fn update_task(&self, id: &str, new: NewTask) -> Result<()> {
        let name = checked_name(&new)?;
        let mut locked = self.store.lock(id)?;
        if task::has_begun(&locked.engine_folder())? {
            return Err(CommandError::usage(
                "task_begun",
                "the task has begun to write: its settings cannot be changed any more",
            ));
        }
        let draft = new.draft.clone();
        locked.update(|task| {
            task.name = name;
            task.draft = draft;
            task.precheck = None;
            task.state = TaskState::NotStarted;
        })?;
        self.keep_passwords(&mut locked, new).await?;
        self.changed();
        Ok(())
    }

    /// Tests one side.
    ///
    /// # Errors
    /// The form has mistakes, or the keychain refused. A server that cannot be reached is a report.
    pub async fn test_connectivity(
        &self,
        request: TestRequest,
        on_stage: &(dyn Fn(ConnectivityStage) + Send + Sync),
    ) -> Result<ConnectivityReport> {
        let side = request.side;
        let endpoint = request.endpoint.validate(side.name()).map_err(CommandError::form)?;
        let password = match (request.password, request.task_id) {
            (Some(password), _) => secret(password),
            (None, Some(id)) => self.credentials.find(&id, side).await?,
            (None, None) => None,
        };
        Ok(connectivity::test(&endpoint, password.as_ref(), side, on_stage).await)
    }

    /// Checks whether a task could start, and keeps what was found.
    ///
    /// # Errors
    /// The task is run by another process, or a password is missing.
    pub async fn run_precheck(
        &self,
        id: &str,
        on_item: &(dyn Fn(&ItemReport) + Send + Sync),
    ) -> Result<PrecheckReport> {
        let mut locked = self.store.lock(id)?;
        let spec = locked.task.draft.validate().map_err(CommandError::form)?;
        let passwords = self.passwords(&locked.task).await?;
        locked.on(LifeEvent::PrecheckStarted)?;
        self.changed();
        let folder = locked.engine_folder();
        let report = precheck::run(id, &spec, &passwords, &folder, Scope::All, on_item).await;
        locked.update(|task| task.precheck = Some(report.clone()))?;
        locked.on(if report.passed() {
            LifeEvent::PrecheckPassed
        } else {
            LifeEvent::PrecheckFailed
        })?;
        drop(locked);
        self.changed();
        Ok(report)
    }

    /// Chooses to go on though these checks fail; replaces an earlier choice.
    ///
    /// # Errors
    /// The task is run by another process.
    pub fn ignore_checks(&self, id: &str, checks: Vec<String>) -> Result<()> {
        let mut locked = self.store.lock(id)?;
        locked.update(|task| task.draft.ignored_checks = checks)?;
        drop(locked);
        self.changed();
        Ok(())
    }

    /// Starts or resumes a task in this process.
    ///
    /// # Errors
    /// It has ended for good, another process runs it, or a password is missing: then it waits for
    /// credentials.
    pub async fn run(self: &Arc<Self>, id: &str) -> Result<()> {
        let mut locked = self.store.lock(id)?;
        if locked.task.state.is_final() {
            return Err(CommandError::usage("task_ended", "the task has ended for good"));
        }
        let spec = locked.task.draft.validate().map_err(CommandError::form)?;
        let passwords = match self.passwords(&locked.task).await {
            Ok(passwords) => passwords,
            Err(error) => {
                locked.on(LifeEvent::CredentialsMissing)?;
                drop(locked);
                self.changed();
                return Err(error);
            }
        };
        locked.update(|task| task.resume = !task.demo)?;
        let (controls, steering) = task::controls(&spec);
        let controls = Arc::new(controls);
        let earlier = self.running().get(id).map(|running| running.figures.samples());
        let figures = Arc::new(Figures {
            latest: Mutex::new((None, earlier.unwrap_or_default().into())),
            changes: self.changes.clone(),
        });
        let (ended, ended_rx) = watch::channel(false);
        self.running().insert(
            id.to_owned(),
            Running {
                controls: Arc::clone(&controls),
                figures: Arc::clone(&figures),
                ended: ended_rx,
            },
        );
        let workbench = Arc::clone(self);
        let id = id.to_owned();
        tokio::spawn(async move {
            let options = RunOptions::default();
            let steering = (controls, steering);
            let run = runner::run(locked, spec, passwords, options, steering, figures).await;
            if let Err(error) = run {
                tracing::error!(task = %id, %error, "a task could not be run");
            }
            workbench.running().remove(&id);
            ended.send_replace(true);
            workbench.changed();
        });
        self.changed();
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
        }
        self.do_not_resume(id);
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
        }
        self.do_not_resume(id);
        self.changed();
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
        for side in [Side::Source, Side::Destination] {
            self.credentials.keep(id, side, None).await?;
        }
        let demo = locked.task.demo;
        drop(locked);
        if demo {
            self.end_demo().await?;
        }
        self.changed();
        released
    }

    /// Takes a task off the list that was released or never started.
    ///
    /// # Errors
    /// It still holds something.
    pub async fn delete_task(&self, id: &str) -> Result<()> {
        let locked = self.store.lock(id)?;
        let holds = task::has_begun(&locked.engine_folder())?;
        if holds && locked.task.state != TaskState::Released {
            return Err(CommandError::usage(
                "not_released",
                "the task still holds keys at the destination: release it first",
            ));
        }
        for side in [Side::Source, Side::Destination] {
            self.credentials.keep(id, side, None).await?;
        }
        locked.delete()?;
        self.changed();
        Ok(())
    }

    /// Ends a task's wait for its next attempt.
    ///
    /// # Errors
    /// The process that runs it does not answer.
    pub async fn retry_now(&self, id: &str) -> Result<()> {
        self.tell(id, Ask::RetryNow).await.map(|_| ())
    }

    /// Changes a task's throttle, at once where it runs.
    ///
    /// # Errors
    /// The process that runs it does not answer.
    pub async fn set_limits(&self, id: &str, limits: Limits) -> Result<()> {
        if !self.tell(id, Ask::SetLimits(limits)).await? {
            let mut locked = self.store.lock(id)?;
            locked.update(|task| {
                task.draft.class = None;
                task.draft.limits = limits;
            })?;
        }
        self.changed();
        Ok(())
    }

    /// Takes passwords for a task that waits for them, and goes on.
    ///
    /// # Errors
    /// The keychain refused, or the task cannot run.
    pub async fn provide_credentials(
        self: &Arc<Self>,
        id: &str,
        source: Option<String>,
        destination: Option<String>,
    ) -> Result<()> {
        let mut locked = self.store.lock(id)?;
        let name = locked.task.name.clone();
        let draft = locked.task.draft.clone();
        let new =
            NewTask { name, draft, source_password: source, destination_password: destination };
        self.keep_passwords(&mut locked, new).await?;
        drop(locked);
        self.run(id).await
    }

    /// Starts the sample migration; its task's id.
    ///
    /// # Errors
    /// There is no redis-server, or it does not start.
    pub async fn start_demo(self: &Arc<Self>) -> Result<String> {
        self.end_demo().await?;
        let sample = Demo::start().await?;
        let mut locked =
            self.store.create("Sample migration", sample.draft(), PasswordOrigins::default())?;
        locked.update(|task| task.demo = true)?;
        let id = locked.task.id.clone();
        drop(locked);
        *self.demo.lock().await = Some((id.clone(), sample));
        self.run(&id).await?;
        Ok(id)
    }

    /// Ends the sample migration: its task, its servers, its files.
    ///
    /// # Errors
    /// The disk refused.
    pub async fn end_demo(&self) -> Result<()> {
        let Some((id, sample)) = self.demo.lock().await.take() else { return Ok(()) };
        let ended = self.running().get(&id).map(|running| {
            runner::obey(&running.controls, Ask::Pause);
            running.ended.clone()
        });
        if let Some(mut ended) = ended {
            let _ = ended.wait_for(|ended| *ended).await;
        }
        drop(sample);
        if let Ok(locked) = self.store.lock(&id) {
            locked.delete()?;
        }
        self.changed();
        Ok(())
    }

    /// What the user prefers.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn settings(&self) -> Result<Settings> {
        settings::load(self.store.folder())
    }

    /// Keeps what the user prefers.
    ///
    /// # Errors
    /// The disk refused.
    pub fn set_settings(&self, settings: &Settings) -> Result<()> {
        settings::save(self.store.folder(), settings)
    }

    /// Bumped with every change of any task that this process runs or makes.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    fn summary(&self, stored: &StoredTask) -> TaskSummary {
        let (mine, latest) = match self.running().get(&stored.id) {
            Some(running) => (true, running.figures.lock().0.clone()),
            None => (false, None),
        };
        let side = |draft: &keyferry_engine::spec::EndpointDraft| SideLabel {
            label: label_of(draft),
            environment: draft.environment.clone(),
        };
        TaskSummary {
            id: stored.id.clone(),
            name: stored.name.clone(),
            created_at: stored.created_at.clone(),
            source: side(&stored.draft.source),
            destination: side(&stored.draft.destination),
            demo: stored.demo,
            report: latest.unwrap_or_else(|| self.store.report(stored)),
            owner: if mine {
                Owner::This
            } else if self.store.is_held(&stored.id) {
                Owner::Other
            } else {
                Owner::None
            },
        }
    }

    /// Tells a running task; false where nobody runs it.
    async fn tell(&self, id: &str, what: Ask) -> Result<bool> {
        if let Some(running) = self.running().get(id) {
            runner::obey(&running.controls, what);
            return Ok(true);
        }
        if self.store.is_held(id) {
            ask(&self.store, id, what).await?;
            return Ok(true);
        }
        Ok(false)
    }

    /// The user ended it: it does not go on when the application starts again. While the task runs
    /// its file is the runner's, so this waits for the run's end beside it.
    fn do_not_resume(&self, id: &str) {
        let ended = self.running().get(id).map(|running| running.ended.clone());
        let store = self.store.clone();
        let id = id.to_owned();
        tokio::spawn(async move {
            if let Some(mut ended) = ended {
                let _ = ended.wait_for(|ended| *ended).await;
            }
            if let Ok(mut locked) = store.lock(&id)
                && let Err(error) = locked.update(|task| task.resume = false)
            {
                tracing::warn!(%error, "a paused task may be resumed on start");
            }
        });
    }

    async fn passwords(&self, task: &StoredTask) -> Result<Passwords> {
        let find = async |side: Side, origin: &PasswordOrigin| match origin {
            PasswordOrigin::None => Ok(None),
            PasswordOrigin::Environment(name) => match std::env::var(name) {
                Ok(password) => Ok(Some(Secret::new(password))),
                Err(_) => Err(CommandError::from(runner::credentials_missing(side))),
            },
            PasswordOrigin::Keychain | PasswordOrigin::GivenAtStart => {
                let found = self.credentials.find(&task.id, side).await?;
                found.map(Some).ok_or_else(|| runner::credentials_missing(side).into())
            }
        };
        Ok(Passwords {
            source: find(Side::Source, &task.passwords.source).await?,
            destination: find(Side::Destination, &task.passwords.destination).await?,
        })
    }

    async fn keep_passwords(&self, locked: &mut LockedTask, new: NewTask) -> Result<()> {
        let given =
            [(Side::Source, new.source_password), (Side::Destination, new.destination_password)];
        for (side, password) in given {
            let Some(password) = password else { continue };
            let secret = secret(password);
            let origin =
                if secret.is_some() { PasswordOrigin::Keychain } else { PasswordOrigin::None };
            self.credentials.keep(&locked.task.id, side, secret).await?;
            locked.update(|task| match side {
                Side::Source => task.passwords.source = origin,
                Side::Destination | Side::Local => task.passwords.destination = origin,
            })?;
        }
        Ok(())
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A password field's content; an empty one is none.
fn secret(password: String) -> Option<Secret> {
    (!password.is_empty()).then(|| Secret::new(password))
}

fn checked_name(new: &NewTask) -> Result<String> {
    let mut fields = new.draft.validate().err().unwrap_or_default();
    let name = new.name.trim();
    if name.is_empty() {
        fields.push(FieldError {
            field: "name".to_owned(),
            code: "required".to_owned(),
            message: "Give the task a name.".to_owned(),
        });
    }
    if fields.is_empty() { Ok(name.to_owned()) } else { Err(CommandError::form(fields)) }
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
