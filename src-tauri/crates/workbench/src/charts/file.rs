//! The past of a task's charts on disk.

use std::io::{Error, ErrorKind};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::ring::Rings;
use crate::model::{ChartPoint, Charts, Spread};

/// Its name in a task's folder.
pub(crate) const FILE: &str = "charts";
const VERSION: u32 = 1;
/// A file of a day has less than a tenth of it.
const BYTES_MAX: u64 = 4 * 1024 * 1024;

/// A point: when it begins, and what each figure was.
type Row = (u64, [Option<[f32; 3]>; 4]);

#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    ranges: [Vec<Row>; 3],
}

/// What the file holds; nothing where there is none, or none that can be read.
pub(super) fn read(folder: &Path, now_ms: u64) -> Rings {
    match read_charts(folder) {
        Ok(charts) => Rings::restored(charts, now_ms),
        Err(error) => {
            if error.kind() != ErrorKind::NotFound {
                tracing::warn!(%error, "the charts' past is not shown");
            }
            Rings::default()
        }
    }
}

fn read_charts(folder: &Path) -> std::io::Result<Charts> {
    let path = folder.join(FILE);
    if std::fs::metadata(&path)?.len() > BYTES_MAX {
        return Err(Error::new(ErrorKind::InvalidData, "it is far too large"));
    }
    let kept: Kept = serde_json::from_slice(&std::fs::read(path)?)?;
    if kept.version != VERSION {
        return Err(Error::new(ErrorKind::InvalidData, "it is of another version"));
    }
    let [five_minutes, hour, day] =
        kept.ranges.map(|rows| rows.into_iter().map(point_of).collect());
    Ok(Charts { five_minutes, hour, day })
}

/// Replaces the file. Nothing waits for the disk: what a power cut takes is drawn anew.
pub(super) fn write(folder: &Path, rings: &Rings) -> std::io::Result<()> {
    let charts = rings.since([0; 3]);
    if charts.is_empty() {
        return Ok(());
    }
    let ranges = [charts.five_minutes, charts.hour, charts.day]
        .map(|points| points.iter().map(row_of).collect());
    let aside = folder.join("charts.new");
    std::fs::write(&aside, serde_json::to_vec(&Kept { version: VERSION, ranges })?)?;
    std::fs::rename(aside, folder.join(FILE))
}

fn row_of(point: &ChartPoint) -> Row {
    let short = |value: f64| ((value * 10.0).round() / 10.0) as f32;
    let spreads = point
        .figures()
        .map(|spread| spread.map(|Spread(min, mean, max)| [short(min), short(mean), short(max)]));
    (point.at_ms, spreads)
}

fn point_of((at_ms, spreads): Row) -> ChartPoint {
    let figures = spreads.map(|spread| {
        spread.map(|[min, mean, max]| Spread(f64::from(min), f64::from(mean), f64::from(max)))
    });
    ChartPoint::of(at_ms, figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: u64 = 120_000 * 14_000_000;

    fn day() -> Rings {
        let mut rings = Rings::default();
        for second in 0..86_400 {
            let values = [Some(1234.5), Some(81_234.25), Some(27_619_645.5), Some(40_123.0)];
            rings.add(NOW_MS + second * 1000, &values);
        }
        rings
    }

    #[test]
    fn a_day_is_small_and_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let rings = day();
        write(folder.path(), &rings).unwrap();
        let bytes = std::fs::metadata(folder.path().join(FILE)).unwrap().len();
        assert!(bytes < 200 * 1024, "{bytes}");
        let back = read(folder.path(), NOW_MS + 86_400_000).since([0; 3]);
        assert_eq!(back.day.len(), rings.since([0; 3]).day.len());
        let lag = back.day.first().and_then(|point| point.lag_ms).unwrap();
        assert!((lag.1 - 1234.5).abs() < 0.1, "{lag:?}");
    }

    #[test]
    fn a_file_that_is_absent_cut_or_of_another_kind_is_an_empty_past() {
        let folder = tempfile::tempdir().unwrap();
        let nothing = |what: &str| {
            assert!(read(folder.path(), NOW_MS + 86_400_000).since([0; 3]).is_empty(), "{what}");
        };
        nothing("absent");
        write(folder.path(), &day()).unwrap();
        let path = folder.path().join(FILE);
        let whole = std::fs::read(&path).unwrap();
        for length in (0..whole.len()).step_by(997) {
            std::fs::write(&path, &whole[..length]).unwrap();
            nothing("cut");
        }
        for text in ["{}", "\u{0}", r#"{"version":2,"ranges":[[],[],[]]}"#, "[1e999]"] {
            std::fs::write(&path, text).unwrap();
            nothing(text);
        }
    }
}
