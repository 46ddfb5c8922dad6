//! How far away a server is, and how much is asked of it at once.
//!
//! Where one question waits for the answer to the one before, each costs a round trip, whatever is in
//! it: to a server on the other side of a continent they have to be larger.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What a server nearby takes a few milliseconds for is asked of it at once.
const NEAR: Duration = Duration::from_millis(4);
/// So many times that is the most.
const TIMES_MAX: usize = 16;
/// What is under way of several questions at once is so many times what would be of one, at least.
pub(crate) const SEVERAL: usize = 4;
/// As many samples are remembered.
const SAMPLES: usize = 16;

/// How many times as much as of a server nearby is asked at once of one that is `round_trip` away.
/// It takes the server no longer than the round trip to answer.
pub(crate) fn times(round_trip: Duration) -> usize {
    let times = round_trip.as_micros() / NEAR.as_micros();
    usize::try_from(times).unwrap_or(TIMES_MAX).clamp(1, TIMES_MAX)
}

/// The same where several questions are under way before the first is answered.
pub(crate) fn times_of_several(round_trip: Duration) -> usize {
    times(round_trip).div_ceil(SEVERAL)
}

/// Whether a server is so far away that waiting for its answers costs more than what it answers.
pub(crate) fn is_far(round_trip: Duration) -> bool {
    round_trip >= NEAR
}

/// The round trip to a server, of how long small questions took: the least of the last ones, since
/// what is more is the time that it was busy with something else.
#[derive(Debug, Default)]
pub(crate) struct RoundTrip {
    samples: Mutex<VecDeque<Duration>>,
    least_us: AtomicU64,
}

impl RoundTrip {
    /// Another server, or another way to it.
    pub(crate) fn begin(&self, first: Duration) {
        self.samples.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.took(first);
    }

    /// A small question was answered after so long.
    pub(crate) fn took(&self, time: Duration) {
        let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        if samples.len() == SAMPLES {
            samples.pop_front();
        }
        samples.push_back(time);
        let least = samples.iter().min().map_or(0, Duration::as_micros);
        self.least_us.store(u64::try_from(least).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Zero before anything was answered.
    pub(crate) fn least(&self) -> Duration {
        Duration::from_micros(self.least_us.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_is_asked_at_once_as_a_server_answers_in_a_round_trip() {
        let of = |millis| times(Duration::from_millis(millis));
        assert_eq!([0, 3, 4, 8, 50, 64, 400].map(of), [1, 1, 1, 2, 12, 16, 16]);
    }

    #[test]
    fn a_busy_server_is_not_far_and_one_that_moved_away_is() {
        let round_trip = RoundTrip::default();
        assert_eq!(round_trip.least(), Duration::ZERO);
        round_trip.begin(Duration::from_millis(1));
        for _ in 0..SAMPLES - 1 {
            round_trip.took(Duration::from_millis(40));
        }
        assert_eq!(round_trip.least(), Duration::from_millis(1));
        round_trip.took(Duration::from_millis(40));
        assert_eq!(round_trip.least(), Duration::from_millis(40));
        round_trip.begin(Duration::from_millis(50));
        assert_eq!(round_trip.least(), Duration::from_millis(50));
    }
}
