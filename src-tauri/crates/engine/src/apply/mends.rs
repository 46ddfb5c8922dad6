//! Commands that did something else at the destination than at the source: their keys are read from
//! the source anew.
//!
//! What was found in answers is kept in memory only. Each checkpoint says up to where there is nothing
//! of it left ([`Mends::heard`]): whoever goes on from there, also after a kill, looks at the rest of
//! the stream up to the checkpoint again.

mod commands;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use self::commands::{each_command, to_number, written_keys};
use super::batch::{Batch, Span};
use super::ledger::KeyOf;
use crate::checkpoint::{Checkpoint, Heard, SnapshotProgress};
use crate::error::{Error, ErrorKind, Result, Side};
use crate::moment::Moment;
use crate::phrase;
use crate::source::spool::Spool;
use crate::task::figures::Figures;
use crate::words::Phrase;

/// How often a key's value may be refused in a row before that is an error to stop at.
const TRIES_MAX: u32 = 5;
/// Of how many keys the tries are counted.
const COUNTED_MAX: usize = 1000;

/// A command of a batch with an answer that it did not have at the source.
#[derive(Debug)]
pub(crate) struct Odd {
    /// Its number in the batch.
    pub(crate) command: usize,
    /// `None` where it answered 0: it found no key.
    pub(crate) refusal: Option<Refusal>,
}

/// What the destination said to a command that it refused.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    /// As it is told, with the command.
    pub(crate) why: Phrase,
    /// The words alone.
    pub(crate) text: String,
}

/// A command that the destination refused, and that writes no key.
#[derive(Debug)]
pub(crate) struct Keyless {
    /// Upper case.
    pub(crate) name: Vec<u8>,
    /// The destination's.
    pub(crate) database: u32,
    pub(crate) refusal: Refusal,
}

impl Keyless {
    /// Whether the data are the same without it: messages, and what scripts are called by.
    pub(crate) fn is_without_data(&self) -> bool {
        matches!(self.name.as_slice(), b"PUBLISH" | b"SPUBLISH" | b"SCRIPT" | b"FUNCTION")
    }
}

/// A key that is to be read again, and why.
#[derive(Clone, Debug)]
pub(crate) struct Mend {
    pub(crate) of: KeyOf,
    /// Without values.
    pub(crate) why: Phrase,
    /// A destination that stands before this will be sent the command once more.
    pub(crate) at: u64,
    /// Where the batch with the command began; `None` where what was found does not rest on answers.
    since: Option<Heard>,
}

/// A part of the stream of which it is not known whether it did at the destination what it did at
/// the source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Doubt {
    pub(crate) span: Span,
    pub(crate) why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// Nobody heard, or nobody remembers, what was answered.
    Unheard,
    /// It was executed so late that keys may have expired in between.
    Late,
    /// It was executed outside of a transaction, in part, and may be executed once more.
    Unguarded,
}

/// A destination that executes a transaction so long after it was judged may have let keys expire
/// in between.
const LATE: Duration = Duration::from_secs(1);

/// What lanes found and the destination is still owed: the task's, since a connection may break
/// between the two.
pub(crate) struct Mends {
    inner: Mutex<Inner>,
    /// Whether there may be anything that was not taken: asked for every command of the stream.
    news: AtomicBool,
    /// Rings when something was added.
    pub(crate) bell: Notify,
    figures: Arc<Figures>,
}

#[derive(Default)]
struct Inner {
    found: Owed<Mend>,
    doubts: Owed<Doubt>,
    tries: BTreeMap<KeyOf, u32>,
    /// The snapshot that all of it belongs to.
    snapshot: u32,
    /// The answers were heard up to here.
    heard: Option<Heard>,
    /// What is owed began here, or later.
    owed_from: Option<Heard>,
    /// What was executed outside of a transaction since the connection began.
    unguarded: Option<Unguarded>,
}

impl Inner {
    fn owe(&mut self, since: Heard) {
        if self.owed_from.is_none_or(|from| since.offset < from.offset) {
            self.owed_from = Some(since);
        }
    }

    /// Where the earliest of what is owed began.
    fn look_again(&mut self) {
        self.owed_from = None;
        let found: Vec<Heard> = self.found.all().filter_map(|mend| mend.since).collect();
        let doubts: Vec<Heard> = self.doubts.all().map(|doubt| begin_of(&doubt.span)).collect();
        found.into_iter().chain(doubts).for_each(|since| self.owe(since));
    }
}

fn begin_of(span: &Span) -> Heard {
    Heard { offset: span.from, database: span.database }
}

/// A part of the stream that was sent for a transaction which the destination did not begin: some of its
/// commands may have been executed by themselves, without a checkpoint that says so. It is written down,
/// since they may be executed once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Unguarded {
    /// The position before its first command.
    pub(crate) from: u64,
    /// The source database that is selected there.
    pub(crate) database: u32,
    /// The position behind its last one.
    pub(crate) to: u64,
}

impl Unguarded {
    /// From the first beginning to the last end.
    pub(crate) fn with(self, other: Option<Self>) -> Self {
        let Some(other) = other else { return self };
        let first = if other.from < self.from { other } else { self };
        Self { to: self.to.max(other.to), ..first }
    }
}

/// What is to be made up for.
struct Owed<T> {
    /// Not looked at yet.
    new: Vec<T>,
    /// The feeder works at it.
    taken: Vec<T>,
}

impl<T> Default for Owed<T> {
    fn default() -> Self {
        Self { new: Vec::new(), taken: Vec::new() }
    }
}

impl<T: Clone> Owed<T> {
    fn take(&mut self) -> Vec<T> {
        self.taken.extend_from_slice(&self.new);
        std::mem::take(&mut self.new)
    }

    /// What `stays` has to be done anew.
    fn begin_again(&mut self, stays: impl FnMut(&T) -> bool) {
        self.new.append(&mut self.taken);
        self.new.retain(stays);
    }

    fn all(&self) -> impl Iterator<Item = &T> {
        self.taken.iter().chain(&self.new)
    }

    fn count(&self) -> u64 {
        (self.new.len() + self.taken.len()) as u64
    }
}

impl Mends {
    pub(crate) fn new(figures: Arc<Figures>) -> Self {
        Self { inner: Mutex::default(), news: AtomicBool::new(false), bell: Notify::new(), figures }
    }

    /// A connection begins at `start`; `answered` is the last checkpoint that an earlier one heard of.
    /// What that one found and did not come to make up for is to be done again, and what is written
    /// down as `unguarded`.
    pub(crate) fn begin(
        &self,
        answered: Option<&Checkpoint>,
        start: &Checkpoint,
        unguarded: Option<Unguarded>,
    ) {
        let mut inner = self.lock();
        let here = start.here();
        let same = std::mem::replace(&mut inner.snapshot, start.snapshot) == start.snapshot;
        inner.tries.clear();
        // What lies behind is applied again, and found again.
        inner.found.begin_again(|mend| same && mend.at <= here.offset);
        inner.doubts.begin_again(|doubt| {
            same && doubt.span.to <= here.offset && doubt.why != Why::Unguarded
        });
        inner.unguarded = None;
        if let Some(Unguarded { from, database, to }) = unguarded {
            let span = Span { from, database, to, judged_at: Moment::now() };
            inner.doubts.new.push(Doubt { span, why: Why::Unguarded });
        }
        // What is applied though nobody heard its answer may have been odd as well. A destination
        // that fell back may also have lost what made up for something.
        let heard = answered
            .filter(|answered| {
                answered.snapshot == start.snapshot
                    && answered.snapshot_progress == SnapshotProgress::Whole
                    && answered.position.offset <= here.offset
            })
            .map_or(start.heard, Checkpoint::here);
        if start.snapshot_progress == SnapshotProgress::Whole && heard.offset < here.offset {
            let Heard { offset: from, database } = heard;
            let span = Span { from, database, to: here.offset, judged_at: Moment::now() };
            inner.doubts.new.push(Doubt { span, why: Why::Unheard });
        }
        inner.heard = Some(here);
        inner.look_again();
        self.tell(&inner);
    }

    /// The stream begins here: from now on it is known which database is selected.
    pub(crate) fn stream_begins(&self, base: &Checkpoint) {
        self.lock().heard = Some(base.here());
    }

    /// Up to where all answers were looked at, and nothing is owed.
    pub(crate) fn heard(&self) -> Heard {
        let inner = self.lock();
        let heard = inner.heard.unwrap_or(Heard { offset: 0, database: 0 });
        inner.owed_from.filter(|from| from.offset < heard.offset).unwrap_or(heard)
    }

    /// The answers of a batch are looked at: what they asked for was noted.
    pub(crate) fn hear(&self, batch: &Batch) {
        let mut inner = self.lock();
        if let Some(span) = &batch.span
            && span.judged_at.elapsed() > LATE
        {
            inner.doubts.new.push(Doubt { span: *span, why: Why::Late });
            inner.owe(begin_of(span));
            self.tell(&inner);
            self.bell.notify_one();
        }
        inner.heard =
            Some(Heard { offset: batch.reached.offset, database: batch.reached.database });
    }

    /// The destination was sent these parts of the stream for transactions, and began none.
    pub(crate) fn unguarded(&self, spans: impl Iterator<Item = Span>) {
        let mut inner = self.lock();
        for Span { from, database, to, .. } in spans {
            inner.unguarded = Some(Unguarded { from, database, to }.with(inner.unguarded));
        }
    }

    /// What was noted of that since the connection began.
    pub(crate) fn take_unguarded(&self) -> Option<Unguarded> {
        self.lock().unguarded.take()
    }

    /// Notes the keys of a batch's odd commands. Those that were refused and write no key, of which
    /// nothing can be read anew, are given back.
    pub(crate) fn add(
        &self,
        batch: &Batch,
        odd: &[Odd],
        spool: &Arc<Spool>,
    ) -> Result<Vec<Keyless>> {
        let mut found = Vec::new();
        let mut keyless = Vec::new();
        let mut refused = Vec::new();
        let mut database = 0;
        each_command(batch, spool, |number, words| {
            let name = words.first().copied().unwrap_or_default().to_ascii_uppercase();
            if name == b"SELECT" {
                database = to_number(words.get(1)).unwrap_or(database);
            }
            if let Some(odd) = odd.iter().find(|odd| odd.command == number) {
                let why = match &odd.refusal {
                    Some(refusal) => refusal.why.clone(),
                    None => {
                        phrase!(
                            "failure.no_key",
                            command = String::from_utf8_lossy(&name).into_owned()
                        )
                    }
                };
                let keys = written_keys(&name, words, database);
                if let (true, Some(refusal)) = (keys.is_empty(), &odd.refusal) {
                    let refusal = refusal.clone();
                    keyless.push(Keyless { name: name.clone(), database, refusal });
                }
                let at = batch.reached.offset;
                let since = batch.span.as_ref().map(begin_of);
                // Reading again helps against whatever a command answered, but not against this.
                if name == b"RESTORE" && odd.refusal.is_some() {
                    refused.push((
                        KeyOf::new(database, words.get(1).unwrap_or(&&b""[..])),
                        why.clone(),
                    ));
                }
                found.extend(keys.into_iter().map(|of| Mend { of, why: why.clone(), at, since }));
            }
        })?;
        let mut inner = self.lock();
        // First of all: it stays owed also where this is the error to stop at.
        found.iter().filter_map(|mend| mend.since).for_each(|since| inner.owe(since));
        inner.found.new.append(&mut found);
        self.tell(&inner);
        for (of, why) in refused {
            if inner.tries.len() >= COUNTED_MAX {
                inner.tries.clear();
            }
            let tries = inner.tries.entry(of).or_default();
            *tries += 1;
            if *tries > TRIES_MAX {
                let error = Error::new(ErrorKind::WriteRefused, Side::Destination, why);
                return Err(error);
            }
        }
        self.bell.notify_one();
        Ok(keyless)
    }

    /// Whether anything was found since it was asked last.
    pub(crate) fn has_news(&self) -> bool {
        self.news.load(Ordering::Acquire) && self.news.swap(false, Ordering::AcqRel)
    }

    /// Parts of the stream that came into doubt since the last call.
    pub(crate) fn take_doubts(&self) -> Vec<Doubt> {
        self.lock().doubts.take()
    }

    /// What was found since the last call.
    pub(crate) fn take(&self) -> Vec<Mend> {
        self.lock().found.take()
    }

    /// Notes a key that the feeder reads again for a reason of its own, from this place on.
    pub(crate) fn taken(&self, of: KeyOf, why: Phrase, at: u64) {
        let mut inner = self.lock();
        inner.found.taken.push(Mend { of, why, at, since: None });
        self.tell(&inner);
    }

    /// Whether anything was taken that is not made up for.
    pub(crate) fn has_taken(&self) -> bool {
        let inner = self.lock();
        !inner.found.taken.is_empty() || !inner.doubts.taken.is_empty()
    }

    /// The destination has what makes up for all that was taken.
    pub(crate) fn settle(&self) {
        let mut inner = self.lock();
        inner.found.taken.clear();
        inner.doubts.taken.clear();
        inner.look_again();
        if inner.found.new.is_empty() {
            inner.tries.clear();
        }
        self.tell(&inner);
    }

    fn tell(&self, inner: &Inner) {
        self.figures.set_odd(inner.found.count() + inner.doubts.count());
        if !inner.found.new.is_empty() || !inner.doubts.new.is_empty() {
            self.news.store(true, Ordering::Release);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
