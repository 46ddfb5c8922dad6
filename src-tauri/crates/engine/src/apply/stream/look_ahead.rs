//! Behind, a key of the destination may have expired there by itself though the source renewed it.
//!
//! So what the next commands concern is looked for at the destination before they are sent: a key
//! that is missing is read from the source anew, unless the first command writes it whole, and one
//! that is about to expire loses its expiry until the task has caught up.

use std::collections::BTreeMap;

use keyferry_protocol::command::{self, LifeEffect};
use redis::{Cmd, Value, cmd};

use super::name::Name;
use super::whose::Whose;
use super::{BatchBuilder, Frames, KeyOf, Place, SourceKey, StreamFeeder};
use crate::checkpoint::CHECKPOINT_DATABASE;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;

/// So many commands are looked through at once for a destination nearby.
const COMMANDS: usize = 1000;
/// And so many bytes.
const BYTES: usize = 1024 * 1024;
/// So many keys are asked for in one round trip, of a destination nearby.
const ASKED_AT_ONCE: usize = 500;
/// Which the destination tells the date of.
const EXPIRETIME_FROM: (u16, u16, u16) = (7, 0, 0);

/// The database that a SELECT names.
pub(super) fn selected(arguments: &[&[u8]]) -> Option<u32> {
    std::str::from_utf8(arguments.get(1)?).ok()?.parse().ok()
}

impl StreamFeeder<'_> {
    /// Whether [`StreamFeeder::look_ahead`] has to come before what follows `position`.
    pub(super) fn must_look_ahead(&self, position: u64) -> bool {
        position >= self.looked_until
            && self.tempo.is_behind()
            && self.context.ledger.may_have_expired(self.tempo.now_ms())
            && position < self.context.spool.progress().written
    }

    /// Looks for the keys of the next commands at the destination.
    pub(super) async fn look_ahead(
        &mut self,
        batch: &mut BatchBuilder,
        position: u64,
    ) -> Result<()> {
        let (keys, until) = self.next_keys(position)?;
        self.looked_until = until;
        if keys.is_empty() {
            return Ok(());
        }
        // What the destination says must be what it is here.
        self.send(batch, position).await?;
        self.flush().await?;
        let keys: Vec<(KeyOf, SourceKey)> = keys.into_iter().collect();
        let at_once = self.context.session.control.at_once(ASKED_AT_ONCE);
        for group in keys.chunks(at_once) {
            self.look_at(group, position).await?;
        }
        self.context.session.control.query(cmd("SELECT").arg(CHECKPOINT_DATABASE)).await?;
        Ok(())
    }

    /// The keys of ours that the next commands do not begin by writing whole, and how far the
    /// commands go.
    fn next_keys(&self, position: u64) -> Result<(BTreeMap<KeyOf, SourceKey>, u64)> {
        let mut frames = Frames::new(self.context.spool.reader(position));
        let mut database = self.place.database;
        let mut in_transaction = false;
        let mut seen = BTreeMap::<KeyOf, Option<SourceKey>>::new();
        let control = &self.context.session.control;
        let (commands, bytes) = (control.at_once(COMMANDS), control.at_once(BYTES) as u64);
        let mut count = 0;
        while (count < commands && frames.position() - position < bytes) || in_transaction {
            let Some(frame) = frames.next()? else { break };
            count += 1;
            let name = Name::of(frames.argument(&frame, 0).unwrap_or_default());
            let mut fetched = Vec::new();
            let found = frames.arguments(&frame, self.context.spool, &mut fetched)?;
            // One that is too long to be looked at is stopped at when it is judged.
            let arguments = found.unwrap_or_default();
            match name.bytes() {
                b"MULTI" => in_transaction = true,
                b"EXEC" => in_transaction = false,
                b"SELECT" => database = selected(&arguments).unwrap_or(database),
                // What comes behind is another matter.
                b"FLUSHDB" | b"FLUSHALL" | b"SWAPDB" if !in_transaction => break,
                b"PING" | b"REPLCONF" => {}
                _ => {
                    let writes_whole = matches!(
                        name.bytes(),
                        b"SET" | b"SETEX" | b"PSETEX" | b"DEL" | b"UNLINK" | b"MSET" | b"MSETEX"
                    ) || !matches!(
                        name.bytes(),
                        b"PERSIST" | b"GETSET" | b"SORT"
                    ) && command::life_effect(name.bytes(), &arguments)
                        == LifeEffect::Clears;
                    let keeps =
                        arguments.iter().skip(3).any(|word| word.eq_ignore_ascii_case(b"KEEPTTL"));
                    let place = Place::in_stream(frame.start);
                    for key in self.all_concerned(database, &name, &arguments, place)? {
                        let needed = !(writes_whole && !keeps && key.is_written());
                        if key.whose == Whose::Ours {
                            seen.entry(key.of).or_insert(needed.then_some(key.source));
                        }
                    }
                }
            }
        }
        let keys =
            seen.into_iter().filter_map(|(of, source)| source.map(|source| (of, source))).collect();
        Ok((keys, frames.position().max(position + 1)))
    }

    async fn look_at(&mut self, keys: &[(KeyOf, SourceKey)], position: u64) -> Result<()> {
        let knows_dates = self.context.session.version >= EXPIRETIME_FROM;
        let now = self.context.session.control.time_ms().await?;
        let mut questions: Vec<Cmd> = Vec::new();
        let mut selected = None;
        for (of, _) in keys {
            if selected != Some(of.database) {
                questions.push(cmd("SELECT").arg(of.database).take());
                selected = Some(of.database);
            }
            let word = if knows_dates { "PEXPIRETIME" } else { "PTTL" };
            questions.push(cmd(word).arg(&of.key).take());
        }
        let mut dated = Vec::new();
        for ((of, source), told) in keys.iter().zip(self.ask(&questions).await?) {
            match told {
                ..=-2 => {
                    self.pending.insert(of.clone(), source.clone());
                }
                -1 => {}
                told => {
                    let at_ms = if knows_dates { told } else { now + told };
                    if self.tempo.withholds(at_ms) {
                        dated.push((of, source, at_ms));
                    }
                }
            }
        }
        if dated.is_empty() {
            return Ok(());
        }
        for (of, _, at_ms) in &dated {
            let place = Place::in_stream(position);
            self.context.ledger.withhold((*of).clone(), *at_ms, place)?;
        }
        self.context.ledger.commit()?;
        let mut questions: Vec<Cmd> = Vec::new();
        let mut selected = None;
        for (of, _, _) in &dated {
            if selected != Some(of.database) {
                questions.push(cmd("SELECT").arg(of.database).take());
                selected = Some(of.database);
            }
            questions.push(cmd("PERSIST").arg(&of.key).take());
        }
        for ((of, source, _), done) in dated.iter().zip(self.ask(&questions).await?) {
            if done == 0 {
                // It expired in between.
                self.pending.insert((*of).clone(), (*source).clone());
            }
        }
        Ok(())
    }

    /// The numbers that the destination answers to all but SELECT.
    async fn ask(&mut self, questions: &[Cmd]) -> Result<Vec<i64>> {
        let mut numbers = Vec::with_capacity(questions.len());
        for answer in self.context.session.control.query_each(questions).await? {
            match answer? {
                Value::Int(number) => numbers.push(number),
                Value::Okay => {}
                _ => {
                    return Err(Error::new(
                        ErrorKind::NotRedis,
                        Side::Destination,
                        phrase!("failure.key_life_form"),
                    ));
                }
            }
        }
        Ok(numbers)
    }
}
