//! Commands that did something else at the destination than at the source: their keys are read from
//! the source anew.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keyferry_protocol::command::{self, Access};
use keyferry_protocol::resp::{CommandReader, CommandStep};
use tokio::sync::Notify;

use super::batch::{Batch, Part, Span};
use super::frames::Frames;
use super::ledger::KeyOf;
use crate::checkpoint::{Checkpoint, SnapshotProgress};
use crate::error::{Error, ErrorKind, Result, Side};
use crate::moment::Moment;
use crate::source::spool::Spool;
use crate::task::figures::Figures;

/// How often a key's value may be refused in a row before that is an error to stop at.
const TRIES_MAX: u32 = 5;
/// Of how many keys the tries are counted.
const COUNTED_MAX: usize = 1000;
/// What is held of a command that is in several parts, bytes: its name and keys, in all likelihood.
const HEAD_BYTES: usize = 64 * 1024;

/// A command of a batch with an answer that it did not have at the source.
#[derive(Debug)]
pub(crate) struct Odd {
    /// Its number in the batch.
    pub(crate) command: usize,
    /// `None` where it answered 0: it found no key.
    pub(crate) error: Option<Error>,
}

/// A key that is to be read again, and why.
#[derive(Clone, Debug)]
pub(crate) struct Mend {
    pub(crate) of: KeyOf,
    /// In English, without values.
    pub(crate) why: String,
    /// A destination that stands before this will be sent the command once more.
    pub(crate) at: u64,
}

/// A destination that executes a transaction so long after it was judged may have let keys expire
/// in between.
const LATE: Duration = Duration::from_secs(1);

/// What lanes found and the destination is still owed: the task's, since a connection may break
/// between the two.
pub(crate) struct Mends {
    inner: Mutex<Inner>,
    /// Whether there may be anything that was not taken: asked for every command of the stream.
    news: AtomicBool,
    /// Rings when something was added.
    pub(crate) bell: Notify,
    figures: Arc<Figures>,
}

#[derive(Default)]
struct Inner {
    found: Owed<Mend>,
    late: Owed<Span>,
    tries: BTreeMap<KeyOf, u32>,
    /// The snapshot that all of it belongs to.
    snapshot: u32,
}

/// What is to be made up for.
struct Owed<T> {
    /// Not looked at yet.
    new: Vec<T>,
    /// The feeder works at it.
    taken: Vec<T>,
}

impl<T> Default for Owed<T> {
    fn default() -> Self {
        Self { new: Vec::new(), taken: Vec::new() }
    }
}

impl<T: Clone> Owed<T> {
    fn take(&mut self) -> Vec<T> {
        self.taken.extend_from_slice(&self.new);
        std::mem::take(&mut self.new)
    }

    /// What `stays` has to be done anew.
    fn begin_again(&mut self, stays: impl FnMut(&T) -> bool) {
        self.new.append(&mut self.taken);
        self.new.retain(stays);
    }

    fn count(&self) -> u64 {
        (self.new.len() + self.taken.len()) as u64
    }
}

impl Mends {
    pub(crate) fn new(figures: Arc<Figures>) -> Self {
        Self { inner: Mutex::default(), news: AtomicBool::new(false), bell: Notify::new(), figures }
    }

    /// A connection begins at `start`; `answered` is the last checkpoint that an earlier one heard of.
    /// What that one found and did not come to make up for is to be done again.
    pub(crate) fn begin(&self, answered: Option<&Checkpoint>, start: &Checkpoint) {
        let mut inner = self.lock();
        let here = start.position.offset;
        let same = std::mem::replace(&mut inner.snapshot, start.snapshot) == start.snapshot;
        inner.tries.clear();
        // What lies behind is applied again, and found again.
        inner.found.begin_again(|mend| same && mend.at <= here);
        inner.late.begin_again(|span| same && span.to <= here);
        // What is applied though nobody heard its answer may have been odd as well.
        if let Some(answered) = answered
            && answered.snapshot == start.snapshot
            && answered.snapshot_progress == SnapshotProgress::Whole
            && answered.position.offset < here
        {
            inner.late.new.push(Span {
                from: answered.position.offset,
                database: answered.database,
                to: here,
                judged_at: Moment::now(),
            });
        }
        self.tell(&inner);
    }

    /// Notes the keys of a batch's odd commands.
    pub(crate) fn add(&self, batch: &Batch, odd: &[Odd], spool: &Arc<Spool>) -> Result<()> {
        let mut found = Vec::new();
        let mut refused = Vec::new();
        let mut database = 0;
        each_command(batch, spool, |number, words| {
            let name = words.first().copied().unwrap_or_default().to_ascii_uppercase();
            if name == b"SELECT" {
                database = to_number(words.get(1)).unwrap_or(database);
            }
            if let Some(odd) = odd.iter().find(|odd| odd.command == number) {
                let why = match &odd.error {
                    Some(error) => error.message.clone(),
                    None => format!("{} found no key", String::from_utf8_lossy(&name)),
                };
                let keys = written_keys(&name, words, database);
                let at = batch.reached.offset;
                // Reading again helps against whatever a command answered, but not against this.
                if name == b"RESTORE" && odd.error.is_some() {
                    refused.push((
                        KeyOf::new(database, words.get(1).unwrap_or(&&b""[..])),
                        why.clone(),
                    ));
                }
                found.extend(keys.into_iter().map(|of| Mend { of, why: why.clone(), at }));
            }
        })?;
        let mut inner = self.lock();
        // First of all: it stays owed also where this is the error to stop at.
        inner.found.new.extend_from_slice(&found);
        self.tell(&inner);
        for (of, why) in refused {
            if inner.tries.len() >= COUNTED_MAX {
                inner.tries.clear();
            }
            let tries = inner.tries.entry(of).or_default();
            *tries += 1;
            if *tries > TRIES_MAX {
                let error = Error::new(ErrorKind::WriteRefused, Side::Destination, why);
                return Err(error);
            }
        }
        drop(inner);
        self.bell.notify_one();
        Ok(())
    }

    /// Notes a part of the stream that was executed late.
    pub(crate) fn look_whether_late(&self, span: &Span) {
        if span.judged_at.elapsed() > LATE {
            let mut inner = self.lock();
            inner.late.new.push(*span);
            self.tell(&inner);
            drop(inner);
            self.bell.notify_one();
        }
    }

    /// Whether anything was found since it was asked last.
    pub(crate) fn has_news(&self) -> bool {
        self.news.load(Ordering::Acquire) && self.news.swap(false, Ordering::AcqRel)
    }

    /// Parts of the stream that were executed late, or nobody knows when, since the last call.
    pub(crate) fn take_late(&self) -> Vec<Span> {
        self.lock().late.take()
    }

    /// What was found since the last call.
    pub(crate) fn take(&self) -> Vec<Mend> {
        self.lock().found.take()
    }

    /// Notes a key that the feeder reads again for a reason of its own, from this place on.
    pub(crate) fn taken(&self, of: KeyOf, why: &str, at: u64) {
        let mut inner = self.lock();
        inner.found.taken.push(Mend { of, why: why.to_owned(), at });
        self.tell(&inner);
    }

    /// Whether anything was taken that is not made up for.
    pub(crate) fn has_taken(&self) -> bool {
        let inner = self.lock();
        !inner.found.taken.is_empty() || !inner.late.taken.is_empty()
    }

    /// The destination has what makes up for all that was taken.
    pub(crate) fn settle(&self) {
        let mut inner = self.lock();
        inner.found.taken.clear();
        inner.late.taken.clear();
        if inner.found.new.is_empty() {
            inner.tries.clear();
        }
        self.tell(&inner);
    }

    fn tell(&self, inner: &Inner) {
        self.figures.set_odd(inner.found.count() + inner.late.count());
        if !inner.found.new.is_empty() || !inner.late.new.is_empty() {
            self.news.store(true, Ordering::Release);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn to_number(word: Option<&&[u8]>) -> Option<u32> {
    std::str::from_utf8(word?).ok()?.parse().ok()
}

/// The keys that a command for the destination writes, sent in this database of it.
fn written_keys(name: &[u8], words: &[&[u8]], database: u32) -> Vec<KeyOf> {
    let mut keys = Vec::new();
    match command::lookup(name) {
        Some(info) => command::for_each_key(info, words, |key, access| {
            if access == Access::Write {
                keys.push(KeyOf::new(database, key));
            }
        }),
        None => keys.extend(words.get(1).map(|key| KeyOf::new(database, key))),
    }
    let other = match name {
        b"MOVE" => to_number(words.get(2)).zip(words.get(1)),
        b"COPY" => words
            .iter()
            .position(|word| word.eq_ignore_ascii_case(b"DB"))
            .and_then(|at| to_number(words.get(at + 1)))
            .zip(words.get(2)),
        _ => None,
    };
    keys.extend(other.map(|(database, key)| KeyOf::new(database, key)));
    keys
}

/// Calls `each` with every command of a batch, its number and as many of its words as are held.
fn each_command(
    batch: &Batch,
    spool: &Arc<Spool>,
    mut each: impl FnMut(usize, &[&[u8]]),
) -> Result<()> {
    let mut walk = Walk { reader: CommandReader::new(), head: Vec::new(), number: 0 };
    let blank = [0; 4096];
    for part in &batch.parts {
        match part {
            Part::Bytes(bytes) => walk.feed(bytes, &mut each),
            Part::Snapshot { length, .. } | Part::File { length, .. } => {
                let mut left = *length;
                while left > 0 {
                    let count = usize::try_from(left).unwrap_or(usize::MAX).min(blank.len());
                    walk.feed(blank.get(..count).unwrap_or_default(), &mut each);
                    left -= count as u64;
                }
            }
            Part::Stream { from, to } => {
                let mut frames = Frames::new(spool.reader(*from));
                while frames.position() < *to {
                    let Some(frame) = frames.next()? else { break };
                    let words: Vec<&[u8]> = (0..frames.count())
                        .map(|at| frames.argument(&frame, at).unwrap_or_default())
                        .collect();
                    each(walk.number, &words);
                    walk.number += 1;
                }
            }
        }
    }
    Ok(())
}

struct Walk {
    reader: CommandReader,
    /// The beginning of a command that goes on in the next part.
    head: Vec<u8>,
    number: usize,
}

impl Walk {
    fn feed(&mut self, mut bytes: &[u8], each: &mut impl FnMut(usize, &[&[u8]])) {
        // The batch was built here: what does not parse ends the walk, and its keys stay unknown.
        while !bytes.is_empty()
            && let Ok(step) = self.reader.advance(bytes)
        {
            let (CommandStep::Done { consumed } | CommandStep::More { consumed }) = step;
            let taken = bytes.get(..consumed).unwrap_or_default();
            let whole = if self.head.is_empty() {
                taken
            } else {
                self.head.extend_from_slice(
                    taken.get(..HEAD_BYTES.min(taken.len())).unwrap_or_default(),
                );
                &self.head
            };
            match step {
                CommandStep::Done { .. } => {
                    let words: Vec<&[u8]> = self
                        .reader
                        .arguments()
                        .iter()
                        .map(|word| {
                            whole.get(word.start..word.start + word.length).unwrap_or_default()
                        })
                        .collect();
                    each(self.number, &words);
                    self.number += 1;
                    self.head.clear();
                    bytes = bytes.get(consumed..).unwrap_or_default();
                }
                CommandStep::More { .. } => {
                    if self.head.is_empty() {
                        self.head.extend_from_slice(taken);
                    }
                    self.head.truncate(HEAD_BYTES);
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keyferry_protocol::psync::ReplicationPosition;

    use crate::apply::batch::{BatchBuilder, Reached};
    use crate::record::Counts;
    use crate::report::{Observer, TaskEvent, TaskReport};

    #[test]
    fn the_keys_of_an_odd_command_are_found_in_whatever_parts_the_batch_is() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Arc::new(Spool::open(folder.path()).unwrap());
        let mut builder = BatchBuilder::default();
        builder.select(3);
        builder.command(&[b"SET", b"a", b"1"]);
        let head = builder.raw_command();
        head.extend_from_slice(b"*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n$9000\r\n");
        builder.splice(Part::Snapshot { start: 0, length: 9000 });
        builder.tail().extend_from_slice(b"\r\n");
        builder.command(&[b"RENAME", b"b", b"c"]);
        builder.command(&[b"MOVE", b"d", b"7"]);
        let reached = Reached {
            offset: 1,
            database: 0,
            snapshot: SnapshotProgress::Whole,
            keys_done: 0,
            commands_applied: 0,
        };
        let batch = builder.finish(true, reached);
        let mut names = Vec::new();
        each_command(&batch, &spool, |number, words| {
            names.push((number, String::from_utf8_lossy(words[0]).into_owned()));
        })
        .unwrap();
        let expected = ["SELECT", "SET", "SET", "RENAME", "MOVE"];
        assert_eq!(names, expected.iter().map(|n| (*n).to_owned()).enumerate().collect::<Vec<_>>());
        let keys = |name: &[u8], words: &[&[u8]]| written_keys(name, words, 3);
        assert_eq!(
            keys(b"MOVE", &[b"MOVE", b"d", b"7"]),
            [KeyOf::new(3, b"d"), KeyOf::new(7, b"d")]
        );
        assert_eq!(
            keys(b"COPY", &[b"COPY", b"a", b"b", b"DB", b"7"]),
            [KeyOf::new(3, b"b"), KeyOf::new(7, b"b")]
        );
        assert_eq!(keys(b"JSON.SET", &[b"JSON.SET", b"j", b"$"]), [KeyOf::new(3, b"j")]);
    }

    fn checkpoint(snapshot: u32, offset: u64) -> Checkpoint {
        Checkpoint {
            epoch: 1,
            writer: 1,
            sequence: 1,
            position: ReplicationPosition { id: "a".repeat(40).parse().unwrap(), offset },
            database: 0,
            lane: 0,
            lanes: 1,
            snapshot,
            snapshot_progress: SnapshotProgress::Whole,
            keys_done: 0,
            commands_applied: 0,
        }
    }

    struct Nobody;

    impl Observer for Nobody {
        fn report(&self, _: TaskReport) {}

        fn event(&self, _: TaskEvent) {}
    }

    #[test]
    fn what_a_broken_connection_left_is_done_by_the_next_and_then_nothing_is_owed() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Arc::new(Spool::open(folder.path()).unwrap());
        let figures = Arc::new(Figures::new(Counts::default(), Arc::new(Nobody)));
        let mends = Mends::new(Arc::clone(&figures));
        mends.begin(None, &checkpoint(1, 5));
        let odd_at = |offset: u64, key: &[u8]| {
            let mut builder = BatchBuilder::default();
            builder.command(&[b"PEXPIREAT", key, b"1"]);
            let reached = Reached {
                offset,
                database: 0,
                snapshot: SnapshotProgress::Whole,
                keys_done: 0,
                commands_applied: 0,
            };
            let batch = builder.finish(true, reached);
            mends.add(&batch, &[Odd { command: 0, error: None }], &spool).unwrap();
        };
        let taken = || -> Vec<Vec<u8>> { mends.take().into_iter().map(|m| m.of.key).collect() };
        odd_at(10, b"taken");
        assert_eq!(taken(), [b"taken"]);
        odd_at(20, b"found");
        odd_at(30, b"sent again");
        assert!(!figures.owes_nothing(100));

        // The destination stands at 20: what lies behind will be sent again by itself.
        mends.begin(Some(&checkpoint(1, 20)), &checkpoint(1, 20));
        assert!(!figures.owes_nothing(100));
        assert_eq!(taken(), [&b"found"[..], b"taken"]);
        assert!(mends.take_late().is_empty());
        mends.settle();
        assert!(figures.owes_nothing(100) && !mends.has_taken());

        // What nobody heard the answer of may have been odd.
        mends.begin(Some(&checkpoint(1, 20)), &checkpoint(1, 25));
        assert!(!figures.owes_nothing(100));
        let unheard: Vec<_> = mends.take_late().iter().map(|span| (span.from, span.to)).collect();
        assert_eq!(unheard, [(20, 25)]);

        // Another snapshot brings everything anew.
        odd_at(25, b"old");
        mends.begin(Some(&checkpoint(1, 25)), &checkpoint(2, 90));
        assert!(figures.owes_nothing(100) && taken().is_empty());
    }

    #[test]
    fn a_key_may_be_missed_often_but_its_value_be_refused_only_so_many_times() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Arc::new(Spool::open(folder.path()).unwrap());
        let figures = Arc::new(Figures::new(Counts::default(), Arc::new(Nobody)));
        let mends = Mends::new(Arc::clone(&figures));
        let mut renewed = BatchBuilder::default();
        for _ in 0..20 {
            renewed.command(&[b"PEXPIREAT", b"session", b"1"]);
        }
        let mut restored = BatchBuilder::default();
        restored.command(&[b"RESTORE", b"session", b"0", b"value", b"REPLACE"]);
        let reached = Reached {
            offset: 9,
            database: 0,
            snapshot: SnapshotProgress::Whole,
            keys_done: 0,
            commands_applied: 0,
        };
        let renewed = renewed.finish(true, reached);
        let restored = restored.finish(true, reached);
        let missed: Vec<Odd> = (0..20).map(|command| Odd { command, error: None }).collect();
        mends.add(&renewed, &missed, &spool).unwrap();
        let refuse = || {
            let error = Error::reply(Side::Destination, "RESTORE", "ERR Bad data format");
            mends.add(&restored, &[Odd { command: 0, error: Some(error) }], &spool)
        };
        for _ in 0..TRIES_MAX {
            refuse().unwrap();
        }
        let error = refuse().unwrap_err();
        assert_eq!(error.kind, ErrorKind::WriteRefused);
        // It stays owed.
        assert_eq!(mends.take().len(), 20 + usize::try_from(TRIES_MAX).unwrap() + 1);
        mends.settle();
        refuse().unwrap();
    }
}
