//! What was left out, by name: a log in the task's folder, bounded, without any value.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::phrase;

/// How large one of the two files gets before the older one goes, bytes.
const FILE_BYTES: u64 = 8 * 1024 * 1024;
/// What is kept of a key, bytes.
const KEY_BYTES_MAX: usize = 512;
/// What an entry takes at most, bytes: a damaged file must not fill the memory.
const LINE_BYTES_MAX: u64 = 8 * 1024;

/// Where in the data something was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SkippedKind {
    /// In the snapshot; counted in `keys_skipped`.
    Key,
    /// In the stream; counted in `commands_skipped`.
    Command,
}

/// Something that was not written to the destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Counts from 1 over the task's life.
    pub number: u64,
    /// Where it was.
    pub kind: SkippedKind,
    /// Why, as in `keys_skipped` and `commands_skipped`.
    pub reason: String,
    /// Of the source.
    pub database: u32,
    /// The stream's offset behind the command, where there was one.
    pub offset: Option<u64>,
    /// The command's name.
    pub command: Option<String>,
    /// The key, in hexadecimal digits; `None` for a command without one. A long one is cut.
    pub key_hex: Option<String>,
}

impl Skipped {
    /// The key as people read it: what is not printable is escaped.
    pub fn key_text(&self) -> Option<String> {
        let bytes = unhex(self.key_hex.as_deref()?)?;
        let mut text = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            for letter in chunk.valid().chars() {
                match letter {
                    '"' | '\'' => text.push(letter),
                    _ => text.extend(letter.escape_debug()),
                }
            }
            text.extend(chunk.invalid().escape_ascii().map(char::from));
        }
        Some(text)
    }
}

/// What of the log is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// Behind the entry of this number; 0 begins.
    pub after: u64,
    /// Only of this kind.
    pub kind: Option<SkippedKind>,
    /// Only for this reason.
    pub reason: Option<&'a str>,
    /// At most so many.
    pub limit: usize,
}

/// A part of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkippedPage {
    /// In the order in which they were left out.
    pub entries: Vec<Skipped>,
    /// How many fell out of the log, wanted or not: it is bounded.
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
        let io = |cause| Error::local_io(phrase!("failure.cannot_open_skipped"), cause);
        let mut number = 0;
        read_all(folder, &mut |entry| number = entry.number)?;
        let file = OpenOptions::new().append(true).create(true).open(newer(folder)).map_err(io)?;
        let bytes = file.metadata().map_err(io)?.len();
        let mut file = BufWriter::with_capacity(16 * 1024, file);
        if bytes > 0 {
            // A kill may have left half a line.
            file.write_all(b"\n").map_err(io)?;
        }
        Ok(Self { folder: folder.to_owned(), inner: Mutex::new(Inner { file, bytes, number }) })
    }

    /// Notes a key of the snapshot that was left out.
    pub(crate) fn note_key(&self, reason: &str, database: u32, key: &[u8]) {
        self.note(SkippedKind::Key, reason, database, None, None, Some(key));
    }

    /// Notes something of the stream that was left out.
    pub(crate) fn note_command(
        &self,
        reason: &str,
        database: u32,
        offset: Option<u64>,
        command: Option<&str>,
        key: Option<&[u8]>,
    ) {
        self.note(SkippedKind::Command, reason, database, offset, command, key);
    }

    /// A disk that cannot take it does not stop the task: the counts tell, and whatever needs the
    /// disk more will fail.
    fn note(
        &self,
        kind: SkippedKind,
        reason: &str,
        database: u32,
        offset: Option<u64>,
        command: Option<&str>,
        key: Option<&[u8]>,
    ) {
        let mut inner = self.lock();
        inner.number += 1;
        let entry = Skipped {
            number: inner.number,
            kind,
            reason: reason.to_owned(),
            database,
            offset,
            command: command.map(str::to_owned),
            key_hex: key.map(|key| hex(key.get(..KEY_BYTES_MAX).unwrap_or(key))),
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

/// What was left out by the task in `folder`, as far as it is wanted.
///
/// # Errors
/// The files cannot be read.
pub fn page(folder: &Path, wanted: &Wanted<'_>) -> Result<SkippedPage> {
    let mut page = SkippedPage::default();
    let mut first = None;
    read_all(folder, &mut |entry| {
        first.get_or_insert(entry.number);
        let is_wanted = entry.number > wanted.after
            && wanted.kind.is_none_or(|kind| kind == entry.kind)
            && wanted.reason.is_none_or(|reason| reason == entry.reason);
        if is_wanted && page.entries.len() < wanted.limit {
            page.entries.push(entry);
        } else if is_wanted {
            page.more = true;
        }
    })?;
    page.fallen_out = first.map_or(0, |first| first - 1);
    Ok(page)
}

/// Calls `take` with each whole entry, in order.
fn read_all(folder: &Path, take: &mut impl FnMut(Skipped)) -> Result<()> {
    // Opened before the older one is: when the writer starts a new file meanwhile, this one is
    // met twice, and not missed.
    let newer = open(&newer(folder))?;
    let mut last = 0;
    for (path, file) in [open(&older(folder))?, newer].into_iter().flatten() {
        read_file(&path, file, &mut |entry: Skipped| {
            if entry.number > last {
                last = entry.number;
                take(entry);
            }
        })?;
    }
    Ok(())
}

/// A file that may not be there.
fn open(path: &Path) -> Result<Option<(PathBuf, File)>> {
    match File::open(path) {
        Ok(file) => Ok(Some((path.to_owned(), file))),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(cause) => {
            Err(Error::local_io(phrase!("failure.cannot_read", path = path.display()), cause))
        }
    }
}

fn read_file(path: &Path, file: File, take: &mut impl FnMut(Skipped)) -> Result<()> {
    let io = |cause| Error::local_io(phrase!("failure.cannot_read", path = path.display()), cause);
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| match pair {
        [high, low] => u8::try_from(digit(high)? * 16 + digit(low)?).ok(),
        _ => None,
    };
    pairs.map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_noted_is_paged_in_its_order_over_restarts() {
        let folder = tempfile::tempdir().unwrap();
        for run in 0..2u32 {
            let log = SkippedLog::open(folder.path()).unwrap();
            log.note_key("key_filter", run, b"a\xff");
            let offset = u64::from(run) * 100;
            log.note_command("command_deselected", run, Some(offset), Some("FLUSHALL"), None);
        }
        let wanted = |after, limit| Wanted { after, limit, ..Wanted::default() };
        let all = page(folder.path(), &wanted(0, 10)).unwrap();
        assert_eq!((all.entries.len(), all.fallen_out, all.more), (4, 0, false));
        assert_eq!(all.entries[0].key_hex.as_deref(), Some("61ff"));
        assert_eq!((all.entries[3].offset, all.entries[3].key_text()), (Some(100), None));
        let second = page(folder.path(), &wanted(1, 2)).unwrap();
        assert_eq!(second.entries, all.entries[1..3]);
        assert!(second.more);
        let one = Wanted {
            kind: Some(SkippedKind::Command),
            reason: Some("command_deselected"),
            ..wanted(0, 1)
        };
        let filtered = page(folder.path(), &one).unwrap();
        assert_eq!(filtered.entries, all.entries[1..2]);
        assert!(filtered.more);
        let rest = page(folder.path(), &Wanted { after: 2, ..one }).unwrap();
        assert_eq!((rest.entries, rest.more), (all.entries[3..].to_vec(), false));
        let none = Wanted { kind: Some(SkippedKind::Key), ..one };
        assert_eq!(page(folder.path(), &none).unwrap().entries, []);
    }

    #[test]
    fn a_key_reads_as_it_is_typed_and_nothing_in_it_plays_tricks() {
        let text = |key: &[u8]| {
            let folder = tempfile::tempdir().unwrap();
            SkippedLog::open(folder.path()).unwrap().note_key("r", 0, key);
            let wanted = Wanted { limit: 1, ..Wanted::default() };
            page(folder.path(), &wanted).unwrap().entries.remove(0).key_text().unwrap()
        };
        assert_eq!(text("user:\"中文\"".as_bytes()), "user:\"中文\"");
        assert_eq!(text(b"a\\b\n\xff\x01"), "a\\\\b\\n\\xff\\u{1}");
        assert_eq!(text("a\u{202e}b".as_bytes()), "a\\u{202e}b");
        assert_eq!(text(b""), "");
    }

    #[test]
    fn a_file_that_is_read_while_it_becomes_the_older_one_is_read_once() {
        let folder = tempfile::tempdir().unwrap();
        SkippedLog::open(folder.path()).unwrap().note_key("r", 0, b"one");
        fs::copy(newer(folder.path()), older(folder.path())).unwrap();
        let wanted = Wanted { limit: 9, ..Wanted::default() };
        assert_eq!(page(folder.path(), &wanted).unwrap().entries.len(), 1);
    }

    #[test]
    fn the_log_is_bounded_and_says_what_fell_out() {
        let folder = tempfile::tempdir().unwrap();
        let log = SkippedLog::open(folder.path()).unwrap();
        let key = vec![b'k'; 2000];
        for _ in 0..30_000 {
            log.note_key("key_filter", 0, &key);
        }
        drop(log);
        let page = page(folder.path(), &Wanted { limit: 5, ..Wanted::default() }).unwrap();
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
        SkippedLog::open(folder.path()).unwrap().note_key("r", 0, b"one");
        fs::write(newer(folder.path()), &fs::read(newer(folder.path())).unwrap()[..20]).unwrap();
        SkippedLog::open(folder.path()).unwrap().note_key("r", 0, b"two");
        let wanted = Wanted { limit: 9, ..Wanted::default() };
        let keys: Vec<_> = page(folder.path(), &wanted).unwrap().entries;
        assert_eq!(keys.len(), 1);
        assert_eq!(keys[0].key_text().as_deref(), Some("two"));
    }
}
