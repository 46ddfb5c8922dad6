//! Expiries: no key of the destination may die before the stream says so.
//!
//! A destination is a primary. An expiry that has passed ends a key at once, and one that passes
//! before we have caught up ends it before a renewal that is still under way arrives. So, while the
//! task is behind, keys are written without them; they are noted, and given once it has caught up.

use std::time::Duration;

use keyferry_protocol::command::{self, Expiring, FieldLife};
use tokio::time::Instant;

use super::judge::{Verdict, words};
use super::name::Name;
use super::whose::Concerned;
use super::{BatchBuilder, Frame, KeyOf, Place, StreamContext, StreamFeeder};
use crate::apply::ledger::{Ledger, WHOLE};
use crate::error::Result;
use crate::moment::{Moment, now_ms};
use crate::spec::Stages;

/// Who is not farther behind counts as caught up, as far as expiries are concerned.
const BEHIND_FROM: Duration = Duration::from_secs(2);
/// While behind, expiries within this time are withheld, and within a multiple of the time for which
/// the task has been behind. What is given in spite of that and passes too early is noticed
/// ([`Ledger::may_have_expired`]).
const HORIZON: Duration = Duration::from_secs(60 * 60);
const HORIZON_FACTOR: u32 = 4;
/// How often withheld expiries are looked at once the task has caught up.
const SETTLE_EVERY: Duration = Duration::from_millis(200);
/// Expiries given in one batch.
const SETTLED_AT_ONCE: usize = 4000;
/// A destination from here on takes SET with a date.
const SET_PXAT: (u16, u16, u16) = (6, 2, 0);

/// How far behind the task is, and what time it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tempo {
    /// Since when; `None` once caught up.
    behind_since: Option<Instant>,
    /// The later of both servers' clocks, when it was looked at last.
    now_ms: i64,
    looked_at: Moment,
}

impl Tempo {
    /// Behind, from now on.
    pub(crate) fn new() -> Self {
        Self { behind_since: Some(Instant::now()), now_ms: now_ms(), looked_at: Moment::now() }
    }

    /// What the clocks say; `ahead_ms` is how far that of a server is ahead of this computer's.
    pub(crate) fn tick(&mut self, ahead_ms: i64) {
        self.looked_at = Moment::now();
        self.now_ms = now_ms() + ahead_ms.max(0);
    }

    /// Looks at the clocks, and whether the stream's `position` is what the source said lately.
    pub(super) fn look(&mut self, context: &StreamContext<'_>, position: u64) {
        self.tick(clocks_ahead_ms(context));
        let fresh = context.figures.known_lag(position).is_some_and(|lag| lag <= BEHIND_FROM);
        self.behind_since =
            if fresh { None } else { self.behind_since.or_else(|| Some(Instant::now())) };
    }

    pub(super) fn is_behind(&self) -> bool {
        self.behind_since.is_some()
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// When the clocks were looked at last: whatever is judged since is judged by that time.
    pub(super) fn looked_at(&self) -> Moment {
        self.looked_at
    }

    /// Whether an expiry must not be given now.
    pub(crate) fn withholds(&self, at_ms: i64) -> bool {
        let horizon = self.behind_since.map_or(Duration::ZERO, |since| {
            HORIZON.max(since.elapsed().saturating_mul(HORIZON_FACTOR))
        });
        let horizon = i64::try_from(horizon.as_millis()).unwrap_or(i64::MAX);
        at_ms <= self.now_ms.saturating_add(horizon)
    }
}

/// How far the later of both servers' clocks is ahead of this computer's.
fn clocks_ahead_ms(context: &StreamContext<'_>) -> i64 {
    context.figures.source_clock_ahead_ms().max(context.session.clock_ahead_ms).max(0)
}

/// The later of both servers' clocks, now.
pub(super) fn later_ms(context: &StreamContext<'_>) -> i64 {
    now_ms() + clocks_ahead_ms(context)
}

/// Whether expiries are withheld at all: a task without a stream never catches up with anything.
pub(crate) fn applies_to(stages: Stages) -> bool {
    stages.incremental
}

/// Notes an expiry that a key gets at `place`: true where it is to be written without it.
pub(super) fn note_expiry(
    ledger: &mut Ledger,
    tempo: &Tempo,
    of: KeyOf,
    at_ms: i64,
    place: Place,
) -> Result<bool> {
    if tempo.withholds(at_ms) {
        ledger.withhold(of, at_ms, place)?;
        Ok(true)
    } else {
        ledger.free(&of, place)?;
        ledger.arm(at_ms);
        Ok(false)
    }
}

impl StreamFeeder<'_> {
    /// A command that gives keys of ours an expiry; `None` where it gives none.
    pub(super) fn expiring(
        &mut self,
        name: &Name,
        frame: &Frame,
        arguments: &[&[u8]],
        keys: &[Concerned],
        here: u32,
    ) -> Result<Option<Verdict>> {
        let ahead = self.context.figures.source_clock_ahead_ms();
        let arrived = i64::try_from(frame.arrived_ms).unwrap_or(i64::MAX).saturating_add(ahead);
        let ran_at = self.context.clock.ran_at(frame.start, frame.end, arrived);
        let Some(Expiring { at_ms, bare }) = command::take_expiry(arguments, ran_at.ms) else {
            return Ok(None);
        };
        let written: Vec<&Concerned> = keys.iter().filter(|key| key.is_written()).collect();
        // The same command at another time would end at another time, where it is a duration.
        let is_duration = command::take_expiry(arguments, ran_at.ms.saturating_add(1))
            .is_some_and(|other| other.at_ms != at_ms);
        if (is_duration && !ran_at.is_sure) || (bare.is_some() && !frame.is_whole()) {
            return Ok(Some(self.reread(&written)));
        }
        let place = Place::in_stream(frame.end);
        let owed = !self.context.ledger.owes_nothing();
        let mut withheld = false;
        for key in &written {
            let of = key.of.clone();
            withheld |= note_expiry(self.context.ledger, &self.tempo, of, at_ms, place)?;
        }
        let key = arguments.get(1).copied().unwrap_or_default();
        if withheld {
            let command = match bare {
                Some(bare) => bare.into_iter().map(std::borrow::Cow::into_owned).collect(),
                // It may have an earlier one.
                None => words(&[b"PERSIST", key]),
            };
            return Ok(Some(Verdict::Send {
                database: here,
                commands: vec![command],
                watched: false,
            }));
        }
        let date = at_ms.to_string().into_bytes();
        Ok(Some(match bare {
            // A condition would not hold at a key that is still without an expiry.
            None if is_duration || owed || name.bytes() != b"PEXPIREAT" => Verdict::Send {
                database: here,
                commands: vec![words(&[b"PEXPIREAT", key, &date])],
                watched: true,
            },
            None => Verdict::ForwardWatched(here),
            Some(_) if !is_duration => Verdict::Forward(here),
            Some(bare) => {
                let mut first: Vec<Vec<u8>> =
                    bare.into_iter().map(std::borrow::Cow::into_owned).collect();
                let mut commands = Vec::new();
                match first.first().map(Vec::as_slice) {
                    Some(b"RESTORE") => {
                        if let Some(ttl) = first.get_mut(2) {
                            *ttl = date;
                        }
                        first.push(b"ABSTTL".to_vec());
                        commands.push(first);
                    }
                    Some(b"SET") if self.context.session.version >= SET_PXAT => {
                        first.extend([b"PXAT".to_vec(), date]);
                        commands.push(first);
                    }
                    _ => {
                        commands.push(first);
                        commands.extend(
                            written.iter().map(|k| words(&[b"PEXPIREAT", &k.of.key, &date])),
                        );
                    }
                }
                Verdict::Send { database: here, commands, watched: false }
            }
        }))
    }

    /// A command that changes how long fields of hashes live: while behind, some may have ended here
    /// before, or end before they are renewed. It is sent as it is, and the hash is read again once
    /// the task has caught up.
    pub(super) fn note_fields(
        &mut self,
        name: &Name,
        arguments: &[&[u8]],
        keys: &[Concerned],
        place: Place,
    ) -> Result<()> {
        let until = match command::field_life(name.bytes(), arguments, self.tempo.now_ms) {
            FieldLife::Untouched => return Ok(()),
            FieldLife::Until(at_ms) => Some(at_ms),
            FieldLife::Changed => None,
        };
        let early = until.is_none_or(|at_ms| self.tempo.withholds(at_ms));
        for key in keys.iter().filter(|key| key.is_written()) {
            if self.tempo.is_behind() && early {
                self.context.ledger.owe_whole(key.of.clone(), place)?;
            }
        }
        until.into_iter().for_each(|at_ms| self.context.ledger.arm(at_ms));
        Ok(())
    }

    /// Whether withheld expiries can be given now.
    pub(super) fn is_settle_due(&self) -> bool {
        !self.place.in_transaction
            && !self.tempo.is_behind()
            && !self.context.ledger.owes_nothing()
            && Instant::now() >= self.settle_at
    }

    /// Gives withheld expiries to the destination, those that have passed at the source included.
    pub(super) async fn settle(&mut self, batch: &mut BatchBuilder, position: u64) -> Result<()> {
        // What is noted must be on disk to be found, and before what is given.
        self.send(batch, position).await?;
        let page = self.context.ledger.page(self.settle_after.as_ref(), SETTLED_AT_ONCE)?;
        let whole_page = page.len() == SETTLED_AT_ONCE;
        self.settle_after = if whole_page { page.last().map(|(of, _)| of.clone()) } else { None };
        if !whole_page {
            self.settle_at = Instant::now() + SETTLE_EVERY;
        }
        // What had passed when the source stood here is over there too.
        let over_by = self.context.clock.time_at(position).unwrap_or(i64::MIN);
        let place = Place::in_stream(position);
        for (of, at_ms) in page {
            if at_ms == WHOLE {
                // Whatever is read now is as good as the stream up to here.
                if let Some(source) = self.source_of(&of) {
                    self.pending.insert(of, source);
                } else {
                    self.context.ledger.settle(&of, place)?;
                }
                continue;
            }
            if at_ms <= self.tempo.now_ms() && at_ms > over_by {
                continue;
            }
            if self.is_newer(&of, place)? {
                // Its value is ahead of the stream, and its expiry with it: that is no reason to
                // wait, since nothing that is applied before touches the key.
                if at_ms <= self.tempo.now_ms() {
                    continue;
                }
            }
            batch.select(of.database);
            if at_ms > over_by {
                batch.watch_next();
            }
            let date = at_ms.to_string();
            batch.command(&[b"PEXPIREAT", &of.key, date.as_bytes()]);
            self.context.ledger.settle(&of, place)?;
            self.context.ledger.arm(at_ms);
        }
        if !batch.is_empty() || !self.pending.is_empty() {
            self.send(batch, position).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_near_expiries_are_withheld_and_caught_up_only_those_that_have_passed() {
        let mut tempo = Tempo::new();
        tempo.tick(0);
        let now = tempo.now_ms();
        let horizon = i64::try_from(HORIZON.as_millis()).unwrap();
        assert!(tempo.withholds(now - 5) && tempo.withholds(now + horizon - 1));
        assert!(!tempo.withholds(now + horizon + 60_000));
        tempo.behind_since = None;
        assert!(tempo.withholds(now) && !tempo.withholds(now + 1));
        // The later of the clocks counts.
        tempo.tick(5000);
        assert!(tempo.withholds(now + 4000));
    }
}
