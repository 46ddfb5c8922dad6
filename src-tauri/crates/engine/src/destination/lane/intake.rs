//! How much a server takes of the lane's connection at once.
//!
//! A server answers once for all that it has read of a connection: for 16 KiB, as a rule, and each time
//! whoever waits for the answer is woken. An argument of 32 KiB and more leaves it with a query buffer
//! that is as long (`processMultibulkBuffer` in networking.c), and since 7.0 it reads as much as there is
//! room for (`readQueryFromClient`): 100,000 SETs of 134 bytes in 42 reads in place of 694, by Redis 7.0
//! and 8.2. So it is asked for a key with a long name, which nobody has. Room that was not used for
//! 100 ms it cuts off again (`clientsCronResizeQueryBuffer`), so it is asked now and then.
//!
//! But whoever else is connected then waits behind as much, and another task gets less than its share.
//! So the server is asked for room only while it is seen to serve nobody else ([`super::company`]); when others
//! come what it has is taken back, by a name that is short, and by sending nothing until the server has
//! cut off the rest.
//!
//! Where transactions are sent this gains nothing: their answers come with EXEC. And some proxy may take
//! a long name for an attack and hang up: one that did not answer it is not asked again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use keyferry_protocol::resp;

use super::company::Company;
use crate::checkpoint::OWN_KEY_PREFIX;

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
}
