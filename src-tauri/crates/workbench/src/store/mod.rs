//! The tasks of this user, one folder each, for window and command line alike.
//!
//! A folder a task, not one database for all: processes then share no file, and a lock per task
//! lets the window run one while the command line runs another.
//!
//! `tasks/<id>/`: `task` (what it is to do and where in its life it is; replaced whole, with
//! checksum), `status.json` (its latest figures; for readers in other processes), `events.jsonl`,
//! `charts` (the past of its figures, which may be missing), `log` and `log.old` (what the engine said
//! while it ran), `lock`, `engine/` (spool, snapshot and record of the engine).

mod files;
mod locked;
mod task;

use std::fs::{self, File, TryLockError};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use keyferry_engine::durable;
use keyferry_engine::error::{Error, ErrorKind, Side};
use keyferry_engine::phrase;
use keyferry_engine::report::{TaskEvent, TaskReport, rfc3339_now};
use keyferry_engine::skipped::{self, SkippedPage, Wanted};
use keyferry_engine::spec::TaskDraft;
use keyferry_engine::task::TaskState;
use rand::Rng;

pub(crate) use files::{io, make_private};
use files::{open_lock, try_lock};
pub use locked::LockedTask;
pub(crate) use task::forget_the_moment;
pub use task::{Failing, PasswordOrigin, PasswordOrigins, StoredTask, bare_report, label_of};

use crate::control::is_listening;
use crate::error::{CommandError, Result};
use crate::log;

const VERSION: u32 = 1;
/// Events kept for a task's page.
const EVENTS_MAX: usize = 1000;
/// The size at which the file of events is cut to those.
const EVENTS_BYTES_MAX: u64 = 1024 * 1024;
/// Whoever asks whether a task is held holds it for a moment.
const PROBE_TAKES: std::time::Duration = std::time::Duration::from_millis(5);
const PROBES_WAITED_FOR: u32 = 10;

/// The folder of all tasks.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
}

/// See [`Store::exclusive`].
#[derive(Debug)]
pub struct StoreGuard(#[expect(dead_code, reason = "its lock ends with it")] File);

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
            .ok_or_else(|| CommandError::usage("no_home", phrase!("refusal.no_home")))
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
        Ok(self.list_all()?.0)
    }

    /// All tasks that can be read, the newest first, and the error of each that cannot.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn list_all(&self) -> Result<(Vec<StoredTask>, Vec<CommandError>)> {
        let folder = self.root.join("tasks");
        let (mut tasks, mut damaged) = (Vec::new(), Vec::new());
        for entry in fs::read_dir(&folder).map_err(|cause| io(&folder, cause))? {
            let path = entry.map_err(|cause| io(&folder, cause))?.path();
            match read_task(&path) {
                Ok(Some(task)) => tasks.push(task),
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(%error, "a task cannot be read");
                    damaged.push(error);
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
        let (tasks, damaged) = self.list_all()?;
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
                phrase!("refusal.ambiguous_task", name = name, ids = ids.join(", ")),
            ));
        }
        match (named.pop(), damaged.into_iter().next()) {
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
        self.create_in(TaskState::NotStarted, name, draft, passwords)
    }

    /// Makes a task that is still being set up.
    ///
    /// # Errors
    /// The disk refused.
    pub fn create_draft(&self, name: &str, draft: TaskDraft) -> Result<LockedTask> {
        self.create_in(TaskState::NotConfigured, name, draft, PasswordOrigins::default())
    }

    fn create_in(
        &self,
        state: TaskState,
        name: &str,
        draft: TaskDraft,
        passwords: PasswordOrigins,
    ) -> Result<LockedTask> {
        let id = new_id();
        let folder = self.path(&id);
        make_private(&folder)?;
        let task = StoredTask {
            id,
            name: name.to_owned(),
            created_at: rfc3339_now(),
            draft,
            passwords,
            source_template: None,
            destination_template: None,
            alerts: None,
            keep_awake: true,
            step: 1,
            connectivity: Default::default(),
            state,
            error: None,
            failing: None,
            precheck: None,
            ignored: Vec::new(),
            terms_accepted_at: None,
            resume: false,
            demo: false,
            only_checked: false,
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
        task.state = task.at_rest();
        Ok(LockedTask { task, folder, _lock: lock })
    }

    /// Whether some process has the task now.
    pub fn is_held(&self, id: &str) -> bool {
        open_lock(&self.path(id))
            .is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// Whether some process runs the task now, and does not only look at it or change it.
    pub fn is_run(&self, id: &str) -> bool {
        self.is_held(id) && is_listening(self, id)
    }

    /// The task's latest figures; for one that never ran, its state alone.
    pub fn report(&self, task: &StoredTask) -> TaskReport {
        let stored: Option<TaskReport> = fs::read(self.path(&task.id).join("status.json"))
            .ok()
            .and_then(|body| serde_json::from_slice(&body).ok());
        let mut report = stored.unwrap_or_else(|| TaskReport {
            // The same each time, since nothing is new.
            at: task.created_at.clone(),
            ..bare_report(&task.name, task.state)
        });
        report.task.clone_from(&task.name);
        let held = self.is_held(&task.id);
        if !(held && is_listening(self, &task.id)) {
            // The figures may be of a run that was cut off: the task itself says how it stands.
            report.state = if held { task.state } else { task.at_rest() };
            report.error.clone_from(&task.error);
            forget_the_moment(&mut report);
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

    /// What a task left out, whoever runs it.
    ///
    /// # Errors
    /// The list cannot be read.
    pub fn skipped(&self, id: &str, wanted: &Wanted<'_>) -> Result<SkippedPage> {
        Ok(skipped::page(&self.path(id).join("engine"), wanted)?)
    }

    /// What was said while a task ran, as its files have it, oldest first.
    pub fn log(&self, id: &str) -> String {
        log::text(&self.path(id))
    }

    /// The task's folder.
    pub(crate) fn path(&self, id: &str) -> PathBuf {
        self.root.join("tasks").join(id)
    }
}

/// Random: a name for good.
pub(crate) fn new_id() -> String {
    format!("{:016x}", rand::rng().random::<u64>())
}

pub(crate) fn is_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn read_task(folder: &Path) -> Result<Option<StoredTask>> {
    let path = folder.join("task");
    let Some(body) = durable::read(&path, VERSION)? else { return Ok(None) };
    serde_json::from_slice(&body).map(Some).map_err(|cause| {
        Error::new(
            ErrorKind::StateCorrupt,
            Side::Local,
            phrase!("failure.unreadable", path = path.display(), cause = cause.to_string()),
        )
        .into()
    })
}

fn busy(name: &str) -> CommandError {
    CommandError::usage("task_running", phrase!("refusal.task_running", name = name))
        .with_remedy(phrase!("advice.task_running"))
}

#[cfg(test)]
mod tests {
    use keyferry_engine::task::LifeEvent;

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
            let (tasks, unreadable) = store.list_all().unwrap();
            assert_eq!((tasks.len(), unreadable.len()), (1, 1));
        }
    }
}
