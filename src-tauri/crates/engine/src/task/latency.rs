//! How long the destination takes to answer what it is sent.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use crate::report::LatencyReport;

/// Each power of two of microseconds is cut into so many parts: an error of at most a sixteenth.
const PARTS: u64 = 8;
/// Up to two minutes, which is twice what an answer may take.
const COUNTS: usize = 25 * PARTS as usize;

/// The answers since the figures were last looked at, counted by how long they took. Counting one is an
/// addition: nothing is allocated and nothing locked.
pub(crate) struct Latency {
    counts: [AtomicU32; COUNTS],
    answers: AtomicU64,
}

impl Default for Latency {
    fn default() -> Self {
        Self { counts: [const { AtomicU32::new(0) }; COUNTS], answers: AtomicU64::new(0) }
    }
}

impl Latency {
    /// Something was answered after so long.
    pub(crate) fn took(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        if let Some(count) = self.counts.get(slot_of(micros).min(COUNTS - 1)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.answers.fetch_add(1, Ordering::Relaxed);
    }

    /// How many answers there ever were.
    pub(crate) fn answers(&self) -> u64 {
        self.answers.load(Ordering::Relaxed)
    }

    /// What was counted since this was last called; `None` where nothing was.
    pub(crate) fn take(&self) -> Option<LatencyReport> {
        let counts: [u32; COUNTS] = std::array::from_fn(|slot| {
            self.counts.get(slot).map_or(0, |count| count.swap(0, Ordering::Relaxed))
        });
        let total: u64 = counts.iter().copied().map(u64::from).sum();
        (total > 0).then(|| LatencyReport {
            p50_us: percentile(&counts, total, 50),
            p99_us: percentile(&counts, total, 99),
        })
    }
}

/// Which part of which power of two.
fn slot_of(micros: u64) -> usize {
    let Some(power) = micros.max(1).ilog2().checked_sub(PARTS.ilog2()) else {
        return usize::try_from(micros).unwrap_or(0);
    };
    let part = (micros >> power) - PARTS;
    usize::try_from((u64::from(power) + 1) * PARTS + part).unwrap_or(usize::MAX)
}

/// The middle of a slot, microseconds.
fn middle_of(slot: usize) -> u64 {
    let slot = slot as u64;
    match (slot / PARTS).checked_sub(1) {
        None => slot,
        Some(power) => ((PARTS + slot % PARTS) << power) + ((1 << power) >> 1),
    }
}

/// The time that this percentage of the answers stayed within.
fn percentile(counts: &[u32; COUNTS], total: u64, percent: u64) -> u64 {
    let rank = (total * percent).div_ceil(100);
    let mut seen = 0;
    let found = counts.iter().position(|count| {
        seen += u64::from(*count);
        seen >= rank
    });
    found.map_or(0, middle_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_known_to_a_sixteenth() {
        for micros in (0..4096).chain([60_000_000, 100_000_000]) {
            let told = middle_of(slot_of(micros));
            assert!(told.abs_diff(micros) <= micros / 16, "{micros} is told as {told}");
            assert!(slot_of(micros) < COUNTS, "{micros} has a slot of its own");
        }
    }

    #[test]
    fn half_are_within_the_median_and_all_but_one_in_a_hundred_within_the_99th() {
        let latency = Latency::default();
        assert_eq!(latency.take(), None);
        for _ in 0..98 {
            latency.took(Duration::from_micros(400));
        }
        latency.took(Duration::from_millis(20));
        latency.took(Duration::from_secs(3600));
        let told = latency.take().unwrap();
        assert!((375..425).contains(&told.p50_us), "{told:?}");
        assert!((19_000..21_000).contains(&told.p99_us), "{told:?}");
        assert_eq!(latency.answers(), 100);
        assert_eq!(latency.take(), None, "it begins anew");
    }
}
