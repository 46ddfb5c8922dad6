//! The stream's commands as transactions for the destination.
//!
//! Commands that need no change are forwarded byte for byte; one too long to be held is copied from
//! the spool to the socket.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use keyferry_protocol::command::{self, Access};
use memchr::memmem::Finder;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::batch::{BATCH_BYTES, BatchBuilder, Part, Reached};
use super::existing::{KeySet, key_hash};
use super::frames::{Frame, Frames};
use super::throttle::records_per_batch;
use crate::checkpoint::{
    CHECKPOINT_DATABASE, Checkpoint, OWN_KEY_PREFIX, SnapshotProgress, checkpoint_key,
};
use crate::destination::lane::LaneInput;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::source::spool::Spool;
use crate::spec::{ConflictPolicy, Limits, TaskSpec};
use crate::task::figures::{Figures, bump};

/// A checkpoint follows the stream at least so often, also where nothing of it is applied.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(1);
/// After so many commands the clock is looked at.
const CLOCK_EVERY: u32 = 256;
/// The channel on which Sentinels announce themselves: theirs, not the application's.
const SENTINEL_CHANNEL: &[u8] = b"__sentinel__:hello";

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

/// Applies the stream from a checkpoint on.
pub(crate) struct StreamFeeder<'a> {
    pub(crate) task_id: &'a str,
    pub(crate) spec: &'a TaskSpec,
    pub(crate) figures: &'a Figures,
    pub(crate) limits: &'a watch::Receiver<Limits>,
    /// What was at the destination before.
    pub(crate) existing: Option<&'a KeySet>,
    pub(crate) batches: &'a mpsc::Sender<LaneInput>,
    pub(crate) spool: &'a Arc<Spool>,
    pub(crate) base: Checkpoint,
    /// Where to end, if anywhere.
    pub(crate) target: Option<u64>,
    pub(crate) destination_version: (u16, u16, u16),
    /// How many databases the destination has.
    pub(crate) databases: u32,
}

/// What is done with a command.
enum Verdict {
    /// Sent as it came, in this destination database.
    Forward(u32),
    /// Sent as these, in this destination database.
    Send(u32, Vec<Vec<Vec<u8>>>),
    /// Empties these destination databases; the option is the source's.
    Flush(Vec<u32>, Option<Vec<u8>>),
    /// Exchanges two destination databases.
    Swap(u32, u32),
    /// Left out, and counted.
    Drop(&'static str),
    /// Of no meaning for the destination.
    Ignore,
    /// Cannot be followed.
    Cross(&'static str),
}

/// Where the stream is.
struct Place {
    /// The source database that is selected.
    database: u32,
    in_transaction: bool,
    commands_applied: u64,
    /// The last position that was sent with a batch.
    sent: u64,
    sent_at: Instant,
}

impl StreamFeeder<'_> {
    /// Runs until told to rest, until the target, or until something breaks.
    pub(crate) async fn run(&self, rest: &CancellationToken) -> Result<StreamEnd> {
        let start = self.base.position.offset;
        let mut frames = Frames::new(self.spool.reader(start));
        let mut batch = BatchBuilder::default();
        let mut place = Place {
            database: self.base.database,
            in_transaction: false,
            commands_applied: self.base.commands_applied,
            sent: start,
            sent_at: Instant::now(),
        };
        let mut progress = self.spool.subscribe();
        let mut until_clock = CLOCK_EVERY;
        loop {
            if rest.is_cancelled() {
                // What is not sent stays in the spool.
                return Ok(StreamEnd::AtRest);
            }
            if !place.in_transaction {
                if self.target.is_some_and(|target| frames.position() >= target) {
                    self.send(&mut batch, &mut place, frames.position()).await?;
                    return Ok(StreamEnd::Target);
                }
                until_clock -= 1;
                let due = until_clock == 0 && {
                    until_clock = CLOCK_EVERY;
                    place.sent_at.elapsed() >= CHECKPOINT_EVERY
                };
                if due || batch.is_full(records_per_batch(&self.limits.borrow())) {
                    self.send(&mut batch, &mut place, frames.position()).await?;
                }
            }
            progress.mark_unchanged();
            if let Some(frame) = frames.next()? {
                if let Some(why) = self.take(&frames, &frame, &mut batch, &mut place) {
                    // Everything before the command is applied; the command itself is not.
                    self.send(&mut batch, &mut place, frame.start).await?;
                    return Ok(StreamEnd::Crossed(Error::new(
                        ErrorKind::SelectionCrossed,
                        Side::Source,
                        why,
                    )));
                }
                continue;
            }
            // Nothing more now. A batch goes as soon as the lane has room for it, and grows until.
            let ready = !place.in_transaction && !batch.is_empty();
            tokio::select! {
                biased;
                () = rest.cancelled() => {}
                permit = self.batches.reserve(), if ready => {
                    let reached = self.reached(&place, frames.position());
                    permit.map_err(|_| lane_gone())?
                        .send(LaneInput::Batch(batch.finish(true, reached)));
                    place.sent = frames.position();
                    place.sent_at = Instant::now();
                }
                changed = progress.changed() => changed.map_err(|_| lane_gone())?,
                () = tokio::time::sleep_until(place.sent_at + CHECKPOINT_EVERY) => {
                    if !place.in_transaction && frames.position() > place.sent {
                        self.send(&mut batch, &mut place, frames.position()).await?;
                    }
                    place.sent_at = Instant::now();
                }
            }
        }
    }

    fn reached(&self, place: &Place, offset: u64) -> Reached {
        Reached {
            offset,
            database: place.database,
            snapshot: SnapshotProgress::Whole,
            keys_done: self.base.keys_done,
            commands_applied: place.commands_applied,
        }
    }

    async fn send(&self, batch: &mut BatchBuilder, place: &mut Place, offset: u64) -> Result<()> {
        let reached = self.reached(place, offset);
        place.sent = offset;
        place.sent_at = Instant::now();
        self.batches
            .send(LaneInput::Batch(batch.finish(true, reached)))
            .await
            .map_err(|_| lane_gone())
    }

    /// Puts a command into the batch; why not, where it cannot be followed.
    fn take(
        &self,
        frames: &Frames,
        frame: &Frame,
        batch: &mut BatchBuilder,
        place: &mut Place,
    ) -> Option<String> {
        let name = Name::of(frames.argument(frame, 0).unwrap_or_default());
        match self.judge(&name, frames, frame, place) {
            Verdict::Ignore => return None,
            Verdict::Drop(reason) => {
                self.figures.source_active();
                self.figures.count(|counts| bump(&mut counts.commands_skipped, reason, 1));
                return None;
            }
            Verdict::Cross(why) => return Some(format!("{} {why}", name.text())),
            Verdict::Forward(database) => {
                batch.select(database);
                if frame.is_whole() && batch.bytes() < 4 * BATCH_BYTES as u64 {
                    batch.raw_command().extend_from_slice(frames.bytes(frame));
                } else {
                    batch.raw_command();
                    batch.splice(Part::Stream { from: frame.start, to: frame.end });
                }
            }
            Verdict::Send(database, commands) => {
                batch.select(database);
                for words in commands {
                    let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
                    batch.command(&words);
                }
            }
            Verdict::Flush(databases, option) => {
                for database in databases {
                    batch.select(database);
                    match &option {
                        Some(option) => batch.command(&[b"FLUSHDB", option]),
                        None => batch.command(&[b"FLUSHDB"]),
                    }
                    batch.wipes_checkpoint |= database == CHECKPOINT_DATABASE;
                }
            }
            Verdict::Swap(one, other) => {
                if one == CHECKPOINT_DATABASE || other == CHECKPOINT_DATABASE {
                    // The checkpoint must not wander off with its database.
                    batch.select(CHECKPOINT_DATABASE);
                    let key = checkpoint_key(self.task_id, self.base.lane);
                    batch.command(&[b"DEL", key.as_bytes()]);
                    batch.wipes_checkpoint = true;
                }
                let (mut a, mut b) = (itoa::Buffer::new(), itoa::Buffer::new());
                batch.command(&[b"SWAPDB", a.format(one).as_bytes(), b.format(other).as_bytes()]);
            }
        }
        batch.records += 1;
        place.commands_applied += 1;
        let database = place.database;
        self.figures.command_applied(database, place.commands_applied);
        None
    }

    fn judge(&self, name: &Name, frames: &Frames, frame: &Frame, place: &mut Place) -> Verdict {
        let argument = |number: usize| frames.argument(frame, number).unwrap_or_default();
        let number = |at: usize| {
            std::str::from_utf8(argument(at)).ok().and_then(|text| text.parse::<u32>().ok())
        };
        let destination = |source: u32| self.spec.databases.destination_of(source);
        match name.bytes() {
            b"PING" | b"REPLCONF" => return Verdict::Ignore,
            b"SELECT" => {
                place.database = number(1).unwrap_or(place.database);
                return Verdict::Ignore;
            }
            b"MULTI" => {
                place.in_transaction = true;
                return Verdict::Ignore;
            }
            b"EXEC" => {
                place.in_transaction = false;
                return Verdict::Ignore;
            }
            b"PUBLISH" if argument(1) == SENTINEL_CHANNEL => return Verdict::Ignore,
            _ => {}
        }
        if self.is_deselected(name, place.database) {
            return Verdict::Drop("command_deselected");
        }
        let here = destination(place.database);
        match name.bytes() {
            b"FLUSHDB" | b"FLUSHALL" => {
                let flushed: Vec<u32> = if name.bytes() == b"FLUSHDB" {
                    here.into_iter().collect()
                } else {
                    (0..self.databases.max(place.database + 1))
                        .filter_map(destination)
                        .filter(|number| *number < self.databases)
                        .collect()
                };
                if flushed.is_empty() {
                    return Verdict::Drop("database_not_selected");
                }
                if self.spec.conflict == ConflictPolicy::Keep && self.existing.is_some() {
                    return Verdict::Cross("would empty a database whose own keys are kept");
                }
                Verdict::Flush(flushed, frames.argument(frame, 1).map(<[u8]>::to_vec))
            }
            b"SWAPDB" => {
                let side = |at: usize| number(at).and_then(destination);
                match (side(1), side(2)) {
                    (Some(one), Some(other)) => Verdict::Swap(one, other),
                    (None, None) => Verdict::Drop("database_not_selected"),
                    _ => Verdict::Cross("exchanged a selected database with another one"),
                }
            }
            b"MOVE" => match (here, number(2).and_then(destination)) {
                (Some(_), Some(to)) if self.is_kept(to, argument(1)) => {
                    Verdict::Drop("kept_at_destination")
                }
                (Some(from), Some(to)) => {
                    let to = to.to_string().into_bytes();
                    let words = vec![b"MOVE".to_vec(), argument(1).to_vec(), to];
                    self.keyed(frames, frame, name, from, Some(vec![words]))
                }
                (Some(from), None) => {
                    let words = vec![b"UNLINK".to_vec(), argument(1).to_vec()];
                    self.keyed(frames, frame, name, from, Some(vec![words]))
                }
                (None, Some(_)) => Verdict::Cross("brought a key into a selected database"),
                (None, None) => Verdict::Drop("database_not_selected"),
            },
            b"COPY" => {
                let option =
                    (3..frames.count()).find(|at| argument(*at).eq_ignore_ascii_case(b"DB"));
                let Some(option) = option else {
                    return match here {
                        Some(database) => self.keyed(frames, frame, name, database, None),
                        None => Verdict::Drop("database_not_selected"),
                    };
                };
                match (here, number(option + 1).and_then(destination)) {
                    (Some(_), Some(to)) if self.is_kept(to, argument(2)) => {
                        Verdict::Drop("kept_at_destination")
                    }
                    (Some(from), Some(to)) => {
                        let words = (0..frames.count())
                            .map(|at| match at {
                                at if at == option + 1 => to.to_string().into_bytes(),
                                at => argument(at).to_vec(),
                            })
                            .collect();
                        // The key it writes is in the other database, and was looked at there.
                        Verdict::Send(from, vec![words])
                    }
                    (None, Some(_)) => Verdict::Cross("brought a key into a selected database"),
                    (_, None) => Verdict::Drop("database_not_selected"),
                }
            }
            b"PUBLISH" | b"SPUBLISH" | b"SCRIPT" | b"FUNCTION" => {
                Verdict::Forward(here.unwrap_or(CHECKPOINT_DATABASE))
            }
            _ => match here {
                Some(database) => {
                    let dated = self.dated(frames, frame);
                    self.keyed(frames, frame, name, database, dated)
                }
                None => Verdict::Drop("database_not_selected"),
            },
        }
    }

    fn is_deselected(&self, name: &Name, database: u32) -> bool {
        let here = &self.spec.skip_commands_in;
        self.spec.skip_commands.contains(name.text())
            || (!here.is_empty()
                && here.get(&database).is_some_and(|names| names.contains(name.text())))
    }

    /// What was at the destination before and stays, where anything does.
    fn kept(&self) -> Option<&KeySet> {
        self.existing.filter(|_| self.spec.conflict == ConflictPolicy::Keep)
    }

    /// Whether a key stays as it is. A set that cannot be read must not let one be overwritten.
    fn is_kept(&self, database: u32, key: &[u8]) -> bool {
        self.kept().is_some_and(|kept| kept.contains(key_hash(database, key)).unwrap_or(true))
    }

    /// A command with keys, after a look at whose they are; `instead` is what is sent for it.
    fn keyed(
        &self,
        frames: &Frames,
        frame: &Frame,
        name: &Name,
        database: u32,
        instead: Option<Vec<Vec<Vec<u8>>>>,
    ) -> Verdict {
        if self.kept().is_some() || OWN_KEY.find(frames.bytes(frame)).is_some() {
            let arguments: Vec<&[u8]> = (0..frames.count())
                .map(|at| frames.argument(frame, at).unwrap_or_default())
                .collect();
            let mut refused = None;
            let mut look = |key: &[u8], access: Access| {
                if key.starts_with(OWN_KEY_PREFIX.as_bytes()) {
                    refused = Some("keyferry_own");
                } else if access == Access::Write && self.is_kept(database, key) {
                    refused = Some("kept_at_destination");
                }
            };
            match command::lookup(name.bytes()) {
                Some(command) => command::for_each_key(command, &arguments, look),
                // A module's command: its key comes first, as good as always.
                None => arguments.iter().skip(1).take(1).for_each(|key| look(key, Access::Write)),
            }
            if let Some(reason) = refused {
                return Verdict::Drop(reason);
            }
        }
        match instead {
            Some(commands) => Verdict::Send(database, commands),
            None => Verdict::Forward(database),
        }
    }

    /// The command with dates in place of durations, where the source passes durations.
    fn dated(&self, frames: &Frames, frame: &Frame) -> Option<Vec<Vec<Vec<u8>>>> {
        if !self.figures.source_passes_durations() || !frame.is_whole() {
            return None;
        }
        let arguments: Vec<&[u8]> =
            (0..frames.count()).map(|at| frames.argument(frame, at).unwrap_or_default()).collect();
        let ran_at = i64::try_from(frame.arrived_ms).unwrap_or(i64::MAX)
            + self.figures.source_clock_ahead_ms();
        let dated = command::date_relative(&arguments, ran_at, self.destination_version)?;
        Some(
            dated
                .into_iter()
                .map(|words| words.into_iter().map(std::borrow::Cow::into_owned).collect())
                .collect(),
        )
    }
}

/// A command's name in upper case.
struct Name {
    bytes: [u8; Self::BYTES_MAX],
    length: usize,
}

impl Name {
    /// No command of a server has a longer one; a module's may, and is then not told apart.
    const BYTES_MAX: usize = 32;

    fn of(name: &[u8]) -> Self {
        let mut bytes = [0; Self::BYTES_MAX];
        let length = name.len().min(Self::BYTES_MAX);
        for (to, from) in bytes.iter_mut().zip(name) {
            *to = from.to_ascii_uppercase();
        }
        Self { bytes, length }
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    fn text(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }
}

fn lane_gone() -> Error {
    Error::new(ErrorKind::ConnectionLost, Side::Destination, "the lane has ended")
}
