//! Running a task: both halves side by side, each with its own patience.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keyferry_protocol::psync::ReplicationPosition;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use super::agreement::Agreement;
use super::figures::Figures;
use super::report::Reporter;
use super::retry::{Condition, Decision, RetryWindow};
use super::stages::Stages;
use super::{Steering, TaskContext, TaskEnd, Wish};
use crate::apply::mends::Mends;
use crate::destination::feed::{DestinationHalf, Fed};
use crate::destination::lane::LongNames;
use crate::error::{Error, ErrorKind, Handling, Result, Side};
use crate::failpoint;
use crate::phrase;
use crate::record::RecordFile;
use crate::report::{EventLevel, Stage};
use crate::skipped::SkippedLog;
use crate::source::clock::SourceClock;
use crate::source::follow::{CurrentSnapshot, Followed, Resume, SourceHalf};
use crate::source::snapshot;
use crate::source::spool::Spool;

/// How long a sampling connection rests after it broke.
const SAMPLE_PAUSE: Duration = Duration::from_millis(500);
/// How long the halves may take to come to rest before they are left behind.
const REST_TIMEOUT: Duration = Duration::from_secs(12);

/// Both halves' conditions, and a bell for whoever reports them.
#[derive(Default)]
pub(super) struct Conditions {
    source: Mutex<Condition>,
    destination: Mutex<Condition>,
    local: Mutex<Condition>,
    pub(super) changed: Notify,
}

impl Conditions {
    pub(super) fn of(&self, side: Side) -> Condition {
        self.slot(side).clone()
    }

    fn set(&self, side: Side, condition: Condition) {
        *self.slot(side) = condition;
        self.changed.notify_one();
    }

    fn slot(&self, side: Side) -> MutexGuard<'_, Condition> {
        let slot = match side {
            Side::Source => &self.source,
            Side::Destination => &self.destination,
            Side::Local => &self.local,
        };
        slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How both halves together came to an end.
enum SessionEnd {
    Task(TaskEnd),
    /// Begin both halves anew.
    Again(Resume),
}

/// What is to be done once both halves are still.
enum Ending {
    Session(SessionEnd),
    /// The spool's tail goes from here on, and then the session ends, with the error if there is one.
    Cut(u64, Option<Error>),
}

/// What a half ended with.
enum HalfEnd {
    Source(Result<Followed>),
    Destination(Result<Fed>),
    /// The disk did not take what was written.
    Spool(Error),
}

/// See [`super::run`].
pub(super) async fn run(context: TaskContext) -> TaskEnd {
    match Run::open(context) {
        Ok(run) => run.until_it_ends().await,
        Err(error) => TaskEnd::Failed(error),
    }
}

struct Run {
    context: TaskContext,
    spool: Arc<Spool>,
    record: Arc<Mutex<RecordFile>>,
    figures: Arc<Figures>,
    clock: Arc<SourceClock>,
    skipped: Arc<SkippedLog>,
    mends: Arc<Mends>,
    stages: Arc<Stages>,
    conditions: Arc<Conditions>,
    /// This run's, for its checkpoints.
    writer: u64,
    /// See [`DestinationHalf::adopt`].
    adopt: Arc<AtomicBool>,
    /// See [`DestinationHalf::long_names`].
    long_names: LongNames,
    /// What a person agreed to at the source's half.
    agreed_at_source: Arc<Agreement>,
    /// What a person agreed to at the destination's half.
    agreed_at_destination: Arc<Agreement>,
}

impl Run {
    fn open(context: TaskContext) -> Result<Self> {
        std::fs::create_dir_all(&context.folder).map_err(|cause| {
            Error::local_io(phrase!("failure.cannot_make", path = context.folder.display()), cause)
        })?;
        let mut record = RecordFile::open(&context.folder)?;
        let mut writer = 0;
        record.update(|record| writer = record.begin_run())?;
        let figures = Figures::new(record.get().counts.clone(), Arc::clone(&context.observer));
        if let Some(id) = record.get().history.as_deref().and_then(|id| id.parse().ok()) {
            figures.set_history(id);
        }
        if let Some(version) = record.get().source_version {
            figures.set_source(version, 0);
        }
        let record = Arc::new(Mutex::new(record));
        let figures = Arc::new(figures);
        Ok(Self {
            spool: Arc::new(Spool::open(&context.folder.join("spool"))?),
            clock: Arc::new(SourceClock::open(&context.folder)?),
            skipped: Arc::new(SkippedLog::open(&context.folder)?),
            stages: Arc::new(Stages::new(Arc::clone(&record))),
            record,
            mends: Arc::new(Mends::new(Arc::clone(&figures))),
            figures,
            conditions: Arc::default(),
            writer,
            adopt: Arc::new(AtomicBool::new(true)),
            long_names: LongNames::default(),
            agreed_at_source: Arc::default(),
            agreed_at_destination: Arc::default(),
            context,
        })
    }

    async fn until_it_ends(self) -> TaskEnd {
        let reporter = Reporter {
            task_name: self.context.task_name.clone(),
            spec: Arc::clone(&self.context.spec),
            figures: Arc::clone(&self.figures),
            stages: Arc::clone(&self.stages),
            conditions: Arc::clone(&self.conditions),
            wish: self.context.steering.wish.clone(),
            observer: Arc::clone(&self.context.observer),
        };
        let reporting = AbortOnDropHandle::new(tokio::spawn(reporter.run().in_current_span()));
        let mut resume = Resume::Spool;
        let mut patience = self.patience(Side::Local);
        let end = loop {
            match self.session(resume).await {
                Ok(SessionEnd::Task(end)) => break end,
                Ok(SessionEnd::Again(next)) => resume = next,
                // This computer's own troubles: a full disk, a folder that cannot be written.
                Err(error) if error.kind.handling() != Handling::Fail => {
                    let steering = &self.context.steering;
                    tokio::select! {
                        biased;
                        () = steering.wished(|wish| wish != Wish::Run) => {
                            let stopping = *steering.wish.borrow() == Wish::Stop;
                            break if stopping { TaskEnd::Stopped } else { TaskEnd::Paused };
                        }
                        waited = patience.wait(error) => if let Err(error) = waited {
                            break TaskEnd::Failed(error);
                        }
                    }
                    patience.well();
                    resume = Resume::Spool;
                }
                Err(error) => break TaskEnd::Failed(error),
            }
        };
        drop(reporting);
        self.keep_counts();
        self.skipped.flush();
        if matches!(end, TaskEnd::Finished) {
            self.stages.end(Stage::Incremental);
            if let Err(error) = self.remove_files() {
                tracing::warn!(%error, "files of a finished task stayed");
            }
        }
        // The last figures, with everything that came in since the reporter's last look.
        Reporter::last(&self.context, &self.figures, &self.stages, &end);
        end
    }

    /// Runs both halves until one of them says that the session is over.
    async fn session(&self, resume: Resume) -> Result<SessionEnd> {
        let spool_ready = watch::Sender::new(resume == Resume::Spool);
        let snapshots = watch::Sender::new(self.current_snapshot()?);
        let rest = CancellationToken::new();
        let source = Arc::new(SourceHalf {
            spec: Arc::clone(&self.context.spec),
            password: self.context.credentials.source.clone(),
            folder: self.context.folder.clone(),
            spool: Arc::clone(&self.spool),
            record: Arc::clone(&self.record),
            figures: Arc::clone(&self.figures),
            clock: Arc::clone(&self.clock),
            agreement: Arc::clone(&self.agreed_at_source),
            snapshots: snapshots.clone(),
            resume,
            spool_ready: spool_ready.clone(),
        });
        let destination = DestinationHalf {
            task_id: self.context.task_id.clone(),
            spec: Arc::clone(&self.context.spec),
            credentials: self.context.credentials.clone(),
            folder: self.context.folder.clone(),
            spool: Arc::clone(&self.spool),
            record: Arc::clone(&self.record),
            figures: Arc::clone(&self.figures),
            clock: Arc::clone(&self.clock),
            skipped: Arc::clone(&self.skipped),
            mends: Arc::clone(&self.mends),
            stages: Arc::clone(&self.stages),
            snapshots: snapshots.subscribe(),
            limits: self.context.steering.limits.clone(),
            writer: self.writer,
            adopt: Arc::clone(&self.adopt),
            long_names: self.long_names.clone(),
            agreement: Arc::clone(&self.agreed_at_destination),
            resume,
            spool_ready,
            rest: rest.clone(),
        };
        let mut halves = JoinSet::new();
        let spool = Arc::clone(&self.spool);
        // What they say belongs to this run.
        let spool = async move {
            HalfEnd::Spool(match SourceHalf::keep_durable(spool).await {
                Err(error) => error,
                Ok(()) => {
                    Error::new(ErrorKind::Internal, Side::Local, phrase!("failure.sync_ended"))
                }
            })
        };
        halves.spawn(spool.in_current_span());
        halves.spawn(sample(Arc::clone(&source)).in_current_span());
        let patience = self.patience(Side::Source);
        let source = async move { HalfEnd::Source(keep_following(source, patience).await) };
        halves.spawn(source.in_current_span());
        let patience = self.patience(Side::Destination);
        let destination =
            async move { HalfEnd::Destination(keep_feeding(destination, patience).await) };
        halves.spawn(destination.in_current_span());

        let end = self.supervise(&mut halves, &rest).await;
        // Nothing of this session may still be at work when the next one begins: aborting alone would
        // let a half go on until it next waits, and two links must never fill one spool.
        halves.shutdown().await;
        match end? {
            Ending::Session(end) => Ok(end),
            Ending::Cut(position, error) => {
                self.spool.cut(position)?;
                error.map_or(Ok(SessionEnd::Again(Resume::Spool)), Err)
            }
        }
    }

    /// Until one of the halves says that the session is over, or the user does.
    async fn supervise(
        &self,
        halves: &mut JoinSet<HalfEnd>,
        rest: &CancellationToken,
    ) -> Result<Ending> {
        let again = |resume| Ok(Ending::Session(SessionEnd::Again(resume)));
        let steering = self.context.steering.clone();
        loop {
            let ended = tokio::select! {
                biased;
                // 1: the user's word comes before everything.
                () = steering.wished(|wish| wish != Wish::Run) => {
                    return Ok(Ending::Session(SessionEnd::Task(self.come_to_rest(halves, rest).await)));
                }
                // 2: the first half that ends decides.
                Some(ended) = halves.join_next() => ended,
            };
            let ended = ended.map_err(|cause| {
                Error::new(
                    ErrorKind::Internal,
                    Side::Local,
                    phrase!("failure.part_broke", cause = cause.to_string()),
                )
            })?;
            match ended {
                // The snapshot is here; its application goes on.
                HalfEnd::Source(Ok(Followed::SnapshotOnly)) => {}
                HalfEnd::Source(Ok(Followed::Recopy | Followed::Anew))
                | HalfEnd::Destination(Ok(Fed::Recopy | Fed::Again)) => {
                    return again(Resume::Spool);
                }
                HalfEnd::Source(Ok(Followed::Promoted(until))) => {
                    // The lane has to be still before it is known what the destination has.
                    return again(Resume::Cut(until));
                }
                HalfEnd::Destination(Ok(Fed::Fetch(wanted))) => {
                    self.figures.event(
                        EventLevel::Warning,
                        "spool_restarted",
                        phrase!("event.spool_restarted", offset = wanted.from),
                    );
                    return again(Resume::Fetch(wanted));
                }
                HalfEnd::Destination(Ok(Fed::Damaged(position))) => {
                    return Ok(Ending::Cut(position, None));
                }
                HalfEnd::Destination(Ok(Fed::Finished)) => {
                    return Ok(Ending::Session(SessionEnd::Task(TaskEnd::Finished)));
                }
                HalfEnd::Destination(Ok(Fed::AtRest)) => {
                    return Ok(Ending::Session(SessionEnd::Task(TaskEnd::Paused)));
                }
                HalfEnd::Destination(Err(error)) => return Err(error),
                HalfEnd::Spool(error) => {
                    // What was not synced may be gone although it can still be read: it is dropped,
                    // and the source, which was not told that it arrived, sends it again.
                    return Ok(Ending::Cut(self.spool.progress().durable, Some(error)));
                }
                HalfEnd::Source(Err(error)) => {
                    // What the other half has under way may still come in.
                    rest.cancel();
                    await_destination(halves).await;
                    return Err(error);
                }
            }
        }
    }

    /// The user wants the task to rest: the destination's outstanding answers are awaited.
    async fn come_to_rest(
        &self,
        halves: &mut JoinSet<HalfEnd>,
        rest: &CancellationToken,
    ) -> TaskEnd {
        self.conditions.changed.notify_one();
        rest.cancel();
        let steering = &self.context.steering;
        let stopping = *steering.wish.borrow() == Wish::Stop;
        tracing::info!(stopping, "the task is to rest: what is under way is awaited");
        tokio::select! {
            () = steering.wished(|wish| wish == Wish::Leave) => {}
            () = await_destination(halves) => {}
        }
        if stopping { TaskEnd::Stopped } else { TaskEnd::Paused }
    }

    /// What the local record knows of a snapshot; `None` asks the source for one.
    fn current_snapshot(&self) -> Result<Option<CurrentSnapshot>> {
        let mut record = self.lock_record();
        let held = record.get().clone();
        let Some(snapshot) = held.snapshot.filter(|_| !held.recopy) else { return Ok(None) };
        let Some(length) = snapshot.length else { return Ok(None) };
        let id = snapshot.id.parse().map_err(|_| {
            let words = phrase!("failure.no_replication_id");
            Error::new(ErrorKind::StateCorrupt, Side::Local, words)
        })?;
        let file = snapshot::open_whole(&self.context.folder, snapshot.number, length)?;
        if file.is_none() && (!held.full_done || held.purge) {
            // It is needed and gone: only another one helps.
            record.update(|record| {
                if let Some(snapshot) = &mut record.snapshot {
                    snapshot.length = None;
                }
            })?;
            return Ok(None);
        }
        Ok(Some(CurrentSnapshot {
            number: snapshot.number,
            position: ReplicationPosition { id, offset: snapshot.offset },
            stream_database: snapshot.stream_database,
            file,
        }))
    }

    fn patience(&self, side: Side) -> Patience {
        Patience {
            side,
            window: RetryWindow::new(self.context.steering.retry_minutes.clone()),
            conditions: Arc::clone(&self.conditions),
            figures: Arc::clone(&self.figures),
            steering: self.context.steering.clone(),
            adopt: Arc::clone(&self.adopt),
            agreement: Arc::clone(match side {
                Side::Source => &self.agreed_at_source,
                Side::Destination | Side::Local => &self.agreed_at_destination,
            }),
        }
    }

    fn keep_counts(&self) {
        let counts = self.figures.counts();
        if let Err(error) = self.lock_record().update(|record| record.counts = counts) {
            tracing::warn!(%error, "the counts were not kept");
        }
    }

    /// All but the record, which says that the task is done until it is released: without it, a start
    /// before its host has noted the end would begin it anew.
    fn remove_files(&self) -> Result<()> {
        let folder = &self.context.folder;
        super::remove_folder(&folder.join("spool"))?;
        failpoint::hit("spool_removed");
        snapshot::remove_others(folder, None)?;
        for file in ["existing.keys", "snapshot.keys"] {
            crate::durable::remove_if_there(&folder.join(file))?;
        }
        Ok(())
    }

    fn lock_record(&self) -> MutexGuard<'_, RecordFile> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits for the destination's half, at most a while; the others have nothing to finish.
async fn await_destination(halves: &mut JoinSet<HalfEnd>) {
    let deadline = Instant::now() + REST_TIMEOUT;
    while let Ok(Some(ended)) = tokio::time::timeout_at(deadline, halves.join_next()).await {
        if matches!(ended, Ok(HalfEnd::Destination(_)) | Err(_)) {
            break;
        }
    }
}

/// How one half deals with its failures.
struct Patience {
    side: Side,
    adopt: Arc<AtomicBool>,
    agreement: Arc<Agreement>,
    window: RetryWindow,
    conditions: Arc<Conditions>,
    figures: Arc<Figures>,
    steering: Steering,
}

impl Patience {
    fn well(&mut self) {
        if self.window.is_open() {
            let (code, words) = match self.side {
                Side::Local => ("goes_on", phrase!("event.goes_on")),
                Side::Source => ("reconnected", phrase!("event.reconnected.source")),
                Side::Destination => ("reconnected", phrase!("event.reconnected.destination")),
            };
            self.figures.event(EventLevel::Info, code, words);
        }
        self.window.well();
        self.agreement.connected();
        self.conditions.set(self.side, Condition::Well);
    }

    /// Waits as the error asks for.
    ///
    /// # Errors
    /// The error to give up with.
    async fn wait(&mut self, error: Error) -> Result<()> {
        let level = EventLevel::Warning;
        self.figures.event(level, error.kind.code(), error.message.clone());
        let kind = error.kind;
        match self.window.failed(error) {
            Decision::GiveUp(error) => Err(error),
            Decision::Wait(pause, condition) => {
                condition.say(kind);
                // Listened to before anybody learns that there is something to answer.
                let mut retry_now = self.steering.retry_now.clone();
                retry_now.mark_unchanged();
                let mut agreed = self.steering.agreed.clone();
                agreed.mark_unchanged();
                let mut retry_minutes = self.steering.retry_minutes.clone();
                retry_minutes.mark_unchanged();
                self.conditions.set(self.side, condition);
                let pause = async {
                    match pause {
                        Some(pause) => sleep(pause).await,
                        None => std::future::pending().await,
                    }
                };
                tokio::select! {
                    () = pause => {}
                    // A person looked: what another copy of the task left may be taken over.
                    Ok(()) = retry_now.changed() => {
                        tracing::info!("it is tried again now: a person asked for it");
                        self.adopt.store(true, Ordering::Relaxed);
                    }
                    true = agreed_to(&mut agreed, kind) => {
                        tracing::info!(code = kind.code(), "a person agreed to the way on");
                        self.adopt.store(true, Ordering::Relaxed);
                        self.agreement.give(kind);
                    }
                    // Another window: whether it has passed is judged with the next failure.
                    Ok(()) = retry_minutes.changed() => {
                        let minutes = *retry_minutes.borrow();
                        tracing::info!(minutes, "the retry window is another one");
                    }
                }
                Ok(())
            }
        }
    }
}

/// Waits until a person agrees to what a task that holds at `kind` proposes; false once nobody can.
async fn agreed_to(agreed: &mut watch::Receiver<Option<ErrorKind>>, kind: ErrorKind) -> bool {
    while agreed.changed().await.is_ok() {
        if *agreed.borrow_and_update() == Some(kind) {
            return true;
        }
    }
    false
}

async fn keep_following(half: Arc<SourceHalf>, patience: Patience) -> Result<Followed> {
    let patience = tokio::sync::Mutex::new(patience);
    loop {
        let connected = || {
            if let Ok(mut patience) = patience.try_lock() {
                patience.well();
            }
        };
        match half.follow(connected).await {
            Ok(followed) => return Ok(followed),
            Err(error) => {
                let lost = error.kind == ErrorKind::HistoryLost;
                patience.lock().await.wait(error).await?;
                // What was asked for came from the destination: it may stand elsewhere by now.
                if lost && half.resume != Resume::Spool {
                    return Ok(Followed::Anew);
                }
            }
        }
    }
}

async fn keep_feeding(half: DestinationHalf, patience: Patience) -> Result<Fed> {
    let patience = tokio::sync::Mutex::new(patience);
    loop {
        let connected = || {
            if let Ok(mut patience) = patience.try_lock() {
                patience.well();
            }
        };
        match half.feed(connected).await {
            // The source's half is left alone: to end it would cost the snapshot that it receives. What
            // a fetch or a cut asked for was about the one before, and is judged with a new session.
            Ok(Fed::Again) if half.resume == Resume::Spool && !half.rest.is_cancelled() => {
                tracing::info!("the source began another snapshot: the destination begins with it");
            }
            Ok(fed) => return Ok(fed),
            Err(error) => {
                let mut patience = patience.lock().await;
                let lost = error.kind == ErrorKind::HistoryLost;
                tokio::select! {
                    biased;
                    () = half.rest.cancelled() => return Ok(Fed::AtRest),
                    waited = patience.wait(error) => waited?,
                }
                // The source may be another one by now, with another history.
                if lost && half.resume != Resume::Spool {
                    return Ok(Fed::Again);
                }
            }
        }
    }
}

/// Samples the source for as long as the task runs; the link's half tells of its failures.
async fn sample(half: Arc<SourceHalf>) -> HalfEnd {
    loop {
        if let Err(error) = half.sample().await {
            tracing::debug!(%error, "sampling the source");
        }
        sleep(SAMPLE_PAUSE).await;
    }
}
