//! What a task's charts show.

use serde::Serialize;

/// A figure over a while: its lowest, its mean and its highest value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Spread(pub f64, pub f64, pub f64);

/// The figures of a while, each `None` where nothing was known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ChartPoint {
    /// When the while begins, ms since 1970.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub at_ms: u64,
    /// See [`keyferry_engine::report::TaskReport::lag_ms`].
    pub lag_ms: Option<Spread>,
    /// Keys and commands written.
    pub records_per_second: Option<Spread>,
    /// Bytes written.
    pub bytes_per_second: Option<Spread>,
    /// See [`keyferry_engine::report::LatencyReport::p99_us`].
    pub latency_us: Option<Spread>,
}

impl ChartPoint {
    /// A point of these figures, in the order of its fields.
    pub(crate) fn of(at_ms: u64, figures: [Option<Spread>; 4]) -> Self {
        let [lag_ms, records_per_second, bytes_per_second, latency_us] = figures;
        Self { at_ms, lag_ms, records_per_second, bytes_per_second, latency_us }
    }

    /// Its figures, in the order of its fields.
    pub(crate) fn figures(&self) -> [Option<Spread>; 4] {
        [self.lag_ms, self.records_per_second, self.bytes_per_second, self.latency_us]
    }
}

/// The points of each range of the charts, oldest first. Where a range has none for a while, nothing
/// was known then.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Charts {
    /// A point a second.
    pub five_minutes: Vec<ChartPoint>,
    /// A point for ten seconds.
    pub hour: Vec<ChartPoint>,
    /// A point for two minutes.
    pub day: Vec<ChartPoint>,
}

impl Charts {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.five_minutes.is_empty() && self.hour.is_empty() && self.day.is_empty()
    }
}
