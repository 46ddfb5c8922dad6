//! How much a server takes of the lane's connection at once, and whether it has others to serve.
//!
//! A server answers once for all that it has read of a connection: for 16 KiB, as a rule, and each time
//! whoever waits for the answer is woken. An argument of 32 KiB and more leaves it with a query buffer
//! that is as long (`processMultibulkBuffer` in networking.c), and since 7.0 it reads as much as there is
//! room for (`readQueryFromClient`): 100,000 SETs of 134 bytes in 42 reads in place of 694, by Redis 7.0
//! and 8.2. So it is asked for a key with a long name, which nobody has. Room that was not used for
//! 100 ms it cuts off again (`clientsCronResizeQueryBuffer`), so it is asked now and then.
//!
//! But whoever else is connected then waits behind as much, and another task gets less than its share.
//! So the server is asked before how many commands it has processed in all: while there are others than
//! this connection's it is asked for no room, and what it has is taken back, by a name that is
//! short, and by sending nothing until the server has cut off the rest.
//!
//! Where transactions are sent this gains nothing: their answers come with EXEC. And some proxy may take
//! a long name for an attack and hang up: one that did not answer it is not asked again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use keyferry_protocol::resp;

use crate::checkpoint::OWN_KEY_PREFIX;
use crate::control::Info;

/// For so much there is to be room, bytes.
const WIDE_BYTES: usize = 256 * 1024;
/// The shortest argument that is given a buffer of its own, in place of the one that is there, bytes
/// (`PROTO_MBULK_BIG_ARG`).
const NARROW_BYTES: usize = 32 * 1024;
/// After so much it is asked for room again, bytes: the question is a hundredth of it.
const WIDE_EVERY: u64 = 24 * 1024 * 1024;
/// After so much it is asked for its number of commands, bytes: 50 ms of a copy at full speed.
const COUNTED_EVERY: u64 = 4 * 1024 * 1024;
/// What comes before the first question, bytes: a small copy needs none.
const COUNTED_AFTER: u64 = 1024 * 1024;
/// A server looks at a client's buffer ten times a second, where it has few: the first time it sees that
/// less was read, the second time it cuts off what is left beyond 16 KiB.
const TRIMMED_AFTER: Duration = Duration::from_millis(250);
/// The first version that reads more, and that Valkey says of itself.
const READS_MORE: (u16, u16, u16) = (7, 0, 0);
/// Commands of others that are forgotten with each count: whoever looks after the server, we among
/// them, asks it a dozen things a second.
const FORGOTTEN: u64 = 1;
/// From so many remembered commands on, others use the server.
const COMPANY: u64 = 32;
/// No more are remembered: when no more come it has company for as many counts, three seconds of a copy
/// at full speed.
const REMEMBERED: u64 = 64;

/// What a server is asked, and when.
pub(crate) struct Intake {
    /// Bytes until it is asked for its number of commands.
    to_count: u64,
    /// What was sent since it was asked for room, bytes; `None` where it has none of ours.
    room: Option<u64>,
    names: LongNames,
}

/// Whether a long name was sent to a server that has not answered it; of all sessions with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct LongNames(Arc<AtomicBool>);

impl LongNames {
    /// One is sent.
    fn send(&self) -> Self {
        self.0.store(true, Ordering::Relaxed);
        self.clone()
    }

    /// It was answered.
    pub(super) fn answered(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    fn are_safe(&self) -> bool {
        !self.0.load(Ordering::Relaxed)
    }
}

/// What is to be sent before a batch.
pub(super) struct Question {
    pub(super) bytes: Vec<u8>,
    /// Where a key is asked for behind the number of commands.
    pub(super) name: Option<LongNames>,
    /// A short argument has a buffer of its own only where nothing else is in the one that is there:
    /// everything before must have been answered, and nothing may follow until it is.
    pub(super) by_itself: bool,
    /// What is behind it waits for so long.
    pub(super) rest: Duration,
}

impl Intake {
    /// For a server of this version, if that is of use to it and it was not lost by it.
    pub(crate) fn of(version: (u16, u16, u16), names: &LongNames) -> Option<Self> {
        (version >= READS_MORE && names.are_safe()).then(|| Self {
            to_count: COUNTED_AFTER,
            room: None,
            names: names.clone(),
        })
    }

    /// What is asked before a batch of so many bytes, if it is time, by what is known of others.
    pub(super) fn before(&mut self, bytes: u64, company: Company) -> Option<Question> {
        let due = self.to_count == 0;
        self.to_count = self.to_count.saturating_sub(bytes);
        if company != Company::Alone
            && let Some(question) = self.take_back(TRIMMED_AFTER)
        {
            return Some(question);
        }
        self.room = self.room.map(|since| since + bytes);
        if !due || company == Company::Untold {
            return None;
        }
        self.to_count = COUNTED_EVERY.saturating_sub(bytes);
        let asks = company == Company::Alone && self.room.is_none_or(|since| since > WIDE_EVERY);
        if asks {
            self.room = Some(bytes);
        }
        Some(match asks {
            true => self.with_name(WIDE_BYTES, Duration::ZERO),
            false => {
                Question { bytes: count(), name: None, by_itself: false, rest: Duration::ZERO }
            }
        })
    }

    /// What takes the room back, where there is any.
    pub(super) fn take_back(&mut self, rest: Duration) -> Option<Question> {
        self.room.take().map(|_| self.with_name(NARROW_BYTES, rest))
    }

    fn with_name(&self, length: usize, rest: Duration) -> Question {
        let mut name = OWN_KEY_PREFIX.as_bytes().to_vec();
        name.resize(length, b'-');
        let mut bytes = count();
        resp::put_command(&mut bytes, &[b"GET", &name]);
        let by_itself = length == NARROW_BYTES;
        Question { bytes, name: Some(self.names.send()), by_itself, rest }
    }
}

/// Asks for the number of commands.
fn count() -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64);
    resp::put_command(&mut bytes, &[b"INFO", b"stats"]);
    bytes
}

/// Whether the server has others to serve than the lane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Company {
    /// It was not asked twice yet.
    #[default]
    Unknown,
    Alone,
    Others,
    /// It does not say, or refuses a question: it is asked nothing more.
    Untold,
}

/// Finds that out, of the lane's answers.
#[derive(Debug, Default)]
pub(super) struct Count {
    company: Company,
    /// What the server had processed when it was asked last.
    total: Option<u64>,
    /// What of the lane's it has processed since.
    own: u64,
    /// Commands of others that are remembered.
    others: u64,
}

impl Count {
    /// So many commands of the lane were answered.
    pub(super) fn answered(&mut self, commands: usize) {
        self.own += commands as u64;
    }

    /// A question was answered: how many commands the server has processed, with the one that asks,
    /// if it says so. The question itself is [`Self::answered`] afterwards.
    pub(super) fn told(&mut self, total: Option<u64>) {
        let Some(total) = total.filter(|_| self.company != Company::Untold) else {
            self.company = Company::Untold;
            return;
        };
        if let Some(before) = self.total.replace(total) {
            let others = total.saturating_sub(before).saturating_sub(self.own);
            self.others = (self.others + others).saturating_sub(FORGOTTEN).min(REMEMBERED);
            self.company = match self.company {
                Company::Others if self.others > 0 => Company::Others,
                _ if self.others >= COMPANY => Company::Others,
                _ => Company::Alone,
            };
        }
        self.own = 0;
    }

    pub(super) fn company(&self) -> Company {
        self.company
    }
}

/// The number of commands in the answer to a question.
pub(super) fn total_in(stats: &[u8]) -> Option<u64> {
    Info::parse(&String::from_utf8_lossy(stats)).number("total_commands_processed")
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024 * 1024;

    /// Before which of so many batches of a mebibyte it is asked for room, and where it is taken back.
    fn asked(intake: &mut Intake, batches: u32, company: Company) -> (Vec<u32>, Vec<u32>) {
        let (mut room, mut back) = (Vec::new(), Vec::new());
        for batch in 0..batches {
            match intake.before(MIB, company) {
                Some(question) if question.by_itself => back.push(batch),
                Some(question) if question.name.is_some() => room.push(batch),
                _ => (),
            }
        }
        (room, back)
    }

    #[test]
    fn it_is_asked_now_and_then_and_where_it_helps() {
        let names = LongNames::default();
        assert!(Intake::of((6, 2, 14), &names).is_none());
        let mut intake = Intake::of((8, 2, 0), &names).unwrap();
        assert!(intake.before(100 * MIB, Company::Unknown).is_none(), "nothing has gone yet");
        let question = intake.before(MIB, Company::Unknown).unwrap();
        assert!(question.name.is_none() && !question.by_itself && names.are_safe());
        assert_eq!(asked(&mut intake, 60, Company::Alone), (vec![3, 27, 51], vec![]));
        // Others come, stay, and go.
        assert_eq!(asked(&mut intake, 60, Company::Others), (vec![], vec![0]));
        assert_eq!(asked(&mut intake, 4, Company::Alone), (vec![3], vec![]));
        assert!(intake.take_back(Duration::ZERO).unwrap().by_itself);
        assert!(intake.take_back(Duration::ZERO).is_none());
        assert_eq!(asked(&mut intake, 4, Company::Alone), (vec![3], vec![]));
        // One that refuses a question hears none but the one that takes the room back.
        assert_eq!(asked(&mut intake, 1, Company::Untold), (vec![], vec![0]));
        assert!((0..60).all(|_| intake.before(MIB, Company::Untold).is_none()));
        assert!(Intake::of((8, 2, 0), &names).is_none(), "it has answered none of them");
        names.answered();
        assert!(Intake::of((8, 2, 0), &names).is_some());
    }

    #[test]
    fn what_others_sent_is_what_the_server_counted_beyond_the_lanes_own() {
        let mut count = Count::default();
        let mut total = 1000;
        // The server is asked once more, after as many commands of the lane's and of others.
        let mut next = |own: usize, others: u64| {
            count.answered(own);
            total += own as u64 + others + 1;
            count.told(Some(total));
            count.answered(1);
            count.company()
        };
        assert_eq!(next(5000, 5000), Company::Unknown, "there is nothing to compare it with");
        assert_eq!(next(400, 0), Company::Alone);
        // Who looks after it, a dozen questions a second.
        for _ in 0..20 {
            assert_eq!(next(400, 12), Company::Alone);
            (0..49).for_each(|_| assert_eq!(next(400, 0), Company::Alone));
        }
        // A client that waits for each of its answers.
        let seen: Vec<_> = (0..6).map(|_| next(400, 9)).collect();
        assert_eq!(seen, [[Company::Alone; 3], [Company::Others; 3]].concat());
        assert_eq!(next(400, 100_000), Company::Others);
        for _ in 1..REMEMBERED {
            assert_eq!(next(400, 0), Company::Others, "it may come back");
        }
        assert_eq!(next(400, 0), Company::Alone);
        assert_eq!(next(400, 100_000), Company::Others, "another copy is noticed at once");
    }

    #[test]
    fn one_that_tells_nothing_is_asked_nothing() {
        let mut count = Count::default();
        count.told(total_in(b"# Stats\r\ntotal_commands_processed:17\r\nother:1\r\n"));
        count.told(Some(18));
        assert_eq!(count.company(), Company::Alone);
        count.told(total_in(b"# Stats\r\n"));
        assert_eq!(count.company(), Company::Untold);
        count.told(Some(19));
        assert_eq!(count.company(), Company::Untold);
        // Its statistics were reset.
        let mut count = Count::default();
        [1000, 3].into_iter().for_each(|total| count.told(Some(total)));
        assert_eq!(count.company(), Company::Alone);
    }
}
