//! What goes to the destination in one piece.

mod buffers;

use std::fs::File;
use std::sync::Arc;

pub(crate) use self::buffers::Buffers;

use tokio::sync::OwnedSemaphorePermit;

use super::throttle::Room;
use crate::checkpoint::SnapshotProgress;
use crate::moment::Moment;
use keyferry_protocol::resp;

/// How full a batch gets before it is sent to a destination nearby, bytes.
pub(crate) const BATCH_BYTES: usize = 256 * 1024;
/// How many commands such a batch gets before it is sent.
pub(crate) const BATCH_COMMANDS: usize = 1000;

/// Where the task stands once everything up to here is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reached {
    /// Of the stream.
    pub(crate) offset: u64,
    /// The source database that is selected there.
    pub(crate) database: u32,
    /// Of the snapshot.
    pub(crate) snapshot: SnapshotProgress,
    /// Snapshot keys dealt with, in all.
    pub(crate) keys_done: u64,
    /// Stream commands applied, in all.
    pub(crate) commands_applied: u64,
}

#[cfg(test)]
impl Reached {
    /// Somewhere in the stream.
    pub(crate) fn in_stream(offset: u64) -> Self {
        Self {
            offset,
            database: 0,
            snapshot: SnapshotProgress::Whole,
            keys_done: 0,
            commands_applied: 0,
        }
    }
}

/// Strings up to this go together in one MSET, bytes.
pub(crate) const TOGETHER_BYTES_MAX: usize = 1024;
/// Keys of one MSET: beyond that a server gains nothing.
const TOGETHER_MAX: usize = 50;

/// A piece of a batch.
#[derive(Debug)]
pub(crate) enum Part {
    /// As they are sent.
    Bytes(Vec<u8>),
    /// Copied from the snapshot's file.
    Snapshot {
        /// In the file.
        start: u64,
        /// Bytes.
        length: u64,
    },
    /// Copied from a file of its own: a value that was read from the source anew.
    File {
        file: Arc<File>,
        /// In the file.
        start: u64,
        /// Bytes.
        length: u64,
    },
    /// Copied from the spool.
    Stream {
        /// The position before the first byte.
        from: u64,
        /// The position behind the last one.
        to: u64,
    },
}

/// How a batch is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Commands that may be repeated: the snapshot's. A checkpoint follows their answers.
    Plain,
    /// One MULTI/EXEC with the checkpoint in it.
    Transaction {
        /// The batch itself removes the checkpoint key (FLUSHDB, SWAPDB): its old value is gone.
        wipes_checkpoint: bool,
    },
}

/// Commands for the destination, whole ones, and where the task stands behind them.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) parts: Vec<Part>,
    /// Commands in `parts`: so many answers come.
    pub(crate) commands: usize,
    /// Keys or commands of the source in it, for throttle and rates.
    pub(crate) records: u64,
    /// What it takes on the wire.
    pub(crate) bytes: u64,
    pub(crate) form: Form,
    pub(crate) reached: Reached,
    /// Commands, by their number in the batch, that answer 0 only where the destination lost their
    /// key: the source had it.
    pub(crate) watched: Vec<usize>,
    /// For the stream's.
    pub(crate) span: Option<Span>,
    /// Where its bytes were taken from, and go back to.
    pub(crate) buffers: Buffers,
    /// What it takes of the memory that there is for batches.
    pub(crate) memory: Option<OwnedSemaphorePermit>,
}

impl Batch {
    /// What it takes of memory, bytes: not what is copied from files.
    pub(crate) fn held_bytes(&self) -> u64 {
        let bytes = |part: &Part| match part {
            Part::Bytes(bytes) => bytes.len() as u64,
            Part::Snapshot { .. } | Part::File { .. } | Part::Stream { .. } => 0,
        };
        self.parts.iter().map(bytes).sum()
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        for part in self.parts.drain(..) {
            if let Part::Bytes(bytes) = part {
                self.buffers.give_back(bytes);
            }
        }
    }
}

/// A part of the stream, and when it was judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// The position before its first command.
    pub(crate) from: u64,
    /// The source database that is selected there.
    pub(crate) database: u32,
    /// The position behind its last one.
    pub(crate) to: u64,
    /// What the time was taken for when the first command was put into a batch.
    pub(crate) judged_at: Moment,
}

/// Collects commands for a batch.
#[derive(Debug, Default)]
pub(crate) struct BatchBuilder {
    parts: Vec<Part>,
    tail: Vec<u8>,
    commands: usize,
    /// Keys and values, as arguments, of the strings that come next, and how many.
    strings: Vec<u8>,
    strings_count: usize,
    pub(crate) records: u64,
    bytes: u64,
    /// Of them, those that are copied from files.
    copied: u64,
    pub(crate) wipes_checkpoint: bool,
    watched: Vec<usize>,
    /// The destination's database that is selected behind what is collected.
    pub(crate) database: Option<u32>,
    buffers: Buffers,
}

impl BatchBuilder {
    /// A command that is built here.
    pub(crate) fn command(&mut self, arguments: &[&[u8]]) {
        self.end_strings();
        resp::put_command(&mut self.tail, arguments);
        self.commands += 1;
    }

    /// Where a caller writes a whole command itself; it is counted here.
    pub(crate) fn raw_command(&mut self) -> &mut Vec<u8> {
        self.end_strings();
        self.commands += 1;
        &mut self.tail
    }

    /// Where a caller appends a key and a small value without expiry, as arguments. What comes in a
    /// row goes together: a server takes MSET for two thirds of what as many SETs cost it, and for
    /// less within a transaction.
    pub(crate) fn string(&mut self) -> &mut Vec<u8> {
        if self.strings_count == TOGETHER_MAX {
            self.end_strings();
        }
        self.strings_count += 1;
        &mut self.strings
    }

    /// Makes a command of the strings so far.
    fn end_strings(&mut self) {
        let count = std::mem::take(&mut self.strings_count);
        if count == 0 {
            return;
        }
        resp::put_array(&mut self.tail, 1 + 2 * count);
        resp::put_bulk(&mut self.tail, if count == 1 { b"SET" } else { b"MSET" });
        self.tail.append(&mut self.strings);
        self.commands += 1;
    }

    /// A piece of the command that [`BatchBuilder::raw_command`] began.
    pub(crate) fn splice(&mut self, part: Part) {
        let length = match &part {
            Part::Bytes(bytes) => bytes.len() as u64,
            Part::Snapshot { length, .. } | Part::File { length, .. } => *length,
            Part::Stream { from, to } => to - from,
        };
        if !matches!(part, Part::Bytes(_)) {
            self.copied += length;
        }
        self.bytes += self.tail.len() as u64 + length;
        if !self.tail.is_empty() {
            self.parts.push(Part::Bytes(std::mem::take(&mut self.tail)));
        }
        // Frames that follow each other in the spool are one copy.
        if let (Some(Part::Stream { to: end, .. }), Part::Stream { from, to }) =
            (self.parts.last_mut(), &part)
            && *end == *from
        {
            *end = *to;
            return;
        }
        self.parts.push(part);
    }

    /// The bytes behind the last splice.
    pub(crate) fn tail(&mut self) -> &mut Vec<u8> {
        &mut self.tail
    }

    /// Selects the destination's database `number`, if it is not.
    pub(crate) fn select(&mut self, number: u32) {
        if self.database != Some(number) {
            let mut text = itoa::Buffer::new();
            self.command(&[b"SELECT", text.format(number).as_bytes()]);
            self.database = Some(number);
        }
    }

    /// The next command's answer must not be 0.
    pub(crate) fn watch_next(&mut self) {
        self.end_strings();
        self.watched.push(self.commands);
    }

    /// Bytes so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes + (self.tail.len() + self.strings.len()) as u64
    }

    /// Of the bytes, what is held in memory and not copied from files.
    pub(crate) fn held_bytes(&self) -> u64 {
        self.bytes() - self.copied
    }

    /// Commands so far.
    pub(crate) fn commands(&self) -> usize {
        self.commands + usize::from(self.strings_count > 0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.commands() == 0
    }

    /// Whether it should be sent.
    #[inline]
    pub(crate) fn is_full(&self, room: &Room) -> bool {
        self.bytes() >= room.bytes
            || self.commands() >= room.commands
            || self.records >= room.records
    }

    /// Ends the batch; the builder is new again, in the database that `next_database` says.
    pub(crate) fn finish(&mut self, transaction: bool, reached: Reached) -> Batch {
        self.end_strings();
        let bytes = self.bytes();
        if !self.tail.is_empty() {
            let tail = std::mem::replace(&mut self.tail, self.buffers.take());
            self.parts.push(Part::Bytes(tail));
        }
        let done = std::mem::take(self);
        self.tail = done.tail;
        self.strings = done.strings;
        self.buffers = done.buffers.clone();
        Batch {
            parts: done.parts,
            commands: done.commands,
            records: done.records,
            bytes,
            form: if transaction {
                Form::Transaction { wipes_checkpoint: done.wipes_checkpoint }
            } else {
                Form::Plain
            },
            reached,
            watched: done.watched,
            span: None,
            buffers: done.buffers,
            memory: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(mut builder: BatchBuilder) -> (String, usize) {
        let reached = Reached::in_stream(1);
        let batch = builder.finish(true, reached);
        let [Part::Bytes(bytes)] = batch.parts.as_slice() else { panic!("{batch:?}") };
        (String::from_utf8_lossy(bytes).replace("\r\n", " "), batch.commands)
    }

    fn put(builder: &mut BatchBuilder, key: &[u8]) {
        let out = builder.string();
        resp::put_bulk(out, key);
        resp::put_bulk(out, b"v");
    }

    #[test]
    fn strings_in_a_row_go_together_and_stay_in_their_place() {
        let mut builder = BatchBuilder::default();
        put(&mut builder, b"a");
        builder.command(&[b"DEL", b"a"]);
        put(&mut builder, b"a");
        put(&mut builder, b"b");
        builder.watch_next();
        assert_eq!((builder.commands(), builder.watched.as_slice()), (3, &[3][..]));
        builder.raw_command().extend_from_slice(b"*1\r\n$4\r\nPING\r\n");
        put(&mut builder, b"c");
        assert_eq!(builder.commands(), 5);
        let (text, commands) = bytes(builder);
        assert_eq!(commands, 5);
        assert_eq!(
            text,
            "*3 $3 SET $1 a $1 v *2 $3 DEL $1 a *5 $4 MSET $1 a $1 v $1 b $1 v *1 $4 PING *3 $3 \
             SET $1 c $1 v "
        );
    }

    #[test]
    fn what_is_copied_from_files_is_not_held() {
        let mut builder = BatchBuilder::default();
        builder.command(&[b"DEL", b"a"]);
        builder.raw_command();
        builder.splice(Part::Stream { from: 10, to: 4_000_000 });
        builder.command(&[b"DEL", b"b"]);
        let held = builder.held_bytes();
        assert_eq!(held, 2 * b"*2\r\n$3\r\nDEL\r\n$1\r\na\r\n".len() as u64);
        let batch = builder.finish(true, Reached::in_stream(1));
        assert_eq!((batch.held_bytes(), batch.bytes), (held, held + 4_000_000 - 10));
    }

    #[test]
    fn no_command_has_too_many_strings() {
        let mut builder = BatchBuilder::default();
        for _ in 0..=TOGETHER_MAX {
            put(&mut builder, b"k");
        }
        let (text, commands) = bytes(builder);
        assert_eq!(commands, 2);
        assert!(text.starts_with("*101 $4 MSET") && text.contains("*3 $3 SET"), "{text}");
    }
}
