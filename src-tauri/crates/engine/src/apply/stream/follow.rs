//! One command of the stream: judged, and put into the batch.

use keyferry_protocol::resp;

use super::judge::Verdict;
use super::name::Name;
use super::{StreamEnd, StreamFeeder};
use crate::apply::batch::{BATCH_BYTES, BatchBuilder, Part, TOGETHER_BYTES_MAX};
use crate::apply::frames::{Frame, Frames};
use crate::apply::ledger::{KeyOf, Place};
use crate::apply::snapshot::VALUE_BYTES_WARNED;
use crate::checkpoint::{CHECKPOINT_DATABASE, own_keys};
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;
use crate::report::EventLevel;
use crate::task::figures::bump;

/// What a source has in one transaction is held so far, bytes, or as far as a batch may get by itself;
/// the rest is copied from the spool.
const HELD_BYTES_MAX: u64 = 4 * BATCH_BYTES as u64;

impl StreamFeeder<'_> {
    /// Puts a command into the batch, or does at once what cannot be a part of one.
    pub(super) async fn follow(
        &mut self,
        frames: &Frames,
        frame: &Frame,
        batch: &mut BatchBuilder,
    ) -> Result<Option<StreamEnd>> {
        if self.context.ledger.fenced_until() > frame.start {
            // Before a place of another history is taken for the one that a fence stands at.
            self.read_lost_fences_again(frame.start)?;
        }
        let name = Name::of(frames.argument(frame, 0).unwrap_or_default());
        if self.known.get(&name).is_none() {
            self.learn(name).await?;
        }
        let verdict = self.judge(&name, frames, frame)?;
        let database = self.place.database;
        match verdict {
            Verdict::Ignore => return Ok(None),
            Verdict::Drop(reason, key) => {
                self.context.figures.source_active();
                self.context.figures.count(|counts| bump(&mut counts.commands_skipped, reason, 1));
                self.context.skipped.note_command(
                    reason,
                    database,
                    Some(frame.end),
                    Some(name.text()),
                    key.as_deref(),
                );
                return Ok(None);
            }
            Verdict::Cross(crossing) => {
                // Everything before the command is applied; the command itself is not.
                self.send(batch, frame.start).await?;
                return Ok(Some(StreamEnd::Crossed(Error::new(
                    ErrorKind::SelectionCrossed,
                    Side::Source,
                    crossing.of(&name),
                ))));
            }
            Verdict::Forward(to) => {
                self.warn_of_size(&name, frames, frame);
                batch.select(to);
                if !forward_string(&name, frames, frame, batch) {
                    self.forward(frames, frame, batch);
                }
            }
            Verdict::ForwardWatched(to) => {
                batch.select(to);
                batch.watch_next();
                self.forward(frames, frame, batch);
            }
            Verdict::Send { database: to, commands, watched } => {
                batch.select(to);
                for words in &commands {
                    if watched {
                        batch.watch_next();
                    }
                    let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
                    batch.command(&words);
                }
            }
            Verdict::Covered => {}
            Verdict::Reread(keys) => self.pending.extend(keys),
            Verdict::Flush { databases, in_background } => {
                self.flush_databases(batch, frame, &databases, in_background).await?;
            }
            Verdict::Swap(one, other) => self.swap(batch, frame, one, other)?,
        }
        batch.records += 1;
        self.place.judged_at.get_or_insert(self.tempo.looked_at());
        self.place.commands_applied += 1;
        if self.place.untold_database != database {
            self.tell_applied();
            self.place.untold_database = database;
        }
        self.place.untold += 1;
        Ok(None)
    }

    /// Exchanges two databases of the destination.
    fn swap(
        &mut self,
        batch: &mut BatchBuilder,
        frame: &Frame,
        one: u32,
        other: u32,
    ) -> Result<()> {
        if one == CHECKPOINT_DATABASE || other == CHECKPOINT_DATABASE {
            // The checkpoint must not wander off with its database, nor what belongs to it.
            batch.select(CHECKPOINT_DATABASE);
            let keys = own_keys(self.context.task_id);
            let mut words: Vec<&[u8]> = vec![b"DEL"];
            words.extend(keys.iter().map(|key| key.as_bytes()));
            batch.command(&words);
            batch.wipes_checkpoint = true;
        }
        let (mut a, mut b) = (itoa::Buffer::new(), itoa::Buffer::new());
        batch.command(&[b"SWAPDB", a.format(one).as_bytes(), b.format(other).as_bytes()]);
        // What was read of a later state is in the wrong database now, and something else where it
        // was.
        self.context.ledger.commit()?;
        let place = Place::in_stream(frame.end);
        let mut newer = self.context.ledger.fenced_beyond(place)?;
        newer.extend(self.pending.keys().cloned());
        for of in newer.into_iter().filter(|of| of.database == one || of.database == other) {
            for database in [one, other] {
                let of = KeyOf { database, key: of.key.clone() };
                if let Some(source) = self.source_of(&of) {
                    self.pending.insert(of, source);
                }
            }
        }
        self.context.ledger.swap(one, other, Place::in_stream(frame.end))
    }

    /// Asks once whether the destination knows a command.
    async fn learn(&mut self, name: Name) -> Result<()> {
        let control = &mut self.context.session.control;
        let command = redis::cmd("COMMAND").arg("INFO").arg(name.text()).take();
        let known = match control.query(&command).await {
            Ok(redis::Value::Array(list)) => !matches!(list.as_slice(), [redis::Value::Nil]),
            Ok(_) => true,
            // Who may not ask finds out by trying.
            Err(error) if error.kind == ErrorKind::ConnectionLost => return Err(error),
            Err(_) => true,
        };
        self.known.insert(name, known);
        Ok(())
    }

    /// Byte for byte.
    fn forward(&mut self, frames: &Frames, frame: &Frame, batch: &mut BatchBuilder) {
        let held_max = self.context.share.room().bytes.max(HELD_BYTES_MAX);
        if frame.is_whole() && batch.bytes() < held_max {
            batch.raw_command().extend_from_slice(frames.bytes(frame));
        } else {
            batch.raw_command();
            batch.splice(Part::Stream { from: frame.start, to: frame.end });
        }
    }

    /// A value that blocks the destination while it takes it in.
    fn warn_of_size(&self, name: &Name, frames: &Frames, frame: &Frame) {
        let bytes = frame.end - frame.start;
        if bytes > VALUE_BYTES_WARNED {
            let key = frames.argument(frame, 1).unwrap_or_default().escape_ascii().to_string();
            self.context.figures.event(
                EventLevel::Warning,
                "big_value",
                phrase!(
                    "event.big_command",
                    command = name.text(),
                    key = format_args!("{key:.200}"),
                    database = self.place.database,
                    bytes = bytes
                ),
            );
        }
    }
}

/// Puts a small SET without options beside its neighbours; false where it is not one.
fn forward_string(name: &Name, frames: &Frames, frame: &Frame, batch: &mut BatchBuilder) -> bool {
    if name.bytes() == b"SET"
        && frames.count() == 3
        && let (Some(key), Some(value)) = (frames.argument(frame, 1), frames.argument(frame, 2))
        && value.len() <= TOGETHER_BYTES_MAX
    {
        let out = batch.string();
        resp::put_bulk(out, key);
        resp::put_bulk(out, value);
        return true;
    }
    false
}
