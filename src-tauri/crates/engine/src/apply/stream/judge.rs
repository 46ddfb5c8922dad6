//! What is done with each command.

use keyferry_protocol::command::{self, Access, KeySpec, LifeEffect};

use super::name::Name;
use super::whose::{Concerned, Whose, other_database};
use super::{Frame, Frames, KeyOf, OWN_KEY, Place, SourceKey, StreamFeeder};
use crate::checkpoint::CHECKPOINT_DATABASE;
use crate::error::Result;
use crate::phrase;
use crate::spec::ConflictPolicy;
use crate::words::Phrase;

/// The channel on which Sentinels announce themselves: theirs, not the application's.
const SENTINEL_CHANNEL: &[u8] = b"__sentinel__:hello";

/// What is done with a command.
pub(super) enum Verdict {
    /// Sent as it came, in this destination database.
    Forward(u32),
    /// As that; 0 for an answer means that the destination lost the key.
    ForwardWatched(u32),
    /// Sent as these.
    Send {
        /// In this destination database.
        database: u32,
        commands: Vec<Vec<Vec<u8>>>,
        /// 0 for an answer means that the destination lost the key.
        watched: bool,
    },
    /// These keys are read from the source anew instead.
    Reread(Vec<(KeyOf, SourceKey)>),
    /// The destination has later values of all that it writes.
    Covered,
    /// Empties these destination databases, in the background where the source did.
    Flush { databases: Vec<u32>, in_background: bool },
    /// Exchanges two destination databases.
    Swap(u32, u32),
    /// Left out, and counted; with the key that is why.
    Drop(&'static str, Option<Vec<u8>>),
    /// Of no meaning for the destination.
    Ignore,
    /// Cannot be followed.
    Cross(Crossing),
}

/// How a command moves keys between what is selected and what is not.
#[derive(Clone, Copy, Debug)]
pub(super) enum Crossing {
    /// It exchanged a selected database with another one.
    Swap,
    /// It exchanged databases of which only some keys are selected.
    SomeKeys,
    /// It exchanged databases in which keys of the destination's own stay.
    OwnKeys,
    /// Nobody knows: it is too long to be looked at.
    TooLong,
}

impl Crossing {
    /// That this command did.
    pub(super) fn of(self, command: &Name) -> Phrase {
        let command = command.text();
        match self {
            Self::Swap => phrase!("failure.crossed_swap", command = command),
            Self::SomeKeys => phrase!("failure.crossed_some_keys", command = command),
            Self::OwnKeys => phrase!("failure.crossed_own_keys", command = command),
            Self::TooLong => phrase!("failure.crossed_too_long", command = command),
        }
    }
}

pub(super) fn words(words: &[&[u8]]) -> Vec<Vec<u8>> {
    words.iter().map(|word| word.to_vec()).collect()
}

impl StreamFeeder<'_> {
    pub(super) fn judge(&mut self, name: &Name, frames: &Frames, frame: &Frame) -> Result<Verdict> {
        let argument = |number: usize| frames.argument(frame, number).unwrap_or_default();
        let number = |at: usize| {
            std::str::from_utf8(argument(at)).ok().and_then(|text| text.parse::<u32>().ok())
        };
        match name.bytes() {
            b"PING" | b"REPLCONF" => return Ok(Verdict::Ignore),
            b"SELECT" => {
                self.place.database = number(1).unwrap_or(self.place.database);
                return Ok(Verdict::Ignore);
            }
            b"MULTI" => {
                self.place.in_transaction = true;
                return Ok(Verdict::Ignore);
            }
            b"EXEC" => {
                self.place.in_transaction = false;
                return Ok(Verdict::Ignore);
            }
            b"PUBLISH" if argument(1) == SENTINEL_CHANNEL => return Ok(Verdict::Ignore),
            _ => {}
        }
        let spec = self.context.spec;
        let destination = |source: u32| spec.databases.destination_of(source);
        if self.is_deselected(name, self.place.database) {
            return Ok(Verdict::Drop("command_deselected", first_key(name, frames, frame)));
        }
        let here = destination(self.place.database);
        Ok(match name.bytes() {
            b"FLUSHDB" | b"FLUSHALL" => {
                let flushed: Vec<u32> = if name.bytes() == b"FLUSHDB" {
                    here.into_iter().collect()
                } else {
                    // The source may have more databases than the destination: what counts is
                    // whence each of the destination's comes.
                    (0..self.context.session.databases)
                        .filter(|number| spec.databases.source_of(*number).is_some())
                        .collect()
                };
                if flushed.is_empty() {
                    return Ok(Verdict::Drop("database_not_selected", None));
                }
                Verdict::Flush {
                    databases: flushed,
                    in_background: argument(1).eq_ignore_ascii_case(b"ASYNC"),
                }
            }
            b"SWAPDB" => {
                let side = |at: usize| number(at).and_then(destination);
                match (side(1), side(2)) {
                    (None, None) => Verdict::Drop("database_not_selected", None),
                    (Some(one), Some(other)) => match self.why_not_swapped() {
                        None => Verdict::Swap(one, other),
                        Some(why) => Verdict::Cross(why),
                    },
                    _ => Verdict::Cross(Crossing::Swap),
                }
            }
            b"PUBLISH" | b"SPUBLISH" | b"SCRIPT" | b"FUNCTION" => {
                // There are no data in them: what the destination does not know is not missed there.
                if self.known.get(name) == Some(false) {
                    return Ok(Verdict::Drop("refused_at_destination", None));
                }
                let database = here.unwrap_or(CHECKPOINT_DATABASE);
                let replaces = name.bytes() == b"FUNCTION"
                    && frame.is_whole()
                    && spec.conflict != ConflictPolicy::Keep;
                match replaces.then(|| frames.held(frame)).as_deref().and_then(replacing) {
                    Some(all) => {
                        Verdict::Send { database, commands: vec![words(&all)], watched: false }
                    }
                    None => Verdict::Forward(database),
                }
            }
            b"MOVE" | b"COPY" => self.keyed(name, frames, frame, here)?,
            _ if here.is_none() => {
                Verdict::Drop("database_not_selected", first_key(name, frames, frame))
            }
            _ => self.keyed(name, frames, frame, here)?,
        })
    }

    fn is_deselected(&self, name: &Name, database: u32) -> bool {
        let spec = self.context.spec;
        spec.skip_commands.contains(name.text())
            || (!spec.skip_commands_in.is_empty()
                && spec
                    .skip_commands_in
                    .get(&database)
                    .is_some_and(|names| names.contains(name.text())))
    }

    /// Why two databases cannot be exchanged at the destination as they were at the source.
    fn why_not_swapped(&self) -> Option<Crossing> {
        let spared = self.context.spec.conflict != ConflictPolicy::Overwrite;
        if !self.context.spec.keys.is_open() {
            Some(Crossing::SomeKeys)
        } else if spared && self.context.existing.is_some() {
            Some(Crossing::OwnKeys)
        } else {
            None
        }
    }

    /// A command with keys, after a look at whose they are.
    fn keyed(
        &mut self,
        name: &Name,
        frames: &Frames,
        frame: &Frame,
        here: Option<u32>,
    ) -> Result<Verdict> {
        let place = Place::in_stream(frame.end);
        let before = Place::in_stream(frame.start);
        let known = self.known.get(name).unwrap_or(true);
        // The most usual command has no options.
        let expiry =
            command::can_expire(name.bytes()) && !(name.bytes() == b"SET" && frames.count() == 3);
        let across = matches!(name.bytes(), b"MOVE" | b"COPY");
        if let Some(here) = here
            && known
            && !expiry
            && !across
            && !command::can_expire_fields(name.bytes())
            && self.pending.is_empty()
            && self.context.spec.keys.is_open()
            && self.kept().is_none()
            && self.context.ledger.is_idle(before)
            && OWN_KEY.find(frames.bytes(frame)).is_none()
        {
            return Ok(Verdict::Forward(here));
        }
        let mut fetched = Vec::new();
        let Some(arguments) = frames.arguments(frame, self.context.spool, &mut fetched)? else {
            return Ok(Verdict::Cross(Crossing::TooLong));
        };
        let keys = self.all_concerned(self.place.database, name, &arguments, before)?;
        let here = here.unwrap_or(CHECKPOINT_DATABASE);
        if keys.is_empty() {
            return Ok(Verdict::Forward(here));
        }
        let ours = |key: &&Concerned| key.is_written() && key.whose == Whose::Ours;
        if !keys.iter().any(|key| ours(&key)) {
            return Ok(nothing_to_write(&keys));
        }
        if !known || keys.iter().any(|key| key.whose != Whose::Ours) {
            return self.in_part(name, frame, &arguments, &keys, known, here);
        }
        self.note_fields(name, &arguments, &keys, place)?;
        if expiry && let Some(verdict) = self.expiring(name, frame, &arguments, &keys, here)? {
            return Ok(verdict);
        }
        self.plain(name, frame, &arguments, &keys, here, place)
    }

    /// A command that writes keys of ours and concerns others as well.
    fn in_part(
        &mut self,
        name: &Name,
        frame: &Frame,
        arguments: &[&[u8]],
        keys: &[Concerned],
        known: bool,
        here: u32,
    ) -> Result<Verdict> {
        let end = frame.end;
        let place = Place::in_stream(end);
        for key in keys {
            if key.is_written()
                && let Whose::Foreign(reason) = key.whose
            {
                let log = self.context.skipped;
                log.note_command(
                    reason,
                    key.source.database,
                    Some(end),
                    Some(name.text()),
                    Some(&key.source.key),
                );
            }
        }
        let ours: Vec<&Concerned> =
            keys.iter().filter(|key| key.is_written() && key.whose == Whose::Ours).collect();
        let is_gone = |key: Option<&Concerned>| key.is_some_and(|key| key.whose == Whose::Ours);
        let mut command: Vec<Vec<u8>> = match name.bytes() {
            _ if !known => return Ok(self.reread(&ours)),
            b"DEL" | b"UNLINK" | b"TOUCH" => vec![name.bytes().to_vec()],
            // Of a command that is not held whole, the long values are not at hand.
            b"MSET" | b"MSETNX" if frame.is_whole() => vec![b"MSET".to_vec()],
            // What leaves is gone here too, wherever it went.
            b"MOVE" | b"RENAME" | b"RENAMENX" if ours.len() == 1 && is_gone(keys.first()) => {
                vec![b"UNLINK".to_vec()]
            }
            _ => return Ok(self.reread(&ours)),
        };
        let pairs = command.first().is_some_and(|name| name == b"MSET");
        for (number, key) in keys.iter().enumerate() {
            if key.is_written() && key.whose == Whose::Ours {
                self.context.ledger.free(&key.of, place)?;
                command.push(key.source.key.clone());
                if pairs {
                    let value = arguments.get(2 * number + 2).copied().unwrap_or_default();
                    command.push(value.to_vec());
                }
            }
        }
        Ok(Verdict::Send { database: here, commands: vec![command], watched: false })
    }

    /// A command that concerns nothing but keys of ours and gives none an expiry.
    fn plain(
        &mut self,
        name: &Name,
        frame: &Frame,
        arguments: &[&[u8]],
        keys: &[Concerned],
        here: u32,
        place: Place,
    ) -> Result<Verdict> {
        let idle = self.context.ledger.owes_nothing();
        let across = other_database(name.bytes(), arguments);
        match (name.bytes(), keys) {
            (b"RENAME" | b"RENAMENX" | b"MOVE", [from, to]) => {
                let carried = self.context.ledger.free(&from.of, place)?;
                self.carry(carried, &to.of, place)?;
            }
            (b"COPY", [from, to]) => {
                let carried = self.context.ledger.withheld(&from.of)?;
                self.carry(carried, &to.of, place)?;
            }
            _ if idle => {}
            _ => match command::life_effect(name.bytes(), arguments) {
                LifeEffect::Keeps => {}
                LifeEffect::Clears => {
                    for key in keys.iter().filter(|key| key.access == Access::Write) {
                        self.context.ledger.free(&key.of, place)?;
                    }
                }
                LifeEffect::Uncertain => {
                    for key in keys.iter().filter(|key| key.access == Access::Write) {
                        if self.context.ledger.withheld(&key.of)?.is_some() {
                            let written: Vec<&Concerned> =
                                keys.iter().filter(|key| key.is_written()).collect();
                            return Ok(self.reread(&written));
                        }
                    }
                }
            },
        }
        let Some((other, _)) = across else { return Ok(Verdict::Forward(here)) };
        let mapped = self.context.spec.databases.destination_of(other);
        if mapped == Some(other) || !frame.is_whole() {
            return Ok(Verdict::Forward(here));
        }
        // The number of the other database is the destination's own.
        let number = mapped.unwrap_or(other).to_string().into_bytes();
        let at = if name.bytes() == b"MOVE" {
            2
        } else {
            let option = arguments.iter().skip(3).position(|word| word.eq_ignore_ascii_case(b"DB"));
            option.map_or(0, |option| option + 4)
        };
        let mut command = words(arguments);
        if let Some(word) = command.get_mut(at) {
            *word = number;
        }
        Ok(Verdict::Send { database: here, commands: vec![command], watched: false })
    }

    /// What was withheld from one key is withheld from another from now on.
    fn carry(&mut self, at_ms: Option<i64>, to: &KeyOf, place: Place) -> Result<()> {
        match at_ms {
            Some(at_ms) => self.context.ledger.withhold(to.clone(), at_ms, place),
            None => self.context.ledger.free(to, place).map(|_| ()),
        }
    }

    pub(super) fn reread(&self, keys: &[&Concerned]) -> Verdict {
        Verdict::Reread(keys.iter().map(|key| (key.of.clone(), key.source.clone())).collect())
    }
}

/// A command that loads libraries of functions, so that it replaces those that the destination has
/// under the same names: the source had none. `None` where it is another one, or does so already.
fn replacing<'a>(words: &[&'a [u8]]) -> Option<Vec<&'a [u8]>> {
    let (name, what, rest) = match words {
        [name, what, rest @ ..] => (*name, *what, rest),
        _ => return None,
    };
    match (what.to_ascii_uppercase().as_slice(), rest) {
        (b"LOAD", [code]) => Some(vec![name, what, b"REPLACE", *code]),
        (b"RESTORE", [payload]) => Some(vec![name, what, *payload, b"REPLACE"]),
        (b"RESTORE", [payload, policy]) if policy.eq_ignore_ascii_case(b"APPEND") => {
            Some(vec![name, what, *payload, b"REPLACE"])
        }
        _ => None,
    }
}

/// The first key of a command, as far as it is held.
fn first_key(name: &Name, frames: &Frames, frame: &Frame) -> Option<Vec<u8>> {
    let argument = |at: usize| frames.argument(frame, at).unwrap_or_default();
    let info = command::lookup(name.bytes())?;
    if info.keys == KeySpec::First {
        return Some(argument(1).to_vec());
    }
    let arguments = frames.held(frame);
    let mut first = None;
    command::for_each_key(info, &arguments, |key, _| {
        first.get_or_insert(key);
    });
    first.map(<[u8]>::to_vec)
}

/// A command that writes no key of ours.
fn nothing_to_write(keys: &[Concerned]) -> Verdict {
    let written = || keys.iter().filter(|key| key.is_written());
    if written().any(|key| key.whose == Whose::Newer) {
        return Verdict::Covered;
    }
    let foreign = |key: &Concerned| match key.whose {
        Whose::Foreign(reason) => Some((reason, key.source.key.clone())),
        Whose::Ours | Whose::Newer => None,
    };
    match written().find_map(foreign).or_else(|| keys.iter().find_map(foreign)) {
        Some((reason, key)) => Verdict::Drop(reason, Some(key)),
        None => Verdict::Covered,
    }
}
