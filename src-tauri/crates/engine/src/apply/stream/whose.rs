//! Whose a key is: the task's, the destination's, or newer there than the stream.

use keyferry_protocol::command::{self, Access};

use super::name::Name;
use super::{KeyOf, Place, SourceKey, StreamFeeder};
use crate::apply::existing::{KeySet, key_hash};
use crate::checkpoint::OWN_KEY_PREFIX;
use crate::error::Result;
use crate::spec::ConflictPolicy;

/// How a key stands to the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    /// It is written.
    Ours,
    /// The destination has, or will get, a later value of it.
    Newer,
    /// It is not written, for this reason.
    Foreign(&'static str),
}

/// A key of a command.
#[derive(Clone, Debug)]
pub(super) struct Concerned {
    pub(super) source: SourceKey,
    /// Where it is at the destination; of no meaning where its database is not selected.
    pub(super) of: KeyOf,
    pub(super) whose: Whose,
    pub(super) access: Access,
}

impl Concerned {
    pub(super) fn is_written(&self) -> bool {
        self.access == Access::Write
    }
}

impl StreamFeeder<'_> {
    /// How a key of a source database stands to the task at `place`.
    pub(super) fn concerned(
        &self,
        database: u32,
        key: &[u8],
        access: Access,
        place: Place,
    ) -> Result<Concerned> {
        let to = self.context.spec.databases.destination_of(database);
        let of = KeyOf::new(to.unwrap_or(0), key);
        let whose = match to {
            _ if key.starts_with(OWN_KEY_PREFIX.as_bytes()) => Whose::Foreign("keyferry_own"),
            None => Whose::Foreign("database_not_selected"),
            Some(_) if !self.context.spec.keys.takes(key) => Whose::Foreign("key_filter"),
            Some(to) if self.is_kept(to, key)? => Whose::Foreign("kept_at_destination"),
            Some(_) if self.is_newer(&of, place)? => Whose::Newer,
            Some(_) => Whose::Ours,
        };
        let source = SourceKey { database, key: key.to_vec() };
        Ok(Concerned { source, of, whose, access })
    }

    /// The keys of a command, with those in another database that MOVE and COPY name.
    pub(super) fn all_concerned(
        &self,
        here: u32,
        name: &Name,
        arguments: &[&[u8]],
        place: Place,
    ) -> Result<Vec<Concerned>> {
        let mut keys = Vec::new();
        command::for_each_likely_key(arguments, |key, access| keys.push((here, key, access)));
        if let Some((other, at)) = other_database(name.bytes(), arguments)
            && let Some(key) = arguments.get(at)
        {
            if name.bytes() == b"COPY" {
                keys.retain(|(_, _, access)| *access == Access::Read);
            }
            keys.push((other, key, Access::Write));
        }
        keys.into_iter()
            .map(|(database, key, access)| self.concerned(database, key, access, place))
            .collect()
    }

    /// Whether the destination's own key stays as it is.
    pub(super) fn is_kept(&self, database: u32, key: &[u8]) -> Result<bool> {
        self.kept().map_or(Ok(false), |kept| kept.contains(key_hash(database, key)))
    }

    /// What was at the destination before and stays, where anything does.
    pub(super) fn kept(&self) -> Option<&KeySet> {
        self.context.existing.filter(|_| self.context.spec.conflict == ConflictPolicy::Keep)
    }

    pub(super) fn is_newer(&self, of: &KeyOf, place: Place) -> Result<bool> {
        Ok(self.pending.contains_key(of) || self.context.ledger.is_fenced(of, place)?)
    }
}

/// The other source database that a command names, and where the key stands that it writes there.
pub(super) fn other_database(name: &[u8], arguments: &[&[u8]]) -> Option<(u32, usize)> {
    let number = |at: usize| std::str::from_utf8(arguments.get(at)?).ok()?.parse::<u32>().ok();
    match name {
        b"MOVE" => Some((number(2)?, 1)),
        b"COPY" => {
            let option = (3..arguments.len()).find(|at| {
                arguments.get(*at).is_some_and(|word| word.eq_ignore_ascii_case(b"DB"))
            })?;
            Some((number(option + 1)?, 2))
        }
        _ => None,
    }
}
