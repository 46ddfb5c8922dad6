//! What was left out, by name: a log in the task's folder, bounded, without any value.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// How large one of the two files gets before the older one goes, bytes.
const FILE_BYTES: u64 = 8 * 1024 * 1024;
/// What is kept of a key, bytes.
const KEY_BYTES_MAX: usize = 512;
/// What an entry takes at most, bytes: a damaged file must not fill the memory.
const LINE_BYTES_MAX: u64 = 8 * 1024;

/// Something that was not written to the destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Skipped {
    /// Counts from 1 over the task's life.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub number: u64,
    /// Why, as in `keys_skipped` and `commands_skipped`.
    pub reason: String,
    /// Of the source.
    pub database: u32,
    /// The command's name; `None` for a key of the snapshot.
    pub command: Option<String>,
    /// The key, bytes that are not printable escaped; `None` for a command without one. A long one
    /// is cut.
    pub key: Option<String>,
}

/// A part of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SkippedPage {
    /// In the order in which they were left out.
    pub entries: Vec<Skipped>,
    /// How many fell out of the log: it is bounded.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub fallen_out: u64,
    /// Whether there is more behind the last entry.
    pub more: bool,
}

/// Where a running task writes.
pub(crate) struct SkippedLog {
    folder: PathBuf,
    inner: Mutex<Inner>,
}

struct Inner {
    file: BufWriter<File>,
    bytes: u64,
    number: u64,
}

fn newer(folder: &Path) -> PathBuf {
    folder.join("skipped")
}

fn older(folder: &Path) -> PathBuf {
    folder.join("skipped.old")
}

impl SkippedLog {
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let io = |cause| Error::local_io("cannot open the list of what was left out", cause);
        let mut number = 0;
        read_file(&older(folder), &mut |entry| number = entry.number)?;
        read_file(&newer(folder), &mut |entry| number = entry.number)?;
        let file = OpenOptions::new().append(true).create(true).open(newer(folder)).map_err(io)?;
        let bytes = file.metadata().map_err(io)?.len();
        let mut file = BufWriter::with_capacity(16 * 1024, file);
        if bytes > 0 {
            // A kill may have left half a line.
            file.write_all(b"\n").map_err(io)?;
        }
        Ok(Self { folder: folder.to_owned(), inner: Mutex::new(Inner { file, bytes, number }) })
    }

    /// Notes one thing that was left out. A disk that cannot take it does not stop the task: the
    /// counts tell, and whatever needs the disk more will fail.
    pub(crate) fn note(
        &self,
        reason: &str,
        database: u32,
        command: Option<&str>,
        key: Option<&[u8]>,
    ) {
        let mut inner = self.lock();
        inner.number += 1;
        let entry = Skipped {
            number: inner.number,
            reason: reason.to_owned(),
            database,
            command: command.map(str::to_owned),
            key: key.map(|key| key.get(..KEY_BYTES_MAX).unwrap_or(key).escape_ascii().to_string()),
        };
        if let Err(cause) = self.write(&mut inner, &entry) {
            tracing::warn!(%cause, "the list of what was left out");
        }
    }

    fn write(&self, inner: &mut Inner, entry: &Skipped) -> std::io::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        if inner.bytes + line.len() as u64 > FILE_BYTES {
            inner.file.flush()?;
            fs::rename(newer(&self.folder), older(&self.folder))?;
            let file = OpenOptions::new().append(true).create(true).open(newer(&self.folder))?;
            inner.file = BufWriter::with_capacity(16 * 1024, file);
            inner.bytes = 0;
        }
        inner.bytes += line.len() as u64;
        inner.file.write_all(&line)
    }

    /// Lets readers see everything.
    pub(crate) fn flush(&self) {
        if let Err(cause) = self.lock().file.flush() {
            tracing::warn!(%cause, "the list of what was left out");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for SkippedLog {
    fn drop(&mut self) {
        self.flush();
    }
}

/// What was left out by the task in `folder`, behind entry `after` (0 begins), at most `limit`.
///
/// # Errors
/// The files cannot be read.
pub fn page(folder: &Path, after: u64, limit: usize) -> Result<SkippedPage> {
    let mut page = SkippedPage::default();
    let mut first = None;
    let mut take = |entry: Skipped| {
        first.get_or_insert(entry.number);
        if entry.number > after {
            if page.entries.len() < limit {
                page.entries.push(entry);
            } else {
                page.more = true;
            }
        }
    };
    read_file(&older(folder), &mut take)?;
    read_file(&newer(folder), &mut take)?;
    page.fallen_out = first.map_or(0, |first| first - 1);
    Ok(page)
}

/// Calls `take` with each whole entry of a file that may not be there.
fn read_file(path: &Path, take: &mut impl FnMut(Skipped)) -> Result<()> {
    let io = |cause| Error::local_io(format_args!("cannot read {}", path.display()), cause);
    let file = match File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(io(cause)),
    };
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    loop {
        line.clear();
        if (&mut reader).take(LINE_BYTES_MAX).read_until(b'\n', &mut line).map_err(io)? == 0 {
            return Ok(());
        }
        if let Ok(entry) = serde_json::from_slice(&line) {
            take(entry);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_paged_in_its_order_over_restarts() {
        let folder = tempfile::tempdir().unwrap();
        for run in 0..2u32 {
            let log = SkippedLog::open(folder.path()).unwrap();
            log.note("key_filter", run, None, Some(b"a\xff"));
            log.note("command_deselected", run, Some("FLUSHALL"), None);
        }
        let all = page(folder.path(), 0, 10).unwrap();
        assert_eq!((all.entries.len(), all.fallen_out, all.more), (4, 0, false));
        assert_eq!(all.entries[0].key.as_deref(), Some("a\\xff"));
        let second = page(folder.path(), 1, 2).unwrap();
        assert_eq!(second.entries, all.entries[1..3]);
        assert!(second.more);
    }

    #[test]
    fn the_log_is_bounded_and_says_what_fell_out() {
        let folder = tempfile::tempdir().unwrap();
        let log = SkippedLog::open(folder.path()).unwrap();
        let key = vec![b'k'; 2000];
        for _ in 0..60_000 {
            log.note("key_filter", 0, None, Some(&key));
        }
        drop(log);
        let page = page(folder.path(), 0, 5).unwrap();
        assert_eq!(page.entries[0].number, page.fallen_out + 1);
        assert!(page.fallen_out > 1000 && page.more);
        let bytes: u64 = fs::read_dir(folder.path())
            .unwrap()
            .map(|e| e.unwrap().metadata().unwrap().len())
            .sum();
        assert!(bytes <= 2 * FILE_BYTES, "{bytes}");
    }

    #[test]
    fn half_a_line_is_no_entry() {
        let folder = tempfile::tempdir().unwrap();
        SkippedLog::open(folder.path()).unwrap().note("r", 0, None, Some(b"one"));
        fs::write(newer(folder.path()), &fs::read(newer(folder.path())).unwrap()[..20]).unwrap();
        SkippedLog::open(folder.path()).unwrap().note("r", 0, None, Some(b"two"));
        let keys: Vec<_> = page(folder.path(), 0, 9).unwrap().entries;
        assert_eq!(keys.len(), 1);
        assert_eq!(keys[0].key.as_deref(), Some("two"));
    }
}
