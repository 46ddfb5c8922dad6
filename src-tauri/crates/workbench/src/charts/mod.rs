//! What a task's charts show, kept for a day: each second for five minutes, coarser for longer.
//!
//! Every run records here, whoever hosts it, and writes it down beside the task about once a minute.
//! That file is a convenience: one that is absent or damaged is an empty past, and never an error.

mod file;
mod ring;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use keyferry_engine::report::TaskReport;

use self::ring::{Rings, Values};
use crate::model::Charts;

pub(crate) use self::file::FILE;

/// How often the past is written down.
const WRITE_EVERY: Duration = Duration::from_secs(60);
/// Somewhat less than a second, since reports come about each second; those in between tell the same
/// rates again.
const TAKE_EVERY_MS: u64 = 950;

/// Up to where a page has been told: the last point of each range.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    until: [u64; 3],
    /// The file that was read, for a task that this process does not run.
    file: Option<SystemTime>,
}

impl Drawn {
    /// Notes that these points are drawn.
    fn add(&mut self, charts: &Charts) {
        for (until, points) in
            self.until.iter_mut().zip([&charts.five_minutes, &charts.hour, &charts.day])
        {
            if let Some(last) = points.last() {
                *until = last.at_ms;
            }
        }
    }
}

/// Records one run.
#[derive(Debug, Default)]
pub(crate) struct Recorder(Mutex<Recording>);

#[derive(Debug, Default)]
struct Recording {
    rings: Rings,
    taken_ms: u64,
    folder: PathBuf,
    written: Option<Instant>,
}

impl Recorder {
    /// Goes on from what is in a task's folder, and keeps it there.
    pub(crate) fn begin(&self, folder: &Path) {
        let mut recording = self.lock();
        recording.rings = file::read(folder, now_ms());
        folder.clone_into(&mut recording.folder);
        recording.written = Some(Instant::now());
    }

    /// New figures.
    pub(crate) fn take(&self, report: &TaskReport) {
        let now_ms = now_ms();
        let mut recording = self.lock();
        if now_ms.abs_diff(recording.taken_ms) < TAKE_EVERY_MS {
            return;
        }
        recording.taken_ms = now_ms;
        recording.rings.add(now_ms, &values_of(report));
        if recording.written.is_some_and(|written| written.elapsed() >= WRITE_EVERY) {
            recording.write();
        }
    }

    /// The run is over.
    pub(crate) fn end(&self) {
        self.lock().write();
    }

    /// What is not drawn yet; the last point of each range is always told again, since it grows.
    pub(crate) fn news(&self, drawn: &mut Drawn) -> Charts {
        news(&self.lock().rings, drawn)
    }

    fn lock(&self) -> MutexGuard<'_, Recording> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recording {
    fn write(&mut self) {
        self.written = Some(Instant::now());
        if let Err(error) = file::write(&self.folder, &self.rings) {
            tracing::warn!(%error, "the charts were not kept");
        }
    }
}

/// What the file in a task's folder has that is not drawn yet; nothing where it is the file that was
/// read before.
pub(crate) fn news_of_file(folder: &Path, drawn: &mut Drawn) -> Charts {
    let modified = std::fs::metadata(folder.join(FILE)).and_then(|about| about.modified()).ok();
    if modified.is_none() || drawn.file == modified {
        return Charts::default();
    }
    drawn.file = modified;
    news(&file::read(folder, now_ms()), drawn)
}

fn news(rings: &Rings, drawn: &mut Drawn) -> Charts {
    let charts = rings.since(drawn.until);
    drawn.add(&charts);
    charts
}

fn values_of(report: &TaskReport) -> Values {
    let detail = &report.detail;
    [
        report.lag_ms.map(|ms| ms as f64),
        detail.records_per_second,
        detail.bytes_out_per_second,
        detail.latency.map(|latency| latency.p99_us as f64),
    ]
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use keyferry_engine::report::LatencyReport;
    use keyferry_engine::task::TaskState;

    use super::*;
    use crate::store::bare_report;

    fn report(lag_ms: u64) -> TaskReport {
        let mut report = bare_report("t", TaskState::Running);
        report.lag_ms = Some(lag_ms);
        report.detail.latency = Some(LatencyReport { p50_us: 100, p99_us: 400 });
        report
    }

    #[test]
    fn a_run_goes_on_from_what_the_one_before_it_has_kept() {
        let folder = tempfile::tempdir().unwrap();
        let first = Recorder::default();
        first.begin(folder.path());
        first.take(&report(5));
        // The same second is not counted twice.
        first.take(&report(99));
        first.end();
        let second = Recorder::default();
        second.begin(folder.path());
        let charts = second.news(&mut Drawn::default());
        assert_eq!(charts.five_minutes.len(), 1);
        let [point] = charts.day.as_slice() else { unreachable!("{charts:?}") };
        assert_eq!(point.lag_ms.map(|lag| lag.2), Some(5.0));
        assert_eq!(point.latency_us.map(|latency| latency.2), Some(400.0));
        assert_eq!(point.records_per_second, None);
    }

    #[test]
    fn a_page_is_told_what_is_new_and_a_file_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        let recorder = Recorder::default();
        let mut drawn = Drawn::default();
        assert!(news_of_file(folder.path(), &mut drawn).is_empty());
        recorder.begin(folder.path());
        recorder.take(&report(5));
        recorder.end();
        assert_eq!(news_of_file(folder.path(), &mut drawn).day.len(), 1);
        assert!(news_of_file(folder.path(), &mut drawn).is_empty());
    }
}
