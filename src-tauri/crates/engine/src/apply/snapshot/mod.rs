//! The snapshot's entries, read from its file while it arrives, as commands for the destination.
//!
//! Values go as RESTORE with the very bytes of the RDB, of which only the length is found out;
//! small strings go as SET and MSET, which a server loads faster. Nothing grows with a value: one
//! that does not fit the window is measured piece by piece and then copied from the file to the
//! socket.

mod commands;
mod items;
mod keys_seen;

use std::time::Duration;

use keyferry_protocol::rdb::{
    RestorePayload, ValueWalker, Walk, first_field_expiry, peek_string, put_restore_payload,
};
use keyferry_protocol::resp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::commands::{Meta, library_name, put_restore_head, put_restore_tail, put_value};
use self::items::{Items, Read, rdb_error, truncated};
pub(crate) use self::keys_seen::KeysSeen;
use super::batch::{BatchBuilder, Part, Reached, TOGETHER_BYTES_MAX};
use super::existing::{KeySet, key_hash};
use super::ledger::{KeyOf, Ledger, Place, WHOLE};
use super::stream::{Tempo, applies_to};
use super::throttle::BatchShare;
use crate::checkpoint::{Checkpoint, OWN_KEY_PREFIX, SnapshotProgress};
use crate::destination::lane::Inputs;
use crate::destination::session::Session;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;
use crate::report::EventLevel;
use crate::skipped::SkippedLog;
use crate::source::snapshot::SnapshotFile;
use crate::spec::{ConflictPolicy, TaskSpec};
use crate::task::figures::{Figures, bump};

/// Strings up to this are sent by SET.
const SET_BYTES_MAX: usize = 64 * 1024;
/// Withheld expiries go to the disk at least so often.
const OWING_FOR: Duration = Duration::from_millis(500);
/// And when there are so many.
const OWING_MAX: usize = 20_000;
/// A value above this blocks the destination noticeably while it is restored, and is warned about.
pub(crate) const VALUE_BYTES_WARNED: u64 = 64 * 1024 * 1024;

/// Applies a snapshot.
pub(crate) struct SnapshotFeeder<'a> {
    pub(crate) spec: &'a TaskSpec,
    pub(crate) figures: &'a Figures,
    pub(crate) share: BatchShare,
    pub(crate) session: &'a mut Session,
    /// What was at the destination before.
    pub(crate) existing: Option<&'a KeySet>,
    /// The user was told of conflicting keys and went on: they stay as they are.
    pub(crate) conflicts_ignored: bool,
    pub(crate) batches: &'a Inputs,
    pub(crate) file: SnapshotFile,
    /// Byte and database to begin with.
    pub(crate) start: (u64, u32),
    pub(crate) base: Checkpoint,
    /// Right for `base`.
    pub(crate) ledger: &'a mut Ledger,
    pub(crate) skipped: &'a SkippedLog,
}

impl SnapshotFeeder<'_> {
    /// Runs to the snapshot's end: the checkpoint behind it. `None` when told to rest.
    pub(crate) async fn run(&mut self, rest: &CancellationToken) -> Result<Option<Checkpoint>> {
        let mut items = Items::open(self.file.clone(), self.start).await?;
        let mut batch = BatchBuilder::default();
        let mut tally = Tally { keys_done: self.base.keys_done, ..Tally::default() };
        let mut stream_database = self.base.database;
        let mut keys_total = None::<u64>;
        let mut owing = Owing::new(self.reached(&items, tally.keys_done, stream_database));
        loop {
            if batch.is_full(self.share.room()) {
                tally.tell(self.figures);
                let reached = self.reached(&items, tally.keys_done, stream_database);
                let resting = rest.is_cancelled();
                let covered = owing.cover(self.ledger, reached, resting)?;
                owing.tempo.tick(self.clocks_ahead_ms());
                self.send(&mut batch, covered).await?;
                if resting {
                    self.skipped.flush();
                    return Ok(None);
                }
            }
            // What is held needs no waiting, and no look at whether to go on.
            let read = match items.next_held()? {
                Some(read) => read,
                None => tokio::select! {
                    biased;
                    // Between two items: everything before is in a batch or sent.
                    () = rest.cancelled() => {
                        tally.tell(self.figures);
                        let reached = self.reached(&items, tally.keys_done, stream_database);
                        let covered = owing.cover(self.ledger, reached, true)?;
                        if !batch.is_empty() {
                            self.send(&mut batch, covered).await?;
                        }
                        self.skipped.flush();
                        return Ok(None);
                    }
                    more = items.window.more() => {
                        if !more? {
                            return Err(truncated());
                        }
                        continue;
                    }
                },
            };
            match read {
                Read::Entry { value_type, expire_at_ms, idle, frequency } => {
                    let meta = Meta { value_type, expire_at_ms, idle, frequency };
                    let skipped = self.entry(&mut items, &mut batch, meta, &owing.tempo).await?;
                    let database = items.database;
                    if self.spec.databases.destination_of(database).is_some() {
                        tally.count(database, self.figures);
                        if let Some(reason) = skipped {
                            self.figures.count(|counts| {
                                counts.databases.entry(database).or_default().1 += 1;
                                bump(&mut counts.keys_skipped, reason, 1);
                            });
                            self.skipped.note_key(reason, database, &items.key);
                        }
                    }
                }
                Read::ModuleAux => {
                    self.figures.event(
                        EventLevel::Warning,
                        "module_aux_skipped",
                        phrase!("event.module_aux_skipped"),
                    );
                    items.skip(ValueWalker::module_aux()).await?;
                }
                Read::Function(code) => self.function(&mut batch, &code).await?,
                Read::Script(text) => batch.command(&[b"SCRIPT", b"LOAD", &text]),
                Read::StreamDatabase(number) => stream_database = number,
                Read::Other => {}
                Read::Resize(keys) => {
                    if self.spec.databases.destination_of(items.database).is_some() {
                        let total = keys_total.unwrap_or(0) + keys;
                        keys_total = Some(total);
                        self.figures.count(|counts| {
                            counts.keys_total = Some(counts.keys_total.unwrap_or(0).max(total));
                        });
                    }
                }
                Read::End => break,
            }
        }
        // Only a whole file was checked against its checksum.
        let mut arrival = self.file.arrival.clone();
        if arrival.wait_for(|arrival| arrival.whole).await.is_err() {
            return std::future::pending().await;
        }
        tally.tell(self.figures);
        let keys_done = tally.keys_done;
        let reached = Reached {
            snapshot: SnapshotProgress::Whole,
            ..self.reached(&items, keys_done, stream_database)
        };
        self.figures.count(|counts| counts.keys_total = Some(keys_done));
        let reached = owing.cover(self.ledger, reached, true)?;
        self.figures.set_withheld(self.ledger.withheld_count());
        self.skipped.flush();
        self.send(&mut batch, reached).await?;
        Ok(Some(Checkpoint {
            database: stream_database,
            snapshot_progress: SnapshotProgress::Whole,
            keys_done,
            ..self.base
        }))
    }

    /// Where the task stands before the next item.
    fn reached(&self, items: &Items, keys_done: u64, stream_database: u32) -> Reached {
        Reached {
            offset: self.base.position.offset,
            database: stream_database,
            snapshot: SnapshotProgress::Until {
                byte: items.window.place(),
                database: items.database,
            },
            keys_done,
            commands_applied: self.base.commands_applied,
        }
    }

    async fn send(&self, batch: &mut BatchBuilder, reached: Reached) -> Result<()> {
        if let SnapshotProgress::Until { byte, .. } = reached.snapshot {
            self.figures.snapshot_bytes(|bytes| bytes.applied = Some(byte));
        }
        let arrival = *self.file.arrival.borrow();
        self.figures.snapshot_bytes(|bytes| {
            bytes.received = Some(arrival.bytes);
            bytes.total = arrival.total;
            if reached.snapshot == SnapshotProgress::Whole {
                bytes.applied = Some(arrival.bytes);
            }
        });
        let mut batch = batch.finish(false, reached);
        if batch.commands == 0 {
            // A checkpoint follows answers: something harmless has to be answered.
            let mut bytes = Vec::new();
            resp::put_command(&mut bytes, &[b"PING"]);
            batch.parts.push(Part::Bytes(bytes));
            batch.commands = 1;
        }
        self.batches.give(batch).await
    }

    /// Puts an entry into the batch, or says why not.
    async fn entry(
        &mut self,
        items: &mut Items,
        batch: &mut BatchBuilder,
        mut meta: Meta,
        tempo: &Tempo,
    ) -> Result<Option<&'static str>> {
        let Some(database) = self.spec.databases.destination_of(items.database) else {
            items.skip_value(meta.value_type).await?;
            return Ok(Some("database_not_selected"));
        };
        if items.key.starts_with(OWN_KEY_PREFIX.as_bytes()) {
            items.skip_value(meta.value_type).await?;
            return Ok(Some("keyferry_own"));
        }
        if !self.spec.keys.takes(&items.key) {
            items.skip_value(meta.value_type).await?;
            return Ok(Some("key_filter"));
        }
        if self.is_kept(database, &items.key)? {
            items.skip_value(meta.value_type).await?;
            return Ok(Some("kept_at_destination"));
        }
        let whole = items.whole(meta.value_type).await?;
        if batch.database != Some(database) {
            batch.select(database);
        }
        batch.records += 1;
        let expiry = meta.expire_at_ms.filter(|_| applies_to(self.spec.stages));
        let withheld = expiry.filter(|at_ms| tempo.withholds(*at_ms));
        match (expiry, withheld) {
            (Some(_), Some(_)) => meta.expire_at_ms = None,
            (Some(at_ms), None) => self.ledger.arm(at_ms),
            (None, _) => {}
        }
        // Fields may end before they are renewed: the hash is read again once the task has caught up.
        let fields = first_field_expiry(meta.value_type, items.window.held())
            .filter(|_| applies_to(self.spec.stages));
        let withheld = match fields {
            Some(at_ms) if tempo.withholds(at_ms) => Some(WHOLE),
            Some(at_ms) => {
                self.ledger.arm(at_ms);
                withheld
            }
            None => withheld,
        };
        let plain = meta.value_type == 0 && meta.idle.is_none() && meta.frequency.is_none();
        match whole {
            Some(length) if plain && self.set(items, batch, meta.expire_at_ms)? => {
                items.window.consume(length);
            }
            Some(length) => restore(items, batch, &meta, length),
            None => self.restore_long(items, batch, &meta).await?,
        }
        if let Some(at_ms) = withheld {
            let of = KeyOf::new(database, &items.key);
            let place = Place::in_snapshot(items.window.place());
            let owed = if at_ms == WHOLE { WHOLE } else { at_ms.max(1) };
            self.ledger.withhold_new(of, owed, place);
        }
        Ok(None)
    }

    fn clocks_ahead_ms(&self) -> i64 {
        self.figures.source_clock_ahead_ms().max(self.session.clock_ahead_ms)
    }

    fn is_kept(&self, database: u32, key: &[u8]) -> Result<bool> {
        let Some(existing) = self.existing.filter(|existing| existing.len() > 0) else {
            return Ok(false);
        };
        if self.spec.conflict == ConflictPolicy::Overwrite
            || !existing.contains(key_hash(database, key))?
        {
            return Ok(false);
        }
        if self.spec.conflict == ConflictPolicy::Keep || self.conflicts_ignored {
            return Ok(true);
        }
        Err(Error::new(
            ErrorKind::KeysConflict,
            Side::Destination,
            phrase!(
                "failure.key_was_there",
                key = format_args!("{:.200}", key.escape_ascii().to_string()),
                database = database
            ),
        ))
    }

    /// SET or MSET, where the string that the window holds is small enough.
    fn set(
        &self,
        items: &Items,
        batch: &mut BatchBuilder,
        expire_at_ms: Option<i64>,
    ) -> Result<bool> {
        let Some((_, value)) = peek_string(items.window.held()).map_err(rdb_error)? else {
            return Ok(false);
        };
        if value.len() > SET_BYTES_MAX {
            return Ok(false);
        }
        if expire_at_ms.is_none() && value.len() <= TOGETHER_BYTES_MAX {
            let out = batch.string();
            resp::put_bulk(out, &items.key);
            put_value(out, &value).map_err(rdb_error)?;
            return Ok(true);
        }
        let with_pxat = expire_at_ms.filter(|_| self.session.version >= (6, 2, 0));
        let out = batch.raw_command();
        resp::put_array(out, if with_pxat.is_some() { 5 } else { 3 });
        resp::put_bulk(out, b"SET");
        resp::put_bulk(out, &items.key);
        put_value(out, &value).map_err(rdb_error)?;
        let mut text = itoa::Buffer::new();
        match (with_pxat, expire_at_ms) {
            (Some(at), _) => {
                resp::put_bulk(out, b"PXAT");
                resp::put_bulk(out, text.format(at).as_bytes());
            }
            (None, Some(at)) => {
                batch.command(&[b"PEXPIREAT", &items.key, text.format(at).as_bytes()]);
            }
            (None, None) => {}
        }
        Ok(true)
    }

    /// RESTORE of a value that the window does not hold: it is measured first, and copied from the
    /// file later.
    async fn restore_long(
        &self,
        items: &mut Items,
        batch: &mut BatchBuilder,
        meta: &Meta,
    ) -> Result<()> {
        let mut walker = items.walker(meta.value_type)?;
        let version = items.reader.version().unwrap_or(0);
        let mut payload = RestorePayload::new(meta.value_type);
        let start = items.window.place();
        let mut length = 0u64;
        loop {
            let (walked, done) = match walker.advance(items.window.held()).map_err(rdb_error)? {
                Walk::More { consumed } => (consumed, false),
                Walk::Done { consumed } => (consumed, true),
            };
            payload.update(items.window.held().get(..walked).unwrap_or_default());
            length += walked as u64;
            items.window.consume(walked);
            if done {
                break;
            }
            if !items.window.more().await? {
                return Err(truncated());
            }
        }
        self.check_size(items, length)?;
        put_restore_head(batch.raw_command(), &items.key, meta, length);
        batch.tail().push(meta.value_type);
        batch.splice(Part::Snapshot { start, length });
        let tail = batch.tail();
        tail.extend_from_slice(&payload.footer(version));
        put_restore_tail(tail, meta);
        Ok(())
    }

    fn check_size(&self, items: &Items, length: u64) -> Result<()> {
        let key = items.key.escape_ascii().to_string();
        let payload = length + 11;
        if self.session.value_bytes_max.is_some_and(|max| payload > max) {
            return Err(Error::new(
                ErrorKind::ValueTooLarge,
                Side::Destination,
                phrase!(
                    "failure.value_too_large",
                    key = format_args!("{key:.200}"),
                    database = items.database,
                    bytes = payload
                ),
            ));
        }
        if length > VALUE_BYTES_WARNED {
            self.figures.event(
                EventLevel::Warning,
                "big_value",
                phrase!(
                    "event.big_value",
                    key = format_args!("{key:.200}"),
                    database = items.database,
                    bytes = length
                ),
            );
        }
        Ok(())
    }

    /// A function library: replaced, unless the destination's own things are to stay.
    async fn function(&mut self, batch: &mut BatchBuilder, code: &[u8]) -> Result<()> {
        if self.session.version < (7, 0, 0) {
            self.figures.event(
                EventLevel::Warning,
                "function_skipped",
                phrase!("event.function_skipped"),
            );
            return Ok(());
        }
        let name = library_name(code);
        if self.spec.conflict == ConflictPolicy::Keep
            && let Some(name) = &name
        {
            let held: redis::Value = self
                .session
                .control
                .query(redis::cmd("FUNCTION").arg("LIST").arg("LIBRARYNAME").arg(name))
                .await?;
            if !matches!(&held, redis::Value::Array(list) if list.is_empty()) {
                self.figures.event(
                    EventLevel::Warning,
                    "function_kept",
                    phrase!("event.function_kept", library = name),
                );
                return Ok(());
            }
        }
        batch.command(&[b"FUNCTION", b"LOAD", b"REPLACE", code]);
        Ok(())
    }
}

/// RESTORE with the value as it lies in the window.
fn restore(items: &mut Items, batch: &mut BatchBuilder, meta: &Meta, length: usize) {
    let version = items.reader.version().unwrap_or(0);
    let value = items.window.held().get(..length).unwrap_or_default();
    let out = batch.raw_command();
    put_restore_head(out, &items.key, meta, length as u64);
    put_restore_payload(out, meta.value_type, value, version);
    put_restore_tail(out, meta);
    items.window.consume(length);
}

/// Keys dealt with, told now and then: the figures are shared.
#[derive(Default)]
struct Tally {
    /// In all.
    keys_done: u64,
    /// The source database of those that are not told.
    database: u32,
    untold: u64,
}

impl Tally {
    fn count(&mut self, database: u32, figures: &Figures) {
        if self.database != database {
            self.tell(figures);
            self.database = database;
        }
        self.keys_done += 1;
        self.untold += 1;
    }

    fn tell(&mut self, figures: &Figures) {
        if self.untold == 0 {
            return;
        }
        figures.count(|counts| {
            counts.keys_done = self.keys_done;
            counts.databases.entry(self.database).or_default().0 += self.untold;
        });
        self.untold = 0;
    }
}

/// A checkpoint of the snapshot may only tell of entries whose withheld expiries are on disk. Those
/// are written now and then, not with each batch; until they are, checkpoints lag behind: entries
/// may be repeated.
struct Owing {
    /// The last place that a checkpoint may tell.
    covered: Reached,
    at: Instant,
    tempo: Tempo,
}

impl Owing {
    fn new(start: Reached) -> Self {
        Self { covered: start, at: Instant::now(), tempo: Tempo::new() }
    }

    /// What a checkpoint may tell once everything before `reached` is applied.
    fn cover(&mut self, ledger: &mut Ledger, reached: Reached, at_once: bool) -> Result<Reached> {
        let due = at_once || self.at.elapsed() >= OWING_FOR || ledger.notes() >= OWING_MAX;
        if due || !ledger.is_dirty() {
            ledger.commit()?;
            self.covered = reached;
            self.at = Instant::now();
        }
        Ok(self.covered)
    }
}
