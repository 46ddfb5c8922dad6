//! What the parts of a running task know, in one place, for the reports.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use keyferry_protocol::psync::ReplicationId;
use tokio::sync::watch;
use tokio::time::Instant;

use super::latency::Latency;
use crate::checkpoint::Checkpoint;
use crate::distance::RoundTrip;
use crate::record::Counts;
use crate::report::{BacklogReport, EventLevel, Observer, TaskEvent};
use crate::source::backlog::Backlog;
use crate::words::Phrase;

/// How many times in a row the log says the same, and once among how many after that.
const SAID_IN_A_ROW: u32 = 3;
const SAID_AMONG: u32 = 120;
/// Source offsets are kept for so long, one a second: a lag beyond it is told as this much.
const SAMPLES_MAX: usize = 24 * 60 * 60;
/// Over how long the pace of a source is smoothed, and how much of that is needed to tell one.
const PACE_OVER: Duration = Duration::from_secs(60);
const PACE_FROM: Duration = Duration::from_secs(5);
/// A source offset older than this proves nothing about now.
pub(crate) const FRESH: Duration = Duration::from_secs(2);

/// Where the source stood at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SourceSample {
    pub(crate) at: Instant,
    pub(crate) offset: u64,
}

/// The figures of one task; shared by all its parts.
pub(crate) struct Figures {
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    records: AtomicU64,
    /// Of the destination.
    pub(crate) latency: Latency,
    /// To the destination.
    pub(crate) round_trip: RoundTrip,
    /// Expiries that the destination does not have yet.
    withheld: AtomicU64,
    /// Commands that did, or may have done, something else at the destination than at the source,
    /// and are not made up for.
    odd: AtomicU64,
    /// Some key of the destination has a value that the source had at this offset.
    must_reach: AtomicU64,
    inner: Mutex<Inner>,
    checkpoint: watch::Sender<Option<Checkpoint>>,
    /// Since when the destination holds it, milliseconds since 1970; 0 before there is one.
    checkpoint_at_ms: AtomicU64,
    safe: watch::Sender<Option<Checkpoint>>,
    /// The destination keeps nothing that it could fall back to: not on disk, not with a replica.
    volatile: AtomicBool,
    observer: Arc<dyn Observer>,
}

#[derive(Default)]
struct Inner {
    /// What happened last, and how many times in a row.
    happened: (String, u32),
    history: Option<ReplicationId>,
    samples: VecDeque<SourceSample>,
    /// When the source's offset last moved by more than keep-alives.
    active_at: Option<Instant>,
    /// Since when the source's link is away; `None` while it is up.
    away_since: Option<Instant>,
    backlog: Option<Backlog>,
    counts: Counts,
    snapshot_bytes: SnapshotBytes,
    spool_bytes: Option<u64>,
    source_version: Option<(u16, u16, u16)>,
    source_clock_ahead_ms: i64,
}

/// How far a snapshot is, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SnapshotBytes {
    pub(crate) received: Option<u64>,
    pub(crate) total: Option<u64>,
    pub(crate) applied: Option<u64>,
}

impl Figures {
    pub(crate) fn new(counts: Counts, observer: Arc<dyn Observer>) -> Self {
        let (checkpoint, _) = watch::channel(None);
        Self {
            bytes_in: AtomicU64::new(0),
            bytes_out: AtomicU64::new(0),
            records: AtomicU64::new(0),
            latency: Latency::default(),
            round_trip: RoundTrip::default(),
            withheld: AtomicU64::new(0),
            odd: AtomicU64::new(0),
            must_reach: AtomicU64::new(0),
            inner: Mutex::new(Inner { counts, ..Inner::default() }),
            checkpoint,
            checkpoint_at_ms: AtomicU64::new(0),
            safe: watch::Sender::new(None),
            volatile: AtomicBool::new(false),
            observer,
        }
    }

    /// Bytes came from the source.
    pub(crate) fn read(&self, bytes: u64) {
        self.bytes_in.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Bytes went to the destination.
    pub(crate) fn wrote(&self, bytes: u64) {
        self.bytes_out.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Keys or commands were answered by the destination.
    pub(crate) fn applied(&self, records: u64) {
        self.records.fetch_add(records, Ordering::Relaxed);
    }

    /// Totals since the run began: bytes in, bytes out, records.
    pub(crate) fn totals(&self) -> (u64, u64, u64) {
        (
            self.bytes_in.load(Ordering::Relaxed),
            self.bytes_out.load(Ordering::Relaxed),
            self.records.load(Ordering::Relaxed),
        )
    }

    /// How many expiries are withheld.
    pub(crate) fn set_withheld(&self, count: u64) {
        self.withheld.store(count, Ordering::Release);
    }

    /// How many expiries are withheld, as far as the destination is concerned.
    pub(crate) fn withheld(&self) -> u64 {
        self.withheld.load(Ordering::Acquire)
    }

    /// Of how many commands the keys have to be read from the source anew.
    pub(crate) fn set_odd(&self, count: u64) {
        self.odd.store(count, Ordering::Release);
    }

    /// Before this offset the destination is not what the source was.
    pub(crate) fn must_reach(&self, offset: u64) {
        self.must_reach.store(offset, Ordering::Release);
    }

    /// Whether a destination that has applied everything up to `applied` is owed nothing more.
    pub(crate) fn owes_nothing(&self, applied: u64) -> bool {
        self.withheld() == 0
            && self.odd.load(Ordering::Acquire) == 0
            && self.must_reach.load(Ordering::Acquire) <= applied
    }

    /// The destination holds this checkpoint.
    pub(crate) fn checkpointed(&self, checkpoint: Checkpoint) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now_ms = u64::try_from(now.as_millis()).unwrap_or(u64::MAX);
        self.checkpoint_at_ms.store(now_ms, Ordering::Relaxed);
        self.checkpoint.send_replace(Some(checkpoint));
    }

    /// Since when the destination holds its checkpoint.
    pub(crate) fn checkpoint_at(&self) -> Option<SystemTime> {
        let at_ms = self.checkpoint_at_ms.load(Ordering::Relaxed);
        (at_ms > 0).then(|| UNIX_EPOCH + Duration::from_millis(at_ms))
    }

    /// The checkpoint that the destination holds.
    pub(crate) fn checkpoint(&self) -> watch::Receiver<Option<Checkpoint>> {
        self.checkpoint.subscribe()
    }

    /// The destination cannot lose this checkpoint any more.
    pub(crate) fn safe(&self, checkpoint: Checkpoint) {
        self.safe.send_replace(Some(checkpoint));
    }

    /// Another destination, or an older state of it: nothing is known to be safe.
    pub(crate) fn forget_safe(&self) {
        self.safe.send_replace(None);
        self.set_volatile(false);
    }

    /// Whether the destination has no earlier state at all to fall back to.
    pub(crate) fn set_volatile(&self, volatile: bool) {
        self.volatile.store(volatile, Ordering::Relaxed);
    }

    /// The earliest checkpoint that the destination can still fall back to.
    pub(crate) fn kept_checkpoint(&self) -> Option<Checkpoint> {
        if self.volatile.load(Ordering::Relaxed) {
            *self.checkpoint.borrow()
        } else {
            self.safe_checkpoint()
        }
    }

    /// The checkpoint that the destination cannot lose any more.
    pub(crate) fn safe_checkpoint(&self) -> Option<Checkpoint> {
        *self.safe.borrow()
    }

    /// The history that the source tells now.
    pub(crate) fn history(&self) -> Option<ReplicationId> {
        self.lock().history
    }

    pub(crate) fn set_history(&self, id: ReplicationId) {
        self.lock().history = Some(id);
    }

    /// The source stood at `offset` when it was asked, or later.
    pub(crate) fn sample_source(&self, offset: u64, at: Instant) {
        let mut inner = self.lock();
        // A promoted source may stand before the one it replaced: what was ahead of it is void.
        while inner.samples.back().is_some_and(|last| last.offset > offset) {
            inner.samples.pop_back();
        }
        if inner.samples.len() == SAMPLES_MAX {
            inner.samples.pop_front();
        }
        inner.samples.push_back(SourceSample { at, offset });
    }

    /// What the source told before belongs to another history, or to none.
    pub(crate) fn forget_samples(&self) {
        self.lock().samples.clear();
    }

    /// The source's offset when it was last asked.
    pub(crate) fn newest_sample(&self) -> Option<SourceSample> {
        self.lock().samples.back().copied()
    }

    /// How long ago the source stood at `applied`; `None` where that is not known.
    pub(crate) fn lag(&self, applied: u64) -> Option<Duration> {
        let inner = self.lock();
        let newest = inner.samples.back()?;
        if newest.offset <= applied {
            return (newest.at.elapsed() <= FRESH).then_some(Duration::ZERO);
        }
        let later = inner.samples.partition_point(|sample| sample.offset <= applied);
        let reference = inner.samples.get(later.saturating_sub(1)).or(inner.samples.front())?;
        Some(reference.at.elapsed())
    }

    /// As [`Figures::lag`], but `None` also where nobody asked the source while it stood at `applied`
    /// or before: then the lag is longer than anything that was seen.
    pub(crate) fn known_lag(&self, applied: u64) -> Option<Duration> {
        let seen = self.lock().samples.front().is_some_and(|first| first.offset <= applied);
        self.lag(applied).filter(|_| seen)
    }

    /// A command other than a keep-alive came.
    pub(crate) fn source_active(&self) {
        self.lock().active_at = Some(Instant::now());
    }

    /// How long nothing but keep-alives came.
    pub(crate) fn source_idle(&self) -> Option<Duration> {
        self.lock().active_at.map(|at| at.elapsed())
    }

    /// Whether the source's link is up. Away is away from the first time that it is said.
    pub(crate) fn set_linked(&self, linked: bool) {
        let mut inner = self.lock();
        let since = inner.away_since.unwrap_or_else(Instant::now);
        inner.away_since = (!linked).then_some(since);
    }

    /// How long the source's link is away; `None` while it is up.
    pub(crate) fn away(&self) -> Option<Duration> {
        self.lock().away_since.map(|since| since.elapsed())
    }

    /// What the source said of its backlog.
    pub(crate) fn set_backlog(&self, backlog: Option<Backlog>) {
        self.lock().backlog = backlog;
    }

    /// How long the source still holds what comes next.
    pub(crate) fn backlog(&self) -> Option<BacklogReport> {
        let inner = self.lock();
        let away = inner.away_since.map(|since| since.elapsed());
        Some(inner.backlog?.report(pace(&inner.samples), away))
    }

    /// What the source is, and how far its clock is ahead of this computer's.
    pub(crate) fn set_source(&self, version: (u16, u16, u16), clock_ahead_ms: i64) {
        let mut inner = self.lock();
        inner.source_version = Some(version);
        inner.source_clock_ahead_ms = clock_ahead_ms;
    }

    /// Whether [`Figures::set_source`] was called.
    pub(crate) fn source_is_known(&self) -> bool {
        self.lock().source_version.is_some()
    }

    /// What the source is, where it has told.
    pub(crate) fn source_version(&self) -> Option<(u16, u16, u16)> {
        self.lock().source_version
    }

    pub(crate) fn source_clock_ahead_ms(&self) -> i64 {
        self.lock().source_clock_ahead_ms
    }

    /// So many stream commands of a source database were taken: the total so far.
    pub(crate) fn commands_applied(&self, database: u32, count: u64, total: u64) {
        let mut inner = self.lock();
        inner.active_at = Some(Instant::now());
        inner.counts.commands_applied = total;
        inner.counts.databases.entry(database).or_default().2 += count;
    }

    /// Changes the counts.
    pub(crate) fn count(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.lock().counts);
    }

    pub(crate) fn counts(&self) -> Counts {
        self.lock().counts.clone()
    }

    pub(crate) fn snapshot_bytes(&self, change: impl FnOnce(&mut SnapshotBytes)) {
        change(&mut self.lock().snapshot_bytes);
    }

    pub(crate) fn snapshot_bytes_now(&self) -> SnapshotBytes {
        self.lock().snapshot_bytes
    }

    pub(crate) fn set_spool_bytes(&self, bytes: u64) {
        self.lock().spool_bytes = Some(bytes);
    }

    pub(crate) fn spool_bytes(&self) -> Option<u64> {
        self.lock().spool_bytes
    }

    /// Tells the host that something happened.
    pub(crate) fn event(&self, level: EventLevel, code: &str, words: impl Into<Phrase>) {
        let event = TaskEvent::now(level, code, words.into());
        let words = &event.message;
        let times = {
            let (last, times) = &mut self.lock().happened;
            *times = if last == words { *times + 1 } else { 1 };
            last.clone_from(words);
            *times
        };
        if is_worth_saying(times) {
            let times = (times > 1).then_some(times);
            match level {
                EventLevel::Info => tracing::info!(code, times, "{words}"),
                EventLevel::Warning | EventLevel::Error => tracing::warn!(code, times, "{words}"),
            }
        }
        self.observer.event(event);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Every change under this lock is a single assignment or call.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the log says it when the same happens so many times in a row: a task that holds looks again
/// every few seconds, for days perhaps, and what was before must not fall out of its log.
pub(super) fn is_worth_saying(times: u32) -> bool {
    times <= SAID_IN_A_ROW || times.is_multiple_of(SAID_AMONG)
}

/// By how many bytes a second the source's offset grew over the last minute that it was seen.
fn pace(samples: &VecDeque<SourceSample>) -> Option<f64> {
    let newest = samples.back()?;
    let within = samples.partition_point(|sample| newest.at - sample.at > PACE_OVER);
    // The last one before: over a pause in asking its mean is told rather than none.
    let first = samples.get(within.saturating_sub(1))?;
    let seen = newest.at - first.at;
    (seen >= PACE_FROM).then(|| (newest.offset - first.offset) as f64 / seen.as_secs_f64())
}

/// Adds one to a count by reason.
pub(crate) fn bump(counts: &mut BTreeMap<String, u64>, reason: &str, by: u64) {
    match counts.get_mut(reason) {
        Some(count) => *count += by,
        None => {
            counts.insert(reason.to_owned(), by);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_pace_is_smoothed_and_not_told_too_early() {
        let begin = Instant::now();
        let mut samples = VecDeque::new();
        let mut told = Vec::new();
        for second in 0..200_u64 {
            // A kilobyte a second at first, then nothing.
            let offset = second.min(100) * 1000;
            samples.push_back(SourceSample { at: begin + Duration::from_secs(second), offset });
            told.push(pace(&samples).map(f64::round));
        }
        assert_eq!(told.get(4), Some(&None));
        assert_eq!(told.get(5), Some(&Some(1000.0)));
        assert_eq!(told.get(100), Some(&Some(1000.0)));
        assert!(
            told.get(130)
                .is_some_and(|pace| pace.is_some_and(|pace| (400.0..600.0).contains(&pace)))
        );
        assert_eq!(told.last(), Some(&Some(0.0)));
        // Asked again after a long pause: what was written meanwhile was written over all of it.
        let at = begin + Duration::from_secs(1200);
        samples.push_back(SourceSample { at, offset: 1_101_000 });
        assert_eq!(pace(&samples).map(f64::round), Some(1000.0));
    }
}
