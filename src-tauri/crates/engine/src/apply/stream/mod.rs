//! The stream's commands as transactions for the destination.
//!
//! Commands that need no change are forwarded byte for byte; one too long to be held is copied from
//! the spool to the socket. What cannot be expressed for the destination is read from the source
//! anew ([`mend`]); what would end a key's life too early is withheld ([`life`]).

mod doubt;
mod follow;
mod judge;
mod life;
mod look_ahead;
mod mend;
mod name;
mod sweep;
mod whose;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use keyferry_protocol::psync::ReplicationId;
use memchr::memmem::Finder;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::doubt::Search;
pub(crate) use self::doubt::swapped_in;
pub(crate) use self::life::{Tempo, applies_to};
use self::name::Known;
use super::batch::{Batch, BatchBuilder, Reached, Span};
use super::existing::KeySet;
use super::frames::{Frame, Frames};
use super::ledger::{KeyOf, Ledger, Place};
use super::mends::Mends;
use super::reread::{Rereader, SourceKey};
use super::throttle::BatchShare;
use crate::checkpoint::{Checkpoint, OWN_KEY_PREFIX, SnapshotProgress};
use crate::destination::lane::{self, Inputs};
use crate::destination::session::Session;
use crate::error::{Error, Result};
use crate::moment::Moment;
use crate::phrase;
use crate::record::RecordFile;
use crate::report::EventLevel;
use crate::secret::Secret;
use crate::skipped::SkippedLog;
use crate::source::clock::SourceClock;
use crate::source::spool::Spool;
use crate::spec::TaskSpec;
use crate::task::figures::{Figures, bump};
use crate::words::Phrase;

/// A checkpoint follows the stream at least so often, also where nothing of it is applied.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(1);
/// After so many commands the clock is looked at.
const CLOCK_EVERY: u32 = 256;
/// Larger transactions of the source are applied in pieces.
const TRANSACTION_BYTES_MAX: u64 = 64 * 1024 * 1024;
const TRANSACTION_COMMANDS_MAX: usize = 100_000;
/// After so long a wait the clock is looked at before anything else is judged.
const WAITED_LONG: Duration = Duration::from_millis(200);
/// So many keys to be read again end a batch.
const PENDING_MAX: usize = 2000;

static OWN_KEY: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(OWN_KEY_PREFIX));

/// How feeding the stream ended.
#[derive(Debug)]
pub(crate) enum StreamEnd {
    /// The task was told to rest.
    AtRest,
    /// Everything up to the target was given to the lane.
    Target,
    /// A command moved keys between what is selected and what is not: only a copy can follow it.
    Crossed(Error),
}

/// What applying the stream works with.
pub(crate) struct StreamContext<'a> {
    pub(crate) task_id: &'a str,
    pub(crate) spec: &'a TaskSpec,
    pub(crate) figures: &'a Figures,
    pub(crate) share: BatchShare,
    /// The task's.
    pub(crate) folder: &'a Path,
    pub(crate) source_password: Option<&'a Secret>,
    /// What was at the destination before.
    pub(crate) existing: Option<&'a KeySet>,
    pub(crate) batches: &'a Inputs,
    pub(crate) spool: &'a Arc<Spool>,
    pub(crate) clock: &'a SourceClock,
    pub(crate) skipped: &'a SkippedLog,
    pub(crate) mends: &'a Mends,
    /// For the source's histories.
    pub(crate) record: &'a Mutex<RecordFile>,
    pub(crate) base: Checkpoint,
    /// Where to end, if anywhere.
    pub(crate) target: Option<u64>,
    /// For what has to be asked at the destination.
    pub(crate) session: &'a mut Session,
    /// Right for `base`.
    pub(crate) ledger: &'a mut Ledger,
}

/// Applies the stream from a checkpoint on.
pub(crate) struct StreamFeeder<'a> {
    context: StreamContext<'a>,
    tempo: Tempo,
    place: StreamPlace,
    /// Keys to be read from the source anew at the batch's end; until then nothing of them is
    /// applied.
    pending: BTreeMap<KeyOf, SourceKey>,
    /// Parts of the stream whose keys are to be read from the source anew.
    doubts: VecDeque<Search>,
    /// The source's history that the fences were compared with.
    history: Option<ReplicationId>,
    rereader: Option<Rereader>,
    /// Which commands the destination knows.
    known: Known,
    /// Up to here keys were looked for at the destination.
    looked_until: u64,
    /// Where giving withheld expiries goes on.
    settle_after: Option<KeyOf>,
    settle_at: Instant,
    purge_at: Instant,
    /// What the user was told of and need not be told again.
    told: BTreeSet<&'static str>,
}

/// Where the stream is.
struct StreamPlace {
    /// The source database that is selected.
    database: u32,
    in_transaction: bool,
    commands_applied: u64,
    /// Of these, what the figures were not told yet, and of which source database.
    untold: u64,
    untold_database: u32,
    /// The last position that was sent with a batch.
    sent: u64,
    /// The source database that is selected there.
    sent_database: u32,
    sent_at: Instant,
    /// What the time was taken for when the first command behind it was judged.
    judged_at: Option<Moment>,
}

impl<'a> StreamFeeder<'a> {
    pub(crate) fn new(context: StreamContext<'a>) -> Self {
        let now = Instant::now();
        let base = context.base;
        Self {
            tempo: Tempo::new(),
            place: StreamPlace {
                database: base.database,
                in_transaction: false,
                commands_applied: base.commands_applied,
                untold: 0,
                untold_database: base.database,
                sent: base.position.offset,
                sent_database: base.database,
                sent_at: now,
                judged_at: None,
            },
            pending: BTreeMap::new(),
            doubts: VecDeque::new(),
            history: None,
            rereader: None,
            known: Known::default(),
            looked_until: 0,
            settle_after: None,
            settle_at: now,
            purge_at: now,
            told: BTreeSet::new(),
            context,
        }
    }

    /// Runs until told to rest, until the target, or until something breaks.
    pub(crate) async fn run(&mut self, rest: &CancellationToken) -> Result<StreamEnd> {
        let start = self.context.base.position.offset;
        let mut frames = Frames::new(self.context.spool.reader(start));
        let mut batch = BatchBuilder::default();
        let mut progress = self.context.spool.subscribe();
        let mut until_clock = 1;
        self.context.mends.stream_begins(&self.context.base);
        self.read_lost_fences_again(start)?;
        loop {
            let position = frames.position();
            until_clock -= 1;
            let look = until_clock == 0;
            if look {
                until_clock = CLOCK_EVERY;
                if rest.is_cancelled() {
                    // What is not sent stays in the spool.
                    self.make_up(&mut batch, position).await?;
                    self.tell_applied();
                    return Ok(StreamEnd::AtRest);
                }
                self.tempo.look(&self.context, position);
                self.context.share.set_round_trip(self.context.figures.round_trip.least());
            }
            if self.place.in_transaction {
                if batch.bytes() >= TRANSACTION_BYTES_MAX
                    || batch.commands() >= TRANSACTION_COMMANDS_MAX
                {
                    self.tell_once("transaction_split", phrase!("event.transaction_split"));
                    self.context.figures.count(|counts| {
                        bump(&mut counts.commands_skipped, "atomicity_lost", 1);
                    });
                    self.send(&mut batch, position).await?;
                }
            } else {
                self.take_mends()?;
                if self.is_done(position) {
                    self.send(&mut batch, position).await?;
                    self.flush().await?;
                    // What the last answers said may still need mending.
                    self.take_mends()?;
                    if self.is_done(position) {
                        return Ok(StreamEnd::Target);
                    }
                }
                let due = look && self.place.sent_at.elapsed() >= CHECKPOINT_EVERY;
                let is_full = batch.is_full(self.context.share.room());
                if due || is_full || self.pending.len() >= PENDING_MAX {
                    self.send(&mut batch, position).await?;
                    if due {
                        self.clear_figures().await?;
                    }
                }
                if look && self.is_settle_due() {
                    self.settle(&mut batch, position).await?;
                }
                if self.must_look_ahead(position) {
                    self.look_ahead(&mut batch, position).await?;
                }
            }
            let mut next = frames.next()?;
            if next.is_none() {
                // What comes from now on is waited for.
                progress.mark_unchanged();
                next = frames.next()?;
            }
            if let Some(frame) = next {
                if let Some(end) = self.follow(&frames, &frame, &mut batch).await? {
                    return Ok(end);
                }
                continue;
            }
            // Nothing more now. What is owed goes before, and a batch as soon as the lane has room
            // for it; it grows until.
            self.tempo.look(&self.context, position);
            self.tell_applied();
            until_clock = 1;
            let idle = !self.place.in_transaction;
            if idle {
                self.read_lost_fences_again(position)?;
                if self.is_settle_due() {
                    self.settle(&mut batch, position).await?;
                }
                if !self.pending.is_empty() {
                    self.send(&mut batch, position).await?;
                }
                self.context.ledger.commit()?;
                self.context.skipped.flush();
                self.clear_figures().await?;
                self.purge_ledger()?;
            }
            let ready = idle && !batch.is_empty();
            let batches = self.context.batches;
            tokio::select! {
                biased;
                () = rest.cancelled() => {}
                place = batches.place(batch.held_bytes()), if ready => {
                    place?.take(self.finish(&mut batch, position));
                }
                changed = progress.changed() => changed.map_err(|_| lane::gone())?,
                () = self.context.mends.bell.notified() => {}
                () = tokio::time::sleep_until(self.wake_at()) => {
                    if idle && (position > self.place.sent || self.has_heard_more()) {
                        self.send(&mut batch, position).await?;
                    }
                    self.place.sent_at = Instant::now();
                }
            }
        }
    }

    /// Whether a checkpoint would say that more is heard than the last one did.
    fn has_heard_more(&self) -> bool {
        let written = self.context.figures.checkpoint().borrow().map(|last| last.heard.offset);
        written.is_some_and(|written| written < self.context.mends.heard().offset)
    }

    /// When to look again though nothing comes.
    fn wake_at(&self) -> Instant {
        let at = self.place.sent_at + CHECKPOINT_EVERY;
        if self.context.ledger.owes_nothing() { at } else { at.min(self.settle_at) }
    }

    /// Whether everything asked for is there, once what is collected is applied.
    fn is_done(&self, position: u64) -> bool {
        self.context.target.is_some_and(|target| position >= target)
            && position >= self.context.ledger.fenced_until()
            && self.context.ledger.owes_nothing()
            && self.pending.is_empty()
            && self.doubts.is_empty()
    }

    fn reached(&self, offset: u64) -> Reached {
        Reached {
            offset,
            database: self.place.database,
            snapshot: SnapshotProgress::Whole,
            keys_done: self.context.base.keys_done,
            commands_applied: self.place.commands_applied,
        }
    }

    /// Gives everything up to `offset` to the lane; what rests on the disk is there before.
    async fn send(&mut self, batch: &mut BatchBuilder, offset: u64) -> Result<()> {
        self.read_pending(batch, offset).await?;
        self.context.ledger.commit()?;
        let withheld = self.context.ledger.withheld_count();
        if withheld > self.context.figures.withheld() {
            self.context.figures.set_withheld(withheld);
        }
        self.context.figures.must_reach(self.context.ledger.fenced_until());
        let done = self.finish(batch, offset);
        let begun = Instant::now();
        self.context.batches.give(done).await?;
        if begun.elapsed() > WAITED_LONG {
            self.tempo.look(&self.context, offset);
        }
        Ok(())
    }

    /// Tells the figures what was judged: they are shared, and asked for a few times a second.
    fn tell_applied(&mut self) {
        if self.place.untold > 0 {
            let (database, count) = (self.place.untold_database, self.place.untold);
            self.context.figures.commands_applied(database, count, self.place.commands_applied);
            self.place.untold = 0;
        }
    }

    /// The batch, which ends at `offset`.
    fn finish(&mut self, batch: &mut BatchBuilder, offset: u64) -> Batch {
        self.tell_applied();
        let mut done = batch.finish(true, self.reached(offset));
        let now = Instant::now();
        done.span = Some(Span {
            from: self.place.sent,
            database: self.place.sent_database,
            to: offset,
            judged_at: self.place.judged_at.take().unwrap_or(self.tempo.looked_at()),
        });
        self.place.sent = offset;
        self.place.sent_database = self.place.database;
        self.place.sent_at = now;
        done
    }

    /// Waits until everything given to the lane is applied.
    async fn flush(&mut self) -> Result<()> {
        let begun = Instant::now();
        self.context.batches.flush().await?;
        if begun.elapsed() > WAITED_LONG {
            self.tempo.look(&self.context, self.place.sent);
        }
        Ok(())
    }

    /// Tells that less is owed, once it is at the destination.
    async fn clear_figures(&mut self) -> Result<()> {
        let withheld = self.context.ledger.withheld_count();
        let mended =
            self.pending.is_empty() && self.doubts.is_empty() && self.context.mends.has_taken();
        if withheld < self.context.figures.withheld() || mended {
            self.flush().await?;
            self.context.figures.set_withheld(withheld);
            if mended {
                self.context.mends.settle();
                self.forget_unguarded()?;
            }
        }
        Ok(())
    }

    /// What was executed outside of a transaction is made up for.
    fn forget_unguarded(&self) -> Result<()> {
        let mut record = self.context.record.lock().unwrap_or_else(PoisonError::into_inner);
        record.update(|record| record.unguarded = None)
    }

    fn purge_ledger(&mut self) -> Result<()> {
        if self.purge_at > Instant::now() {
            return Ok(());
        }
        self.purge_at = Instant::now() + Duration::from_secs(5);
        let number = self.context.base.snapshot;
        // As long as the snapshot is kept, the destination may fall back into it.
        if crate::source::snapshot::path(self.context.folder, number).exists() {
            return Ok(());
        }
        self.context.ledger.purge(Place::in_stream(self.context.spool.progress().start))
    }

    fn tell_once(&mut self, code: &'static str, words: Phrase) {
        if self.told.insert(code) {
            self.context.figures.event(EventLevel::Warning, code, words);
        }
    }
}
