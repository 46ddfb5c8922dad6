//! Figures folded into points of one length each.

use std::collections::VecDeque;

use crate::model::{ChartPoint, Charts, Spread};

/// How long a point is, ms, and how many there are: five minutes, an hour, a day.
const RANGES: [(u64, usize); 3] = [(1000, 300), (10_000, 360), (120_000, 720)];

/// In the order of a [`ChartPoint`]'s fields.
pub(super) type Values = [Option<f64>; 4];

/// What was seen of one figure during a point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Tally {
    min: f64,
    max: f64,
    sum: f64,
    count: u32,
}

impl Tally {
    fn add(&mut self, value: f64) {
        if self.count == 0 {
            (self.min, self.max) = (value, value);
        }
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.sum += value;
        self.count += 1;
    }

    fn spread(&self) -> Option<Spread> {
        let mean = self.sum / f64::from(self.count);
        (self.count > 0).then_some(Spread(self.min, mean, self.max))
    }

    /// As if it had been seen once: its mean counts no more than what comes.
    fn of(Spread(min, mean, max): Spread) -> Self {
        Self { min, max, sum: mean, count: 1 }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Slot {
    at_ms: u64,
    tallies: [Tally; 4],
}

impl Slot {
    fn point(&self) -> ChartPoint {
        ChartPoint::of(self.at_ms, self.tallies.map(|tally| tally.spread()))
    }
}

/// Of one length.
#[derive(Clone, Debug, PartialEq)]
struct Ring {
    step_ms: u64,
    places: usize,
    /// Oldest first; where nothing was known there is none.
    slots: VecDeque<Slot>,
}

impl Ring {
    fn add(&mut self, now_ms: u64, values: &Values) {
        let at_ms = now_ms - now_ms % self.step_ms;
        // A clock that was set back: what it said before is not known to be before.
        while self.slots.back().is_some_and(|last| last.at_ms > at_ms) {
            self.slots.pop_back();
        }
        if self.slots.back().is_none_or(|last| last.at_ms < at_ms) {
            self.slots.push_back(Slot { at_ms, ..Slot::default() });
        }
        self.forget(now_ms);
        let Some(slot) = self.slots.back_mut() else { return };
        for (tally, value) in slot.tallies.iter_mut().zip(values) {
            if let Some(value) = value.filter(|value| value.is_finite()) {
                tally.add(value);
            }
        }
    }

    /// Lets go of what lies before the range.
    fn forget(&mut self, now_ms: u64) {
        let span_ms = self.step_ms * self.places as u64;
        while self.slots.front().is_some_and(|first| first.at_ms + span_ms < now_ms) {
            self.slots.pop_front();
        }
    }

    /// From the last point that was told, or everything where that one is none of these.
    fn since(&self, told_ms: u64) -> Vec<ChartPoint> {
        let is_known = self.slots.binary_search_by_key(&told_ms, |slot| slot.at_ms).is_ok();
        let from = if is_known { told_ms } else { 0 };
        self.slots.iter().filter(|slot| slot.at_ms >= from).map(Slot::point).collect()
    }

    fn restore(&mut self, points: Vec<ChartPoint>, now_ms: u64) {
        for point in points {
            let is_next = self.slots.back().is_none_or(|last| last.at_ms < point.at_ms);
            if !is_next || point.at_ms % self.step_ms != 0 || point.at_ms > now_ms {
                continue;
            }
            let tallies = point.figures().map(|spread| spread.map(Tally::of).unwrap_or_default());
            self.slots.push_back(Slot { at_ms: point.at_ms, tallies });
        }
        self.forget(now_ms);
    }
}

/// Of all lengths.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rings([Ring; 3]);

impl Default for Rings {
    fn default() -> Self {
        Self(RANGES.map(|(step_ms, places)| Ring { step_ms, places, slots: VecDeque::new() }))
    }
}

impl Rings {
    /// Figures of now. Where none is known there is nothing to show.
    pub(super) fn add(&mut self, now_ms: u64, values: &Values) {
        if values.iter().any(Option::is_some) {
            self.0.iter_mut().for_each(|ring| ring.add(now_ms, values));
        }
    }

    /// See [`super::Recorder::news`].
    pub(super) fn since(&self, told_ms: [u64; 3]) -> Charts {
        let [five_minutes, hour, day] = &self.0;
        let [first, second, third] = told_ms;
        Charts {
            five_minutes: five_minutes.since(first),
            hour: hour.since(second),
            day: day.since(third),
        }
    }

    /// Those that were kept, as far as they still are of their range.
    pub(super) fn restored(charts: Charts, now_ms: u64) -> Self {
        let mut rings = Self::default();
        let kept = [charts.five_minutes, charts.hour, charts.day];
        for (ring, points) in rings.0.iter_mut().zip(kept) {
            ring.restore(points, now_ms);
        }
        rings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: u64 = 24 * 60 * 60 * 1000;
    /// A moment at which points of every length begin.
    const BEGIN_MS: u64 = 120_000 * 14_000_000;

    fn add(rings: &mut Rings, second: u64, lag: f64) {
        rings.add(BEGIN_MS + second * 1000, &[Some(lag), Some(1.0), None, None]);
    }

    #[test]
    fn a_peak_of_a_second_is_seen_after_a_day() {
        let mut rings = Rings::default();
        for second in 0..86_000 {
            add(&mut rings, second, if second == 1234 { 900.0 } else { 10.0 });
        }
        let charts = rings.since([0; 3]);
        let most = charts.day.iter().filter_map(|point| point.lag_ms).map(|lag| lag.2);
        assert_eq!(most.fold(0.0, f64::max), 900.0);
        let peak = charts.day.iter().find(|point| point.lag_ms.is_some_and(|lag| lag.2 > 10.0));
        let Spread(min, mean, max) = peak.unwrap().lag_ms.unwrap();
        assert_eq!((min, max), (10.0, 900.0));
        assert!((mean - (119.0 * 10.0 + 900.0) / 120.0).abs() < 1e-9);
        assert_eq!(peak.unwrap().bytes_per_second, None);
    }

    #[test]
    fn nothing_grows_without_end() {
        let mut rings = Rings::default();
        for second in 0..2 * 86_400 {
            add(&mut rings, second, 1.0);
        }
        let charts = rings.since([0; 3]);
        assert!((300..=301).contains(&charts.five_minutes.len()), "{}", charts.five_minutes.len());
        assert!((360..=361).contains(&charts.hour.len()), "{}", charts.hour.len());
        assert!((720..=721).contains(&charts.day.len()), "{}", charts.day.len());
    }

    #[test]
    fn what_is_told_is_what_is_new_and_the_point_that_grows() {
        let mut rings = Rings::default();
        (0..30).for_each(|second| add(&mut rings, second, 1.0));
        let told = BEGIN_MS + 28_000;
        let charts = rings.since([told, BEGIN_MS + 20_000, BEGIN_MS]);
        let at = |points: &[ChartPoint]| points.iter().map(|point| point.at_ms).collect::<Vec<_>>();
        assert_eq!(at(&charts.five_minutes), [told, told + 1000]);
        assert_eq!(at(&charts.hour), [BEGIN_MS + 20_000]);
        assert_eq!(at(&charts.day), [BEGIN_MS]);
        // What was told last is gone: everything is told.
        assert_eq!(rings.since([7, 7, 7]).five_minutes.len(), 30);
    }

    #[test]
    fn a_clock_that_is_set_back_leaves_no_point_in_the_future() {
        let mut rings = Rings::default();
        add(&mut rings, 7200, 1.0);
        add(&mut rings, 10, 2.0);
        for points in [rings.since([0; 3]).five_minutes, rings.since([0; 3]).day] {
            assert_eq!(points.len(), 1);
            assert_eq!(points[0].lag_ms, Some(Spread(2.0, 2.0, 2.0)));
        }
    }

    #[test]
    fn what_was_kept_is_taken_as_far_as_it_is_of_its_range() {
        let mut rings = Rings::default();
        (0..600).for_each(|second| add(&mut rings, second, 1.0));
        let kept = rings.since([0; 3]);
        let now_ms = BEGIN_MS + 599_000;
        assert_eq!(Rings::restored(kept.clone(), now_ms).since([0; 3]), kept);
        let later = Rings::restored(kept.clone(), now_ms + 3_000_000).since([0; 3]);
        assert!(later.five_minutes.is_empty() && !later.hour.is_empty());
        assert!(Rings::restored(kept.clone(), now_ms + 2 * DAY_MS).since([0; 3]).is_empty());
        // Of a clock that was ahead.
        assert!(Rings::restored(kept, BEGIN_MS - 1).since([0; 3]).is_empty());
    }
}
