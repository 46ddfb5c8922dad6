//! The commands of a batch, and the keys that they write.

use std::sync::Arc;

use keyferry_protocol::command::{self, Access};
use keyferry_protocol::resp::{CommandReader, CommandStep};

use crate::apply::batch::{Batch, Part};
use crate::apply::frames::Frames;
use crate::apply::ledger::KeyOf;
use crate::error::Result;
use crate::source::spool::Spool;

/// What is held of a command that is in several parts, bytes: its name and keys, in all likelihood.
const HEAD_BYTES: usize = 64 * 1024;

pub(super) fn to_number(word: Option<&&[u8]>) -> Option<u32> {
    std::str::from_utf8(word?).ok()?.parse().ok()
}

/// The keys that a command for the destination writes, sent in this database of it.
pub(super) fn written_keys(name: &[u8], words: &[&[u8]], database: u32) -> Vec<KeyOf> {
    let mut keys = Vec::new();
    command::for_each_likely_key(words, |key, access| {
        if access == Access::Write {
            keys.push(KeyOf::new(database, key));
        }
    });
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
pub(super) fn each_command(
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
                    let mut fetched = Vec::new();
                    let found = frames.arguments(&frame, spool, &mut fetched)?;
                    let words = found.unwrap_or_else(|| frames.held(&frame));
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
        let reached = Reached::in_stream(1);
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
