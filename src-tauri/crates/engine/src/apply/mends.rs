//! Commands that did something else at the destination than at the source: their keys are read from
//! the source anew.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keyferry_protocol::command::{self, Access};
use keyferry_protocol::resp::{CommandReader, CommandStep};
use tokio::sync::Notify;

use super::batch::{Batch, Part, Span};
use super::frames::Frames;
use super::ledger::KeyOf;
use crate::error::{Error, Result};
use crate::source::spool::Spool;
use crate::task::figures::Figures;

/// How often the same key may be read again in a row before its error is one to stop at.
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
#[derive(Debug)]
pub(crate) struct Mend {
    pub(crate) of: KeyOf,
    /// In English, without values.
    pub(crate) why: String,
}

/// A destination that executes a transaction so long after it was judged may have let keys expire
/// in between.
const LATE: Duration = Duration::from_secs(1);

/// What the lane found and the feeder has not dealt with yet.
pub(crate) struct Mends {
    inner: Mutex<Inner>,
    /// Rings when something was added.
    pub(crate) bell: Notify,
    figures: Arc<Figures>,
}

#[derive(Default)]
struct Inner {
    found: Vec<Mend>,
    late: Vec<Span>,
    tries: BTreeMap<KeyOf, u32>,
}

impl Mends {
    pub(crate) fn new(figures: Arc<Figures>) -> Self {
        Self { inner: Mutex::default(), bell: Notify::new(), figures }
    }

    /// Notes the keys of a batch's odd commands.
    pub(crate) fn add(&self, batch: &Batch, odd: &[Odd], spool: &Arc<Spool>) -> Result<()> {
        let mut found = Vec::new();
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
                found.extend(keys.into_iter().map(|of| Mend { of, why: why.clone() }));
            }
        })?;
        let mut inner = self.lock();
        for mend in &found {
            if inner.tries.len() >= COUNTED_MAX {
                inner.tries.clear();
            }
            let tries = inner.tries.entry(mend.of.clone()).or_default();
            *tries += 1;
            if *tries > TRIES_MAX {
                let error = Error::new(
                    crate::error::ErrorKind::WriteRefused,
                    crate::error::Side::Destination,
                    mend.why.clone(),
                );
                return Err(error);
            }
        }
        self.figures.add_odd(found.len() as u64);
        inner.found.append(&mut found);
        drop(inner);
        self.bell.notify_one();
        Ok(())
    }

    /// Notes a part of the stream that was executed late.
    pub(crate) fn look_whether_late(&self, span: &Span) {
        if span.judged_at.elapsed() > LATE {
            self.figures.add_odd(1);
            self.lock().late.push(*span);
            self.bell.notify_one();
        }
    }

    /// Parts of the stream that were executed late, since the last call; counted as odd as well.
    pub(crate) fn take_late(&self) -> Vec<Span> {
        std::mem::take(&mut self.lock().late)
    }

    /// What was found since the last call. [`Figures::remove_odd`] is the caller's duty.
    pub(crate) fn take(&self) -> Vec<Mend> {
        std::mem::take(&mut self.lock().found)
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
    use crate::apply::batch::{BatchBuilder, Reached};
    use crate::checkpoint::SnapshotProgress;

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
}
