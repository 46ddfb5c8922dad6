//! The destination's half of a task: finds out where the destination stands and brings it further.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keyferry_protocol::psync::ReplicationPosition;
use redis::cmd;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::lane::{self, LaneContext, LaneInput};
use super::session::Session;
use crate::apply::existing::{KeySet, key_hash};
use crate::apply::snapshot::{KeysSeen, SnapshotFeeder};
use crate::apply::stream::{StreamEnd, StreamFeeder};
use crate::apply::throttle::Throttle;
use crate::checkpoint::{Checkpoint, SnapshotProgress};
use crate::control::Control;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::record::{Record, RecordFile, Written};
use crate::report::{EventLevel, Stage};
use crate::secret::Credentials;
use crate::source::follow::{CurrentSnapshot, source_offset};
use crate::source::spool::Spool;
use crate::spec::{Limits, OnHistoryLost, TaskSpec, Until};
use crate::task::figures::Figures;
use crate::task::stages::Stages;

/// How many batches may wait for the lane.
const BATCHES_READY_MAX: usize = 4;
/// How long outstanding answers may take when the task is told to rest.
const REST_TIMEOUT: Duration = Duration::from_secs(10);
/// How often it is looked at whether the source has said what it is.
const SOURCE_KNOWN_EVERY: Duration = Duration::from_millis(10);
/// The only lane there is, for now.
const LANE: u32 = 0;
/// The precheck item that reports conflicting keys.
const CONFLICT_CHECK: &str = "conflicting_keys";

/// What the destination's half works with.
pub(crate) struct DestinationHalf {
    pub(crate) task_id: String,
    pub(crate) spec: Arc<TaskSpec>,
    pub(crate) credentials: Credentials,
    pub(crate) folder: PathBuf,
    pub(crate) spool: Arc<Spool>,
    pub(crate) record: Arc<Mutex<RecordFile>>,
    pub(crate) figures: Arc<Figures>,
    pub(crate) stages: Arc<Stages>,
    pub(crate) snapshots: watch::Receiver<Option<CurrentSnapshot>>,
    pub(crate) limits: watch::Receiver<Limits>,
    /// Cancelled when the task is to rest.
    pub(crate) rest: CancellationToken,
}

/// How feeding a destination ended without an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fed {
    /// Everything asked for is there.
    Finished,
    /// The task was told to rest, and nothing is outstanding.
    AtRest,
    /// The source began another snapshot: feed anew.
    Again,
    /// The spool does not hold what the destination needs next: both halves begin anew from here.
    RestartFrom(ReplicationPosition),
    /// Everything is to be copied again.
    Recopy,
}

impl DestinationHalf {
    /// Connects once, finds out where the destination stands, and feeds it until something breaks
    /// or the task rests. `connected` is called when the destination has taken us.
    pub(crate) async fn feed(&self, connected: impl Fn()) -> Result<Fed> {
        let password = self.credentials.destination.as_ref();
        let old_clients = self.record().get().clients.clone();
        let mut session =
            Session::open(&self.spec.destination, password, &self.task_id, &old_clients).await?;
        if session.unfenced {
            self.figures.event(
                EventLevel::Warning,
                "unfenced",
                "CLIENT KILL and CLIENT LIST are not allowed at the destination: an earlier \
                 connection of this task cannot be shown to be gone",
            );
        }
        if session.checkpoint.is_none() && self.record().get().written == Written::Yes {
            let error = Error::new(
                ErrorKind::CheckpointMissing,
                Side::Destination,
                "the destination no longer holds this task's checkpoint",
            );
            return self.resync(error);
        }
        connected();
        if session.checkpoint.is_none() {
            self.note_existing(&mut session).await?;
        }
        let mut snapshots = self.snapshots.clone();
        let current = tokio::select! {
            () = self.rest.cancelled() => return Ok(Fed::AtRest),
            current = snapshots.wait_for(Option::is_some) => match current {
                Ok(current) => current.clone(),
                Err(_) => return Ok(Fed::AtRest),
            },
        };
        let Some(current) = current else { return Ok(Fed::Again) };
        let (start, start_bytes) = self.agree(&mut session, &current).await?;
        self.figures.checkpointed(start);
        if let Some(restart) = self.gap(&start) {
            return Ok(restart);
        }

        let (dialogue, client) =
            session.open_lane(&self.spec.destination, password, &self.task_id, LANE).await?;
        self.update_record(|record| record.clients = vec![client])?;
        let context = LaneContext {
            task_id: self.task_id.clone(),
            last: start,
            last_bytes: start_bytes,
            throttle: Throttle::new(self.limits.clone()),
            figures: Arc::clone(&self.figures),
            snapshot: current.file.clone(),
            spool: Arc::clone(&self.spool),
        };
        let (batches, inputs) = mpsc::channel(BATCHES_READY_MAX);
        let mut lane = AbortOnDropHandle::new(tokio::spawn(lane::run(
            dialogue.reader,
            dialogue.writer,
            context,
            inputs,
        )));
        let produced = tokio::select! {
            produced = self.produce(&mut session, &current, start, batches) => produced,
            ended = &mut lane => return Err(lane_error(ended)),
            Ok(()) = self.superseded(current.number) => return Ok(Fed::Again),
        };
        // A lane that broke is why nothing more could be given to it: its error says more.
        match produced {
            Ok(Fed::AtRest) => match tokio::time::timeout(REST_TIMEOUT, lane).await {
                Ok(Ok(Ok(()))) | Err(_) => Ok(Fed::AtRest),
                Ok(ended) => Err(lane_error(ended)),
            },
            Ok(fed) => match lane.await {
                Ok(Ok(())) => Ok(fed),
                ended => Err(lane_error(ended)),
            },
            Err(error) if error.kind == ErrorKind::ConnectionLost && lane.is_finished() => {
                Err(lane_error(lane.await))
            }
            Err(error) => Err(error),
        }
    }

    /// Everything between the first batch and the last; the lane ends when `batches` is dropped.
    async fn produce(
        &self,
        session: &mut Session,
        current: &CurrentSnapshot,
        start: Checkpoint,
        batches: mpsc::Sender<LaneInput>,
    ) -> Result<Fed> {
        let existing = self.existing_keys()?;
        let mut reached = start;
        if let SnapshotProgress::Until { byte, database } = start.snapshot_progress {
            self.stages.begin(Stage::Full);
            let Some(file) = current.file.clone() else {
                return self.resync(Error::new(
                    ErrorKind::CheckpointMissing,
                    Side::Destination,
                    "the destination fell back into the snapshot, which is not kept any more",
                ));
            };
            let mut feeder = SnapshotFeeder {
                spec: &self.spec,
                figures: &self.figures,
                limits: &self.limits,
                session,
                existing: existing.as_ref(),
                conflicts_ignored: self.spec.ignored_checks.contains(CONFLICT_CHECK),
                batches: &batches,
                file,
                start: (byte, database),
                base: start,
            };
            match feeder.run(&self.rest).await? {
                None => return Ok(Fed::AtRest),
                Some(end) => reached = end,
            }
            flush(&batches).await?;
        }
        if self.record().get().purge {
            self.purge(session, current, existing.as_ref()).await?;
        }
        if !self.record().get().full_done {
            self.stages.end(Stage::Full);
            self.figures.event(EventLevel::Info, "full_done", "the snapshot is applied whole");
        }
        self.update_record(|record| {
            record.full_done = true;
            record.purge = false;
        })?;
        if !self.spec.stages.incremental {
            self.clean_up(session).await?;
            return Ok(Fed::Finished);
        }
        self.stages.begin(Stage::Incremental);
        if !self.source_known().await {
            return Ok(Fed::AtRest);
        }
        let target = match self.spec.until {
            Until::Told => None,
            Until::CaughtUp => Some(self.source_offset_now().await?),
        };
        let feeder = StreamFeeder {
            task_id: &self.task_id,
            spec: &self.spec,
            figures: &self.figures,
            limits: &self.limits,
            existing: existing.as_ref(),
            batches: &batches,
            spool: &self.spool,
            base: reached,
            target,
            destination_version: session.version,
            databases: session.databases,
        };
        match feeder.run(&self.rest).await? {
            StreamEnd::AtRest => Ok(Fed::AtRest),
            StreamEnd::Target => {
                flush(&batches).await?;
                self.clean_up(session).await?;
                Ok(Fed::Finished)
            }
            StreamEnd::Crossed(error) => {
                flush(&batches).await?;
                self.resync(error)
            }
        }
    }

    /// Brings local record, destination and current snapshot together: the checkpoint to go on
    /// from, as the destination holds it.
    async fn agree(
        &self,
        session: &mut Session,
        current: &CurrentSnapshot,
    ) -> Result<(Checkpoint, Vec<u8>)> {
        let held = session.checkpoint.clone();
        let epoch = self.record().get().epoch;
        match held {
            Some((held, bytes)) if held.snapshot == current.number => {
                // After a kill the destination knows better than the local record.
                self.figures.count(|counts| {
                    counts.keys_done = held.keys_done;
                    counts.commands_applied = held.commands_applied;
                    if held.snapshot_progress == SnapshotProgress::Whole {
                        counts.keys_total = Some(held.keys_done);
                    }
                });
                return Ok((Checkpoint { epoch, ..held }, bytes));
            }
            Some((held, _)) if held.snapshot > current.number => {
                return Err(Error::new(
                    ErrorKind::CheckpointConflict,
                    Side::Destination,
                    "the destination's checkpoint is newer than this task's folder: another copy of the task ran",
                ));
            }
            Some(_) | None => {}
        }
        let first = Checkpoint {
            epoch,
            sequence: held.as_ref().map_or(0, |(held, _)| held.sequence) + 1,
            position: current.position,
            database: current.stream_database,
            lane: LANE,
            lanes: 1,
            snapshot: current.number,
            snapshot_progress: if self.spec.stages.full {
                SnapshotProgress::Until { byte: 0, database: 0 }
            } else {
                SnapshotProgress::Whole
            },
            keys_done: 0,
            commands_applied: held.as_ref().map_or(0, |(held, _)| held.commands_applied),
        };
        if held.is_none() {
            self.update_record(|record| record.written = Written::Intended)?;
        }
        let bytes = session.begin_checkpoint(&self.task_id, first).await?;
        self.update_record(|record| record.written = Written::Yes)?;
        self.figures.count(|counts| {
            counts.keys_done = 0;
            counts.keys_skipped.clear();
            counts.databases.clear();
        });
        Ok((first, bytes))
    }

    /// Whether the spool holds what comes behind `start`; otherwise from where to fetch it.
    fn gap(&self, start: &Checkpoint) -> Option<Fed> {
        if start.snapshot_progress != SnapshotProgress::Whole || !self.spec.stages.incremental {
            return None;
        }
        let spool = self.spool.progress();
        let held = !self.spool.is_empty()
            && (spool.start..=spool.written).contains(&start.position.offset);
        (!held).then_some(Fed::RestartFrom(start.position))
    }

    /// The task cannot go on from where the destination is.
    fn resync(&self, error: Error) -> Result<Fed> {
        if self.spec.on_history_lost == OnHistoryLost::Recopy && self.spec.stages.full {
            self.figures.event(EventLevel::Warning, "recopy", error.message);
            self.update_record(|record| {
                record.recopy = true;
                // Its absence is known and answered: the next checkpoint is a first one again.
                record.written = Written::Intended;
                record.purge = true;
            })?;
            return Ok(Fed::Recopy);
        }
        Err(error)
    }

    async fn note_existing(&self, session: &mut Session) -> Result<()> {
        if self.record().get().existing_keys.is_some() {
            return Ok(());
        }
        let path = self.existing_path();
        let set = session.note_existing(&self.spec.databases, &path).await?;
        let count = set.len();
        if count > 0 {
            self.figures.event(
                EventLevel::Info,
                "existing_keys",
                format!("the destination holds {count} keys of its own in the databases concerned"),
            );
        }
        self.update_record(|record| record.existing_keys = Some(count))
    }

    /// The keys that were there before, where there are any.
    fn existing_keys(&self) -> Result<Option<KeySet>> {
        match self.record().get().existing_keys {
            None | Some(0) => Ok(None),
            Some(_) => KeySet::open(&self.existing_path()).map(Some),
        }
    }

    fn existing_path(&self) -> PathBuf {
        self.folder.join("existing.keys")
    }

    /// Removes what an earlier snapshot brought and the current one does not have; never a key that
    /// was there before the task.
    async fn purge(
        &self,
        session: &mut Session,
        current: &CurrentSnapshot,
        existing: Option<&KeySet>,
    ) -> Result<()> {
        let file = current.file.clone().ok_or_else(|| {
            Error::new(ErrorKind::Internal, Side::Local, "the snapshot's file is gone")
        })?;
        self.figures.event(
            EventLevel::Info,
            "purge_started",
            "removing keys that an earlier copy brought and the source no longer has",
        );
        let path = self.folder.join("snapshot.keys");
        let seen = KeysSeen::collect(&file, &self.spec.databases, &path).await?;
        let mut removed = 0u64;
        let mut scan = session.scan(&self.spec.databases).await?;
        while let Some((database, keys)) = scan.next(&mut session.control).await? {
            let mut unlink = cmd("UNLINK");
            let mut count = 0;
            for key in &keys {
                let hash = key_hash(database, key);
                let before = existing.map_or(Ok(false), |existing| existing.contains(hash))?;
                if !before && !seen.contains(hash)? {
                    unlink.arg(key);
                    count += 1;
                }
            }
            if count > 0 {
                session.control.query(&unlink).await?;
                removed += count;
            }
        }
        crate::durable::remove_if_there(&path)?;
        self.figures.event(EventLevel::Info, "purge_done", format!("{removed} keys were removed"));
        Ok(())
    }

    /// The task is done: nothing of it stays at the destination.
    async fn clean_up(&self, session: &mut Session) -> Result<()> {
        let key = crate::checkpoint::checkpoint_key(&self.task_id, LANE);
        session.control.query(cmd("DEL").arg(key)).await.map(|_| ())
    }

    /// Waits until it is known what the source is, since that decides how its commands are read;
    /// false when told to rest first.
    async fn source_known(&self) -> bool {
        while !self.figures.source_is_known() {
            tokio::select! {
                () = self.rest.cancelled() => return false,
                () = tokio::time::sleep(SOURCE_KNOWN_EVERY) => {}
            }
        }
        true
    }

    async fn source_offset_now(&self) -> Result<u64> {
        let password = self.credentials.source.as_ref();
        let mut control = Control::open(&self.spec.source, password, Side::Source, None).await?;
        let offset = source_offset(&mut control).await?;
        self.figures.sample_source(offset);
        Ok(offset)
    }

    /// Resolves when another snapshot than `number` is current.
    async fn superseded(&self, number: u32) -> std::result::Result<(), watch::error::RecvError> {
        self.snapshots
            .clone()
            .wait_for(|current| current.as_ref().is_some_and(|current| current.number != number))
            .await
            .map(|_| ())
    }

    fn update_record(&self, change: impl FnOnce(&mut Record)) -> Result<()> {
        self.record().update(change)
    }

    fn record(&self) -> MutexGuard<'_, RecordFile> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Waits until everything given to the lane is applied and checkpointed.
async fn flush(batches: &mpsc::Sender<LaneInput>) -> Result<()> {
    let (done, wait) = oneshot::channel();
    let gone = || Error::new(ErrorKind::ConnectionLost, Side::Destination, "the lane has ended");
    batches.send(LaneInput::Flush(done)).await.map_err(|_| gone())?;
    wait.await.map_err(|_| gone())
}

fn lane_error(ended: std::result::Result<Result<()>, tokio::task::JoinError>) -> Error {
    match ended {
        Ok(Ok(())) => {
            Error::new(ErrorKind::Internal, Side::Destination, "the lane ended before its work")
        }
        Ok(Err(error)) => error,
        Err(cause) => Error::new(ErrorKind::Internal, Side::Local, cause.to_string()),
    }
}
