//! A snapshot's items, read from its file while it arrives.

use keyferry_protocol::rdb::{Item, RdbError, RdbReader, ValueWalker, Walk};

use crate::durable;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;
use crate::source::snapshot::SnapshotFile;
use crate::words::Phrase;

/// What is held of the snapshot at once, bytes; an entry's key and header must fit.
const WINDOW_BYTES: usize = 1024 * 1024;
/// A window may grow to this for one huge key.
const WINDOW_BYTES_MAX: usize = 600 * 1024 * 1024;

/// A value up to this is waited for and walked over again; a longer one is measured as it comes.
const HELD_VALUE_BYTES_MAX: usize = 128 * 1024;

/// A sliding view of the snapshot's file.
pub(super) struct Window {
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

    pub(super) fn held(&self) -> &[u8] {
        self.buffer.get(self.from..self.to).unwrap_or_default()
    }

    /// The place in the file of the first held byte.
    pub(super) fn place(&self) -> u64 {
        self.next - (self.to - self.from) as u64
    }

    pub(super) fn consume(&mut self, count: usize) {
        self.from = (self.from + count).min(self.to);
    }

    /// Brings at least one more byte in; false at the snapshot's end.
    pub(super) async fn more(&mut self) -> Result<bool> {
        if self.from > 0 {
            self.buffer.copy_within(self.from..self.to, 0);
            (self.from, self.to) = (0, self.to - self.from);
        }
        if self.to == self.buffer.len() {
            if self.buffer.len() >= WINDOW_BYTES_MAX {
                return Err(corrupt(phrase!("failure.snapshot_item_too_large")));
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
                .map_err(|cause| Error::local_io(phrase!("failure.cannot_read_snapshot"), cause))?;
        if read == 0 {
            return Err(Error::new(
                ErrorKind::StateCorrupt,
                Side::Local,
                phrase!("failure.snapshot_shorter"),
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
pub(super) enum Read {
    Entry { value_type: u8, expire_at_ms: Option<i64>, idle: Option<u64>, frequency: Option<u8> },
    ModuleAux,
    Function(Vec<u8>),
    Script(Vec<u8>),
    StreamDatabase(u32),
    Resize(u64),
    Other,
    End,
}

/// Reads items.
pub(super) struct Items {
    pub(super) window: Window,
    pub(super) reader: RdbReader,
    /// The one that is selected.
    pub(super) database: u32,
    /// Of the last entry.
    pub(super) key: Vec<u8>,
}

impl Items {
    /// At the file's beginning or, with a place behind the header, at an item.
    pub(super) async fn open(file: SnapshotFile, start: (u64, u32)) -> Result<Self> {
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

    /// The next item.
    pub(super) async fn next(&mut self) -> Result<Read> {
        loop {
            if let Some(read) = self.next_held()? {
                return Ok(read);
            }
            if !self.window.more().await? {
                return Err(truncated());
            }
        }
    }

    /// The next item, where the window holds all of it; its key is put in `key`.
    pub(super) fn next_held(&mut self) -> Result<Option<Read>> {
        self.window.shrink();
        let Some((consumed, item)) = self.reader.next(self.window.held()).map_err(rdb_error)?
        else {
            return Ok(None);
        };
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
            Item::Function { code } => Read::Function(code.to_vec().map_err(rdb_error)?),
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
        Ok(Some(read))
    }

    /// Walks over the value that comes next and forgets it.
    pub(super) async fn skip_value(&mut self, value_type: u8) -> Result<()> {
        self.skip(self.walker(value_type)?).await
    }

    /// Walks over something and forgets it.
    pub(super) async fn skip(&mut self, mut walker: ValueWalker) -> Result<()> {
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

    /// The bytes of the value that comes next, where it is short enough to be held whole: what has not
    /// arrived of it is waited for.
    pub(super) async fn whole(&mut self, value_type: u8) -> Result<Option<usize>> {
        loop {
            let held = self.window.held();
            match self.walker(value_type)?.advance(held).map_err(rdb_error)? {
                Walk::Done { consumed } => return Ok(Some(consumed)),
                Walk::More { .. } if held.len() >= HELD_VALUE_BYTES_MAX => return Ok(None),
                Walk::More { .. } => {
                    if !self.window.more().await? {
                        return Err(truncated());
                    }
                }
            }
        }
    }

    pub(super) fn walker(&self, value_type: u8) -> Result<ValueWalker> {
        ValueWalker::new(value_type, self.reader.flavour()).map_err(|cause| {
            let key: String = self.key.escape_ascii().to_string();
            let error = rdb_error(cause);
            Error {
                message: phrase!(
                    "failure.snapshot_unreadable_at",
                    what = error.message,
                    database = self.database,
                    key = format_args!("{key:.200}")
                ),
                ..error
            }
        })
    }
}

pub(super) fn rdb_error(cause: RdbError) -> Error {
    let kind = if cause.is_unknown() { ErrorKind::RdbUnknown } else { ErrorKind::RdbCorrupt };
    let words = phrase!("failure.snapshot_unreadable", cause = cause);
    Error::new(kind, Side::Source, words).caused_by(cause)
}

fn corrupt(what: Phrase) -> Error {
    Error::new(ErrorKind::RdbCorrupt, Side::Source, what)
}

pub(super) fn truncated() -> Error {
    corrupt(phrase!("failure.snapshot_ends_early"))
}
