//! Running a task in this process, from its precheck to its end.

mod follow;
mod remote;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use keyferry_engine::error::{Error, ErrorKind, ErrorPhrases, ErrorReport, Side};
use keyferry_engine::phrase;
use keyferry_engine::precheck::{self, ItemReport, PrecheckReport, VerdictKind};
use keyferry_engine::report::{
    EventLevel, Observer, Outcome, Stage, TaskEvent, TaskReport, rfc3339_now,
};
use keyferry_engine::secret::Credentials;
use keyferry_engine::spec::TaskSpec;
use keyferry_engine::task::{self, LifeEvent, TaskContext, TaskEnd, TaskState, Wish};
use tokio::sync::mpsc;
use tracing::Instrument as _;

pub use self::follow::Follower;
pub(crate) use self::follow::Followers;
use self::follow::Keeper;
pub use self::remote::{Remote, Steered, remote};
use crate::charts;
use crate::control::{Amendment, ControlServer};
use crate::error::{CommandError, Result};
use crate::log::{self, TaskLog};
use crate::resuming;
use crate::store::{LockedTask, StoredTask, bare_report};

/// How a run goes.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunOptions {
    /// Run only those checks before the start that cannot be ignored.
    pub skip_precheck: bool,
}

/// How a run ended.
#[derive(Debug)]
pub struct RunEnd {
    /// In one word.
    pub outcome: Outcome,
    /// The last figures; `outcome` is set.
    pub report: TaskReport,
    /// What the precheck found, where one ran.
    pub precheck: Option<PrecheckReport>,
}

/// Checks and runs a task until it ends; see [`Begun`].
///
/// # Errors
/// It cannot be run now (`wrong_state`), or its own files cannot be written.
pub async fn run(
    locked: LockedTask,
    spec: TaskSpec,
    credentials: Credentials,
    options: RunOptions,
    steered: (Remote, Steered),
    follower: Arc<dyn Follower>,
) -> Result<RunEnd> {
    Begun::begin(locked, spec, credentials, options, steered, follower)?.run().await
}

/// A run that has begun: it can be steered, by another process too, and the task's file says what
/// it does first. What keeps a task from running at all is said before, to whoever starts it.
pub(crate) struct Begun {
    locked: LockedTask,
    spec: Arc<TaskSpec>,
    credentials: Credentials,
    options: RunOptions,
    steered: Steered,
    /// Takes what is said until the end.
    log: Arc<TaskLog>,
    keeper: Arc<Keeper>,
    /// Whether it checks first.
    checks: bool,
    _server: ControlServer,
}

impl Begun {
    /// Begins a run that `steered` steers.
    ///
    /// # Errors
    /// As [`run`].
    pub(crate) fn begin(
        mut locked: LockedTask,
        spec: TaskSpec,
        credentials: Credentials,
        options: RunOptions,
        (remote, steered): (Remote, Steered),
        follower: Arc<dyn Follower>,
    ) -> Result<Self> {
        let secrets = [&credentials.source, &credentials.destination];
        let secrets = secrets.into_iter().flatten().cloned().collect();
        let log = Arc::new(TaskLog::begin(locked.folder(), &locked.task.id, secrets));
        // A remote steers one run.
        let _ = remote.span.set(log.span().clone());
        let taking = Arc::clone(&log);
        let begin = || -> Result<Self> {
            log::say_what_runs(&locked.task, &spec);
            LockedTask::age_report(locked.folder());
            let recorder = Arc::clone(&remote.charts);
            recorder.begin(locked.folder());
            let server = ControlServer::listen(locked.folder(), move |ask| remote.obey(ask))
                .map_err(|cause| Error::local_io(phrase!("failure.cannot_listen"), cause))?;
            let keeper = Arc::new(Keeper::new(&locked, follower, recorder));
            let checks = !task::has_begun(&locked.engine_folder())?;
            if checks {
                locked.on(LifeEvent::PrecheckStarted)?;
            } else {
                locked.on_with(LifeEvent::Running, |task| task.error = None)?;
            }
            let spec = Arc::new(spec);
            Ok(Self {
                locked,
                spec,
                credentials,
                options,
                steered,
                log,
                keeper,
                checks,
                _server: server,
            })
        };
        taking.span().in_scope(|| begin().inspect_err(say_that_it_did_not_run))
    }

    /// Runs it until it ends.
    ///
    /// # Errors
    /// Its own files cannot be written.
    pub(crate) async fn run(self) -> Result<RunEnd> {
        let log = Arc::clone(&self.log);
        let logged = async {
            let end = self.run_once().await;
            match &end {
                Ok(end) => log::say_how_it_ended(end),
                Err(error) => say_that_it_did_not_run(error),
            }
            end
        };
        Box::pin(logged.instrument(log.span().clone())).await
    }

    /// See [`Self::run`].
    async fn run_once(self) -> Result<RunEnd> {
        let Self {
            mut locked,
            spec,
            credentials,
            options,
            steered: Steered { steering, mut amendments, ended_by_user },
            log: _log,
            keeper,
            checks,
            _server,
        } = self;
        // What it comes to rest with: one that its user ended does not go on by itself.
        let rest = |task: &mut StoredTask| {
            task.failing = None;
            if ended_by_user.load(Ordering::Relaxed) {
                task.do_not_resume();
            }
        };
        let mut found = None;
        if checks {
            let checked = check(&locked, &spec, &credentials, options, &steering, &keeper).await;
            if !checked.as_ref().is_some_and(PrecheckReport::passed) {
                // Nothing reads them after this.
                write_down_rest(&mut locked, &mut amendments, &keeper).await;
            }
            let Some(report) = checked else {
                let stopped = *steering.wish.borrow() == Wish::Stop;
                locked.on_with(LifeEvent::CameToRest, rest)?;
                if stopped {
                    locked.on(LifeEvent::StopRequested)?;
                    locked.on(LifeEvent::Stopped)?;
                }
                let outcome = if stopped { Outcome::Stopped } else { Outcome::Paused };
                return Ok(ended(&locked, outcome, &keeper, None));
            };
            log::say_what_was_found(&report);
            let passed = report.passed();
            let event = if passed { LifeEvent::PrecheckPassed } else { LifeEvent::PrecheckFailed };
            locked.on_with(event, |task| task.precheck = Some(report.clone()))?;
            if !passed {
                return Ok(ended(&locked, Outcome::PrecheckFailed, &keeper, Some(report)));
            }
            found = Some(report);
            locked.on_with(LifeEvent::Running, |task| task.error = None)?;
        }
        let began = Instant::now();
        let run = Box::pin(task::run(TaskContext {
            task_id: locked.task.id.clone(),
            task_name: locked.task.name.clone(),
            spec,
            credentials,
            folder: locked.engine_folder(),
            steering,
            observer: Arc::clone(&keeper) as Arc<dyn Observer>,
        }));
        let end = amended(run, &mut locked, &mut amendments, &keeper).await;
        let outcome = match end {
            TaskEnd::Finished => {
                locked.on_with(LifeEvent::Finished, rest)?;
                Outcome::Done
            }
            TaskEnd::Paused => {
                locked.on_with(LifeEvent::CameToRest, rest)?;
                Outcome::Paused
            }
            TaskEnd::Stopped => {
                locked.on_with(LifeEvent::StopRequested, rest)?;
                locked.on(LifeEvent::Stopped)?;
                Outcome::Stopped
            }
            TaskEnd::Failed(error) => {
                tracing::error!(task = %locked.task.name, code = error.kind.code(), "{error}");
                let words = phrase!("failure.on_side", side = error.side, what = error.message);
                keeper.event(TaskEvent::now(EventLevel::Error, error.kind.code(), words));
                let ran_well =
                    keeper.has_caught_up() || began.elapsed() >= resuming::RAN_WELL_AFTER;
                locked.on_with(LifeEvent::Failed, |task| {
                    if ended_by_user.load(Ordering::Relaxed) {
                        task.do_not_resume();
                    }
                    task.error = Some(error.report());
                    task.failing = task
                        .resume
                        .then(|| resuming::after_failure(task.failing.as_ref(), ran_well))
                        .flatten();
                })?;
                Outcome::Failed
            }
        };
        Ok(ended(&locked, outcome, &keeper, found))
    }
}

fn say_that_it_did_not_run(error: &CommandError) {
    tracing::error!(code = error.code, "the task could not be run: {error}");
}

/// Runs it, and writes down meanwhile what is changed of the task; the file is this process's.
async fn amended(
    mut run: impl Future<Output = TaskEnd> + Unpin,
    locked: &mut LockedTask,
    amendments: &mut mpsc::Receiver<Amendment>,
    keeper: &Keeper,
) -> TaskEnd {
    loop {
        let amendment = tokio::select! {
            end = &mut run => {
                write_down_rest(locked, amendments, keeper).await;
                return end;
            }
            Some(amendment) = amendments.recv() => amendment,
        };
        write_down(locked, amendment, keeper);
    }
}

/// Takes no more of them, and writes down those that came in the last moment.
async fn write_down_rest(
    locked: &mut LockedTask,
    amendments: &mut mpsc::Receiver<Amendment>,
    keeper: &Keeper,
) {
    amendments.close();
    while let Some(amendment) = amendments.recv().await {
        write_down(locked, amendment, keeper);
    }
}

fn write_down(locked: &mut LockedTask, amendment: Amendment, keeper: &Keeper) {
    log::say_what_changes(&amendment);
    match locked.update(|task| amendment.apply(task)) {
        Ok(()) => keeper.rename(&locked.task.name),
        Err(error) => tracing::warn!(%error, "a change of a running task is not written down"),
    }
}

/// The precheck, unless the user ends it: then `None`.
async fn check(
    locked: &LockedTask,
    spec: &TaskSpec,
    credentials: &Credentials,
    options: RunOptions,
    steering: &task::Steering,
    keeper: &Keeper,
) -> Option<PrecheckReport> {
    let on_item = |item: &ItemReport| keeper.follower.item(item);
    let folder = locked.engine_folder();
    let scope =
        if options.skip_precheck { precheck::Scope::NotIgnorable } else { precheck::Scope::All };
    let checking = precheck::run(&locked.task.id, spec, credentials, &folder, scope, &on_item);
    let ticking = async {
        let mut tick = tokio::time::interval(Duration::from_secs(1));
        loop {
            tick.tick().await;
            keeper.report(TaskReport {
                stage: Some(Stage::Precheck),
                ..bare_report(&locked.task.name, TaskState::Prechecking)
            });
        }
    };
    tokio::select! {
        biased;
        () = steering.wished(|wish| wish != Wish::Run) => None,
        () = ticking => None,
        report = checking => Some(report),
    }
}

fn ended(
    locked: &LockedTask,
    outcome: Outcome,
    keeper: &Keeper,
    precheck: Option<PrecheckReport>,
) -> RunEnd {
    let mut report = keeper.latest();
    report.at = rfc3339_now();
    report.state = locked.task.state;
    report.outcome = Some(outcome);
    report.error.clone_from(&locked.task.error);
    if outcome == Outcome::PrecheckFailed {
        report.error = precheck.as_ref().and_then(first_failure);
    }
    LockedTask::write_report(locked.folder(), &report);
    keeper.charts.end();
    keeper.follower.report(&report);
    RunEnd { outcome, report, precheck }
}

/// The first failed item, in the form of an error.
fn first_failure(report: &PrecheckReport) -> Option<ErrorReport> {
    let item = report.items.iter().find(|item| item.verdict == VerdictKind::Failed)?;
    let phrases = item.phrases.as_ref().map(|phrases| {
        Box::new(ErrorPhrases { message: phrases.found.clone(), remedy: phrases.fix.clone() })
    });
    Some(ErrorReport {
        code: item.id.clone(),
        message: item.found.clone(),
        side: item.side.unwrap_or(Side::Local),
        remedy: item.fix.clone(),
        phrases,
    })
}

/// Gives back what a task holds that nobody runs.
///
/// # Errors
/// It is still to be stopped, or the destination could not be reached: local files are gone then,
/// and the message names the keys that stayed.
pub async fn release(locked: &mut LockedTask, credentials: &Credentials) -> Result<()> {
    let released = locked
        .task
        .state
        .on(LifeEvent::Released)
        .map_err(|error| CommandError::usage("wrong_state", error.phrase()))?;
    let given_back = match locked.task.draft.validate() {
        Ok(spec) => {
            task::release(&locked.task.id, &spec, credentials, &locked.engine_folder()).await
        }
        Err(_) => Ok(()),
    };
    locked.update(|task| {
        task.state = released;
        task.do_not_resume();
    })?;
    for file in ["status.json", "events.jsonl", charts::FILE].into_iter().chain(log::FILES) {
        let path = locked.folder().join(file);
        if let Err(cause) = std::fs::remove_file(&path)
            && cause.kind() != std::io::ErrorKind::NotFound
        {
            return Err(Error::local_io(path.display(), cause).into());
        }
    }
    Ok(given_back?)
}

/// The error of a task whose password is not at hand.
pub fn credentials_missing(side: Side) -> Error {
    Error::new(ErrorKind::CredentialsMissing, side, phrase!("failure.no_password", side = side))
}
