//! What a destination is fed with: the snapshot, what has to go after it, and the stream.

use std::time::Duration;

use tokio::time::Instant;

use super::feed::{DestinationHalf, Fed};
use super::lane::Inputs;
use super::session::Session;
use crate::apply::ledger::Ledger;
use crate::apply::snapshot::SnapshotFeeder;
use crate::apply::stream::{StreamContext, StreamEnd, StreamFeeder};
use crate::apply::throttle::{BatchShare, Way};
use crate::checkpoint::{Checkpoint, SnapshotProgress};
use crate::control::Control;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::report::{EventLevel, Stage};
use crate::source::follow::CurrentSnapshot;
use crate::source::sampling::source_offset;
use crate::spec::Until;
use crate::{failpoint, phrase};

/// How often it is looked at whether the source has said what it is.
const SOURCE_KNOWN_EVERY: Duration = Duration::from_millis(10);
/// The precheck item that reports conflicting keys.
const CONFLICT_CHECK: &str = "conflicting_keys";

impl DestinationHalf {
    /// Everything between the first batch and the last; the lane ends when `batches` is dropped. Whether
    /// its transactions are `chained` decides how large they should be.
    pub(super) async fn produce(
        &self,
        session: &mut Session,
        current: &CurrentSnapshot,
        start: Checkpoint,
        batches: Inputs,
        chained: bool,
    ) -> Result<Fed> {
        let existing = self.existing_keys()?;
        let mut ledger = Ledger::open_soon(&self.folder).await?;
        ledger.rewind(&start)?;
        self.figures.set_withheld(ledger.withheld_count());
        self.figures.must_reach(ledger.fenced_until());
        let mut reached = start;
        if let SnapshotProgress::Until { byte, database } = start.snapshot_progress {
            self.stages.begin(Stage::Full);
            let Some(file) = current.file.clone() else {
                let what = phrase!("failure.snapshot_absent");
                return Err(Error::new(ErrorKind::Internal, Side::Local, what));
            };
            let mut feeder = SnapshotFeeder {
                spec: &self.spec,
                figures: &self.figures,
                share: BatchShare::new(
                    self.limits.clone(),
                    Way::Plain(self.figures.round_trip.least()),
                ),
                session,
                existing: existing.as_ref(),
                conflicts_ignored: self.spec.ignored_checks.contains(CONFLICT_CHECK),
                batches: &batches,
                file,
                start: (byte, database),
                base: start,
                ledger: &mut ledger,
                skipped: &self.skipped,
            };
            let applied = Applying::begin(current.number, byte, start.keys_done);
            match feeder.run(&self.rest).await? {
                None => return Ok(Fed::AtRest),
                Some(end) => reached = end,
            }
            batches.flush().await?;
            applied.end(self.figures.counts().keys_done);
            failpoint::hit("snapshot_applied");
        }
        if self.record().get().purge {
            self.purge(session, current, existing.as_ref()).await?;
            failpoint::hit("purged");
        }
        if !self.record().get().full_done {
            self.stages.end(Stage::Full);
            self.figures.event(EventLevel::Info, "full_done", phrase!("event.full_done"));
        }
        self.update_record(|record| {
            record.full_done = true;
            record.purge = false;
            record.asks_removal = false;
        })?;
        failpoint::hit("full_recorded");
        if !self.spec.stages.incremental {
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
        let round_trip = self.figures.round_trip.least();
        let way = if chained { Way::Several(round_trip) } else { Way::OneByOne(round_trip) };
        let mut feeder = StreamFeeder::new(StreamContext {
            task_id: &self.task_id,
            spec: &self.spec,
            figures: &self.figures,
            share: BatchShare::new(self.limits.clone(), way),
            folder: &self.folder,
            source_password: self.credentials.source.as_ref(),
            existing: existing.as_ref(),
            batches: &batches,
            spool: &self.spool,
            clock: &self.clock,
            skipped: &self.skipped,
            mends: &self.mends,
            record: &self.record,
            base: reached,
            target,
            session: &mut *session,
            ledger: &mut ledger,
        });
        match feeder.run(&self.rest).await? {
            StreamEnd::AtRest => Ok(Fed::AtRest),
            StreamEnd::Target => {
                batches.flush().await?;
                Ok(Fed::Finished)
            }
            StreamEnd::Crossed(error) => {
                batches.flush().await?;
                self.resync(error)
            }
        }
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
        let asked = Instant::now();
        let offset = source_offset(&mut control).await?;
        self.figures.sample_source(offset, asked);
        Ok(offset)
    }
}

/// A snapshot that is being applied, for the log.
struct Applying {
    number: u32,
    began: Instant,
    keys_before: u64,
}

impl Applying {
    fn begin(number: u32, from_byte: u64, keys_before: u64) -> Self {
        tracing::info!(number, from_byte, "the snapshot is applied");
        Self { number, began: Instant::now(), keys_before }
    }

    fn end(self, keys_done: u64) {
        let seconds = self.began.elapsed().as_secs_f64();
        let keys = keys_done.saturating_sub(self.keys_before);
        tracing::info!(
            number = self.number,
            keys,
            seconds = %format_args!("{seconds:.1}"),
            keys_per_second = %format_args!("{:.0}", keys as f64 / seconds.max(0.001)),
            "the snapshot is applied whole"
        );
    }
}
