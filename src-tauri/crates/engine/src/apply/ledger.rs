//! What the destination is owed, on disk: expiries that were withheld, and fences around keys whose
//! value was read from the source anew.
//!
//! Each entry says from which place of the task on it holds (`born`) and from which on it does not
//! any more (`gone`), so that the table is right for every checkpoint that the destination may turn
//! out to hold: after a kill, and after it fell back to an older one. What was noted behind that
//! checkpoint is forgotten, since applying it again notes it again; what had ended behind it holds
//! again. Entries are durable before a batch is sent whose checkpoint covers them.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use redb::{
    Database, DatabaseError, ReadOnlyTable, ReadableDatabase, ReadableTable, TableDefinition,
    TableError, WriteTransaction,
};

use redis::{Value, cmd};
use tokio::time::Instant;

use crate::checkpoint::{Checkpoint, SnapshotProgress};
use crate::control::Control;
use crate::error::{Error, ErrorKind, Result, Side};

/// Kind, destination database, key, born.
type RowKey = (u8, u32, &'static [u8], u64);
/// Gone, kind, destination database, key, born.
type EndKey = (u64, u8, u32, &'static [u8], u64);

/// Gone; date in ms since 1970, or of a fence the history.
const ROWS: TableDefinition<'static, RowKey, (u64, i64)> = TableDefinition::new("rows");
/// Rows with an end, in the order of their ends.
const ENDS: TableDefinition<'static, EndKey, ()> = TableDefinition::new("ends");
const META: TableDefinition<'static, &str, i64> = TableDefinition::new("meta");

const WITHHELD: u8 = 0;
const FENCE: u8 = 1;

/// The end of what has none.
const NEVER: u64 = u64::MAX;
/// Places in the stream lie behind all places in the snapshot.
const STREAM: u64 = 1 << 62;
/// What is held of the file in memory, bytes.
const CACHE_BYTES: usize = 8 * 1024 * 1024;
/// Expiries that are given in one round trip.
const GIVEN_AT_ONCE: usize = 1000;
/// How long an aborted half may take to end.
const RELEASED_WITHIN: Duration = Duration::from_secs(10);
const RELEASED_LOOK: Duration = Duration::from_millis(10);
/// Ended rows that are removed at once.
const PURGED_AT_ONCE: usize = 4096;

/// A place in the task: a byte of the snapshot, or an offset of the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(u64);

impl Place {
    /// Behind so many bytes of the snapshot.
    pub(crate) fn in_snapshot(byte: u64) -> Self {
        Self(byte)
    }

    /// Behind this offset of the stream.
    pub(crate) fn in_stream(offset: u64) -> Self {
        Self(STREAM | offset)
    }

    /// Where a checkpoint stands.
    pub(crate) fn of(checkpoint: &Checkpoint) -> Self {
        match checkpoint.snapshot_progress {
            SnapshotProgress::Until { byte, .. } => Self::in_snapshot(byte),
            SnapshotProgress::Whole => Self::in_stream(checkpoint.position.offset),
        }
    }

    /// The next place: what ends there still holds here.
    fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A key of a database of the destination.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct KeyOf {
    pub(crate) database: u32,
    pub(crate) key: Vec<u8>,
}

impl KeyOf {
    pub(crate) fn new(database: u32, key: &[u8]) -> Self {
        Self { database, key: key.to_vec() }
    }
}

/// What is noted of a key and is not on disk yet.
#[derive(Clone, Copy, Debug)]
enum Note {
    /// It is withheld from this place on.
    Withheld { born: Place, at_ms: i64, is_new: bool },
    /// It is not withheld any more.
    Free { gone: Place },
}

/// The table of one task.
pub(crate) struct Ledger {
    base: Database,
    rows: Option<ReadOnlyTable<RowKey, (u64, i64)>>,
    /// What was noted since the last commit.
    notes: BTreeMap<KeyOf, Note>,
    fences: BTreeMap<KeyOf, Fence>,
    meta: Meta,
    meta_changed: bool,
}

/// Small things beside the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Meta {
    /// The snapshot that everything belongs to.
    snapshot: i64,
    /// Expiries withheld now.
    withheld: i64,
    /// The last place of which anything was noted.
    highest: u64,
    /// The last place up to which any fence holds.
    fenced_until: u64,
    /// No expiry was given to the destination that passes earlier.
    armed_from_ms: i64,
}

impl Default for Meta {
    fn default() -> Self {
        Self { snapshot: 0, withheld: 0, highest: 0, fenced_until: 0, armed_from_ms: i64::MAX }
    }
}

/// A history of the source as a fence names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HistoryMark(i64);

impl HistoryMark {
    /// Of a replication id.
    pub(crate) fn of(id: &str) -> Self {
        Self(xxhash_rust::xxh3::xxh3_64(id.as_bytes()).cast_signed())
    }
}

/// The source's value of a key, read ahead of the stream.
#[derive(Clone, Copy, Debug)]
struct Fence {
    born: Place,
    until: Place,
    history: HistoryMark,
}

fn failed(cause: impl Into<redb::Error>) -> Error {
    let cause = cause.into();
    match cause {
        redb::Error::Io(cause) => Error::local_io("the task's ledger", cause),
        redb::Error::Corrupted(_) | redb::Error::UpgradeRequired(_) => {
            Error::new(ErrorKind::StateCorrupt, Side::Local, format!("the task's ledger: {cause}"))
        }
        cause => Error::new(ErrorKind::LocalIo, Side::Local, format!("the task's ledger: {cause}")),
    }
}

impl Ledger {
    /// As [`Ledger::open`]; waits for an earlier half of the same task to let go of it.
    pub(crate) async fn open_soon(folder: &Path) -> Result<Self> {
        let deadline = Instant::now() + RELEASED_WITHIN;
        loop {
            match Self::open(folder) {
                Err(error) if error.kind == ErrorKind::Busy && Instant::now() < deadline => {
                    tokio::time::sleep(RELEASED_LOOK).await;
                }
                opened => return opened,
            }
        }
    }

    /// The table in `folder`, or a new one.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let base = redb::Builder::new()
            .set_cache_size(CACHE_BYTES)
            .create(folder.join("ledger"))
            .map_err(|cause| match cause {
            DatabaseError::DatabaseAlreadyOpen => Error::new(
                ErrorKind::Busy,
                Side::Local,
                "the task's ledger is still in use by an earlier part of it",
            ),
            cause => failed(cause),
        })?;
        let mut ledger = Self {
            base,
            rows: None,
            notes: BTreeMap::new(),
            fences: BTreeMap::new(),
            meta: Meta::default(),
            meta_changed: false,
        };
        ledger.look_again()?;
        ledger.meta = ledger.read_meta()?;
        Ok(ledger)
    }

    /// Makes the table what it was when the destination stood at this checkpoint.
    pub(crate) fn rewind(&mut self, checkpoint: &Checkpoint) -> Result<()> {
        let place = Place::of(checkpoint);
        let snapshot = i64::from(checkpoint.snapshot);
        if self.meta.snapshot == snapshot && self.meta.highest <= place.0 {
            return Ok(());
        }
        let write = self.begin()?;
        if self.meta.snapshot != snapshot {
            write.delete_table(ROWS).map_err(failed)?;
            write.delete_table(ENDS).map_err(failed)?;
            self.meta = Meta { snapshot, ..Meta::default() };
        } else {
            let mut rows = write.open_table(ROWS).map_err(failed)?;
            let mut ends = write.open_table(ENDS).map_err(failed)?;
            let mut withheld = 0;
            let mut fenced_until = 0;
            let mut revived = Vec::new();
            let mut forgotten = Vec::new();
            for row in rows.iter().map_err(failed)? {
                let (key, value) = row.map_err(failed)?;
                let (kind, database, name, born) = key.value();
                let (gone, at_ms) = value.value();
                let row = (kind, KeyOf::new(database, name), born, gone, at_ms);
                if born > place.0 {
                    forgotten.push(row);
                } else if kind == FENCE {
                    fenced_until = fenced_until.max(gone);
                } else if gone > place.0 {
                    withheld += 1;
                    if gone != NEVER {
                        revived.push(row);
                    }
                }
            }
            for (kind, of, born, gone, _) in &forgotten {
                rows.remove((*kind, of.database, of.key.as_slice(), *born)).map_err(failed)?;
                ends.remove((*gone, *kind, of.database, of.key.as_slice(), *born))
                    .map_err(failed)?;
            }
            for (kind, of, born, gone, at_ms) in &revived {
                let key = (*kind, of.database, of.key.as_slice(), *born);
                rows.insert(key, (NEVER, *at_ms)).map_err(failed)?;
                ends.remove((*gone, *kind, of.database, of.key.as_slice(), *born))
                    .map_err(failed)?;
            }
            self.meta.withheld = withheld;
            self.meta.fenced_until = fenced_until;
            self.meta.highest = place.0;
        }
        self.write_meta(&write)?;
        write.commit().map_err(failed)?;
        self.look_again()
    }

    /// Whether nothing is withheld.
    pub(crate) fn owes_nothing(&self) -> bool {
        self.withheld_count() == 0
    }

    /// How many expiries are withheld.
    pub(crate) fn withheld_count(&self) -> u64 {
        u64::try_from(self.meta.withheld).unwrap_or(0)
    }

    /// The offset up to which any key is fenced.
    pub(crate) fn fenced_until(&self) -> u64 {
        self.meta.fenced_until & !STREAM
    }

    /// Whether a look at a key could find anything, at this place.
    pub(crate) fn is_idle(&self, place: Place) -> bool {
        self.meta.withheld == 0 && self.meta.fenced_until <= place.0
    }

    /// The expiry that is withheld from a key.
    pub(crate) fn withheld(&self, of: &KeyOf) -> Result<Option<i64>> {
        match self.notes.get(of) {
            Some(Note::Withheld { at_ms, .. }) => Ok(Some(*at_ms)),
            Some(Note::Free { .. }) => Ok(None),
            None => Ok(self.stored(of)?.map(|(_, at_ms)| at_ms)),
        }
    }

    /// Notes that a key was written without its expiry at `born`.
    pub(crate) fn withhold(&mut self, of: KeyOf, at_ms: i64, born: Place) -> Result<()> {
        if self.withheld(&of)?.is_none() {
            self.meta.withheld += 1;
        }
        self.meta.highest = self.meta.highest.max(born.0);
        self.notes.insert(of, Note::Withheld { born, at_ms, is_new: false });
        Ok(())
    }

    /// As [`Ledger::withhold`], for a key of which nothing was noted before: the snapshot's, each of
    /// which comes once.
    pub(crate) fn withhold_new(&mut self, of: KeyOf, at_ms: i64, born: Place) {
        self.meta.withheld += 1;
        self.meta.highest = self.meta.highest.max(born.0);
        self.notes.insert(of, Note::Withheld { born, at_ms, is_new: true });
    }

    /// Notes that from `gone` on nothing is withheld from a key: it has another expiry, or none, or
    /// is gone.
    pub(crate) fn free(&mut self, of: &KeyOf, gone: Place) -> Result<Option<i64>> {
        if self.meta.withheld == 0 {
            return Ok(None);
        }
        let held = self.withheld(of)?;
        if held.is_some() {
            self.meta.withheld -= 1;
            self.meta.highest = self.meta.highest.max(gone.0);
            self.notes.insert(of.clone(), Note::Free { gone });
        }
        Ok(held)
    }

    /// As [`Ledger::free`], for an expiry that is given to the destination at `place` without a step
    /// in the stream: a destination that stands there may or may not have it.
    pub(crate) fn settle(&mut self, of: &KeyOf, place: Place) -> Result<()> {
        self.free(of, place.next()).map(|_| ())
    }

    /// Notes that the key has from `born` on the value that the source had at `until` of a history.
    pub(crate) fn fence(&mut self, of: KeyOf, born: Place, until: Place, history: HistoryMark) {
        self.meta.highest = self.meta.highest.max(born.0);
        self.meta.fenced_until = self.meta.fenced_until.max(until.0);
        self.fences.insert(of, Fence { born, until, history });
    }

    /// Whether the destination has a value of the key that is newer than `place`.
    pub(crate) fn is_fenced(&self, of: &KeyOf, place: Place) -> Result<bool> {
        if self.meta.fenced_until <= place.0 {
            return Ok(false);
        }
        if let Some(fence) = self.fences.get(of) {
            return Ok(fence.until > place);
        }
        let Some(rows) = &self.rows else { return Ok(false) };
        let name = of.key.as_slice();
        let mut found = rows
            .range((FENCE, of.database, name, 0)..=(FENCE, of.database, name, u64::MAX))
            .map_err(failed)?;
        match found.next_back() {
            Some(row) => Ok(row.map_err(failed)?.1.value().0 > place.0),
            None => Ok(false),
        }
    }

    /// Notes that an expiry which ends then is given to the destination.
    pub(crate) fn arm(&mut self, at_ms: i64) {
        if at_ms < self.meta.armed_from_ms {
            self.meta.armed_from_ms = at_ms;
            self.meta_changed = true;
        }
    }

    /// Whether a key may have expired at the destination by `now_ms`.
    pub(crate) fn may_have_expired(&self, now_ms: i64) -> bool {
        self.meta.armed_from_ms <= now_ms
    }

    /// Notes that all that is withheld in a database ends: it is emptied.
    pub(crate) fn free_database(&mut self, database: u32, gone: Place) -> Result<()> {
        while self.meta.withheld > 0 {
            self.commit()?;
            let rows = self.rows_of(database, PURGED_AT_ONCE)?;
            if rows.is_empty() {
                break;
            }
            for (of, _) in rows {
                self.free(&of, gone)?;
            }
        }
        Ok(())
    }

    /// Notes that two databases changed places.
    pub(crate) fn swap(&mut self, one: u32, other: u32, place: Place) -> Result<()> {
        if self.meta.withheld == 0 {
            return Ok(());
        }
        self.commit()?;
        let left = self.rows_of(one, usize::MAX)?;
        let right = self.rows_of(other, usize::MAX)?;
        for (of, _) in left.iter().chain(&right) {
            self.free(of, place)?;
        }
        for (rows, to) in [(left, other), (right, one)] {
            for (of, at_ms) in rows {
                self.withhold(KeyOf { database: to, key: of.key }, at_ms, place)?;
            }
        }
        Ok(())
    }

    /// Keys fenced beyond `place` with a value that is not part of what the source tells now:
    /// `holds` says whether the offset of a history is. Nobody has to wait for those places, which
    /// the stream may never reach; the keys are the caller's to read again.
    pub(crate) fn lost_fences(
        &mut self,
        place: Place,
        holds: impl Fn(HistoryMark, u64) -> bool,
    ) -> Result<Vec<KeyOf>> {
        self.commit()?;
        let mut lost = Vec::new();
        let mut fenced_until = 0;
        self.each_fence(|of, until, history| {
            if until <= place {
            } else if holds(history, until.0 & !STREAM) {
                fenced_until = fenced_until.max(until.0);
            } else {
                lost.push(of);
            }
        })?;
        self.meta_changed |= self.meta.fenced_until != fenced_until;
        self.meta.fenced_until = fenced_until;
        Ok(lost)
    }

    /// How many notes wait for [`Ledger::commit`].
    pub(crate) fn notes(&self) -> usize {
        self.notes.len()
    }

    /// Whether [`Ledger::commit`] has anything to do.
    pub(crate) fn is_dirty(&self) -> bool {
        self.meta_changed || !self.notes.is_empty() || !self.fences.is_empty()
    }

    /// Makes what was noted durable. Blocks on the disk.
    pub(crate) fn commit(&mut self) -> Result<()> {
        if !self.is_dirty() {
            return Ok(());
        }
        let write = self.begin()?;
        {
            let mut rows = write.open_table(ROWS).map_err(failed)?;
            let mut ends = write.open_table(ENDS).map_err(failed)?;
            for (of, note) in &self.notes {
                let name = of.key.as_slice();
                let (end, next, is_new) = match note {
                    Note::Withheld { born, at_ms, is_new } => (*born, Some(*at_ms), *is_new),
                    Note::Free { gone } => (*gone, None, false),
                };
                if !is_new && let Some((born, at_ms)) = self.stored(of)? {
                    let key = (WITHHELD, of.database, name, born);
                    if born >= end.0 {
                        // It was never at the destination by itself.
                        rows.remove(key).map_err(failed)?;
                    } else {
                        rows.insert(key, (end.0, at_ms)).map_err(failed)?;
                        ends.insert((end.0, WITHHELD, of.database, name, born), ())
                            .map_err(failed)?;
                    }
                }
                if let Some(at_ms) = next {
                    rows.insert((WITHHELD, of.database, name, end.0), (NEVER, at_ms))
                        .map_err(failed)?;
                }
            }
            for (of, Fence { born, until, history }) in &self.fences {
                let (database, name) = (of.database, of.key.as_slice());
                let earlier = rows
                    .insert((FENCE, database, name, born.0), (until.0, history.0))
                    .map_err(failed)?
                    .map(|row| row.value().0);
                if let Some(end) = earlier {
                    // The row would go with the end that it had.
                    ends.remove((end, FENCE, database, name, born.0)).map_err(failed)?;
                }
                ends.insert((until.0, FENCE, database, name, born.0), ()).map_err(failed)?;
            }
        }
        self.write_meta(&write)?;
        write.commit().map_err(failed)?;
        self.notes.clear();
        self.fences.clear();
        self.meta_changed = false;
        self.look_again()
    }

    /// Removes what had ended before `floor`, the oldest place from which the task may have to go on.
    pub(crate) fn purge(&mut self, floor: Place) -> Result<()> {
        let write = self.begin()?;
        let purged = {
            let mut rows = write.open_table(ROWS).map_err(failed)?;
            let mut ends = write.open_table(ENDS).map_err(failed)?;
            let mut ended = Vec::new();
            for row in ends.iter().map_err(failed)?.take(PURGED_AT_ONCE) {
                let (key, ()) = row.map(|(key, _)| (key, ())).map_err(failed)?;
                let (gone, kind, database, name, born) = key.value();
                if gone > floor.0 {
                    break;
                }
                ended.push((gone, kind, KeyOf::new(database, name), born));
            }
            for (gone, kind, of, born) in &ended {
                let name = of.key.as_slice();
                rows.remove((*kind, of.database, name, *born)).map_err(failed)?;
                ends.remove((*gone, *kind, of.database, name, *born)).map_err(failed)?;
            }
            !ended.is_empty()
        };
        if purged {
            write.commit().map_err(failed)?;
            self.look_again()
        } else {
            write.abort().map_err(failed)
        }
    }

    /// Withheld expiries behind `after` in the order of their keys, at most `most`, as they are on
    /// disk.
    pub(crate) fn page(&self, after: Option<&KeyOf>, most: usize) -> Result<Vec<(KeyOf, i64)>> {
        let from = match after {
            None => (WITHHELD, 0, &b""[..], 0),
            Some(of) => (WITHHELD, of.database, of.key.as_slice(), u64::MAX),
        };
        self.withheld_between(from, (FENCE, 0, b"", 0), most)
    }

    fn rows_of(&self, database: u32, most: usize) -> Result<Vec<(KeyOf, i64)>> {
        let to = match database.checked_add(1) {
            Some(next) => (WITHHELD, next, &b""[..], 0),
            None => (FENCE, 0, &b""[..], 0),
        };
        self.withheld_between((WITHHELD, database, b"", 0), to, most)
    }

    fn withheld_between(
        &self,
        from: (u8, u32, &[u8], u64),
        to: (u8, u32, &[u8], u64),
        most: usize,
    ) -> Result<Vec<(KeyOf, i64)>> {
        let Some(rows) = &self.rows else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for row in rows.range(from..to).map_err(failed)? {
            let (key, value) = row.map_err(failed)?;
            let (_, database, name, _) = key.value();
            let (gone, at_ms) = value.value();
            if gone == NEVER {
                found.push((KeyOf::new(database, name), at_ms));
                if found.len() == most {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// Keys fenced beyond `place`, as they are on disk.
    pub(crate) fn fenced_beyond(&self, place: Place) -> Result<Vec<KeyOf>> {
        let mut found = Vec::new();
        self.each_fence(|of, until, _| {
            if until > place {
                found.push(of);
            }
        })?;
        Ok(found)
    }

    /// Calls `each` with every fenced key and its last fence, as they are on disk.
    fn each_fence(&self, mut each: impl FnMut(KeyOf, Place, HistoryMark)) -> Result<()> {
        let Some(rows) = &self.rows else { return Ok(()) };
        let mut last: Option<(KeyOf, Place, HistoryMark)> = None;
        for row in rows.range((FENCE, 0, &b""[..], 0)..).map_err(failed)? {
            let (key, value) = row.map_err(failed)?;
            let (_, database, name, _) = key.value();
            let (until, history) = value.value();
            let next = (KeyOf::new(database, name), Place(until), HistoryMark(history));
            // A key's fences follow each other, the last one last.
            if let Some((of, until, history)) = last.replace(next)
                && last.as_ref().is_some_and(|(next, ..)| *next != of)
            {
                each(of, until, history);
            }
        }
        if let Some((of, until, history)) = last {
            each(of, until, history);
        }
        Ok(())
    }

    /// What is on disk of a key that is withheld now: where from, and until when.
    fn stored(&self, of: &KeyOf) -> Result<Option<(u64, i64)>> {
        let Some(rows) = &self.rows else { return Ok(None) };
        let name = of.key.as_slice();
        let mut found = rows
            .range((WITHHELD, of.database, name, 0)..=(WITHHELD, of.database, name, u64::MAX))
            .map_err(failed)?;
        let Some(row) = found.next_back() else { return Ok(None) };
        let (key, value) = row.map_err(failed)?;
        let (gone, at_ms) = value.value();
        Ok((gone == NEVER).then(|| (key.value().3, at_ms)))
    }

    fn begin(&mut self) -> Result<WriteTransaction> {
        self.base.begin_write().map_err(failed)
    }

    /// Reads from now on what was committed last.
    fn look_again(&mut self) -> Result<()> {
        let read = self.base.begin_read().map_err(failed)?;
        self.rows = match read.open_table(ROWS) {
            Ok(rows) => Some(rows),
            Err(TableError::TableDoesNotExist(_)) => None,
            Err(cause) => return Err(failed(cause)),
        };
        Ok(())
    }

    fn read_meta(&self) -> Result<Meta> {
        let read = self.base.begin_read().map_err(failed)?;
        let table = match read.open_table(META) {
            Ok(table) => table,
            Err(TableError::TableDoesNotExist(_)) => return Ok(Meta::default()),
            Err(cause) => return Err(failed(cause)),
        };
        let get = |name: &str, otherwise: i64| -> Result<i64> {
            Ok(table.get(name).map_err(failed)?.map_or(otherwise, |value| value.value()))
        };
        Ok(Meta {
            snapshot: get("snapshot", 0)?,
            withheld: get("withheld", 0)?,
            highest: get("highest", 0)?.cast_unsigned(),
            fenced_until: get("fenced until", 0)?.cast_unsigned(),
            armed_from_ms: get("armed from", i64::MAX)?,
        })
    }

    fn write_meta(&self, write: &WriteTransaction) -> Result<()> {
        let mut table = write.open_table(META).map_err(failed)?;
        for (name, value) in [
            ("snapshot", self.meta.snapshot),
            ("withheld", self.meta.withheld),
            ("highest", self.meta.highest.cast_signed()),
            ("fenced until", self.meta.fenced_until.cast_signed()),
            ("armed from", self.meta.armed_from_ms),
        ] {
            table.insert(name, value).map_err(failed)?;
        }
        Ok(())
    }
}

/// Gives a task's withheld expiries to a destination that it does not write any more, where nobody
/// has given the key another one since.
pub(crate) async fn give_withheld(control: &mut Control, folder: &Path) -> Result<()> {
    // A task of which nothing is left, or nothing that can be read, has nothing to give.
    if !folder.join("ledger").exists() {
        return Ok(());
    }
    let Ok(ledger) = Ledger::open_soon(folder).await else { return Ok(()) };
    let mut after = None;
    loop {
        let page = ledger.page(after.as_ref(), GIVEN_AT_ONCE)?;
        let Some((last, _)) = page.last() else { return Ok(()) };
        let mut look = Vec::new();
        let mut selected = None;
        for (of, _) in &page {
            if selected != Some(of.database) {
                look.push(cmd("SELECT").arg(of.database).take());
                selected = Some(of.database);
            }
            look.push(cmd("PTTL").arg(&of.key).take());
        }
        let mut left = Vec::new();
        for answer in control.query_each(&look).await? {
            if let Value::Int(number) = answer? {
                left.push(number);
            }
        }
        let mut give = Vec::new();
        for ((of, at_ms), left) in page.iter().zip(left) {
            if left == -1 {
                give.push(cmd("SELECT").arg(of.database).take());
                give.push(cmd("PEXPIREAT").arg(&of.key).arg(*at_ms).take());
            }
        }
        if !give.is_empty() {
            for answer in control.query_each(&give).await? {
                answer?;
            }
        }
        after = Some(last.clone());
    }
}

#[cfg(test)]
mod tests;
