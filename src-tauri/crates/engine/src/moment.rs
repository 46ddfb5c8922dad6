//! Moments by both of this computer's clocks.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

/// This computer's clock, ms since 1970.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// When something was, by the clock that nobody sets, which stands still while the computer sleeps,
/// and by the one that goes on then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    at: Instant,
    ms: i64,
}

impl Moment {
    pub(crate) fn now() -> Self {
        Self { at: Instant::now(), ms: now_ms() }
    }

    /// The longer of what the two clocks say.
    pub(crate) fn elapsed(&self) -> Duration {
        let by_date = u64::try_from(now_ms().saturating_sub(self.ms)).unwrap_or(0);
        self.at.elapsed().max(Duration::from_millis(by_date))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_computer_that_slept_has_let_time_pass() {
        let now = Moment::now();
        assert!(now.elapsed() < Duration::from_secs(1));
        let before_sleep = Moment { ms: now.ms - 60_000, ..now };
        assert!(before_sleep.elapsed() >= Duration::from_secs(60));
        // A date that was set back says nothing.
        let date_set_back = Moment { ms: now.ms + 60_000, ..now };
        assert!(date_set_back.elapsed() < Duration::from_secs(1));
    }
}
