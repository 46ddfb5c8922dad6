//! How much a server takes of the lane's connection at once.
//!
//! A server answers once for all that it has read of a connection: for 16 KiB, as a rule, and each time
//! whoever waits for the answer is woken. An argument of 32 KiB and more leaves it with a query buffer
//! that is as long (`processMultibulkBuffer` in networking.c), and since 7.0 it reads as much as there is
//! room for (`readQueryFromClient`): 100,000 SETs of 134 bytes in 42 reads in place of 647, by Redis 7.0
//! and 8.2. So it is asked for a key with a long name, which nobody has. Room that was not used for
//! 100 ms it cuts off again (`clientsCronResizeQueryBuffer`), so it is asked now and then.
//!
//! Where transactions are sent this gains nothing: their answers come with EXEC.

use keyferry_protocol::resp;

use crate::checkpoint::OWN_KEY_PREFIX;

/// For so much there is to be room, bytes.
const NAME_BYTES: usize = 256 * 1024;
/// After so much it is asked again, bytes: the question is a hundredth of it.
const ASKED_EVERY: u64 = 24 * 1024 * 1024;
/// What comes before the first question, bytes: a small copy needs none.
const ASKED_AFTER: u64 = 3 * 1024 * 1024;
/// The first version that reads more, and that Valkey says of itself.
const READS_MORE: (u16, u16, u16) = (7, 0, 0);

/// What a server is asked, and when.
pub(crate) struct Intake {
    /// Bytes until it is asked next.
    left: u64,
}

impl Intake {
    /// For a server of this version, if that is of use to it.
    pub(crate) fn of(version: (u16, u16, u16)) -> Option<Self> {
        (version >= READS_MORE).then_some(Self { left: ASKED_AFTER })
    }

    /// What is asked before a batch of so many bytes, if it is time. Its one answer means nothing.
    pub(super) fn before(&mut self, bytes: u64) -> Option<Vec<u8>> {
        if self.left > 0 {
            self.left = self.left.saturating_sub(bytes);
            return None;
        }
        self.left = ASKED_EVERY.saturating_sub(bytes);
        let mut name = OWN_KEY_PREFIX.as_bytes().to_vec();
        name.resize(NAME_BYTES, b'-');
        let mut question = Vec::with_capacity(NAME_BYTES + 64);
        resp::put_command(&mut question, &[b"GET", &name]);
        Some(question)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_asked_now_and_then_and_where_it_helps() {
        const MIB: u64 = 1024 * 1024;
        let mut intake = Intake::of((7, 0, 15)).unwrap();
        let asked: Vec<u64> = (0..60).filter(|_| intake.before(MIB).is_some()).collect();
        assert_eq!(asked, [3, 27, 51], "before which mebibyte");
        let mut intake = Intake::of((8, 2, 0)).unwrap();
        assert!(intake.before(100 * MIB).is_none(), "nothing has gone yet");
        assert!(intake.before(100 * MIB).is_some());
        assert!(intake.before(0).is_some(), "behind a huge value it is as it was at first");
        assert!(Intake::of((6, 2, 14)).is_none());
    }
}
