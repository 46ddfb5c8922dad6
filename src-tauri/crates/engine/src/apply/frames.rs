//! The stream as whole commands, read from the spool.

use std::sync::Arc;

use keyferry_protocol::resp::{CommandReader, CommandStep};

use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;
use crate::source::spool::{Spool, StreamReader};

/// A command longer than this is not held, bytes.
const HELD_BYTES_MAX: usize = 2 * 1024 * 1024;
/// What stays of one that is not: its name and key, in all likelihood.
pub(crate) const HEAD_BYTES: usize = 64 * 1024;
/// What [`Frames::arguments_up_to`] holds at most.
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

    /// All arguments of `frame`, which must be the last command and need not be held; those that are
    /// longer than `longest` are empty. `None` where even the others are too many to be held.
    pub(crate) fn arguments_up_to(
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
                let short = frames.arguments_up_to(HEAD_BYTES, &frame, &spool).unwrap().unwrap();
                assert_eq!(short[..2], [b"SET".to_vec(), b"key".to_vec()]);
                assert_eq!(short[2].is_empty(), value.is_none_or(|length| length == 0));
                let all = frames.arguments_up_to(usize::MAX, &frame, &spool).unwrap().unwrap();
                assert_eq!(all[2].len(), value.unwrap_or(long.len()));
                found.push(frame.end);
                assert!(frames.buffer.capacity() < 4 * HELD_BYTES_MAX);
            }
        }
        assert_eq!(found, ends);
    }
}
