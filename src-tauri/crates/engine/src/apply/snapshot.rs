//! The snapshot's entries, read from its file while it arrives, as commands for the destination.
//!
//! Values go as RESTORE with the very bytes of the RDB, of which only the length is found out;
//! small strings go as SET, which a server loads faster. Nothing grows with a value: one that does
//! not fit the window is measured piece by piece and then copied from the file to the socket.

use std::path::Path;
use std::time::Duration;

use keyferry_protocol::rdb::{
    Item, RdbError, RdbReader, RdbString, RestorePayload, ValueWalker, Walk, peek_string,
};
use keyferry_protocol::resp;
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::batch::{BatchBuilder, Part, Reached};
use super::existing::{KeySet, KeySetBuilder, key_hash};
use super::ledger::{KeyOf, Ledger, Place};
use super::stream::{Tempo, applies_to};
use super::throttle::records_per_batch;
use crate::checkpoint::{Checkpoint, OWN_KEY_PREFIX, SnapshotProgress};
use crate::destination::lane::LaneInput;
use crate::destination::session::Session;
use crate::durable;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;
use crate::report::EventLevel;
use crate::skipped::SkippedLog;
use crate::source::snapshot::SnapshotFile;
use crate::spec::{ConflictPolicy, Databases, Limits, TaskSpec};
use crate::task::figures::{Figures, bump};

/// What is held of the snapshot at once, bytes; an entry's key and header must fit.
const WINDOW_BYTES: usize = 1024 * 1024;
/// A window may grow to this for one huge key.
const WINDOW_BYTES_MAX: usize = 600 * 1024 * 1024;
/// Strings up to this are sent by SET.
const SET_BYTES_MAX: usize = 64 * 1024;
/// Withheld expiries go to the disk at least so often.
const OWING_FOR: Duration = Duration::from_millis(500);
/// And when there are so many.
const OWING_MAX: usize = 20_000;
/// A value above this blocks the destination noticeably while it is restored, and is warned about.
pub(crate) const VALUE_BYTES_WARNED: u64 = 64 * 1024 * 1024;

/// A sliding view of the snapshot's file.
struct Window {
    file: SnapshotFile,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    /// The place in the file behind `buffer[..to]`.
    next: u64,
}

impl Window {
    fn at(file: SnapshotFile, place: u64) -> Self {
        Self { file, buffer: vec![0; WINDOW_BYTES], from: 0, to: 0, next: place }
    }

    fn held(&self) -> &[u8] {
        self.buffer.get(self.from..self.to).unwrap_or_default()
    }

    /// The place in the file of the first held byte.
    fn place(&self) -> u64 {
        self.next - (self.to - self.from) as u64
    }

    fn consume(&mut self, count: usize) {
        self.from = (self.from + count).min(self.to);
    }

    /// Brings at least one more byte in; false at the snapshot's end.
    async fn more(&mut self) -> Result<bool> {
        if self.from > 0 {
            self.buffer.copy_within(self.from..self.to, 0);
            (self.from, self.to) = (0, self.to - self.from);
        }
        if self.to == self.buffer.len() {
            if self.buffer.len() >= WINDOW_BYTES_MAX {
                return Err(corrupt("an item of the snapshot is larger than any item can be"));
            }
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        let arrival = {
            let next = self.next;
            let wait = self.file.arrival.wait_for(|arrival| arrival.whole || arrival.bytes > next);
            let seen = wait.await.map(|arrival| *arrival);
            // The writer is gone: what it left is all there is.
            seen.unwrap_or_else(|_| *self.file.arrival.borrow())
        };
        if arrival.bytes <= self.next {
            if arrival.whole {
                return Ok(false);
            }
            // The link is gone in the middle; its half begins another snapshot.
            return std::future::pending().await;
        }
        let room = self.buffer.get_mut(self.to..).unwrap_or_default();
        let count =
            usize::try_from(arrival.bytes - self.next).unwrap_or(usize::MAX).min(room.len());
        let read =
            durable::read_at(&self.file.file, room.get_mut(..count).unwrap_or_default(), self.next)
                .map_err(|cause| Error::local_io("cannot read the snapshot", cause))?;
        if read == 0 {
            return Err(Error::new(
                ErrorKind::StateCorrupt,
                Side::Local,
                "the snapshot's file is shorter than it was",
            ));
        }
        self.to += read;
        self.next += read as u64;
        Ok(true)
    }

    /// Gives a grown window back.
    fn shrink(&mut self) {
        if self.buffer.len() > WINDOW_BYTES && self.to - self.from <= WINDOW_BYTES {
            self.buffer.copy_within(self.from..self.to, 0);
            (self.from, self.to) = (0, self.to - self.from);
            self.buffer.truncate(WINDOW_BYTES);
            self.buffer.shrink_to_fit();
        }
    }
}

/// The parts of an item that outlive the window's borrow.
enum Read {
    Entry { value_type: u8, expire_at_ms: Option<i64>, idle: Option<u64>, frequency: Option<u8> },
    ModuleAux,
    Function(Vec<u8>),
    Script(Vec<u8>),
    StreamDatabase(u32),
    Resize(u64),
    Other,
    End,
}

/// Reads items; the key of an entry is put in `key`.
struct Items {
    window: Window,
    reader: RdbReader,
    database: u32,
    key: Vec<u8>,
}

impl Items {
    /// At the file's beginning or, with a place behind the header, at an item.
    async fn open(file: SnapshotFile, start: (u64, u32)) -> Result<Self> {
        let (place, database) = start;
        let mut items = Self {
            window: Window::at(file.clone(), 0),
            reader: RdbReader::new(),
            database: 0,
            key: Vec::new(),
        };
        if place > 0 {
            // The header says which version the rest is in.
            while items.reader.header(items.window.held()).map_err(rdb_error)?.is_none() {
                if !items.window.more().await? {
                    return Err(truncated());
                }
            }
            items.window = Window::at(file, place);
            items.database = database;
        }
        Ok(items)
    }

    async fn next(&mut self) -> Result<Read> {
        self.window.shrink();
        loop {
            match self.reader.next(self.window.held()).map_err(rdb_error)? {
                None => {
                    if !self.window.more().await? {
                        return Err(truncated());
                    }
                }
                Some((consumed, item)) => {
                    let read = match item {
                        Item::Entry { key, value_type, expire_at_ms, idle_seconds, frequency } => {
                            self.key.clear();
                            key.append_to(&mut self.key).map_err(rdb_error)?;
                            Read::Entry { value_type, expire_at_ms, idle: idle_seconds, frequency }
                        }
                        Item::SelectDatabase(number) => {
                            self.database = number;
                            Read::Other
                        }
                        Item::ResizeDatabase { keys, .. } => Read::Resize(keys),
                        Item::Function { code } => {
                            Read::Function(code.to_vec().map_err(rdb_error)?)
                        }
                        Item::Aux { key, value } => {
                            let value = value.to_vec().map_err(rdb_error)?;
                            match key.to_vec().map_err(rdb_error)?.as_slice() {
                                b"lua" => Read::Script(value),
                                b"repl-stream-db" => Read::StreamDatabase(
                                    std::str::from_utf8(&value)
                                        .ok()
                                        .and_then(|text| text.parse().ok())
                                        .unwrap_or(0),
                                ),
                                _ => Read::Other,
                            }
                        }
                        Item::ModuleAux => Read::ModuleAux,
                        Item::SlotInfo { .. } => Read::Other,
                        Item::End { .. } => Read::End,
                    };
                    self.window.consume(consumed);
                    return Ok(read);
                }
            }
        }
    }

    /// Walks over a value and forgets it.
    async fn skip(&mut self, mut walker: ValueWalker) -> Result<()> {
        loop {
            match walker.advance(self.window.held()).map_err(rdb_error)? {
                Walk::Done { consumed } => {
                    self.window.consume(consumed);
                    return Ok(());
                }
                Walk::More { consumed } => {
                    self.window.consume(consumed);
                    if !self.window.more().await? {
                        return Err(truncated());
                    }
                }
            }
        }
    }

    fn walker(&self, value_type: u8) -> Result<ValueWalker> {
        ValueWalker::new(value_type, self.reader.flavour()).map_err(|cause| {
            let key: String = self.key.escape_ascii().to_string();
            let error = rdb_error(cause);
            Error {
                message: format!("{} (database {}, key {key:.200})", error.message, self.database),
                ..error
            }
        })
    }
}

/// Applies a snapshot.
pub(crate) struct SnapshotFeeder<'a> {
    pub(crate) spec: &'a TaskSpec,
    pub(crate) figures: &'a Figures,
    pub(crate) limits: &'a watch::Receiver<Limits>,
    pub(crate) session: &'a mut Session,
    /// What was at the destination before.
    pub(crate) existing: Option<&'a KeySet>,
    /// The user was told of conflicting keys and went on: they stay as they are.
    pub(crate) conflicts_ignored: bool,
    pub(crate) batches: &'a mpsc::Sender<LaneInput>,
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
        let mut keys_done = self.base.keys_done;
        let mut stream_database = self.base.database;
        let mut keys_total = None::<u64>;
        let mut owing = Owing::new(self.reached(&items, keys_done, stream_database));
        loop {
            let records_max = records_per_batch(&self.limits.borrow());
            if batch.is_full(records_max) {
                let reached = self.reached(&items, keys_done, stream_database);
                let covered = owing.cover(self.ledger, reached, false)?;
                owing.tempo.tick(self.clocks_ahead_ms());
                self.send(&mut batch, covered).await?;
            }
            let read = tokio::select! {
                biased;
                // Between two items: everything before is in a batch or sent.
                () = rest.cancelled() => {
                    let reached = self.reached(&items, keys_done, stream_database);
                    let covered = owing.cover(self.ledger, reached, true)?;
                    if !batch.is_empty() {
                        self.send(&mut batch, covered).await?;
                    }
                    self.skipped.flush();
                    return Ok(None);
                }
                read = items.next() => read?,
            };
            match read {
                Read::Entry { value_type, expire_at_ms, idle, frequency } => {
                    let meta = Meta { value_type, expire_at_ms, idle, frequency };
                    let skipped = self.entry(&mut items, &mut batch, meta, &owing.tempo).await?;
                    let database = items.database;
                    if self.spec.databases.destination_of(database).is_some() {
                        keys_done += 1;
                        self.figures.count(|counts| {
                            counts.keys_done = keys_done;
                            let entry = counts.databases.entry(database).or_default();
                            entry.0 += 1;
                            if let Some(reason) = skipped {
                                entry.1 += 1;
                                bump(&mut counts.keys_skipped, reason, 1);
                            }
                        });
                        if let Some(reason) = skipped {
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
        self.batches.send(LaneInput::Batch(batch)).await.map_err(|_| lane_gone())
    }

    /// Puts an entry into the batch, or says why not.
    async fn entry(
        &mut self,
        items: &mut Items,
        batch: &mut BatchBuilder,
        mut meta: Meta,
        tempo: &Tempo,
    ) -> Result<Option<&'static str>> {
        let walker = items.walker(meta.value_type)?;
        let Some(database) = self.spec.databases.destination_of(items.database) else {
            items.skip(walker).await?;
            return Ok(Some("database_not_selected"));
        };
        if items.key.starts_with(OWN_KEY_PREFIX.as_bytes()) {
            items.skip(walker).await?;
            return Ok(Some("keyferry_own"));
        }
        if !self.spec.keys.takes(&items.key) {
            items.skip(walker).await?;
            return Ok(Some("key_filter"));
        }
        if self.is_kept(database, &items.key)? {
            items.skip(walker).await?;
            return Ok(Some("kept_at_destination"));
        }
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
        let plain = meta.value_type == 0 && meta.idle.is_none() && meta.frequency.is_none();
        if plain && let Some(consumed) = self.set(items, batch, meta.expire_at_ms)? {
            items.window.consume(consumed);
        } else {
            self.restore(items, batch, &meta, walker).await?;
        }
        if let Some(at_ms) = withheld {
            let of = KeyOf::new(database, &items.key);
            let place = Place::in_snapshot(items.window.place());
            self.ledger.withhold_new(of, at_ms.max(1), place);
        }
        Ok(None)
    }

    fn clocks_ahead_ms(&self) -> i64 {
        self.figures.source_clock_ahead_ms().max(self.session.clock_ahead_ms)
    }

    fn is_kept(&self, database: u32, key: &[u8]) -> Result<bool> {
        let Some(existing) = self.existing else { return Ok(false) };
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
            format!(
                "key {:.200} of database {database} was at the destination before the task",
                key.escape_ascii().to_string()
            ),
        ))
    }

    /// SET, where the whole string is in the window and small: the value's bytes.
    fn set(
        &self,
        items: &mut Items,
        batch: &mut BatchBuilder,
        expire_at_ms: Option<i64>,
    ) -> Result<Option<usize>> {
        let held = items.window.held();
        let Some((consumed, value)) = peek_string(held).map_err(rdb_error)? else {
            return Ok(None);
        };
        if value.len() > SET_BYTES_MAX {
            return Ok(None);
        }
        let with_pxat = expire_at_ms.filter(|_| self.session.version >= (6, 2, 0));
        let out = batch.raw_command();
        resp::put_array(out, if with_pxat.is_some() { 5 } else { 3 });
        resp::put_bulk(out, b"SET");
        resp::put_bulk(out, &items.key);
        match value {
            RdbString::Raw(bytes) => resp::put_bulk(out, bytes),
            RdbString::Integer(number) => {
                resp::put_bulk(out, itoa::Buffer::new().format(number).as_bytes());
            }
            RdbString::Lzf { length, .. } => {
                resp::put_bulk_header(out, length);
                value.append_to(out).map_err(rdb_error)?;
                out.extend_from_slice(b"\r\n");
            }
        }
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
        Ok(Some(consumed))
    }

    /// RESTORE with the value as it lies in the snapshot.
    async fn restore(
        &self,
        items: &mut Items,
        batch: &mut BatchBuilder,
        meta: &Meta,
        mut walker: ValueWalker,
    ) -> Result<()> {
        let version = items.reader.version().unwrap_or(0);
        let mut payload = RestorePayload::new(meta.value_type);
        // The usual value lies in the window whole.
        let held = items.window.held();
        let mut walked = match walker.advance(held).map_err(rdb_error)? {
            Walk::Done { consumed } => {
                let value = held.get(..consumed).unwrap_or_default();
                payload.update(value);
                let out = batch.raw_command();
                put_restore_head(out, &items.key, meta, consumed as u64);
                out.push(meta.value_type);
                out.extend_from_slice(value);
                put_restore_tail(out, meta, &payload.footer(version));
                items.window.consume(consumed);
                return Ok(());
            }
            Walk::More { consumed } => consumed,
        };
        // A long one is measured first, and copied from the file later.
        let start = items.window.place();
        let mut length = 0u64;
        loop {
            payload.update(items.window.held().get(..walked).unwrap_or_default());
            length += walked as u64;
            items.window.consume(walked);
            if !items.window.more().await? {
                return Err(truncated());
            }
            match walker.advance(items.window.held()).map_err(rdb_error)? {
                Walk::More { consumed } => walked = consumed,
                Walk::Done { consumed } => {
                    payload.update(items.window.held().get(..consumed).unwrap_or_default());
                    length += consumed as u64;
                    items.window.consume(consumed);
                    break;
                }
            }
        }
        self.check_size(items, length)?;
        put_restore_head(batch.raw_command(), &items.key, meta, length);
        batch.tail().push(meta.value_type);
        batch.splice(Part::Snapshot { start, length });
        put_restore_tail(batch.tail(), meta, &payload.footer(version));
        Ok(())
    }

    fn check_size(&self, items: &Items, length: u64) -> Result<()> {
        let key = items.key.escape_ascii().to_string();
        let payload = length + 11;
        if self.session.value_bytes_max.is_some_and(|max| payload > max) {
            return Err(Error::new(
                ErrorKind::ValueTooLarge,
                Side::Destination,
                format!(
                    "the value of key {key:.200} (database {}) takes {payload} bytes, more than the \
                     destination's proto-max-bulk-len",
                    items.database
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

/// What precedes an entry's value.
struct Meta {
    value_type: u8,
    expire_at_ms: Option<i64>,
    idle: Option<u64>,
    frequency: Option<u8>,
}

/// `RESTORE key ttl` and the payload's length: type byte, value, ten bytes of footer.
fn put_restore_head(out: &mut Vec<u8>, key: &[u8], meta: &Meta, length: u64) {
    let options = 1
        + usize::from(meta.expire_at_ms.is_some())
        + 2 * usize::from(meta.idle.is_some())
        + 2 * usize::from(meta.frequency.is_some());
    resp::put_array(out, 4 + options);
    resp::put_bulk(out, b"RESTORE");
    resp::put_bulk(out, key);
    // 0 is no expiry: a key that expired in 1970 is one that expired a millisecond later.
    let at = meta.expire_at_ms.map_or(0, |at| at.max(1));
    resp::put_bulk(out, itoa::Buffer::new().format(at).as_bytes());
    resp::put_bulk_header(out, usize::try_from(length + 11).unwrap_or(usize::MAX));
}

fn put_restore_tail(out: &mut Vec<u8>, meta: &Meta, footer: &[u8]) {
    out.extend_from_slice(footer);
    out.extend_from_slice(b"\r\n");
    resp::put_bulk(out, b"REPLACE");
    let mut text = itoa::Buffer::new();
    if meta.expire_at_ms.is_some() {
        resp::put_bulk(out, b"ABSTTL");
    }
    if let Some(seconds) = meta.idle {
        resp::put_bulk(out, b"IDLETIME");
        resp::put_bulk(out, text.format(seconds).as_bytes());
    }
    if let Some(frequency) = meta.frequency {
        resp::put_bulk(out, b"FREQ");
        resp::put_bulk(out, text.format(frequency).as_bytes());
    }
}

/// `mylib` of `#!lua name=mylib`.
fn library_name(code: &[u8]) -> Option<String> {
    let line = code.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    line.split_whitespace().find_map(|word| word.strip_prefix("name=")).map(str::to_owned)
}

/// The keys that a snapshot has, as they are called at the destination.
pub(crate) struct KeysSeen(KeySet);

impl KeysSeen {
    /// Walks a whole snapshot for its keys.
    pub(crate) async fn collect(
        file: &SnapshotFile,
        databases: &Databases,
        path: &Path,
    ) -> Result<Self> {
        let mut items = Items::open(file.clone(), (0, 0)).await?;
        let mut keys = KeySetBuilder::create(path)?;
        loop {
            match items.next().await? {
                Read::Entry { value_type, .. } => {
                    if let Some(database) = databases.destination_of(items.database) {
                        keys.insert(key_hash(database, &items.key))?;
                    }
                    let walker = items.walker(value_type)?;
                    items.skip(walker).await?;
                }
                Read::ModuleAux => items.skip(ValueWalker::module_aux()).await?,
                Read::End => return keys.finish().map(Self),
                _ => {}
            }
        }
    }

    pub(crate) fn contains(&self, hash: u128) -> Result<bool> {
        self.0.contains(hash)
    }
}

fn rdb_error(cause: RdbError) -> Error {
    let kind = if cause.is_unknown() { ErrorKind::RdbUnknown } else { ErrorKind::RdbCorrupt };
    Error::new(kind, Side::Source, format!("the snapshot cannot be read: {cause}")).caused_by(cause)
}

fn corrupt(what: &str) -> Error {
    Error::new(ErrorKind::RdbCorrupt, Side::Source, what)
}

fn truncated() -> Error {
    corrupt("the snapshot ends before its end mark")
}

fn lane_gone() -> Error {
    Error::new(ErrorKind::ConnectionLost, Side::Destination, "the lane has ended")
}
