//! The life of one task: its states, and running it.

pub(crate) mod agreement;
pub(crate) mod figures;
mod latency;
mod report;
mod retry;
mod run;
pub(crate) mod stages;
mod state;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch;

pub use state::{IllegalTransition, LifeEvent, TaskState};

use crate::apply::ledger::give_withheld;
use crate::checkpoint::{CHECKPOINT_DATABASE, own_keys};
use crate::control::Control;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;
use crate::record::{RecordFile, Written};
use crate::report::Observer;
use crate::secret::Credentials;
use crate::spec::{Limits, TaskSpec};

/// What the user wants of a running task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Go on.
    Run,
    /// Let outstanding answers come in (at most ten seconds), keep everything, end.
    Pause,
    /// As pause, but for good.
    Stop,
    /// End at once; what is unanswered is sorted out on the next resume.
    Leave,
}

/// The steering wheel of one run: the host's end.
#[derive(Debug)]
pub struct Controls {
    /// Set it to steer.
    pub wish: watch::Sender<Wish>,
    /// Set it to change the throttle while running.
    pub limits: watch::Sender<Limits>,
    /// Bump it to end a wait for the next attempt.
    pub retry_now: watch::Sender<u64>,
    /// Set it to agree to what a task that holds at this error proposes; see
    /// [`ErrorKind::can_be_agreed_to`].
    pub agreed: watch::Sender<Option<ErrorKind>>,
    /// Set it to change the retry window while running, minutes: the lowest of the tasks that share a
    /// server counts for all of them.
    pub retry_minutes: watch::Sender<u32>,
}

/// The steering wheel of one run: the engine's end.
#[derive(Clone, Debug)]
pub struct Steering {
    /// See [`Controls::wish`].
    pub wish: watch::Receiver<Wish>,
    /// See [`Controls::limits`].
    pub limits: watch::Receiver<Limits>,
    /// See [`Controls::retry_now`].
    pub retry_now: watch::Receiver<u64>,
    /// See [`Controls::agreed`].
    pub agreed: watch::Receiver<Option<ErrorKind>>,
    /// See [`Controls::retry_minutes`].
    pub retry_minutes: watch::Receiver<u32>,
}

impl Steering {
    /// Waits until the user wishes something that `wanted` accepts; for ever, once nobody steers.
    pub async fn wished(&self, wanted: impl Fn(Wish) -> bool) {
        let mut wish = self.wish.clone();
        let heard = wish.wait_for(|wish| wanted(*wish)).await.is_ok();
        if !heard {
            std::future::pending::<()>().await;
        }
    }
}

/// Both ends, with the spec's own limits to begin with.
pub fn controls(spec: &TaskSpec) -> (Controls, Steering) {
    let (wish, wish_rx) = watch::channel(Wish::Run);
    let (limits, limits_rx) = watch::channel(spec.limits);
    let (retry_now, retry_now_rx) = watch::channel(0);
    let (agreed, agreed_rx) = watch::channel(None);
    let (retry_minutes, retry_minutes_rx) = watch::channel(spec.retry_minutes);
    (
        Controls { wish, limits, retry_now, agreed, retry_minutes },
        Steering {
            wish: wish_rx,
            limits: limits_rx,
            retry_now: retry_now_rx,
            agreed: agreed_rx,
            retry_minutes: retry_minutes_rx,
        },
    )
}

/// All that one run needs.
pub struct TaskContext {
    /// Random, made once per task, never reused: the name of its checkpoint at the destination.
    pub task_id: String,
    /// The user's name for it, for reports.
    pub task_name: String,
    /// What to do.
    pub spec: Arc<TaskSpec>,
    /// With which passwords.
    pub credentials: Credentials,
    /// A folder of the task's own, held by the caller's lock: spool, snapshot and local record.
    pub folder: PathBuf,
    /// The user's wishes.
    pub steering: Steering,
    /// Whom to tell.
    pub observer: Arc<dyn Observer>,
}

/// How a run ended.
#[derive(Debug)]
pub enum TaskEnd {
    /// Everything asked for is done, checkpoints are removed.
    Finished,
    /// By [`Wish::Pause`] or [`Wish::Leave`].
    Paused,
    /// By [`Wish::Stop`].
    Stopped,
    /// By an error; the task can be resumed.
    Failed(Error),
}

/// Runs a task from wherever it stands until it is done, told to end, or fails.
///
/// The caller holds the lock of `context.folder` and has passed the precheck of a first start.
pub async fn run(context: TaskContext) -> TaskEnd {
    run::run(context).await
}

/// Whether a task has begun to write: from then on its precheck is not repeated.
///
/// # Errors
/// The local record exists but cannot be read.
pub fn has_begun(folder: &Path) -> Result<bool> {
    // Intended is as good: its precheck has passed, and a look now would find the task's own keys.
    RecordFile::open(folder)
        .map(|record| record.get().written != Written::No || record.get().finished)
}

/// Gives back what a task that does not run any more holds: its checkpoint keys at the destination,
/// and every file in `folder` that the engine made. Local files go even where the destination
/// cannot be reached; the error then names the keys that stayed.
///
/// # Errors
/// The destination or the disk refused.
pub async fn release(
    task_id: &str,
    spec: &TaskSpec,
    credentials: &Credentials,
    folder: &Path,
) -> Result<()> {
    // A record that cannot be read may be of a task that wrote.
    let written =
        RecordFile::open(folder).map_or(true, |record| record.get().written != Written::No);
    let removed = if written {
        remove_from_destination(task_id, spec, credentials, folder).await
    } else {
        Ok(())
    };
    remove_folder(folder)?;
    removed
}

async fn remove_from_destination(
    task_id: &str,
    spec: &TaskSpec,
    credentials: &Credentials,
    folder: &Path,
) -> Result<()> {
    let keys = own_keys(task_id);
    let remove = async {
        let password = credentials.destination.as_ref();
        let mut control =
            Control::open(&spec.destination, password, Side::Destination, None).await?;
        // Whoever goes on with these keys is not to keep for ever what was to end.
        give_withheld(&mut control, folder).await?;
        control.query(redis::cmd("SELECT").arg(CHECKPOINT_DATABASE)).await?;
        control.query(redis::cmd("DEL").arg(&keys[..])).await.map(|_| ())
    };
    remove.await.map_err(|error| Error {
        message: phrase!("failure.keys_stay", keys = keys.join(", "), why = error.message),
        ..error
    })
}

/// Removes a folder that may not be there.
fn remove_folder(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::local_io(phrase!("failure.cannot_remove", path = folder.display()), cause))
        }
        _ => Ok(()),
    }
}
