//! Holding a task to its budget.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::spec::Limits;

/// Into how many batches a second's budget is cut, so that it is spent evenly.
const SHARES_PER_SECOND: u64 = 20;

/// The most records one batch may have within `limits`.
fn records_per_batch(limits: &Limits) -> u64 {
    limits.records_per_second.map_or(u64::MAX, |rate| (rate / SHARES_PER_SECOND).max(1))
}

/// What of the budget one batch may have. It is asked for each record: until the limits change, an
/// answer costs one load of an atomic and takes no lock.
pub(crate) struct BatchShare {
    limits: watch::Receiver<Limits>,
    records_max: u64,
}

impl BatchShare {
    pub(crate) fn new(mut limits: watch::Receiver<Limits>) -> Self {
        let records_max = records_per_batch(&limits.borrow_and_update());
        Self { limits, records_max }
    }

    /// The most records that a batch may have now.
    #[inline]
    pub(crate) fn records_max(&mut self) -> u64 {
        // Where nobody can change them any more they stay.
        if self.limits.has_changed().unwrap_or(false) {
            self.records_max = records_per_batch(&self.limits.borrow_and_update());
        }
        self.records_max
    }
}

/// Spends a budget: what was sent decides when the next may go.
pub(crate) struct Throttle {
    limits: watch::Receiver<Limits>,
    next: Instant,
}

impl Throttle {
    pub(crate) fn new(limits: watch::Receiver<Limits>) -> Self {
        Self { limits, next: Instant::now() }
    }

    /// Waits until the budget allows something, then books `records` and `bytes` on it. A change of
    /// the limits ends a wait that was longer than the new ones ask for.
    pub(crate) async fn pass(&mut self, records: u64, bytes: u64) {
        loop {
            let limits = *self.limits.borrow_and_update();
            if limits == Limits::default() {
                self.next = Instant::now();
                return;
            }
            if Instant::now() >= self.next {
                break;
            }
            tokio::select! {
                () = sleep_until(self.next) => {}
                changed = self.limits.changed() => {
                    if changed.is_err() {
                        sleep_until(self.next).await;
                    } else {
                        self.next = Instant::now();
                    }
                }
            }
        }
        let limits = *self.limits.borrow();
        let cost = |amount: u64, rate: Option<u64>| {
            rate.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(amount as f64 / rate as f64))
        };
        let cost =
            cost(records, limits.records_per_second).max(cost(bytes, limits.bytes_per_second));
        // A little idleness may be caught up with, a long one not.
        let floor = Instant::now().checked_sub(Duration::from_millis(50)).unwrap_or(self.next);
        self.next = self.next.max(floor) + cost;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_budget_holds_over_ten_seconds() {
        let limits = Limits { records_per_second: Some(2000), bytes_per_second: None };
        let (_keep, receiver) = watch::channel(limits);
        let mut throttle = Throttle::new(receiver);
        let began = Instant::now();
        let mut sent = 0;
        while began.elapsed() < Duration::from_secs(10) {
            let share = BatchShare::new(throttle.limits.clone()).records_max();
            throttle.pass(share, 1).await;
            sent += share;
        }
        assert!((19_000..=21_000).contains(&sent), "{sent} records in ten seconds");
    }

    #[tokio::test(start_paused = true)]
    async fn lifting_the_limit_ends_the_wait() {
        let (sender, receiver) =
            watch::channel(Limits { records_per_second: Some(1), bytes_per_second: None });
        let mut throttle = Throttle::new(receiver);
        throttle.pass(1000, 1).await;
        let began = Instant::now();
        let lift = async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            sender.send_replace(Limits::default());
        };
        tokio::join!(throttle.pass(1, 1), lift);
        assert!(began.elapsed() < Duration::from_secs(3));
    }

    #[test]
    fn a_batch_has_a_share_of_the_limits_of_now() {
        let (sender, receiver) = watch::channel(Limits::default());
        let mut share = BatchShare::new(receiver);
        assert_eq!(share.records_max(), u64::MAX);
        sender.send_replace(Limits { records_per_second: Some(2000), bytes_per_second: None });
        assert_eq!(share.records_max(), 100);
        sender.send_replace(Limits { records_per_second: Some(3), bytes_per_second: Some(1) });
        assert_eq!(share.records_max(), 1);
        sender.send_replace(Limits { records_per_second: None, bytes_per_second: Some(1) });
        assert_eq!(share.records_max(), u64::MAX);
    }
}
