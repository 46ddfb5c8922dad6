//! Whether a server has others to serve than the lane, by how many commands it says it has processed.

use crate::control::Info;

/// Commands of others that are forgotten with each count: whoever looks after the server, we among
/// them, asks it a dozen things a second.
const FORGOTTEN: u64 = 1;
/// From so many remembered commands on, others use the server.
const COMPANY: u64 = 32;
/// No more are remembered: when no more come it has company for as many counts, three seconds of a copy
/// at full speed.
const REMEMBERED: u64 = 64;

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
