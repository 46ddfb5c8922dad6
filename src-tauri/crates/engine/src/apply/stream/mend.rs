//! Keys that are read from the source anew, and written with a fence around them.

use std::sync::PoisonError;

use super::{BatchBuilder, KeyOf, Place, StreamFeeder, life};
use crate::apply::batch::Part;
use crate::apply::ledger::{HistoryMark, WHOLE};
use crate::apply::reread::{Found, KEYS_AT_ONCE, Payload, Rereader, SourceKey};
use crate::error::{Error, ErrorKind, Result, Side};
use crate::failpoint;
use crate::phrase;
use crate::report::EventLevel;
use crate::task::figures::bump;

impl StreamFeeder<'_> {
    /// Takes over what the lane found out from the destination's answers.
    pub(super) fn take_mends(&mut self) -> Result<()> {
        if !self.context.mends.has_news() {
            return self.look_at_doubts();
        }
        self.take_doubts();
        self.look_at_doubts()?;
        let found = self.context.mends.take();
        let Some(first) = found.first() else { return Ok(()) };
        let count = found.len() as u64;
        if self.diverges_by_choice() {
            self.context.figures.count(|counts| {
                bump(&mut counts.commands_skipped, "diverged_by_choice", count);
            });
            for mend in &found {
                self.context.skipped.note_command(
                    "diverged_by_choice",
                    self.context.spec.databases.source_of(mend.of.database).unwrap_or(0),
                    None,
                    None,
                    Some(&mend.of.key),
                );
            }
            return Ok(());
        }
        self.context.figures.event(
            EventLevel::Warning,
            "read_again",
            phrase!("event.read_again", keys = count, why = first.why),
        );
        for mend in found {
            if let Some(source) = self.source_of(&mend.of) {
                self.pending.insert(mend.of, source);
            }
        }
        Ok(())
    }

    /// Where commands are left out, keys differ because the user wanted them to.
    pub(super) fn diverges_by_choice(&self) -> bool {
        let spec = self.context.spec;
        !spec.skip_commands.is_empty() || !spec.skip_commands_in.is_empty()
    }

    /// Makes up for what the last answers say before the task rests, so that the next run need not
    /// look for it.
    pub(super) async fn make_up(&mut self, batch: &mut BatchBuilder, position: u64) -> Result<()> {
        if self.place.in_transaction {
            return Ok(());
        }
        self.flush().await?;
        self.take_mends()?;
        if self.context.mends.has_taken() {
            self.send(batch, position).await?;
            self.flush().await?;
            if self.doubts.is_empty() {
                self.context.mends.settle();
            }
        }
        Ok(())
    }

    /// Where a key of the destination comes from.
    pub(super) fn source_of(&self, of: &KeyOf) -> Option<SourceKey> {
        let database = self.context.spec.databases.source_of(of.database)?;
        Some(SourceKey { database, key: of.key.clone() })
    }

    /// Where the source tells another history than before: values that it had in one which it lost
    /// have to be read from the present one.
    pub(super) fn read_lost_fences_again(&mut self, position: u64) -> Result<()> {
        let history = self.context.figures.history();
        if self.history == history {
            return Ok(());
        }
        // Its connection may lead to whoever told the old one.
        self.rereader = None;
        let lost = {
            let file = self.context.record.lock().unwrap_or_else(PoisonError::into_inner);
            let record = file.get();
            self.context.ledger.lost_fences(Place::in_stream(position), |mark, until| {
                let is = |id: &str| HistoryMark::of(id) == mark;
                record.history.as_deref().is_some_and(is)
                    || record.past.iter().any(|past| is(&past.id) && until <= past.until)
            })?
        };
        for of in lost {
            if let Some(source) = self.source_of(&of) {
                self.context.mends.taken(of.clone(), phrase!("failure.value_lost"), position);
                self.pending.insert(of, source);
            }
        }
        // Only now: until the keys count as owed, the places that they waited for do.
        self.context.figures.must_reach(self.context.ledger.fenced_until());
        self.history = history;
        Ok(())
    }

    /// Reads all pending keys and puts their values behind everything in the batch, which ends at
    /// `offset`.
    pub(super) async fn read_pending(
        &mut self,
        batch: &mut BatchBuilder,
        offset: u64,
    ) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let born = Place::in_stream(offset);
        let wanted: Vec<(KeyOf, SourceKey)> =
            self.pending.iter().map(|(of, source)| (of.clone(), source.clone())).collect();
        // After a failover its connection may lead to who told the old history.
        let held = self.rereader.take();
        let mut reader = match held.filter(|_| self.history == self.context.figures.history()) {
            Some(reader) => reader,
            None => {
                let spec = self.context.spec;
                let version = self.context.figures.source_version().unwrap_or_default();
                let password = self.context.source_password;
                Rereader::open(&spec.source, password, version, self.context.folder).await?
            }
        };
        for group in wanted.chunks(KEYS_AT_ONCE) {
            let keys: Vec<SourceKey> = group.iter().map(|(_, source)| source.clone()).collect();
            let answer = reader.read(&keys, batch.held_bytes()).await?;
            if answer.offset < offset {
                // A name may lead to several servers: this one has not come so far yet as who sent
                // the stream, and its values are older than what the destination has.
                return Err(Error::new(
                    ErrorKind::SourceNotReady,
                    Side::Source,
                    phrase!("failure.source_behind", at = answer.offset, stream = offset),
                ));
            }
            let until = Place::in_stream(answer.offset);
            let history = HistoryMark::of(&answer.history);
            for ((of, _), found) in group.iter().zip(answer.values) {
                batch.select(of.database);
                let fields = match &found {
                    Some(found) => found.payload.first_field_expiry()?,
                    None => None,
                };
                match found {
                    None => {
                        self.context.ledger.free(of, born)?;
                        batch.command(&[b"DEL", &of.key]);
                    }
                    Some(found) => self.restore(batch, of, found, born)?,
                }
                // What it is given now may end before it is renewed.
                if self.tempo.is_behind() && fields.is_some_and(|at| self.tempo.withholds(at)) {
                    self.context.ledger.owe_whole(of.clone(), born)?;
                } else {
                    fields.into_iter().for_each(|at_ms| self.context.ledger.arm(at_ms));
                    if self.context.ledger.withheld(of)? == Some(WHOLE) {
                        self.context.ledger.settle(of, born)?;
                    }
                }
                self.context.ledger.fence(of.clone(), born, until, history);
            }
        }
        failpoint::hit("read_again");
        self.rereader = Some(reader);
        self.pending.clear();
        Ok(())
    }

    fn restore(
        &mut self,
        batch: &mut BatchBuilder,
        of: &KeyOf,
        found: Found,
        born: Place,
    ) -> Result<()> {
        let bytes = found.payload.bytes();
        if self.context.session.value_bytes_max.is_some_and(|max| bytes > max) {
            return Err(Error::new(
                ErrorKind::ValueTooLarge,
                Side::Destination,
                phrase!(
                    "failure.value_too_large",
                    key = format_args!("{:.200}", of.key.escape_ascii().to_string()),
                    database = of.database,
                    bytes = bytes
                ),
            ));
        }
        let given = match found.expires_at_ms {
            None => {
                self.context.ledger.free(of, born)?;
                None
            }
            Some(at_ms) => {
                let ledger = &mut *self.context.ledger;
                let withheld = life::note_expiry(ledger, &self.tempo, of.clone(), at_ms, born)?;
                (!withheld).then_some(at_ms)
            }
        };
        let date = given.unwrap_or(0).to_string();
        let out = batch.raw_command();
        keyferry_protocol::resp::put_array(out, if given.is_some() { 6 } else { 5 });
        for word in [b"RESTORE", of.key.as_slice(), date.as_bytes()] {
            keyferry_protocol::resp::put_bulk(out, word);
        }
        match found.payload {
            Payload::Held(bytes) => keyferry_protocol::resp::put_bulk(out, &bytes),
            Payload::File { file, start, length } => {
                let size = usize::try_from(length).unwrap_or(usize::MAX);
                keyferry_protocol::resp::put_bulk_header(out, size);
                batch.splice(Part::File { file, start, length });
                batch.tail().extend_from_slice(b"\r\n");
            }
        }
        keyferry_protocol::resp::put_bulk(batch.tail(), b"REPLACE");
        if given.is_some() {
            keyferry_protocol::resp::put_bulk(batch.tail(), b"ABSTTL");
        }
        Ok(())
    }
}
