//! Holding a task to its budget.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::batch::{BATCH_BYTES, BATCH_COMMANDS};
use crate::distance;
use crate::spec::Limits;

/// Into how many batches a second's budget is cut, so that it is spent evenly.
const SHARES_PER_SECOND: u64 = 20;
/// A budget of bytes cuts no batch smaller than this.
const SHARE_BYTES_MIN: u64 = 16 * 1024;

/// What one batch may have before it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// Keys or commands of the source.
    pub(crate) records: u64,
    pub(crate) bytes: u64,
    /// As they are sent.
    pub(crate) commands: usize,
}

impl Room {
    /// Where nothing limits it and each batch is answered soon.
    pub(crate) const LEAST: Self =
        Self { records: u64::MAX, bytes: BATCH_BYTES as u64, commands: BATCH_COMMANDS };

    /// Of a batch that goes this way, within `limits`: the farther the destination, the more goes
    /// into one.
    fn of(limits: &Limits, way: Way) -> Self {
        let Self { bytes, commands, .. } = Self::LEAST;
        let (bytes, commands, times) = match way {
            Way::OneByOne(round_trip) => (bytes, commands, distance::times(round_trip)),
            Way::Several(round_trip) => (bytes, commands, distance::times_of_several(round_trip)),
            Way::Plain(round_trip) => {
                let parts = distance::SEVERAL;
                (bytes / parts as u64, commands / parts, distance::times(round_trip))
            }
        };
        let share = |rate: Option<u64>, least: u64| {
            rate.map_or(u64::MAX, |rate| (rate / SHARES_PER_SECOND).max(least))
        };
        Self {
            records: share(limits.records_per_second, 1),
            bytes: share(limits.bytes_per_second, SHARE_BYTES_MIN).min(bytes * times as u64),
            commands: commands * times,
        }
    }
}

/// How batches get to a destination, and how long its answers take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// None is applied before the one before is answered: one in a round trip.
    OneByOne(Duration),
    /// They do not wait for each other, and each costs the destination something of its own.
    Several(Duration),
    /// They do not wait for each other, and cost nothing but what is in them. Smaller ones have a
    /// destination begin sooner, and let others that it serves have their turn.
    Plain(Duration),
}

/// What one batch may have. It is asked for each record: until the limits change, an answer costs one
/// load of an atomic and takes no lock.
pub(crate) struct BatchShare {
    limits: watch::Receiver<Limits>,
    way: Way,
    room: Room,
}

impl BatchShare {
    pub(crate) fn new(mut limits: watch::Receiver<Limits>, way: Way) -> Self {
        let room = Room::of(&limits.borrow_and_update(), way);
        Self { limits, way, room }
    }

    /// The destination is so far away now.
    pub(crate) fn set_round_trip(&mut self, round_trip: Duration) {
        let way = match self.way {
            Way::OneByOne(_) => Way::OneByOne(round_trip),
            Way::Several(_) => Way::Several(round_trip),
            Way::Plain(_) => Way::Plain(round_trip),
        };
        if way != self.way {
            self.way = way;
            self.room = Room::of(&self.limits.borrow_and_update(), way);
        }
    }

    /// What a batch may have now.
    #[inline]
    pub(crate) fn room(&mut self) -> &Room {
        // Where nobody can change them any more they stay.
        if self.limits.has_changed().unwrap_or(false) {
            self.room = Room::of(&self.limits.borrow_and_update(), self.way);
        }
        &self.room
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
            let near = Way::OneByOne(Duration::ZERO);
            let share = BatchShare::new(throttle.limits.clone(), near).room().records;
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
        let mut share = BatchShare::new(receiver, Way::OneByOne(Duration::ZERO));
        assert_eq!(*share.room(), Room::LEAST);
        sender.send_replace(Limits { records_per_second: Some(2000), bytes_per_second: None });
        assert_eq!(*share.room(), Room { records: 100, ..Room::LEAST });
        sender.send_replace(Limits { records_per_second: Some(3), bytes_per_second: Some(1) });
        let least = Room { records: 1, bytes: SHARE_BYTES_MIN, ..Room::LEAST };
        assert_eq!(*share.room(), least);
        let bytes = 20 * 100_000;
        sender.send_replace(Limits { records_per_second: None, bytes_per_second: Some(bytes) });
        assert_eq!(*share.room(), Room { bytes: 100_000, ..Room::LEAST });
    }

    #[test]
    fn a_batch_is_larger_the_farther_it_goes_and_still_within_the_limits() {
        let (sender, receiver) = watch::channel(Limits::default());
        let mut share = BatchShare::new(receiver.clone(), Way::OneByOne(Duration::ZERO));
        let mut several = BatchShare::new(receiver.clone(), Way::Several(Duration::ZERO));
        let mut plain = BatchShare::new(receiver, Way::Plain(Duration::ZERO));
        let times = |room: &Room| (room.bytes / Room::LEAST.bytes, room.commands / 1000);
        for (millis, alone, among) in [(0, 1, 1), (3, 1, 1), (8, 2, 1), (50, 12, 3), (400, 16, 4)] {
            share.set_round_trip(Duration::from_millis(millis));
            several.set_round_trip(Duration::from_millis(millis));
            plain.set_round_trip(Duration::from_millis(millis));
            let quarters = (plain.room().bytes / (64 * 1024), plain.room().commands / 250);
            assert_eq!(quarters, (alone, alone as usize), "{millis} ms away");
            assert_eq!(times(share.room()), (alone, alone as usize), "{millis} ms away");
            assert_eq!(times(several.room()), (among, among as usize), "{millis} ms away");
        }
        sender.send_replace(Limits {
            records_per_second: Some(100),
            bytes_per_second: Some(20 * 1024 * 1024),
        });
        assert_eq!((share.room().records, share.room().bytes), (5, 1024 * 1024));
        share.set_round_trip(Duration::ZERO);
        assert_eq!(share.room().bytes, Room::LEAST.bytes);
    }
}
