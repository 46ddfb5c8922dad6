//! The source's half of a task: keeps the link up and everything it brings on disk.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use keyferry_protocol::psync::{PsyncReply, ReplicationId, ReplicationPosition};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::clock::SourceClock;
use super::link::Link;
use super::room::{FREE_BYTES_MIN, free_space, no_room};
use super::snapshot::{self, SnapshotFile, SnapshotWriter};
use super::spool::{Spool, SpoolBuffer};
use super::standing::{Standing, judge};
use crate::error::{Error, ErrorKind, Result, Side};
use crate::failpoint;
use crate::moment::now_ms;
use crate::phrase;
use crate::record::{RecordFile, SnapshotRecord, Written};
use crate::report::EventLevel;
use crate::secret::Secret;
use crate::spec::TaskSpec;
use crate::task::agreement::{Agreement, recopies};
use crate::task::figures::Figures;
use crate::words::Phrase;

/// How often the source is told what is durable here.
const ACKNOWLEDGE_EVERY: Duration = Duration::from_secs(1);
/// After a snapshot the source sends nothing before an acknowledgement that comes once it has noticed
/// that its saving child is gone; what comes before is lost. Until the stream comes it is said so often,
const FIRST_ACKNOWLEDGED_EVERY: Duration = Duration::from_millis(50);
/// for so long: a source may have nothing to send.
const FIRST_ACKNOWLEDGED_FOR: Duration = Duration::from_secs(2);
/// How often the spool is made durable.
const SYNC_EVERY: Duration = Duration::from_millis(100);
/// A link that brings nothing for so long, while the source is known to have gone on, is dead.
const LINK_STUCK: Duration = Duration::from_secs(15);
/// How often a full spool is looked at again.
const FULL_SPOOL_WAIT: Duration = Duration::from_millis(50);

/// The snapshot that is to be applied, or was.
#[derive(Clone)]
pub(crate) struct CurrentSnapshot {
    pub(crate) number: u32,
    /// The stream goes on behind it.
    pub(crate) position: ReplicationPosition,
    /// The database in which it does.
    pub(crate) stream_database: u32,
    /// `None` where its keys are not wanted, or it was applied and deleted.
    pub(crate) file: Option<SnapshotFile>,
}

impl CurrentSnapshot {
    /// Whether it can be read from this place on.
    pub(crate) fn has(&self, place: u64) -> bool {
        self.file.as_ref().is_some_and(|file| place >= file.kept_from())
    }
}

/// How the source's half begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Resume {
    /// Behind what the spool holds.
    #[default]
    Spool,
    /// The spool is to hold the stream from this place on: what it holds goes once the source has
    /// agreed to that.
    Fetch(Wanted),
    /// The source gave up what lies behind this offset. Whether the destination has some of it is
    /// found out first; if not, the spool's tail goes.
    Cut(u64),
}

/// A part of the stream that the spool does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Where the destination stands: a source that lost it is no source to go on from.
    pub(crate) applied: ReplicationPosition,
    /// The stream is needed from this offset on, which may lie before.
    pub(crate) from: u64,
}

/// What the source's half works with.
pub(crate) struct SourceHalf {
    pub(crate) spec: Arc<TaskSpec>,
    pub(crate) password: Option<Secret>,
    pub(crate) folder: PathBuf,
    pub(crate) spool: Arc<Spool>,
    pub(crate) record: Arc<Mutex<RecordFile>>,
    pub(crate) figures: Arc<Figures>,
    pub(crate) clock: Arc<SourceClock>,
    pub(crate) agreement: Arc<Agreement>,
    pub(crate) snapshots: watch::Sender<Option<CurrentSnapshot>>,
    pub(crate) resume: Resume,
    /// True once the spool is as `resume` asks: by this half after a fetch was agreed to, by the
    /// other one after a cut.
    pub(crate) spool_ready: watch::Sender<bool>,
}

/// How following a source ended without an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Followed {
    /// Only a snapshot was wanted, and it is here.
    SnapshotOnly,
    /// Everything is to be copied again: the task has to begin anew with both halves.
    Recopy,
    /// The source was promoted and gave up what lies behind this offset, some of which is in the
    /// spool and perhaps at the destination.
    Promoted(u64),
    /// What the task stood before may have changed: begin anew with both halves.
    Anew,
}

/// What to ask a source for.
enum Ask {
    /// The stream behind this place.
    Continue(ReplicationPosition),
    /// A snapshot, and the stream behind it.
    Snapshot,
    /// Not known: the stream is wanted, and nothing here says from where.
    Nothing,
}

impl SourceHalf {
    /// Connects once and follows the source until something breaks. `connected` is called when the
    /// source has taken us.
    pub(crate) async fn follow(&self, connected: impl Fn()) -> Result<Followed> {
        let full = self.spec.stages.full;
        self.figures.set_linked(false);
        // Until it is settled what the spool holds, nothing can be asked for.
        if matches!(self.resume, Resume::Cut(_)) {
            self.spool_is_ready().await;
        }
        let asked = match self.position_to_ask() {
            // A task that wants only the snapshot is done once it is here.
            Ask::Continue(_) | Ask::Nothing if !self.spec.stages.incremental => {
                return Ok(Followed::SnapshotOnly);
            }
            // Only the destination knows from where on the stream is needed: its half ends this one.
            Ask::Nothing => return std::future::pending().await,
            Ask::Continue(position) => Some(position),
            Ask::Snapshot => None,
        };
        if asked.is_none() && full && free_space(&self.folder)? < FREE_BYTES_MIN {
            // Before the source forks for it.
            return Err(no_room(None));
        }
        let mut link = Link::open(&self.spec.source, self.password.as_ref(), !full).await?;
        if let Some(position) = asked
            && let Some(info) = link.replication().await?
        {
            match judge(&info, self.applied().unwrap_or(position), position.offset) {
                Standing::Continues => {}
                Standing::NotYet(why) => {
                    return Err(Error::new(ErrorKind::SourceNotReady, Side::Source, why));
                }
                Standing::Promoted { until } => {
                    tracing::warn!(until, "the source was promoted, and gave up what lies behind");
                    return Ok(Followed::Promoted(until));
                }
                Standing::Lost(why) => return self.history_lost(why),
            }
        }
        let reply = link.psync(asked).await?;
        match (reply, asked) {
            (PsyncReply::Continue(new_id), Some(position)) => {
                self.continued(new_id.unwrap_or(position.id), position)?;
            }
            (PsyncReply::FullResync(position), None) => {
                self.receive_snapshot(&mut link, position, &connected).await?;
                if !self.spec.stages.incremental {
                    return Ok(Followed::SnapshotOnly);
                }
            }
            (PsyncReply::FullResync(_), Some(position)) => {
                let offset = position.offset;
                return self.history_lost(phrase!("failure.stream_gone", offset = offset));
            }
            (PsyncReply::Continue(_), None)
            | (PsyncReply::Error(_) | PsyncReply::Unexpected(_), _) => {
                return Err(Error::new(
                    ErrorKind::NotRedis,
                    Side::Source,
                    phrase!("failure.answer_form", command = "PSYNC"),
                ));
            }
        }
        connected();
        self.figures.set_linked(true);
        let ended = self.drain(&mut link).await;
        self.figures.set_linked(false);
        ended
    }

    /// Behind which offset the stream would be asked for if the link broke now; `None` where that
    /// would be asked for nothing, or for everything.
    pub(super) fn needed(&self) -> Option<u64> {
        match self.position_to_ask() {
            Ask::Continue(position) if self.spec.stages.incremental => Some(position.offset),
            Ask::Continue(_) | Ask::Snapshot | Ask::Nothing => None,
        }
    }

    /// What is asked of the source.
    fn position_to_ask(&self) -> Ask {
        let record = self.lock_record();
        let record = record.get();
        let whole = record.snapshot.as_ref().is_some_and(|snapshot| snapshot.length.is_some());
        let id = record.history.as_deref().and_then(|id| id.parse().ok());
        let Some(id) = id.filter(|_| whole && !record.recopy) else { return Ask::Snapshot };
        match self.resume {
            Resume::Fetch(wanted) if !*self.spool_ready.borrow() => {
                Ask::Continue(ReplicationPosition { offset: wanted.from, ..wanted.applied })
            }
            _ if self.spool.is_empty() => Ask::Nothing,
            _ => Ask::Continue(ReplicationPosition { id, offset: self.spool.progress().written }),
        }
    }

    /// Where the destination stands, while the stream before it is fetched.
    fn applied(&self) -> Option<ReplicationPosition> {
        match self.resume {
            Resume::Fetch(wanted) if !*self.spool_ready.borrow() => Some(wanted.applied),
            _ => None,
        }
    }

    async fn spool_is_ready(&self) {
        // The sender is in this very half.
        let _ = self.spool_ready.subscribe().wait_for(|ready| *ready).await;
    }

    /// The source continues behind `position`, from here on under the name `id`.
    fn continued(&self, id: ReplicationId, position: ReplicationPosition) -> Result<()> {
        if id != position.id {
            self.figures.event(
                EventLevel::Warning,
                "source_promoted",
                phrase!("event.source_promoted", id = id),
            );
        }
        // In this order: a checkpoint with the new name is never seen by a record without it.
        let until = self.applied().map_or(position.offset, |applied| applied.offset);
        self.update_record(|record| record.promoted(id.to_string(), until))?;
        failpoint::hit("history_recorded");
        self.figures.set_history(id);
        if matches!(self.resume, Resume::Fetch(_)) && !*self.spool_ready.borrow() {
            self.spool.reset(position.offset)?;
            self.spool_ready.send_replace(true);
        }
        self.figures.event(
            EventLevel::Info,
            "source_continued",
            phrase!("event.source_continued", offset = position.offset),
        );
        Ok(())
    }

    /// What is done about a stream that cannot be continued is the user's setting, or word.
    fn history_lost(&self, why: Phrase) -> Result<Followed> {
        let lost = ErrorKind::HistoryLost;
        let Some(asks) = recopies(&self.spec, &self.agreement, lost) else {
            return Err(Error::new(lost, Side::Source, why));
        };
        self.figures.event(EventLevel::Warning, "recopy", phrase!("event.recopy", why = why));
        self.update_record(|record| {
            record.recopy = true;
            record.asks_removal = asks;
        })?;
        failpoint::hit("recopy_recorded");
        Ok(Followed::Recopy)
    }

    async fn receive_snapshot(
        &self,
        link: &mut Link,
        position: ReplicationPosition,
        connected: &impl Fn(),
    ) -> Result<()> {
        let began = Instant::now();
        let number = {
            let mut record = self.lock_record();
            let number = record.get().snapshot.as_ref().map_or(1, |last| last.number + 1);
            record.update(|record| {
                record.snapshot = Some(SnapshotRecord {
                    number,
                    id: position.id.to_string(),
                    offset: position.offset,
                    length: None,
                    stream_database: 0,
                });
                record.history = Some(position.id.to_string());
                record.past.clear();
                // What an earlier snapshot brought and this one lacks has to go.
                record.replaces |= record.written != Written::No;
                record.purge = record.replaces && self.spec.stages.full;
                record.full_done = !self.spec.stages.full;
                record.recopy = false;
                // What was refused or exchanged is written again.
                record.spoilt = None;
                record.unguarded = None;
                record.refused.clear();
            })?;
            number
        };
        failpoint::hit("snapshot_recorded");
        self.figures.set_history(position.id);
        // A source without a replica may count nothing: what it said then proves nothing now.
        self.figures.forget_samples();
        self.spool.reset(position.offset)?;
        snapshot::remove_others(&self.folder, None)?;
        failpoint::hit("snapshot_begun");
        self.figures.event(
            EventLevel::Info,
            "snapshot_requested",
            phrase!("event.snapshot_requested"),
        );
        let framing = link.snapshot_framing().await?;
        // A source that cannot save says so only now: until then nothing is well.
        connected();
        self.figures.event(EventLevel::Info, "snapshot_started", phrase!("event.snapshot_started"));

        if !self.spec.stages.full {
            let mut head = Vec::new();
            link.receive_snapshot(framing, |part| {
                let room = snapshot::HEAD_BYTES.saturating_sub(head.len()).min(part.len());
                head.extend_from_slice(part.get(..room).unwrap_or_default());
                self.figures.read(part.len() as u64);
                Ok(())
            })
            .await?;
            let stream_database = snapshot::stream_database(&head);
            self.update_record(|record| {
                if let Some(snapshot) = &mut record.snapshot {
                    snapshot.length = Some(0);
                    snapshot.stream_database = stream_database;
                }
            })?;
            self.publish(number, position, stream_database, None);
            return Ok(());
        }

        let total = match framing {
            keyferry_protocol::psync::SnapshotFraming::Length(length) => Some(length),
            keyferry_protocol::psync::SnapshotFraming::Mark(_) => None,
        };
        if let Some(total) = total
            && free_space(&self.folder)? < total.saturating_add(FREE_BYTES_MIN)
        {
            return Err(no_room(Some(total)));
        }
        tracing::info!(number, bytes = total, offset = position.offset, "the snapshot begins");
        let received = Instant::now();
        let mut writer = SnapshotWriter::create(&self.folder, number, total)?;
        self.publish(number, position, 0, Some(writer.share()));
        link.receive_snapshot(framing, |part| {
            self.figures.read(part.len() as u64);
            writer.append(part)?;
            failpoint::hit("snapshot_part");
            Ok(())
        })
        .await?;
        let length = writer.finish()?;
        failpoint::hit("snapshot_synced");
        self.update_record(|record| {
            if let Some(snapshot) = &mut record.snapshot {
                snapshot.length = Some(length);
            }
        })?;
        failpoint::hit("snapshot_whole");
        writer.announce_whole();
        let seconds = received.elapsed().as_secs_f64();
        tracing::info!(
            number,
            bytes = length,
            prepared_s = %format_args!("{:.1}", received.duration_since(began).as_secs_f64()),
            received_s = %format_args!("{seconds:.1}"),
            mib_per_second = %format_args!("{:.1}", mebibytes(length) / seconds.max(0.001)),
            "the snapshot is on disk"
        );
        self.figures.event(
            EventLevel::Info,
            "snapshot_received",
            phrase!("event.snapshot_received", bytes = length),
        );
        Ok(())
    }

    /// Takes what the source sends, for ever; acknowledges what is durable.
    async fn drain(&self, link: &mut Link) -> Result<Followed> {
        let mut buffer = SpoolBuffer::new();
        let begun = Instant::now();
        let mut acknowledge_at = begun;
        let mut look_at = begun;
        let mut has_come = false;
        let mut full = false;
        loop {
            let now = Instant::now();
            if now >= acknowledge_at {
                failpoint::hit("stream_synced");
                link.acknowledge(self.spool.progress().durable).await?;
                failpoint::hit("stream_acknowledged");
                let waits = !has_come && begun.elapsed() < FIRST_ACKNOWLEDGED_FOR;
                acknowledge_at =
                    now + if waits { FIRST_ACKNOWLEDGED_EVERY } else { ACKNOWLEDGE_EVERY };
            }
            if now >= look_at {
                look_at = now + ACKNOWLEDGE_EVERY;
                self.make_room()?;
                if !full {
                    self.check_alive(link)?;
                }
            }
            if let Some(why) = self.is_full()? {
                if !std::mem::replace(&mut full, true) {
                    self.figures.event(EventLevel::Warning, "spool_full", why);
                }
                // The source's own buffers take over; acknowledging goes on.
                sleep(FULL_SPOOL_WAIT).await;
                continue;
            }
            if std::mem::take(&mut full) {
                tracing::info!("there is room for the stream again: the source is followed");
            }
            if let Some(length) = link.read_stream(&mut buffer, acknowledge_at).await? {
                has_come = true;
                self.spool.append(&mut buffer, length, now_ms().cast_unsigned())?;
                failpoint::hit("stream_spooled");
                self.figures.read(length as u64);
            }
        }
    }

    /// A half-open link brings nothing, and nobody says so: the source's own word does.
    fn check_alive(&self, link: &Link) -> Result<()> {
        let written = self.spool.progress().written;
        let ahead = self.figures.newest_sample().is_some_and(|sample| {
            sample.offset > written && sample.at.elapsed() < link.silent_for()
        });
        if ahead && link.silent_for() > LINK_STUCK {
            return Err(Error::new(
                ErrorKind::TimedOut,
                Side::Source,
                phrase!("failure.link_stuck"),
            ));
        }
        Ok(())
    }

    fn publish(
        &self,
        number: u32,
        position: ReplicationPosition,
        stream_database: u32,
        file: Option<SnapshotFile>,
    ) {
        self.snapshots.send_replace(Some(CurrentSnapshot {
            number,
            position,
            stream_database,
            file,
        }));
    }

    pub(super) fn update_record(
        &self,
        change: impl FnOnce(&mut crate::record::Record),
    ) -> Result<()> {
        self.lock_record().update(change)
    }

    pub(super) fn lock_record(&self) -> std::sync::MutexGuard<'_, RecordFile> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the spool durable again and again; ends only by an error of the disk.
    pub(crate) async fn keep_durable(spool: Arc<Spool>) -> Result<()> {
        let mut tick = interval(SYNC_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            let progress = spool.progress();
            if progress.durable < progress.written {
                let spool = Arc::clone(&spool);
                tokio::task::spawn_blocking(move || spool.sync())
                    .await
                    .map_err(|cause| Error::internal(&cause))??;
            }
        }
    }
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
