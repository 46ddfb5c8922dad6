//! The table as a file.

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::Bound;
use std::path::Path;
use std::time::Duration;

use redb::{
    DatabaseError, ReadableDatabase, ReadableTable, TableDefinition, TableError, WriteTransaction,
};
use tokio::time::Instant;

use super::{
    CHANGED_AT_ONCE, EndKey, FENCE, Fence, KeyOf, Ledger, Meta, NEVER, Note, Place, RowKey,
    WITHHELD,
};
use crate::checkpoint::Checkpoint;
use crate::durable;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;

/// Gone; date in ms since 1970, or of a fence the history.
const ROWS: TableDefinition<'static, RowKey, (u64, i64)> = TableDefinition::new("rows");
/// Rows with an end, in the order of their ends.
const ENDS: TableDefinition<'static, EndKey, ()> = TableDefinition::new("ends");
const META: TableDefinition<'static, &str, i64> = TableDefinition::new("meta");

/// What is held of the file in memory, bytes.
const CACHE_BYTES: usize = 8 * 1024 * 1024;
/// How long an aborted half may take to end.
const RELEASED_WITHIN: Duration = Duration::from_secs(10);
const RELEASED_LOOK: Duration = Duration::from_millis(10);
/// What a table of redb begins with.
const MAGIC_BYTES: usize = 9;

pub(super) fn failed(cause: impl Into<redb::Error>) -> Error {
    let cause = cause.into();
    match cause {
        redb::Error::Io(cause) => Error::local_io(phrase!("what.ledger"), cause),
        cause => {
            let kind = match cause {
                redb::Error::Corrupted(_) | redb::Error::UpgradeRequired(_) => {
                    ErrorKind::StateCorrupt
                }
                _ => ErrorKind::LocalIo,
            };
            let (what, cause) = (phrase!("what.ledger"), cause.to_string());
            let words = phrase!("failure.caused", what = what, cause = cause);
            Error::new(kind, Side::Local, words)
        }
    }
}

/// Whether a table's making did not come to its end: its magic number is written last, once everything
/// else is on disk.
fn is_half_made(path: &Path) -> bool {
    let mut magic = [0; MAGIC_BYTES];
    File::open(path).is_ok_and(|file| {
        durable::read_at(&file, &mut magic, 0).is_ok() && magic == [0; MAGIC_BYTES]
    })
}

/// A row as it is on disk.
struct Row {
    kind: u8,
    of: KeyOf,
    born: u64,
    gone: u64,
    at_ms: i64,
}

impl Meta {
    /// Counts what holds at `place` of the rows behind `after`, until `most` are found that have to
    /// change for it: those born later, which go, and those that ended later, which hold again.
    fn rewind(
        &mut self,
        rows: &impl ReadableTable<RowKey, (u64, i64)>,
        place: Place,
        after: Option<&Row>,
        most: usize,
    ) -> Result<Vec<Row>> {
        let from = match after {
            None => Bound::Unbounded,
            Some(Row { kind, of, born, .. }) => {
                Bound::Excluded((*kind, of.database, of.key.as_slice(), *born))
            }
        };
        let mut changed = Vec::new();
        for row in rows.range((from, Bound::Unbounded)).map_err(failed)? {
            if changed.len() == most {
                break;
            }
            let (key, value) = row.map_err(failed)?;
            let (kind, database, name, born) = key.value();
            let (gone, at_ms) = value.value();
            let changes = if born > place.0 {
                true
            } else if kind == FENCE {
                self.fenced_until = self.fenced_until.max(gone);
                false
            } else {
                let holds = gone > place.0;
                self.withheld += i64::from(holds);
                holds && gone != NEVER
            };
            if changes {
                changed.push(Row { kind, of: KeyOf::new(database, name), born, gone, at_ms });
            }
        }
        Ok(changed)
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
        let path = folder.join("ledger");
        let create = || redb::Builder::new().set_cache_size(CACHE_BYTES).create(&path);
        let base = match create() {
            // An earlier half may be making it just now.
            Err(DatabaseError::DatabaseAlreadyOpen) => {
                let words = phrase!("failure.ledger_in_use");
                return Err(Error::new(ErrorKind::Busy, Side::Local, words));
            }
            // Killed while it was made: nothing was ever put into it.
            Err(_) if is_half_made(&path) => {
                durable::remove_if_there(&path)?;
                create()
            }
            made => made,
        }
        .map_err(failed)?;
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
        self.rewind_by(checkpoint, CHANGED_AT_ONCE)
    }

    /// As [`Ledger::rewind`], with at most so many rows at once.
    pub(super) fn rewind_by(&mut self, checkpoint: &Checkpoint, most: usize) -> Result<()> {
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
            self.meta.withheld = 0;
            self.meta.fenced_until = 0;
            let mut after = None;
            loop {
                let changed = self.meta.rewind(&rows, place, after.as_ref(), most)?;
                for row in &changed {
                    let (of, name) = (&row.of, row.of.key.as_slice());
                    let key = (row.kind, of.database, name, row.born);
                    if row.born > place.0 {
                        rows.remove(key).map_err(failed)?;
                    } else {
                        rows.insert(key, (NEVER, row.at_ms)).map_err(failed)?;
                    }
                    ends.remove((row.gone, row.kind, of.database, name, row.born))
                        .map_err(failed)?;
                }
                if changed.len() < most {
                    break;
                }
                after = changed.into_iter().next_back();
            }
            self.meta.highest = place.0;
        }
        self.write_meta(&write)?;
        write.commit().map_err(failed)?;
        self.look_again()
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
            for row in ends.iter().map_err(failed)?.take(CHANGED_AT_ONCE) {
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

    /// What is on disk of a key that is withheld now: where from, and until when.
    pub(super) fn stored(&self, of: &KeyOf) -> Result<Option<(u64, i64)>> {
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
