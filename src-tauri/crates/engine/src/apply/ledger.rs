//! What the destination is owed, on disk: expiries that were withheld, and fences around keys whose
//! value was read from the source anew.
//!
//! Each entry says from which place of the task on it holds (`born`) and from which on it does not
//! any more (`gone`), so that the table is right for every checkpoint that the destination may turn
//! out to hold: after a kill, and after it fell back to an older one. What was noted behind that
//! checkpoint is forgotten, since applying it again notes it again; what had ended behind it holds
//! again. Entries are durable before a batch is sent whose checkpoint covers them.

mod disk;
mod give;

use std::collections::BTreeMap;

use redb::{Database, ReadOnlyTable};

use self::disk::failed;
pub(crate) use self::give::give_withheld;
use crate::checkpoint::{Checkpoint, SnapshotProgress};
use crate::error::Result;

/// Kind, destination database, key, born.
type RowKey = (u8, u32, &'static [u8], u64);
/// Gone, kind, destination database, key, born.
type EndKey = (u64, u8, u32, &'static [u8], u64);

const WITHHELD: u8 = 0;
const FENCE: u8 = 1;

/// Instead of a date: the key is owed whole, since its fields may have expired.
pub(crate) const WHOLE: i64 = i64::MIN;
/// The end of what has none.
const NEVER: u64 = u64::MAX;
/// Places in the stream lie behind all places in the snapshot.
const STREAM: u64 = 1 << 62;
/// Rows that are changed at once, and held in memory meanwhile: there may be tens of millions.
const CHANGED_AT_ONCE: usize = 4096;

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

impl Ledger {
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
        match self.withheld(&of)? {
            Some(WHOLE) => return Ok(()),
            Some(_) => {}
            None => self.meta.withheld += 1,
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

    /// Notes that the key is to be read from the source once the task has caught up, from `born` on.
    pub(crate) fn owe_whole(&mut self, of: KeyOf, born: Place) -> Result<()> {
        self.withhold(of, WHOLE, born)
    }

    /// Notes that from `gone` on nothing is withheld from a key: it has another expiry, or none, or
    /// is gone. One that is owed whole stays so, whatever becomes of it.
    pub(crate) fn free(&mut self, of: &KeyOf, gone: Place) -> Result<Option<i64>> {
        match self.meta.withheld {
            0 => Ok(None),
            _ if self.withheld(of)? == Some(WHOLE) => Ok(Some(WHOLE)),
            _ => self.end(of, gone),
        }
    }

    fn end(&mut self, of: &KeyOf, gone: Place) -> Result<Option<i64>> {
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

    /// Notes that what is owed of a key is given to the destination at `place` without a step in the
    /// stream: a destination that stands there may or may not have it.
    pub(crate) fn settle(&mut self, of: &KeyOf, place: Place) -> Result<()> {
        self.end(of, place.next()).map(|_| ())
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
        let mut after = None;
        while self.meta.withheld > 0 {
            self.commit()?;
            let rows = self.rows_of(database, after.as_deref(), CHANGED_AT_ONCE)?;
            for (of, _) in &rows {
                self.end(of, gone)?;
            }
            let Some((last, _)) = rows.into_iter().next_back() else { break };
            after = Some(last.key);
        }
        Ok(())
    }

    /// Notes that two databases changed places.
    pub(crate) fn swap(&mut self, one: u32, other: u32, place: Place) -> Result<()> {
        self.swap_by(one, other, place, CHANGED_AT_ONCE)
    }

    /// As [`Ledger::swap`], with at most so many rows of each at once. Both are gone through by their
    /// keys' names together: what changed its place lies behind, and is not met again.
    fn swap_by(&mut self, one: u32, other: u32, place: Place, most: usize) -> Result<()> {
        let mut after = None::<Vec<u8>>;
        while self.meta.withheld > 0 && one != other {
            self.commit()?;
            let mut left = self.rows_of(one, after.as_deref(), most)?;
            let mut right = self.rows_of(other, after.as_deref(), most)?;
            // Up to here both are known.
            let full = [&left, &right].into_iter().filter(|rows| rows.len() == most);
            let until = full.filter_map(|rows| rows.last()).map(|(of, _)| of.key.clone()).min();
            if let Some(until) = &until {
                left.retain(|(of, _)| of.key <= *until);
                right.retain(|(of, _)| of.key <= *until);
            }
            for (of, _) in left.iter().chain(&right) {
                self.end(of, place)?;
            }
            for (rows, to) in [(left, other), (right, one)] {
                for (of, at_ms) in rows {
                    self.withhold(KeyOf { database: to, key: of.key }, at_ms, place)?;
                }
            }
            if until.is_none() {
                break;
            }
            after = until;
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

    /// Withheld expiries behind `after` in the order of their keys, at most `most`, as they are on
    /// disk.
    pub(crate) fn page(&self, after: Option<&KeyOf>, most: usize) -> Result<Vec<(KeyOf, i64)>> {
        let from = match after {
            None => (WITHHELD, 0, &b""[..], 0),
            Some(of) => (WITHHELD, of.database, of.key.as_slice(), u64::MAX),
        };
        self.withheld_between(from, (FENCE, 0, b"", 0), most)
    }

    /// Withheld expiries of a database behind the key `after`, at most `most`, as they are on disk.
    fn rows_of(
        &self,
        database: u32,
        after: Option<&[u8]>,
        most: usize,
    ) -> Result<Vec<(KeyOf, i64)>> {
        let from = match after {
            None => (WITHHELD, database, &b""[..], 0),
            Some(name) => (WITHHELD, database, name, u64::MAX),
        };
        let to = match database.checked_add(1) {
            Some(next) => (WITHHELD, next, &b""[..], 0),
            None => (FENCE, 0, &b""[..], 0),
        };
        self.withheld_between(from, to, most)
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
}

#[cfg(test)]
mod tests;
