//! When each piece was sent, for how long its answer took, and when bytes went out last.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use super::IN_FLIGHT_MAX;

/// More than can be unanswered: those that are announced, the one that is being answered, and the one
/// that is being sent.
const PLACES: u64 = 2 * IN_FLIGHT_MAX as u64;

/// Written by the half that sends and read by the one that reads.
pub(super) struct SentTimes {
    began: Instant,
    /// Microseconds since then, by the piece's number.
    micros: [AtomicU64; PLACES as usize],
    /// Microseconds until the connection last took bytes.
    moved: AtomicU64,
}

impl SentTimes {
    pub(super) fn new() -> Self {
        Self {
            began: Instant::now(),
            micros: [const { AtomicU64::new(0) }; PLACES as usize],
            moved: AtomicU64::new(0),
        }
    }

    /// The next bytes of this piece go out now. Those that go last count.
    pub(super) fn sent(&self, piece: u64) {
        if let Some(place) = self.place(piece) {
            place.store(self.micros_now(), Ordering::Relaxed);
        }
    }

    /// The connection took bytes just now.
    pub(super) fn moved(&self) {
        self.moved.store(self.micros_now(), Ordering::Relaxed);
    }

    /// When the connection last took bytes.
    pub(super) fn moved_at(&self) -> Instant {
        self.began + Duration::from_micros(self.moved.load(Ordering::Relaxed))
    }

    /// This piece is answered: how long that took.
    pub(super) fn took(&self, piece: u64) -> Duration {
        let sent = self.place(piece).map_or(0, |place| place.load(Ordering::Relaxed));
        self.began.elapsed().saturating_sub(Duration::from_micros(sent))
    }

    fn micros_now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn place(&self, piece: u64) -> Option<&AtomicU64> {
        self.micros.get(usize::try_from(piece % PLACES).unwrap_or(0))
    }
}
