//! The source's half of a task: keeps the link up and everything it brings on disk.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use keyferry_protocol::psync::{PsyncReply, ReplicationPosition};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::link::Link;
use super::snapshot::{self, SnapshotFile, SnapshotWriter};
use super::spool::{Spool, SpoolBuffer};
use crate::checkpoint::SnapshotProgress;
use crate::control::Control;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::record::{RecordFile, SnapshotRecord, Written};
use crate::report::EventLevel;
use crate::secret::Secret;
use crate::spec::{OnHistoryLost, TaskSpec};
use crate::task::figures::Figures;

/// How often the source is told what is durable here.
const ACKNOWLEDGE_EVERY: Duration = Duration::from_secs(1);
/// How often the spool is made durable.
const SYNC_EVERY: Duration = Duration::from_millis(100);
/// How often the source is asked where it stands.
const SAMPLE_EVERY: Duration = Duration::from_secs(1);
/// Applied stream that stays on disk, for destinations that turn out to be older than they said.
const MARGIN_BYTES: u64 = 1024 * 1024 * 1024;
/// How long a snapshot stays on disk once the stream has taken over, for a destination that falls
/// back behind it.
const SNAPSHOT_KEPT: Duration = Duration::from_secs(60);
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

/// What the source's half works with.
pub(crate) struct SourceHalf {
    pub(crate) spec: Arc<TaskSpec>,
    pub(crate) password: Option<Secret>,
    pub(crate) folder: PathBuf,
    pub(crate) spool: Arc<Spool>,
    pub(crate) record: Arc<Mutex<RecordFile>>,
    pub(crate) figures: Arc<Figures>,
    pub(crate) snapshots: watch::Sender<Option<CurrentSnapshot>>,
}

/// How following a source ended without an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Followed {
    /// Only a snapshot was wanted, and it is here.
    SnapshotOnly,
    /// Everything is to be copied again: the task has to begin anew with both halves.
    Recopy,
}

impl SourceHalf {
    /// Connects once and follows the source until something breaks. `connected` is called when the
    /// source has taken us.
    pub(crate) async fn follow(&self, connected: impl Fn()) -> Result<Followed> {
        let full = self.spec.stages.full;
        let mut link = Link::open(&self.spec.source, self.password.as_ref(), !full).await?;
        let asked = self.position_to_ask();
        let reply = match asked {
            // A task that wants only the snapshot is done once it is here.
            Some(_) if !self.spec.stages.incremental => return Ok(Followed::SnapshotOnly),
            asked => link.psync(asked).await?,
        };
        match (reply, asked) {
            (PsyncReply::Continue(new_id), Some(position)) => {
                let id = new_id.unwrap_or(position.id);
                if id != position.id {
                    self.figures.event(
                        EventLevel::Warning,
                        "source_promoted",
                        format!("the source was promoted: its history is now {id}"),
                    );
                }
                self.figures.set_history(id);
                self.update_record(|record| record.history = Some(id.to_string()))?;
                self.figures.event(
                    EventLevel::Info,
                    "source_continued",
                    format!("the source continues its stream behind offset {}", position.offset),
                );
            }
            (PsyncReply::FullResync(position), None) => {
                self.receive_snapshot(&mut link, position, &connected).await?;
                if !self.spec.stages.incremental {
                    return Ok(Followed::SnapshotOnly);
                }
            }
            (PsyncReply::FullResync(_), Some(position)) => {
                let error = Error::new(
                    ErrorKind::HistoryLost,
                    Side::Source,
                    format!(
                        "the source no longer has its stream behind offset {}",
                        position.offset
                    ),
                );
                return match self.spec.on_history_lost {
                    OnHistoryLost::Recopy if full => {
                        self.figures.event(EventLevel::Warning, "recopy", error.message);
                        self.update_record(|record| record.recopy = true)?;
                        Ok(Followed::Recopy)
                    }
                    OnHistoryLost::Recopy | OnHistoryLost::Hold => Err(error),
                };
            }
            (PsyncReply::Continue(_), None)
            | (PsyncReply::Error(_) | PsyncReply::Unexpected(_), _) => {
                return Err(Error::new(
                    ErrorKind::NotRedis,
                    Side::Source,
                    "PSYNC was answered in a form that is not known",
                ));
            }
        }
        connected();
        self.drain(&mut link).await
    }

    /// Where the stream is to go on; `None` asks for a snapshot.
    fn position_to_ask(&self) -> Option<ReplicationPosition> {
        let record = self.lock_record();
        let record = record.get();
        let snapshot = record.snapshot.as_ref().filter(|_| !record.recopy)?;
        snapshot.length?;
        let id = record.history.as_deref()?.parse().ok()?;
        (!self.spool.is_empty())
            .then(|| ReplicationPosition { id, offset: self.spool.progress().written })
    }

    async fn receive_snapshot(
        &self,
        link: &mut Link,
        position: ReplicationPosition,
        connected: &impl Fn(),
    ) -> Result<()> {
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
                // What an earlier snapshot brought and this one lacks has to go.
                record.purge |= record.written == Written::Yes;
                record.full_done = !self.spec.stages.full;
                record.recopy = false;
            })?;
            number
        };
        self.figures.set_history(position.id);
        // A source without a replica may count nothing: what it said then proves nothing now.
        self.figures.forget_samples();
        self.spool.reset(position.offset)?;
        snapshot::remove_others(&self.folder, None)?;
        self.figures.event(
            EventLevel::Info,
            "snapshot_requested",
            "the source prepares its snapshot (a diskless one begins after repl-diskless-sync-delay)",
        );
        let framing = link.snapshot_framing().await?;
        // A source that cannot save says so only now: until then nothing is well.
        connected();
        self.figures.event(EventLevel::Info, "snapshot_started", "the snapshot arrives");

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
        let mut writer = SnapshotWriter::create(&self.folder, number, total)?;
        self.publish(number, position, 0, Some(writer.share()));
        link.receive_snapshot(framing, |part| {
            self.figures.read(part.len() as u64);
            writer.append(part)
        })
        .await?;
        let length = writer.finish()?;
        self.update_record(|record| {
            if let Some(snapshot) = &mut record.snapshot {
                snapshot.length = Some(length);
            }
        })?;
        writer.announce_whole();
        self.figures.event(
            EventLevel::Info,
            "snapshot_received",
            format!("the snapshot has arrived whole, {length} bytes"),
        );
        Ok(())
    }

    /// Takes what the source sends, for ever; acknowledges what is durable.
    async fn drain(&self, link: &mut Link) -> Result<Followed> {
        let mut buffer = SpoolBuffer::new();
        let mut acknowledge_at = Instant::now();
        let checkpoint = self.figures.checkpoint();
        let mut snapshot_over: Option<Instant> = None;
        loop {
            if Instant::now() >= acknowledge_at {
                link.acknowledge(self.spool.progress().durable).await?;
                acknowledge_at = Instant::now() + ACKNOWLEDGE_EVERY;
                let applied = *checkpoint.borrow();
                self.make_room(applied.map_or(0, |applied| applied.position.offset))?;
                if self.lock_record().get().full_done
                    && applied
                        .is_some_and(|applied| applied.snapshot_progress == SnapshotProgress::Whole)
                {
                    let over = *snapshot_over.get_or_insert_with(Instant::now);
                    if over.elapsed() >= SNAPSHOT_KEPT {
                        snapshot::remove_others(&self.folder, None)?;
                    }
                }
            }
            if self.is_full() {
                // The source's own buffers take over; acknowledging goes on.
                sleep(FULL_SPOOL_WAIT).await;
                continue;
            }
            if let Some(length) = link.read_stream(&mut buffer, acknowledge_at).await? {
                self.spool.append(&mut buffer, length, now_ms())?;
                self.figures.read(length as u64);
            }
        }
    }

    /// Deletes applied stream: beyond the margin, or all of it where the spool's bound is near.
    fn make_room(&self, applied: u64) -> Result<()> {
        let bytes = self.spool.bytes_on_disk();
        let near_bound = self.spec.spool_bytes_max.is_some_and(|max| bytes > max / 4 * 3);
        let margin = if near_bound { 0 } else { MARGIN_BYTES };
        self.spool.trim(applied.saturating_sub(margin))?;
        self.figures.set_spool_bytes(self.spool.bytes_on_disk());
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.spec.spool_bytes_max.is_some_and(|max| {
            // The bound is looked at more often than it is made room for.
            self.spool.bytes_on_disk() >= max && {
                let applied = self.figures.checkpoint().borrow().map(|c| c.position.offset);
                let _ = self.make_room(applied.unwrap_or(0));
                self.spool.bytes_on_disk() >= max
            }
        })
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

    fn update_record(&self, change: impl FnOnce(&mut crate::record::Record)) -> Result<()> {
        self.lock_record().update(change)
    }

    fn lock_record(&self) -> std::sync::MutexGuard<'_, RecordFile> {
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
                tokio::task::spawn_blocking(move || spool.sync()).await.map_err(|cause| {
                    Error::new(ErrorKind::Internal, Side::Local, cause.to_string())
                })??;
            }
        }
    }

    /// Asks the source every second where it stands, until the connection breaks.
    pub(crate) async fn sample(&self) -> Result<()> {
        let mut control =
            Control::open(&self.spec.source, self.password.as_ref(), Side::Source, None).await?;
        let version = control.server().await?.version;
        self.update_record(|record| record.source_version = Some(version))?;
        let mut tick = interval(SAMPLE_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            let theirs = control.time_ms().await?;
            self.figures.set_source(version, theirs - i64::try_from(now_ms()).unwrap_or(0));
            self.figures.sample_source(source_offset(&mut control).await?);
        }
    }
}

/// The source's replication offset now.
pub(crate) async fn source_offset(control: &mut Control) -> Result<u64> {
    let info = control.info("replication").await?;
    info.number("master_repl_offset").ok_or_else(|| {
        Error::new(ErrorKind::NotRedis, Side::Source, "INFO tells no replication offset")
    })
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
