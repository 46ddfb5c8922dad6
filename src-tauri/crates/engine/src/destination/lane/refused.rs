//! Which command it was that a destination refused.

use keyferry_protocol::command::{self, Access};
use keyferry_protocol::resp;
use serde::{Deserialize, Serialize};

use crate::apply::batch::{Batch, Part};
use crate::error::{Error, Side, without_arguments};
use crate::phrase;

/// A command that was refused inside a transaction that was applied: the rest of it, and its
/// checkpoint, are there, so that going on would skip the command for good.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refused {
    /// The destination's database; `None` where the command was too long to be held.
    pub(crate) database: Option<u32>,
    /// Its name, upper case; empty where it is not known.
    pub(crate) command: String,
    /// The keys that it writes.
    pub(crate) keys: Vec<Vec<u8>>,
    /// The destination's words.
    pub(crate) text: String,
}

impl Refused {
    /// With the destination's words.
    pub(super) fn refused(self, text: String) -> Self {
        Self { text: without_arguments(&text).to_owned(), ..self }
    }

    /// As an error that names the command and its key, never a value.
    pub(crate) fn error(&self) -> Error {
        let key = self.keys.first().map_or(String::new(), |key| {
            let key = key.escape_ascii().to_string();
            format!(" {key:.200}")
        });
        match self.command.as_str() {
            "" => Error::reply(Side::Destination, phrase!("what.batch"), &self.text),
            name => Error::reply(Side::Destination, format_args!("{name}{key}"), &self.text),
        }
    }
}

/// The error for the batch's command number `index`, named with its key but not its value.
pub(super) fn refused(batch: Option<&Batch>, index: usize, text: &[u8]) -> Error {
    command_at(batch, index).refused(String::from_utf8_lossy(text).into_owned()).error()
}

/// The command number `index` of a batch, as far as it is in memory.
pub(super) fn command_at(batch: Option<&Batch>, index: usize) -> Refused {
    batch.and_then(|batch| find(batch, index)).unwrap_or_default()
}

fn find(batch: &Batch, index: usize) -> Option<Refused> {
    let bytes: Vec<u8> = batch
        .parts
        .iter()
        .take_while(|part| matches!(part, Part::Bytes(_)))
        .flat_map(|part| match part {
            Part::Bytes(bytes) => bytes.as_slice(),
            Part::Snapshot { .. } | Part::File { .. } | Part::Stream { .. } => &[],
        })
        .copied()
        .collect();
    let mut reader = resp::CommandReader::new();
    let mut at = 0;
    let mut database = None;
    for number in 0..=index {
        let rest = bytes.get(at..)?;
        let step = reader.advance(rest).ok()?;
        let words: Vec<&[u8]> = reader
            .arguments()
            .iter()
            .map_while(|word| rest.get(word.start..word.start + word.length))
            .collect();
        let name = words.first()?.to_ascii_uppercase();
        if number == index {
            let mut keys = Vec::new();
            match command::lookup(&name) {
                Some(command) => command::for_each_key(command, &words, |key, access| {
                    if access == Access::Write {
                        keys.push(key.to_vec());
                    }
                }),
                // A module's command: its key comes first, as good as always.
                None => keys.extend(words.get(1).map(|key| key.to_vec())),
            }
            let command = name.escape_ascii().to_string();
            return Some(Refused { database, command, keys, text: String::new() });
        }
        match step {
            resp::CommandStep::Done { consumed } => at += consumed,
            resp::CommandStep::More { .. } => return None,
        }
        if name == b"SELECT" {
            database = words.get(1).and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
        }
    }
    None
}
