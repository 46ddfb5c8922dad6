//! The destination's half of a task: finds out where the destination stands and brings it further.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::cmd;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use super::lane::{self, Chain, Inputs, Intake, LaneContext, LongNames};
use super::reconcile::{Decision, Known, may_need_purge, reconcile};
use super::safety::SafetyWatch;
use super::session::{Fenced, Held, Identity, Session, rewritten};
use crate::apply::mends::Mends;
use crate::apply::stream::swapped_in;
use crate::apply::throttle::Throttle;
use crate::checkpoint::{CHECKPOINT_DATABASE, Checkpoint, SnapshotProgress, own_keys};
use crate::distance;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::failpoint;
use crate::phrase;
use crate::record::{Record, RecordFile, Written};
use crate::report::EventLevel;
use crate::secret::Credentials;
use crate::skipped::SkippedLog;
use crate::source::clock::SourceClock;
use crate::source::follow::{CurrentSnapshot, Resume, Wanted};
use crate::source::spool::{Spool, SpoolProgress};
use crate::spec::{Limits, TaskSpec};
use crate::task::agreement::{Agreement, recopies};
use crate::task::figures::Figures;
use crate::task::stages::Stages;

/// How long outstanding answers may take when the task is told to rest.
const REST_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections to other processes of the destination that are remembered, to be ended should one of them
/// be reached again.
const CLIENTS_KEPT: usize = 40;
/// The only lane there is, for now.
pub(super) const LANE: u32 = 0;

/// What the destination's half works with.
pub(crate) struct DestinationHalf {
    pub(crate) task_id: String,
    pub(crate) spec: Arc<TaskSpec>,
    pub(crate) credentials: Credentials,
    pub(crate) folder: PathBuf,
    pub(crate) spool: Arc<Spool>,
    pub(crate) record: Arc<Mutex<RecordFile>>,
    pub(crate) figures: Arc<Figures>,
    pub(crate) clock: Arc<SourceClock>,
    pub(crate) skipped: Arc<SkippedLog>,
    pub(crate) mends: Arc<Mends>,
    pub(crate) stages: Arc<Stages>,
    pub(crate) snapshots: watch::Receiver<Option<CurrentSnapshot>>,
    pub(crate) limits: watch::Receiver<Limits>,
    /// This run's, for its checkpoints.
    pub(crate) writer: u64,
    /// A person started or resumed the task just now: a checkpoint that another copy of it left may be
    /// taken over.
    pub(crate) adopt: Arc<AtomicBool>,
    /// Of every session with it.
    pub(crate) long_names: LongNames,
    /// What a person agreed to while this half held.
    pub(crate) agreement: Arc<Agreement>,
    /// What is to happen to the spool first.
    pub(crate) resume: Resume,
    /// See the source's half.
    pub(crate) spool_ready: watch::Sender<bool>,
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
    Fetch(Wanted),
    /// The spool is damaged from here on: what is behind goes, and both halves begin anew.
    Damaged(u64),
    /// Everything is to be copied again.
    Recopy,
}

impl DestinationHalf {
    /// Connects once, finds out where the destination stands, and feeds it until something breaks
    /// or the task rests. `connected` is called when the destination has taken us.
    pub(crate) async fn feed(&self, connected: impl Fn()) -> Result<Fed> {
        let fed = self.feed_once(connected).await;
        match fed {
            // What was on disk and is not any more is the source's to give again.
            Err(error) if error.kind == ErrorKind::StateCorrupt => match self.spool.take_damage() {
                Some(position) => {
                    tracing::warn!(%error, "the spool is damaged");
                    self.figures.event(
                        EventLevel::Warning,
                        "spool_damaged",
                        phrase!("event.spool_damaged", offset = position),
                    );
                    Ok(Fed::Damaged(position))
                }
                None => Err(error),
            },
            fed => fed,
        }
    }

    async fn feed_once(&self, connected: impl Fn()) -> Result<Fed> {
        self.figures.forget_safe();
        let endpoint = &self.spec.destination;
        let password = self.credentials.destination.as_ref();
        let identity = self.identity();
        let mut session = Session::open(endpoint, password, identity).await?;
        if self.record().get().finished {
            // Killed on its last step.
            self.clean_up(&mut session).await?;
            return Ok(Fed::Finished);
        }
        if self.record().get().existing_keys.is_none()
            && session.checkpoint(&self.task_id, LANE).await?.is_none()
        {
            self.note_existing(&mut session).await?;
        }
        if self.snapshots.borrow().is_none() {
            // Nothing can be written yet, and all is well so far.
            connected();
        }
        let Some(current) = self.current_snapshot().await else { return Ok(Fed::AtRest) };

        // 1. The lane is opened and its id made durable before anything can be written over it.
        let (dialogue, clients) = session.open_lane(endpoint, password, identity, LANE).await?;
        self.figures.round_trip.begin(session.round_trip);
        self.update_record(|record| record.clients.extend(clients.iter().cloned()))?;
        failpoint::hit("lane_recorded");
        // 2. Nothing of ours that is still under way may be applied behind what is read now.
        let record = self.record().get().clone();
        let fenced = session.fence(identity, &record, false).await?;
        let held = session.checkpoint(&self.task_id, LANE).await?;
        if Chain::has_gap(&mut session.control, &self.task_id, LANE).await? {
            tracing::warn!("what the destination was given last lacks something in the middle");
            self.update_record(|record| record.spoilt = Some(phrase!("failure.chain_gap")))?;
            Chain::forget(&mut session.control, &self.task_id, LANE).await?;
        }
        // 3. Where to go on.
        let start = match self.decide(held.as_ref().map(|(held, _)| held), &current)? {
            Ok(start) => start,
            Err(fed) => {
                tracing::info!(?fed, "the destination cannot go on with what is on disk");
                return Ok(fed);
            }
        };
        tracing::info!(
            offset = start.position.offset,
            snapshot = start.snapshot,
            progress = ?start.snapshot_progress,
            keys_done = start.keys_done,
            commands_applied = start.commands_applied,
            found = held.is_some(),
            "the destination goes on from its checkpoint"
        );
        // 4. From here on whoever else writes this task's checkpoint is found out, and ended.
        let bytes = self.claim(&mut session, &held, &start).await?;
        session.fence(identity, &record, true).await?;
        failpoint::hit("claim_fenced");
        let now = session.checkpoint(&self.task_id, LANE).await?;
        if now.is_none_or(|(_, now)| now != bytes) {
            return Err(rewritten());
        }
        self.update_record(|record| {
            // One that could not be ended may be the next session's to end.
            record.clients.retain(|client| client.run_id != session.run_id || fenced == Fenced::No);
            // Of processes that are gone most of them are; of servers that may come back, the last few.
            let old = record.clients.len().saturating_sub(CLIENTS_KEPT);
            record.clients.drain(..old);
            record.clients.extend(clients.iter().cloned());
        })?;
        self.adopt.store(false, Ordering::Relaxed);
        connected();
        let answered = *self.figures.checkpoint().borrow();
        let unguarded = self.record().get().unguarded;
        self.mends.begin(answered.as_ref(), &start, unguarded);
        self.figures.checkpointed(start);
        if fenced == Fenced::No {
            self.figures.event(EventLevel::Warning, "unfenced", phrase!("event.unfenced"));
        }

        // Where an earlier lane of ours might still write, each transaction waits for its turn.
        let chain = if fenced == Fenced::Seen && distance::is_far(session.round_trip) {
            Chain::begin(&mut session.control, &self.task_id, LANE, start.sequence).await?
        } else {
            None
        };
        let chained = chain.is_some();
        let near = !distance::is_far(session.round_trip);
        let refusals = watch::Sender::new(Vec::new());
        let context = LaneContext {
            task_id: self.task_id.clone(),
            last: start,
            last_bytes: bytes,
            throttle: Throttle::new(self.limits.clone()),
            figures: Arc::clone(&self.figures),
            snapshot: current.file.clone(),
            gives_back: !self.record().get().replaces,
            spool: Arc::clone(&self.spool),
            refusals: refusals.clone(),
            mends: Some(Arc::clone(&self.mends)),
            chain,
            intake: near.then(|| Intake::of(session.version, &self.long_names)).flatten(),
        };
        let (batches, inputs) = Inputs::new();
        let (reader, writer) = tokio::io::split(dialogue.connection);
        let mut lane = AbortOnDropHandle::new(tokio::spawn(
            lane::run(reader, writer, context, inputs).in_current_span(),
        ));
        let (run_id, history) = (session.run_id.clone(), session.history.clone());
        let safety = SafetyWatch {
            endpoint,
            password,
            task_id: &self.task_id,
            figures: &self.figures,
            run_id: &run_id,
            history: &history,
        };
        let fed = tokio::select! {
            fed = self.drive(&mut session, &current, start, (batches, chained), &mut lane) => fed,
            changed = safety.run() => Err(changed),
            Ok(()) = self.superseded(current.number) => Ok(Fed::Again),
        };
        // An answer that is still being read must not be told after the next session has begun.
        if !lane.is_finished() {
            lane.abort();
            let _ = lane.await;
        }
        match fed {
            Ok(Fed::Finished) => {
                self.finish(&mut session).await?;
                Ok(Fed::Finished)
            }
            Err(error) => self.note_failure(error, &refusals),
            fed => fed,
        }
    }

    /// Gives the lane its work, and awaits its end.
    async fn drive(
        &self,
        session: &mut Session,
        current: &CurrentSnapshot,
        start: Checkpoint,
        (batches, chained): (Inputs, bool),
        lane: &mut AbortOnDropHandle<Result<()>>,
    ) -> Result<Fed> {
        let produced = tokio::select! {
            produced = self.produce(session, current, start, batches, chained) => produced,
            ended = &mut *lane => return Err(lane_error(ended)),
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

    fn identity(&self) -> Identity<'_> {
        Identity { task_id: &self.task_id, writer: self.writer }
    }

    /// The snapshot to apply, or applied, once there is one and the spool is what it should be; `None`
    /// when told to rest first.
    async fn current_snapshot(&self) -> Option<CurrentSnapshot> {
        let mut snapshots = self.snapshots.clone();
        let mut ready = self.spool_ready.subscribe();
        let both = async {
            let current = snapshots.wait_for(Option::is_some).await.ok()?.clone();
            if let Resume::Fetch(wanted) = self.resume {
                ready.wait_for(|ready| *ready).await.ok()?;
                // The source was found to have it.
                let arrived = |spool: &SpoolProgress| spool.written >= wanted.applied.offset;
                self.spool.subscribe().wait_for(arrived).await.ok()?;
            }
            current
        };
        tokio::select! {
            () = self.rest.cancelled() => None,
            current = both => current,
        }
    }

    /// Brings local record, destination, spool and snapshot together: the checkpoint to go on from,
    /// with this run as its writer, or what has to happen before.
    fn decide(
        &self,
        held: Option<&Checkpoint>,
        current: &CurrentSnapshot,
    ) -> Result<std::result::Result<Checkpoint, Fed>> {
        let record = self.record().get().clone();
        if let Some(refused) = record.refused.first() {
            return self.resync(refused.error()).map(Err);
        }
        if let Resume::Cut(until) = self.resume
            && !*self.spool_ready.borrow()
        {
            // Where nothing of this snapshot was written, the snapshot itself is what counts.
            let at = held.filter(|held| held.snapshot == current.number);
            let offset = at.map_or(current.position.offset, |held| held.position.offset);
            if offset > until {
                return self.resync(lost_by_source(offset, until)).map(Err);
            }
            self.spool.cut(until)?;
            self.spool_ready.send_replace(true);
        }
        let known = Known {
            record: &record,
            current,
            spool: (!self.spool.is_empty()).then(|| self.spool.progress()),
            full: self.spec.stages.full,
            incremental: self.spec.stages.incremental,
            writer: self.writer,
            adopt: self.adopt.load(Ordering::Relaxed),
        };
        match reconcile(held, &known) {
            Ok(Decision::Fetch(wanted)) => Ok(Err(Fed::Fetch(wanted))),
            Ok(Decision::Begin(first)) => {
                if held.is_some() && self.spec.stages.full {
                    // Whatever wrote that checkpoint may have brought keys that this snapshot lacks.
                    self.update_record(|record| {
                        record.replaces = true;
                        record.purge = true;
                        record.full_done = false;
                    })?;
                }
                Ok(Ok(first))
            }
            Ok(Decision::GoOn(start)) => {
                // After a kill the destination knows better than the local record.
                self.figures.count(|counts| {
                    counts.keys_done = start.keys_done;
                    counts.commands_applied = start.commands_applied;
                    if start.snapshot_progress == SnapshotProgress::Whole {
                        counts.keys_total = Some(start.keys_done);
                    }
                });
                // It may have fallen back before what was done there already.
                let purge = may_need_purge(&start, &record, current) && self.spec.stages.full;
                let loading = start.snapshot_progress != SnapshotProgress::Whole;
                self.update_record(|record| {
                    record.purge |= purge;
                    record.full_done &= !loading;
                })?;
                Ok(Ok(start))
            }
            Err(error) if error.kind == ErrorKind::CheckpointMissing => self.resync(error).map(Err),
            Err(error) => Err(error),
        }
    }

    /// Writes the checkpoint that this run goes on from, in place of the one that was read.
    async fn claim(
        &self,
        session: &mut Session,
        held: &Held,
        start: &Checkpoint,
    ) -> Result<Vec<u8>> {
        if held.is_none() {
            self.update_record(|record| record.written = Written::Intended)?;
        }
        failpoint::hit("writing_intended");
        // An idle source gives two snapshots at one position.
        let begins = held.as_ref().is_none_or(|(held, _)| {
            held.position != start.position || held.snapshot != start.snapshot
        });
        let bytes = session.claim(&self.task_id, held, start).await?;
        failpoint::hit("claimed");
        // Also where an earlier run was killed between the two.
        self.update_record(|record| record.written = Written::Yes)?;
        if begins {
            self.figures.count(|counts| {
                counts.keys_done = start.keys_done;
                counts.keys_skipped.clear();
                counts.databases.clear();
            });
        }
        Ok(bytes)
    }

    /// What must not be forgotten of how a session broke is made durable.
    fn note_failure(
        &self,
        error: Error,
        refusals: &watch::Sender<Vec<lane::Refused>>,
    ) -> Result<Fed> {
        let refused = refusals.borrow().clone();
        if !refused.is_empty() {
            self.update_record(|record| record.refused.extend(refused))?;
            return Err(error);
        }
        if error.kind == ErrorKind::CheckpointMissing {
            self.update_record(|record| record.spoilt = Some(error.message.clone()))?;
            return self.resync(error);
        }
        if let Some(unguarded) = self.mends.take_unguarded() {
            let all = unguarded.with(self.record().get().unguarded);
            self.update_record(|record| record.unguarded = Some(all))?;
            failpoint::hit("unguarded_recorded");
            if !swapped_in(&self.spool, unguarded.from, unguarded.to)?.is_empty() {
                // Whether they were exchanged nobody knows, and no key tells.
                let what = phrase!("failure.exchanged_unguarded", cause = error.message);
                self.update_record(|record| record.spoilt = Some(what.clone()))?;
                return self.resync(Error::new(
                    ErrorKind::CheckpointMissing,
                    Side::Destination,
                    what,
                ));
            }
        }
        Err(error)
    }

    /// Nothing of the task stays at the destination, and the record says that it is done before the
    /// checkpoint goes: without it a missing checkpoint would be taken for a loss.
    async fn finish(&self, session: &mut Session) -> Result<()> {
        self.update_record(|record| record.finished = true)?;
        failpoint::hit("finish_recorded");
        self.clean_up(session).await?;
        failpoint::hit("cleaned_up");
        Ok(())
    }

    /// The task cannot go on from where the destination is.
    pub(super) fn resync(&self, error: Error) -> Result<Fed> {
        let Some(asks) = recopies(&self.spec, &self.agreement, error.kind) else {
            return Err(error);
        };
        self.figures.event(
            EventLevel::Warning,
            "recopy",
            phrase!("event.recopy", why = error.message),
        );
        self.update_record(|record| {
            record.recopy = true;
            record.asks_removal = asks;
            // Its absence is known and answered: the next checkpoint is a first one again.
            record.written = Written::Intended;
            record.purge = true;
        })?;
        failpoint::hit("recopy_decided");
        Ok(Fed::Recopy)
    }

    async fn clean_up(&self, session: &mut Session) -> Result<()> {
        let keys = own_keys(&self.task_id);
        session.control.query(cmd("SELECT").arg(CHECKPOINT_DATABASE)).await?;
        session.control.query(cmd("DEL").arg(&keys[..])).await.map(|_| ())
    }

    /// Resolves when another snapshot than `number` is current.
    async fn superseded(&self, number: u32) -> std::result::Result<(), watch::error::RecvError> {
        self.snapshots
            .clone()
            .wait_for(|current| current.as_ref().is_some_and(|current| current.number != number))
            .await
            .map(|_| ())
    }

    pub(super) fn update_record(&self, change: impl FnOnce(&mut Record)) -> Result<()> {
        self.record().update(change)
    }

    pub(super) fn record(&self) -> MutexGuard<'_, RecordFile> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lost_by_source(applied: u64, until: u64) -> Error {
    Error::new(
        ErrorKind::HistoryLost,
        Side::Source,
        phrase!("failure.lost_by_source", until = until, applied = applied),
    )
}

fn lane_error(ended: std::result::Result<Result<()>, tokio::task::JoinError>) -> Error {
    match ended {
        Ok(Ok(())) => {
            let words = phrase!("failure.lane_ended_early");
            Error::new(ErrorKind::Internal, Side::Destination, words)
        }
        Ok(Err(error)) => error,
        Err(cause) => Error::internal(&cause),
    }
}
