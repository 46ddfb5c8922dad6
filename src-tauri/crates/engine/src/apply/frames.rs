//! The stream as whole commands, read from the spool.

use std::sync::Arc;

use keyferry_protocol::command;
use keyferry_protocol::resp::{CommandReader, CommandStep};

use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;
use crate::source::spool::{Spool, StreamReader};

/// A command longer than this is not held, bytes.
const HELD_BYTES_MAX: usize = 2 * 1024 * 1024;
/// What stays of one that is not: its name and key, in all likelihood.
const HEAD_BYTES: usize = 64 * 1024;
/// What [`Frames::arguments`] fetches at most.
const ARGUMENTS_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Reads the spool command by command.
pub(crate) struct Frames {
    reader: StreamReader,
    commands: CommandReader,
    buffer: Vec<u8>,
    /// The current command's first byte in `buffer`.
    from: usize,
    /// How many bytes of the current command are held behind `from` and were looked at.
    kept: usize,
    /// How many bytes of the current command were looked at.
    seen: u64,
    /// The position before the current command.
    position: u64,
    arrived_ms: u64,
}

/// A whole command. Its bytes can be looked at until the next is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// The stream's position before it.
    pub(crate) start: u64,
    /// The position behind it.
    pub(crate) end: u64,
    /// When it came from the source, ms since 1970.
    pub(crate) arrived_ms: u64,
    /// Where what is held of it lies.
    base: usize,
    held: usize,
}

impl Frame {
    /// Whether all of it is held.
    pub(crate) fn is_whole(&self) -> bool {
        self.held as u64 == self.end - self.start
    }
}

impl Frames {
    pub(crate) fn new(reader: StreamReader) -> Self {
        let position = reader.position();
        Self {
            reader,
            commands: CommandReader::new(),
            buffer: Vec::new(),
            from: 0,
            kept: 0,
            seen: 0,
            position,
            arrived_ms: 0,
        }
    }

    /// The position behind the last whole command.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// The next whole command; `None` where the spool has no more of it now.
    pub(crate) fn next(&mut self) -> Result<Option<Frame>> {
        loop {
            let unseen = self.buffer.get(self.from + self.kept..).unwrap_or_default();
            let step = self.commands.advance(unseen).map_err(|cause| {
                let at = self.position;
                let words = phrase!("failure.stream_unreadable", offset = at, cause = cause);
                Error::new(ErrorKind::StreamCorrupt, Side::Source, words).caused_by(cause)
            })?;
            match step {
                CommandStep::Done { consumed } => {
                    let whole = self.kept as u64 == self.seen;
                    let frame = Frame {
                        start: self.position,
                        end: self.position + self.seen + consumed as u64,
                        arrived_ms: self.arrived_ms,
                        base: self.from,
                        held: if whole { self.kept + consumed } else { self.kept },
                    };
                    self.from += self.kept + consumed;
                    self.kept = 0;
                    self.seen = 0;
                    self.position = frame.end;
                    return Ok(Some(frame));
                }
                CommandStep::More { consumed } => {
                    let whole = self.kept as u64 == self.seen;
                    self.seen += consumed as u64;
                    let looked_at = self.kept + consumed;
                    if whole && looked_at <= HELD_BYTES_MAX {
                        self.kept = looked_at;
                    } else {
                        self.kept = looked_at.min(HEAD_BYTES);
                        self.buffer.drain(self.from + self.kept..self.from + looked_at);
                    }
                    if !self.refill()? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// How many arguments the last command has, its name included.
    pub(crate) fn count(&self) -> usize {
        self.commands.arguments().len()
    }

    /// An argument of `frame`, which must be the last command; `None` where it is not held.
    pub(crate) fn argument(&self, frame: &Frame, number: usize) -> Option<&[u8]> {
        let range = self.commands.arguments().get(number)?;
        self.bytes(frame).get(range.start..range.start.checked_add(range.length)?)
    }

    /// What is held of the arguments of `frame`, which must be the last command; the others are empty.
    pub(crate) fn held(&self, frame: &Frame) -> Vec<&[u8]> {
        (0..self.count()).map(|at| self.argument(frame, at).unwrap_or_default()).collect()
    }

    /// The arguments of `frame`, which must be the last command. Of one that is not held whole they are
    /// taken from the disk into `fetched`; what is long is empty then unless it is a key. `None` where
    /// that is too much to be held, and its keys are not where it begins.
    pub(crate) fn arguments<'a>(
        &'a self,
        frame: &Frame,
        spool: &Arc<Spool>,
        fetched: &'a mut Vec<Vec<u8>>,
    ) -> Result<Option<Vec<&'a [u8]>>> {
        if frame.is_whole() {
            return Ok(Some(self.held(frame)));
        }
        for longest in [HEAD_BYTES, usize::MAX] {
            if let Some(found) = self.arguments_up_to(longest, frame, spool)? {
                *fetched = found;
                if longest == usize::MAX || !lacks_a_key(&slices(fetched)) {
                    return Ok(Some(slices(fetched)));
                }
            }
        }
        let held = self.held(frame);
        Ok((!lacks_a_key(&held)).then_some(held))
    }

    /// All arguments of `frame`; those that are longer than `longest` are empty. `None` where even the
    /// others are too many to be held.
    fn arguments_up_to(
        &self,
        longest: usize,
        frame: &Frame,
        spool: &Arc<Spool>,
    ) -> Result<Option<Vec<Vec<u8>>>> {
        let ranges = self.commands.arguments();
        let short = |length: usize| length <= longest;
        let all: usize =
            ranges.iter().map(|range| range.length).filter(|length| short(*length)).sum();
        if all > ARGUMENTS_BYTES_MAX {
            return Ok(None);
        }
        let mut reader = spool.reader(frame.start);
        let mut buffer = Vec::new();
        // Where `buffer` begins, from the command's first byte.
        let mut begin = 0;
        let mut arguments = Vec::with_capacity(ranges.len());
        for range in ranges {
            if !short(range.length) {
                arguments.push(Vec::new());
                continue;
            }
            let end = range.start + range.length;
            while begin + buffer.len() < end {
                let read = begin + buffer.len();
                if range.start >= read {
                    buffer.clear();
                    begin = read;
                }
                if reader.read(&mut buffer)?.is_none() {
                    return Err(Error::new(
                        ErrorKind::Internal,
                        Side::Local,
                        phrase!("failure.spool_ended"),
                    ));
                }
            }
            let held = buffer.get(range.start - begin..end - begin).unwrap_or_default();
            arguments.push(held.to_vec());
        }
        Ok(Some(arguments))
    }

    /// What is held of `frame`.
    pub(crate) fn bytes(&self, frame: &Frame) -> &[u8] {
        self.buffer.get(frame.base..frame.base + frame.held).unwrap_or_default()
    }

    fn refill(&mut self) -> Result<bool> {
        if self.from > 0 {
            self.buffer.drain(..self.from);
            self.from = 0;
        }
        match self.reader.read(&mut self.buffer)? {
            Some(chunk) => {
                self.arrived_ms = chunk.arrived_ms;
                Ok(true)
            }
            None => Ok(false),
        }
    }
}

fn slices(arguments: &[Vec<u8>]) -> Vec<&[u8]> {
    arguments.iter().map(Vec::as_slice).collect()
}

/// Whether one of a command's keys is empty: in all likelihood it is one that is not held.
fn lacks_a_key(arguments: &[&[u8]]) -> bool {
    let mut lacks = false;
    command::for_each_likely_key(arguments, |key, _| lacks |= key.is_empty());
    lacks
}

#[cfg(test)]
mod tests {
    use keyferry_protocol::resp;

    use super::*;
    use crate::source::spool::{RECORD_BYTES_MAX, SpoolBuffer};

    #[test]
    fn short_and_long_commands_come_whole_and_in_their_places() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Arc::new(Spool::open(folder.path()).unwrap());
        spool.reset(1000).unwrap();
        let long = vec![b'x'; 3 * HELD_BYTES_MAX];
        let mut stream = Vec::new();
        let mut ends = Vec::new();
        for value in [&b"1"[..], &long, b"", &long, b"2"] {
            resp::put_command(&mut stream, &[b"SET", b"key", value]);
            ends.push(1000 + stream.len() as u64);
        }
        let mut frames = Frames::new(spool.reader(1000));
        let mut found = Vec::new();
        let mut buffer = SpoolBuffer::new();
        for part in stream.chunks(RECORD_BYTES_MAX - 7) {
            buffer.space()[..part.len()].copy_from_slice(part);
            spool.append(&mut buffer, part.len(), 5).unwrap();
            while let Some(frame) = frames.next().unwrap() {
                assert_eq!(frames.argument(&frame, 1).unwrap(), b"key");
                assert_eq!(frames.count(), 3);
                let value = frames.argument(&frame, 2).map(<[u8]>::len);
                assert_eq!(value.is_some(), frame.is_whole());
                let mut fetched = Vec::new();
                let short = frames.arguments(&frame, &spool, &mut fetched).unwrap().unwrap();
                assert_eq!(short[..2], [&b"SET"[..], b"key"]);
                assert_eq!(short[2].len(), value.unwrap_or(0));
                found.push(frame.end);
                assert!(frames.buffer.capacity() < 4 * HELD_BYTES_MAX);
            }
        }
        assert_eq!(found, ends);
    }

    /// The arguments of a command that is on the disk, as far as they are told.
    fn told(command: &[&[u8]]) -> Option<Vec<Vec<u8>>> {
        let folder = tempfile::tempdir().unwrap();
        let spool = Arc::new(Spool::open(folder.path()).unwrap());
        spool.reset(0).unwrap();
        let mut stream = Vec::new();
        resp::put_command(&mut stream, command);
        let mut buffer = SpoolBuffer::new();
        for part in stream.chunks(RECORD_BYTES_MAX) {
            buffer.space()[..part.len()].copy_from_slice(part);
            spool.append(&mut buffer, part.len(), 5).unwrap();
        }
        let mut frames = Frames::new(spool.reader(0));
        let frame = frames.next().unwrap().unwrap();
        assert!(!frame.is_whole());
        let mut fetched = Vec::new();
        let told = frames.arguments(&frame, &spool, &mut fetched).unwrap();
        told.map(|told| told.into_iter().map(<[u8]>::to_vec).collect())
    }

    #[test]
    fn the_keys_of_a_long_command_are_told_wherever_they_stand_and_however_long_they_are() {
        let (value, key) = (vec![b'v'; 3 << 20], vec![b'k'; 2 * HEAD_BYTES]);
        let all = told(&[b"MSET", b"a", &value, b"b", b"1"]).unwrap();
        assert_eq!(all, [&b"MSET"[..], b"a", b"", b"b", b"1"]);
        let all = told(&[b"MSET", b"a", &value, &key, b"1"]).unwrap();
        assert!(all == [&b"MSET"[..], b"a", &value, &key, b"1"]);
        let all = told(&[b"JSON.SET", &key, b"$", &value]).unwrap();
        assert!(all.get(1) == Some(&key));
    }

    #[test]
    fn of_a_command_without_end_its_beginning_is_told_where_its_keys_are_there() {
        let element = [b'e'; 1000];
        let many: Vec<&[u8]> = std::iter::repeat_n(&element[..], 40_000).collect();
        let all = told(&[&[&b"RPUSH"[..], b"list"], many.as_slice()].concat()).unwrap();
        assert_eq!(all[..3], [&b"RPUSH"[..], b"list", &element]);
        assert_eq!(all.len(), 40_002);
        assert_eq!(told(&[&[&b"DEL"[..], b"key"], many.as_slice()].concat()), None);
    }
}
