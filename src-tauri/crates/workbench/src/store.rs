//! The tasks of this user, one folder each, for window and command line alike.
//!
//! A folder a task, not one database for all: processes then share no file, and a lock per task
//! lets the window run one while the command line runs another.
//!
//! `tasks/<id>/`: `task` (what it is to do and where in its life it is; replaced whole, with
//! checksum), `status.json` (its latest figures; for readers in other processes), `events.jsonl`,
//! `lock`, `engine/` (spool, snapshot and record of the engine).

use std::fs::{self, File, TryLockError};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use keyferry_engine::durable;
use keyferry_engine::error::{Error, ErrorKind, ErrorReport, Side};
use keyferry_engine::precheck::PrecheckReport;
use keyferry_engine::report::{TaskEvent, TaskReport, rfc3339_now};
use keyferry_engine::spec::{Address, EndpointDraft, TaskDraft};
use keyferry_engine::task::{LifeEvent, TaskState};
use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::error::{CommandError, Result};

const VERSION: u32 = 1;
/// Events kept for a task's page.
const EVENTS_MAX: usize = 1000;
/// The size at which the file of events is cut to those.
const EVENTS_BYTES_MAX: u64 = 1024 * 1024;
/// Whoever asks whether a task is held holds it for a moment.
const PROBE_TAKES: std::time::Duration = std::time::Duration::from_millis(5);
const PROBES_WAITED_FOR: u32 = 10;

/// A task as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredTask {
    /// Random, for good.
    pub id: String,
    /// The user's name for it.
    pub name: String,
    /// RFC 3339.
    pub created_at: String,
    /// What it is to do.
    pub draft: TaskDraft,
    /// Where the passwords come from.
    #[serde(default)]
    pub passwords: PasswordOrigins,
    /// Where in its life it is; a live state without a process behind it was cut off.
    pub state: TaskState,
    /// Why it failed.
    #[serde(default)]
    pub error: Option<ErrorReport>,
    /// What the last precheck found.
    #[serde(default)]
    pub precheck: Option<PrecheckReport>,
    /// It belongs to the window, which resumes it when it starts again.
    #[serde(default)]
    pub resume: bool,
    /// The sample migration, which ends with its servers.
    #[serde(default)]
    pub demo: bool,
}

/// Where each side's password comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PasswordOrigins {
    /// The source's.
    pub source: PasswordOrigin,
    /// The destination's.
    pub destination: PasswordOrigin,
}

/// Where one password comes from; the password itself is never here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordOrigin {
    /// The server asks for none.
    #[default]
    None,
    /// The keychain.
    Keychain,
    /// The environment variable of this name.
    Environment(String),
    /// It was given with the command and is not kept.
    GivenAtStart,
}

/// The folder of all tasks.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
}

/// See [`Store::exclusive`].
#[derive(Debug)]
pub struct StoreGuard(#[expect(dead_code, reason = "its lock ends with it")] File);

/// A task that this process alone may run or change.
#[derive(Debug)]
pub struct LockedTask {
    /// As it was read under the lock.
    pub task: StoredTask,
    folder: PathBuf,
    _lock: File,
}

fn io(what: &Path, cause: std::io::Error) -> Error {
    Error::local_io(format_args!("{}", what.display()), cause)
}

impl Store {
    /// The store in `folder`, which is made if it is not there.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn open(folder: &Path) -> Result<Self> {
        let tasks = folder.join("tasks");
        make_private(&tasks)?;
        Ok(Self { root: folder.to_owned() })
    }

    /// Where the desktop application keeps its tasks.
    ///
    /// # Errors
    /// The system names no such place.
    pub fn default_folder() -> Result<PathBuf> {
        directories::ProjectDirs::from("", "", "keyferry")
            .map(|folders| folders.data_local_dir().to_owned())
            .ok_or_else(|| {
                CommandError::usage(
                    "no_home",
                    "this system names no folder for application data: give --state-dir",
                )
            })
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.root
    }

    /// All tasks, the newest first. One that cannot be read does not hide the others.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn list(&self) -> Result<Vec<StoredTask>> {
        Ok(self.read_all()?.0)
    }

    /// All that can be read, and the error of one that cannot.
    fn read_all(&self) -> Result<(Vec<StoredTask>, Option<CommandError>)> {
        let folder = self.root.join("tasks");
        let (mut tasks, mut damaged) = (Vec::new(), None);
        for entry in fs::read_dir(&folder).map_err(|cause| io(&folder, cause))? {
            let path = entry.map_err(|cause| io(&folder, cause))?.path();
            match read_task(&path) {
                Ok(Some(task)) => tasks.push(task),
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(%error, "a task cannot be read");
                    damaged = Some(error);
                }
            }
        }
        tasks.sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| a.id.cmp(&b.id)));
        Ok((tasks, damaged))
    }

    /// The task with this id or, if there is none, the only one with this name.
    ///
    /// # Errors
    /// Several have that name, or none has and one that cannot be read might.
    pub fn find(&self, name: &str) -> Result<Option<StoredTask>> {
        let mut named: Vec<StoredTask> = Vec::new();
        let (tasks, damaged) = self.read_all()?;
        for task in tasks {
            if task.id == name {
                return Ok(Some(task));
            }
            if task.name == name {
                named.push(task);
            }
        }
        if named.len() > 1 {
            let ids: Vec<&str> = named.iter().map(|task| task.id.as_str()).collect();
            return Err(CommandError::usage(
                "ambiguous_name",
                format!("several tasks are called “{name}”; use an id: {}", ids.join(", ")),
            ));
        }
        match (named.pop(), damaged) {
            (None, Some(error)) => Err(error),
            (found, _) => Ok(found),
        }
    }

    /// Keeps other processes from making tasks until the guard is dropped: whoever looks for a name
    /// and makes what is not there does both under it.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn exclusive(&self) -> Result<StoreGuard> {
        let path = self.root.join("lock");
        let file = fs::File::create(&path).map_err(|cause| io(&path, cause))?;
        file.lock().map_err(|cause| io(&path, cause))?;
        Ok(StoreGuard(file))
    }

    /// The task with this id.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn get(&self, id: &str) -> Result<StoredTask> {
        if !is_id(id) {
            return Err(CommandError::no_such_task(id));
        }
        read_task(&self.path(id))?.ok_or_else(|| CommandError::no_such_task(id))
    }

    /// Makes a task, not started.
    ///
    /// # Errors
    /// The disk refused.
    pub fn create(
        &self,
        name: &str,
        draft: TaskDraft,
        passwords: PasswordOrigins,
    ) -> Result<LockedTask> {
        let id = format!("{:016x}", rand::rng().random::<u64>());
        let folder = self.path(&id);
        make_private(&folder)?;
        let task = StoredTask {
            id,
            name: name.to_owned(),
            created_at: rfc3339_now(),
            draft,
            passwords,
            state: TaskState::NotStarted,
            error: None,
            precheck: None,
            resume: false,
            demo: false,
        };
        let lock = try_lock(&folder)?.ok_or_else(|| busy(name))?;
        let locked = LockedTask { task, folder, _lock: lock };
        locked.save()?;
        Ok(locked)
    }

    /// Takes the task for this process.
    ///
    /// # Errors
    /// Another process has it (`task_running`), or it cannot be read.
    pub fn lock(&self, id: &str) -> Result<LockedTask> {
        let folder = self.path(id);
        let named = self.get(id)?.name;
        let mut lock = try_lock(&folder)?;
        for _ in 0..PROBES_WAITED_FOR {
            if lock.is_none() {
                std::thread::sleep(PROBE_TAKES);
                lock = try_lock(&folder)?;
            }
        }
        let lock = lock.ok_or_else(|| busy(&named))?;
        let mut task = self.get(id)?;
        // Live with nobody behind it: the process that ran it was cut off.
        if task.state.is_live() {
            task.state = task.state.on(LifeEvent::CameToRest).unwrap_or(TaskState::Paused);
        }
        Ok(LockedTask { task, folder, _lock: lock })
    }

    /// Whether some process runs the task now.
    pub fn is_held(&self, id: &str) -> bool {
        open_lock(&self.path(id))
            .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// The task's latest figures; for one that never ran, its state alone.
    pub fn report(&self, task: &StoredTask) -> TaskReport {
        let stored: Option<TaskReport> = fs::read(self.path(&task.id).join("status.json"))
            .ok()
            .and_then(|body| serde_json::from_slice(&body).ok());
        let mut report = stored.unwrap_or_else(|| bare_report(&task.name, task.state));
        report.task.clone_from(&task.name);
        if !self.is_held(&task.id) {
            // The figures may be of a run that was cut off: the task itself says how it stands.
            report.state = if task.state.is_live() {
                task.state.on(LifeEvent::CameToRest).unwrap_or(TaskState::Paused)
            } else {
                task.state
            };
            report.error.clone_from(&task.error);
            report.caught_up = false;
            report.detail.retry = None;
            report.lag_ms = None;
            report.detail.records_per_second = None;
            report.detail.bytes_in_per_second = None;
            report.detail.bytes_out_per_second = None;
        }
        report
    }

    /// What happened to a task, oldest first.
    pub fn events(&self, id: &str) -> Vec<TaskEvent> {
        let Ok(file) = File::open(self.path(id).join("events.jsonl")) else { return Vec::new() };
        let mut events: Vec<TaskEvent> = BufReader::new(file)
            .lines()
            .map_while(std::io::Result::ok)
            .filter_map(|line| serde_json::from_str(&line).ok())
            .collect();
        events.drain(..events.len().saturating_sub(EVENTS_MAX));
        events
    }

    /// The task's folder.
    pub(crate) fn path(&self, id: &str) -> PathBuf {
        self.root.join("tasks").join(id)
    }
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
        let next = self
            .task
            .state
            .on(event)
            .map_err(|error| CommandError::usage("wrong_state", error.to_string()))?;
        self.update(|task| task.state = next)
    }

    /// Removes every trace of it.
    ///
    /// # Errors
    /// The disk refused.
    pub fn delete(self) -> Result<()> {
        Ok(fs::remove_dir_all(&self.folder).map_err(|cause| io(&self.folder, cause))?)
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

    fn save(&self) -> Result<()> {
        let body = serde_json::to_vec_pretty(&self.task)
            .map_err(|cause| Error::new(ErrorKind::Internal, Side::Local, cause.to_string()))?;
        Ok(durable::replace(&self.folder.join("task"), VERSION, &body)?)
    }
}

/// A report of a task of which nothing is known but its state.
pub fn bare_report(name: &str, state: TaskState) -> TaskReport {
    TaskReport {
        at: rfc3339_now(),
        task: name.to_owned(),
        state,
        stage: None,
        keys_total: None,
        keys_done: None,
        keys_skipped: Default::default(),
        commands_applied: None,
        commands_skipped: Default::default(),
        source_offset: None,
        applied_offset: None,
        lag_bytes: None,
        lag_ms: None,
        caught_up: false,
        error: None,
        outcome: None,
        detail: Default::default(),
    }
}

/// `host:port` of one side, as far as it is filled in.
pub fn label_of(endpoint: &EndpointDraft) -> String {
    match endpoint.validate("") {
        Ok(endpoint) => match endpoint.address {
            Address::Unix { path } => path.display().to_string(),
            address @ Address::Tcp { .. } => address.to_string(),
        },
        Err(_) => "—".to_owned(),
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn read_task(folder: &Path) -> Result<Option<StoredTask>> {
    let path = folder.join("task");
    let Some(body) = durable::read(&path, VERSION)? else { return Ok(None) };
    serde_json::from_slice(&body).map(Some).map_err(|cause| {
        Error::new(
            ErrorKind::StateCorrupt,
            Side::Local,
            format!("{} cannot be read: {cause}", path.display()),
        )
        .into()
    })
}

fn open_lock(folder: &Path) -> Result<File> {
    let path = folder.join("lock");
    let open = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    Ok(open.map_err(|cause| io(&path, cause))?)
}

fn try_lock(folder: &Path) -> Result<Option<File>> {
    let file = open_lock(folder)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(cause)) => Err(io(folder, cause).into()),
    }
}

fn busy(name: &str) -> CommandError {
    CommandError {
        remedy: Some(
            "Pause it there, or use `keyferry tasks pause`, before it is run here.".to_owned(),
        ),
        ..CommandError::usage(
            "task_running",
            format!("the task “{name}” is run by another process"),
        )
    }
}

/// Makes a folder that only this user can look into.
fn make_private(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(folder).map_err(|cause| io(folder, cause))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        (folder, store)
    }

    fn create(store: &Store, name: &str) -> LockedTask {
        store.create(name, TaskDraft::default(), PasswordOrigins::default()).unwrap()
    }

    #[test]
    fn a_task_is_found_again_by_name_and_by_id() {
        let (_folder, store) = store();
        let id = create(&store, "orders").task.id.clone();
        assert_eq!(store.find("orders").unwrap().unwrap().id, id);
        assert_eq!(store.find(&id).unwrap().unwrap().name, "orders");
        assert!(store.find("other").unwrap().is_none());
        create(&store, "orders");
        assert_eq!(store.find("orders").unwrap_err().code, "ambiguous_name");
    }

    #[test]
    fn only_one_may_hold_a_task() {
        let (_folder, store) = store();
        let held = create(&store, "orders");
        assert_eq!(store.lock(&held.task.id).unwrap_err().code, "task_running");
        assert!(store.is_held(&held.task.id));
        let id = held.task.id.clone();
        drop(held);
        assert!(!store.is_held(&id));
        store.lock(&id).unwrap();
    }

    #[test]
    fn a_task_that_was_cut_off_is_paused() {
        let (_folder, store) = store();
        let mut held = create(&store, "orders");
        held.on(LifeEvent::Running).unwrap();
        let id = held.task.id.clone();
        drop(held);
        assert_eq!(store.report(&store.get(&id).unwrap()).state, TaskState::Paused);
        assert_eq!(store.lock(&id).unwrap().task.state, TaskState::Paused);
    }

    #[test]
    fn a_task_file_cut_anywhere_is_an_error_and_hides_no_other() {
        let (_folder, store) = store();
        let id = create(&store, "orders").task.id.clone();
        create(&store, "carts");
        let path = store.path(&id).join("task");
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            assert_eq!(store.get(&id).unwrap_err().code, "state_corrupt", "cut at {length}");
            assert_eq!(store.list().unwrap().len(), 1);
        }
    }
}
