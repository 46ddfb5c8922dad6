//! Two files of a task's folder: `log` grows; full, it becomes `log.old`, and the one before goes.
//!
//! Each begins with `# from N`: its first byte is the Nth of all that the task ever logged. A line has
//! a position by that which holds for good, while pages of it are read and files change places.

use std::borrow::Cow;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::line::parse;
use crate::model::{LogFilter, LogLine, LogPage};

const NEW: &str = "log";
const OLD: &str = "log.old";
/// The files of a log.
pub(crate) const FILES: [&str; 2] = [NEW, OLD];
/// How large each may be.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
const HEAD: &str = "# from ";
/// Files may change places while they are read.
const TRIES: usize = 3;

/// The file that grows.
pub(super) struct LogFile {
    folder: PathBuf,
    file: File,
    from: u64,
    length: u64,
}

impl LogFile {
    /// Goes on behind what is there. One that cannot be told to be ours makes room for a new one.
    pub(super) fn open(folder: &Path) -> io::Result<Self> {
        let path = folder.join(NEW);
        let Some(from) = head_of(&path) else {
            let from = Held::read(&folder.join(OLD)).map_or(0, |old| old.end());
            return Self::create(folder, from);
        };
        let mut file = OpenOptions::new().read(true).append(true).open(&path)?;
        let mut length = file.metadata()?.len();
        // A program that was killed may have left half a line.
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
            length += 1;
        }
        Ok(Self { folder: folder.to_owned(), file, from, length })
    }

    fn create(folder: &Path, from: u64) -> io::Result<Self> {
        let head = format!("{HEAD}{from}\n");
        // Whole or not at all: nobody sees one without its head.
        let aside = folder.join("log.new");
        fs::write(&aside, &head)?;
        fs::rename(&aside, folder.join(NEW))?;
        let file = OpenOptions::new().append(true).open(folder.join(NEW))?;
        Ok(Self { folder: folder.to_owned(), file, from, length: head.len() as u64 })
    }

    pub(super) fn append(&mut self, line: &[u8]) -> io::Result<()> {
        if self.length + line.len() as u64 > FILE_BYTES_MAX {
            fs::rename(self.folder.join(NEW), self.folder.join(OLD))?;
            *self = Self::create(&self.folder, self.from + self.length)?;
        }
        self.file.write_all(line)?;
        self.length += line.len() as u64;
        Ok(())
    }
}

fn head_of(path: &Path) -> Option<u64> {
    let mut head = String::new();
    BufReader::new(File::open(path).ok()?.take(64)).read_line(&mut head).ok()?;
    head.strip_prefix(HEAD)?.strip_suffix('\n')?.parse().ok()
}

/// A file, read whole.
struct Held {
    from: u64,
    bytes: Vec<u8>,
}

impl Held {
    fn read(path: &Path) -> Option<Self> {
        let from = head_of(path)?;
        Some(Self { from, bytes: fs::read(path).ok()? })
    }

    fn end(&self) -> u64 {
        self.from + self.bytes.len() as u64
    }

    /// The bytes of its whole lines.
    fn whole(&self) -> &[u8] {
        let end = self.bytes.iter().rposition(|byte| *byte == b'\n');
        end.and_then(|end| self.bytes.get(..=end)).unwrap_or_default()
    }

    /// Its whole lines with their positions, the newest first.
    fn lines(&self) -> impl Iterator<Item = (u64, Cow<'_, str>)> {
        let mut at = self.from + self.whole().len() as u64;
        self.whole().split_inclusive(|byte| *byte == b'\n').rev().map(move |line| {
            at -= line.len() as u64;
            (at, String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(line)))
        })
    }
}

/// Both files, the newer one first.
fn held(folder: &Path) -> Vec<Held> {
    for _ in 0..TRIES {
        let files: Vec<Held> =
            FILES.iter().filter_map(|name| Held::read(&folder.join(name))).collect();
        let [new, old] = files.as_slice() else { return files };
        if old.end() <= new.from {
            return files;
        }
        // They changed places in between.
    }
    Held::read(&folder.join(NEW)).into_iter().collect()
}

/// All of it, oldest first, as it is.
pub(crate) fn text(folder: &Path) -> String {
    let files = held(folder);
    let lines = files.iter().flat_map(Held::lines).filter(|(_, line)| !line.starts_with(HEAD));
    let mut lines: Vec<Cow<'_, str>> = lines.map(|(_, line)| line).collect();
    lines.reverse();
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

fn matches(line: &LogLine, filter: &LogFilter, wanted: &str) -> bool {
    let said = || [&line.message, &line.fields, &line.target].map(|text| text.to_lowercase());
    line.level >= filter.least && (wanted.is_empty() || said().join("\n").contains(wanted))
}

/// Lines behind `after` and before `before` that are wanted, the newest first.
fn wanted<'a>(
    files: &'a [Held],
    filter: &'a LogFilter,
    (after, before): (u64, u64),
) -> impl Iterator<Item = LogLine> + 'a {
    let text = filter.text.trim().to_lowercase();
    files
        .iter()
        .flat_map(Held::lines)
        .skip_while(move |(at, _)| *at >= before)
        .take_while(move |(at, _)| *at >= after)
        .filter_map(|(at, line)| parse(&line, at))
        .filter(move |line| matches(line, filter, &text))
}

/// The newest `limit` lines that are wanted, or the newest of those before a position.
pub(crate) fn page(
    folder: &Path,
    filter: &LogFilter,
    before: Option<u64>,
    limit: usize,
) -> LogPage {
    page_of(&held(folder), filter, (0, before.unwrap_or(u64::MAX)), limit)
}

fn page_of(files: &[Held], filter: &LogFilter, between: (u64, u64), limit: usize) -> LogPage {
    let mut found = wanted(files, filter, between);
    let mut lines: Vec<LogLine> = found.by_ref().take(limit).collect();
    let more = found.next().is_some();
    lines.reverse();
    LogPage { before: lines.first().map(|line| line.position).filter(|_| more), lines }
}

/// Up to where somebody has seen a log.
#[derive(Clone, Copy, Debug, Default)]
pub struct News(Option<u64>);

impl News {
    /// Nothing was seen yet.
    pub(crate) fn is_new(self) -> bool {
        self.0.is_none()
    }
}

/// What came since, and notes it as seen; the newest page at first. `None` where nothing came.
pub(crate) fn news(
    folder: &Path,
    filter: &LogFilter,
    seen: &mut News,
    limit: usize,
) -> Option<LogPage> {
    let path = folder.join(NEW);
    let end = head_of(&path).zip(fs::metadata(&path).ok()).map(|(from, file)| from + file.len());
    if seen.0.is_some() && (seen.0 == end || end.is_none()) {
        return None;
    }
    let files = held(folder);
    let whole = files.first().map_or(0, |file| file.from + file.whole().len() as u64);
    let after = seen.0.replace(whole).filter(|after| *after <= whole);
    let first = after.is_none();
    let page = page_of(&files, filter, (after.unwrap_or(0), u64::MAX), limit);
    (first || !page.lines.is_empty()).then_some(page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LogLevel;

    fn all() -> LogFilter {
        LogFilter { least: LogLevel::Trace, text: String::new() }
    }

    fn put(file: &mut LogFile, level: &str, words: &str) {
        let line = format!("2026-11-26T10:00:00.000Z {level} keyferry_engine::x: {words}\tn=1\n");
        file.append(line.as_bytes()).unwrap();
    }

    fn words(page: &LogPage) -> Vec<&str> {
        page.lines.iter().map(|line| line.message.as_str()).collect()
    }

    #[test]
    fn it_is_read_from_its_end_in_pages_that_fit_together() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(page(folder.path(), &all(), None, 3), LogPage::default());
        let mut file = LogFile::open(folder.path()).unwrap();
        for n in 0..7 {
            put(&mut file, if n % 2 == 0 { "INFO" } else { "WARN" }, &format!("line {n}"));
        }
        let newest = page(folder.path(), &all(), None, 3);
        assert_eq!(words(&newest), ["line 4", "line 5", "line 6"]);
        let older = page(folder.path(), &all(), newest.before, 3);
        assert_eq!(words(&older), ["line 1", "line 2", "line 3"]);
        let oldest = page(folder.path(), &all(), older.before, 3);
        assert_eq!((words(&oldest), oldest.before), (vec!["line 0"], None));

        let worse = LogFilter { least: LogLevel::Warn, text: " LINE ".to_owned() };
        assert_eq!(words(&page(folder.path(), &worse, None, 9)), ["line 1", "line 3", "line 5"]);
        let only = LogFilter { text: "line 5".to_owned(), ..all() };
        assert_eq!(words(&page(folder.path(), &only, None, 9)), ["line 5"]);
    }

    #[test]
    fn it_stays_small_and_its_positions_hold_for_good() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = LogFile::open(folder.path()).unwrap();
        let mut seen = News::default();
        let _ = news(folder.path(), &all(), &mut seen, 10);
        let (mut heard, mut long) = (0, "x".repeat(1000));
        for n in 0..5000 {
            long.truncate(1000);
            long.push_str(&n.to_string());
            put(&mut file, "INFO", &long);
            if n % 500 == 0 {
                // Opened again by the next run.
                file = LogFile::open(folder.path()).unwrap();
                heard += news(folder.path(), &all(), &mut seen, 10_000).unwrap().lines.len();
            }
        }
        heard += news(folder.path(), &all(), &mut seen, 10_000).unwrap().lines.len();
        assert_eq!(heard, 5000);
        assert!(news(folder.path(), &all(), &mut seen, 10_000).is_none());
        let sizes = FILES.map(|name| fs::metadata(folder.path().join(name)).unwrap().len());
        assert!(sizes.iter().all(|size| *size <= FILE_BYTES_MAX), "{sizes:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);

        // Page by page, every line that is kept, once.
        let (mut before, mut numbers) = (None, Vec::new());
        loop {
            let part = page(folder.path(), &all(), before, 97);
            let told = part.lines.iter().rev().map(|line| line.message[1000..].parse().unwrap());
            numbers.extend(told.collect::<Vec<u32>>());
            before = part.before;
            if before.is_none() {
                break;
            }
        }
        let expected: Vec<u32> = (0..5000).rev().take(numbers.len()).collect();
        assert!(numbers.len() > 1000 && numbers == expected);
    }

    #[test]
    fn a_file_cut_anywhere_is_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        put(&mut LogFile::open(folder.path()).unwrap(), "INFO", "first");
        let path = folder.path().join(NEW);
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let mut seen = News::default();
            let _ = news(folder.path(), &all(), &mut seen, 9);
            put(&mut LogFile::open(folder.path()).unwrap(), "INFO", "second");
            let now = page(folder.path(), &all(), None, 9);
            assert_eq!(now.lines.last().unwrap().message, "second", "cut at {length}");
        }
    }
}
