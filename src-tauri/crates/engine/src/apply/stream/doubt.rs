//! Parts of the stream that were applied, and of which nobody knows whether they did at the
//! destination what they did at the source: all keys that they write are read from the source anew.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use keyferry_protocol::command::{self, KeySpec};

use super::judge::Crossing;
use super::life;
use super::look_ahead::selected;
use super::name::Name;
use super::whose::Whose;
use super::{Frames, KeyOf, PENDING_MAX, Place, SourceKey, Span, StreamFeeder};
use crate::apply::mends::Why;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::source::spool::Spool;

/// A part of the stream that is looked through, a page at a time.
pub(super) struct Search {
    /// Everything before this is looked at.
    at: u64,
    /// The source database that is selected there.
    database: u32,
    /// Where the part ends.
    to: u64,
    /// Source databases that are exchanged in it: a key of one may lie in another by now.
    swapped: BTreeSet<u32>,
}

impl StreamFeeder<'_> {
    /// Takes over what came into doubt.
    pub(super) fn take_doubts(&mut self) {
        for doubt in self.context.mends.take_doubts() {
            let expired = self.context.ledger.may_have_expired(life::later_ms(&self.context));
            let counts = match doubt.why {
                // Errors count for nothing where keys differ by choice.
                Why::Unheard => expired || !self.diverges_by_choice(),
                Why::Late => expired,
                // Executed twice is worse than a choice undone for the keys that it is about.
                Why::Unguarded => true,
            };
            if counts {
                let Span { from: at, database, to, .. } = doubt.span;
                self.doubts.push_back(Search { at, database, to, swapped: BTreeSet::new() });
            }
        }
    }

    /// Looks through what is in doubt, as far as there is room for keys to be read again.
    pub(super) fn look_at_doubts(&mut self) -> Result<()> {
        while self.pending.len() < PENDING_MAX
            && let Some(mut search) = self.doubts.pop_front()
        {
            let keys = self.next_page(&mut search)?;
            self.pending.extend(keys);
            if search.at < search.to {
                self.doubts.push_front(search);
            }
        }
        Ok(())
    }

    /// The next keys of ours that a part of the stream writes.
    fn next_page(&self, search: &mut Search) -> Result<BTreeMap<KeyOf, SourceKey>> {
        let mut keys = BTreeMap::new();
        if self.context.spool.progress().start > search.at {
            // The spool keeps what is in doubt; what it cannot keep is fetched before.
            search.at = search.to;
            return Ok(keys);
        }
        if search.swapped.is_empty() {
            search.swapped = swapped_in(self.context.spool, search.at, search.to)?;
        }
        let mut frames = Frames::new(self.context.spool.reader(search.at));
        while keys.len() < PENDING_MAX
            && search.at < search.to
            && let Some(frame) = frames.next()?
        {
            search.at = frame.end;
            let name = Name::of(frames.argument(&frame, 0).unwrap_or_default());
            let mut fetched = Vec::new();
            let Some(arguments) = frames.arguments(&frame, self.context.spool, &mut fetched)?
            else {
                let words = Crossing::TooLong.of(&name);
                return Err(Error::new(ErrorKind::SelectionCrossed, Side::Source, words));
            };
            if name.bytes() == b"SELECT" {
                search.database = selected(&arguments).unwrap_or(search.database);
                continue;
            }
            if command::lookup(name.bytes()).is_some_and(|info| info.keys == KeySpec::None) {
                continue;
            }
            let place = Place::in_stream(frame.end);
            for key in self.all_concerned(search.database, &name, &arguments, place)? {
                if !key.is_written() {
                    continue;
                }
                if key.whose == Whose::Ours {
                    keys.insert(key.of.clone(), key.source.clone());
                }
                if search.swapped.contains(&key.source.database) {
                    for database in &search.swapped {
                        let moved =
                            self.concerned(*database, &key.source.key, key.access, place)?;
                        if moved.whose == Whose::Ours {
                            keys.insert(moved.of, moved.source);
                        }
                    }
                }
            }
        }
        if keys.len() < PENDING_MAX {
            search.at = search.to;
        }
        Ok(keys)
    }
}

/// The databases that SWAPDB names in a part of the stream.
pub(crate) fn swapped_in(spool: &Arc<Spool>, from: u64, to: u64) -> Result<BTreeSet<u32>> {
    let mut found = BTreeSet::new();
    let mut frames = Frames::new(spool.reader(from));
    while frames.position() < to
        && let Some(frame) = frames.next()?
    {
        if Name::of(frames.argument(&frame, 0).unwrap_or_default()).bytes() == b"SWAPDB" {
            for at in 1..=2 {
                let number = frames.argument(&frame, at).unwrap_or_default();
                found.extend(
                    std::str::from_utf8(number).ok().and_then(|text| text.parse::<u32>().ok()),
                );
            }
        }
    }
    Ok(found)
}
