//! When the source did what: its clock and its offset, asked together each second and kept on disk,
//! so that also what is applied much later gets the date that it had there.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};
use crate::phrase;

const SAMPLE_BYTES: usize = 16;
/// So many are kept: two days of seconds.
const SAMPLES_MAX: usize = 2 * 24 * 60 * 60;
/// A date is known where the samples around it are not farther apart, ms.
const SURE_WITHIN_MS: i64 = 2500;

/// When a command ran at the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RanAt {
    /// Ms since 1970 by the source's clock.
    pub(crate) ms: i64,
    /// False where nobody asked the source around then.
    pub(crate) is_sure: bool,
}

/// The samples of one task.
pub(crate) struct SourceClock {
    path: PathBuf,
    samples: Mutex<Samples>,
}

struct Samples {
    /// Offset and time, both rising.
    all: VecDeque<(u64, i64)>,
    file: File,
}

impl SourceClock {
    /// The samples in `folder`; what a crash cut off is not missed.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("clock");
        let open = || -> std::io::Result<Samples> {
            let mut file = OpenOptions::new().read(true).append(true).create(true).open(&path)?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            let mut all = VecDeque::new();
            for sample in bytes.as_chunks::<SAMPLE_BYTES>().0 {
                if let (Some((offset, _)), Some((_, ms))) =
                    (sample.split_first_chunk(), sample.split_last_chunk())
                {
                    push(&mut all, u64::from_le_bytes(*offset), i64::from_le_bytes(*ms));
                }
            }
            Ok(Samples { all, file })
        };
        let mut samples = open().map_err(|cause| {
            Error::local_io(phrase!("failure.cannot_open", path = path.display()), cause)
        })?;
        rewrite(&path, &mut samples)?;
        Ok(Self { path, samples: Mutex::new(samples) })
    }

    /// The source stood at `offset` when its clock said `ms`.
    pub(crate) fn sample(&self, offset: u64, ms: i64) -> Result<()> {
        let mut samples = self.lock();
        push(&mut samples.all, offset, ms);
        if samples.all.len() > SAMPLES_MAX + SAMPLES_MAX / 8 {
            let surplus = samples.all.len() - SAMPLES_MAX;
            samples.all.drain(..surplus);
            return rewrite(&self.path, &mut samples);
        }
        samples
            .file
            .write_all(&encode(offset, ms))
            .map_err(|cause| Error::local_io(phrase!("failure.cannot_note_clock"), cause))
    }

    /// When the command between these offsets ran, which arrived at `arrived_ms` by the source's
    /// clock.
    pub(crate) fn ran_at(&self, start: u64, end: u64, arrived_ms: i64) -> RanAt {
        let samples = self.lock();
        let before = samples.all.partition_point(|(offset, _)| *offset <= start);
        let after = samples.all.partition_point(|(offset, _)| *offset < end);
        let earliest = before.checked_sub(1).and_then(|at| samples.all.get(at)).map(|(_, ms)| *ms);
        let latest = samples.all.get(after).map(|(_, ms)| *ms);
        let ms = arrived_ms.min(latest.unwrap_or(i64::MAX)).max(earliest.unwrap_or(i64::MIN));
        let is_sure = earliest
            .is_some_and(|earliest| latest.unwrap_or(arrived_ms) - earliest <= SURE_WITHIN_MS);
        RanAt { ms, is_sure }
    }

    /// What the source's clock said when it was last known to stand at `offset` or before.
    pub(crate) fn time_at(&self, offset: u64) -> Option<i64> {
        let samples = self.lock();
        let behind = samples.all.partition_point(|(sampled, _)| *sampled <= offset);
        samples.all.get(behind.checked_sub(1)?).map(|(_, ms)| *ms)
    }

    fn lock(&self) -> MutexGuard<'_, Samples> {
        self.samples.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts a sample behind the others; those that it contradicts belong to another source.
fn push(all: &mut VecDeque<(u64, i64)>, offset: u64, ms: i64) {
    while all.back().is_some_and(|last| last.0 > offset || last.1 > ms) {
        all.pop_back();
    }
    all.push_back((offset, ms));
}

fn encode(offset: u64, ms: i64) -> [u8; SAMPLE_BYTES] {
    let mut bytes = [0; SAMPLE_BYTES];
    let (head, tail) = bytes.split_at_mut(8);
    head.copy_from_slice(&offset.to_le_bytes());
    tail.copy_from_slice(&ms.to_le_bytes());
    bytes
}

fn rewrite(path: &Path, samples: &mut Samples) -> Result<()> {
    let write = |samples: &mut Samples| -> std::io::Result<()> {
        let aside = path.with_extension("new");
        let mut bytes = Vec::with_capacity(samples.all.len() * SAMPLE_BYTES);
        samples.all.iter().for_each(|(offset, ms)| bytes.extend(encode(*offset, *ms)));
        std::fs::write(&aside, bytes)?;
        std::fs::rename(&aside, path)?;
        samples.file = OpenOptions::new().append(true).open(path)?;
        Ok(())
    };
    write(samples).map_err(|cause| {
        Error::local_io(phrase!("failure.cannot_write", path = path.display()), cause)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_ran_between_the_samples_around_it() {
        let folder = tempfile::tempdir().unwrap();
        let clock = SourceClock::open(folder.path()).unwrap();
        for (offset, ms) in [(100, 10_000), (100, 11_000), (200, 12_000), (900, 60_000)] {
            clock.sample(offset, ms).unwrap();
        }
        let at = |start, end, arrived| clock.ran_at(start, end, arrived);
        // On time: its arrival is the best guess.
        assert_eq!(at(120, 150, 11_400), RanAt { ms: 11_400, is_sure: true });
        // In a burst after an outage.
        assert_eq!(at(120, 150, 99_000), RanAt { ms: 12_000, is_sure: true });
        // While nobody asked.
        assert_eq!(at(300, 350, 99_000), RanAt { ms: 60_000, is_sure: false });
        // Before anybody asked.
        assert!(!at(50, 60, 9_000).is_sure);
        // Just now.
        assert_eq!(at(900, 950, 60_700), RanAt { ms: 60_700, is_sure: true });
    }

    #[test]
    fn samples_survive_and_those_of_a_lost_history_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let clock = SourceClock::open(folder.path()).unwrap();
        for (offset, ms) in [(100, 10_000), (200, 11_000), (300, 12_000)] {
            clock.sample(offset, ms).unwrap();
        }
        drop(clock);
        let clock = SourceClock::open(folder.path()).unwrap();
        clock.sample(250, 13_000).unwrap();
        assert_eq!(clock.ran_at(210, 240, 99_000), RanAt { ms: 13_000, is_sure: true });
        assert_eq!(clock.lock().all.len(), 3);
    }
}
