//! The stream on disk, between the source that must never wait and the destination that may.

mod reader;
mod segment;

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

pub(crate) use reader::StreamReader;
pub(crate) use segment::RECORD_BYTES_MAX;
use segment::{HEADER_BYTES, NoRecord, SEGMENT_BYTES};

use crate::durable;
use crate::error::{Error, ErrorKind, Result, Side};

/// What the spool holds: stream positions, each "everything up to here".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SpoolProgress {
    /// The oldest position from which it can be read.
    pub(crate) start: u64,
    /// Written: readers may go so far.
    pub(crate) written: u64,
    /// On disk for good: the source may be told.
    pub(crate) durable: u64,
}

/// Room for one record: the link reads from its socket into [`SpoolBuffer::space`].
pub(crate) struct SpoolBuffer {
    record: Vec<u8>,
}

impl SpoolBuffer {
    pub(crate) fn new() -> Self {
        Self { record: vec![0; HEADER_BYTES + RECORD_BYTES_MAX] }
    }

    /// Where stream bytes go.
    pub(crate) fn space(&mut self) -> &mut [u8] {
        self.record.get_mut(HEADER_BYTES..).unwrap_or_default()
    }
}

struct Writer {
    /// Starts of the segments on disk, in order; the last one is written.
    segments: Vec<u64>,
    file: Option<Arc<File>>,
    /// Where the next record goes in the file.
    place: u64,
    /// Files that were filled since the last sync.
    filled: Vec<Arc<File>>,
}

/// The durable queue of stream bytes. One writer, any number of readers.
pub(crate) struct Spool {
    folder: PathBuf,
    writer: Mutex<Writer>,
    progress: watch::Sender<SpoolProgress>,
}

impl Spool {
    /// Opens what is in `folder`, cutting a torn tail. `None` progress is an empty spool: it needs
    /// [`Spool::reset`] before it takes bytes.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let io = |cause| Error::local_io(format_args!("cannot open {}", folder.display()), cause);
        fs::create_dir_all(folder).map_err(io)?;
        let mut segments = Vec::new();
        for entry in fs::read_dir(folder).map_err(io)? {
            let name = entry.map_err(io)?.file_name();
            if let Some(start) = name.to_str().and_then(segment::start_of) {
                segments.push(start);
            }
        }
        segments.sort_unstable();

        // Only the last segment can be torn; a hole before it makes everything older useless.
        let mut end = None;
        let mut place = 0;
        let mut first_usable = segments.len();
        for (index, start) in segments.iter().enumerate() {
            if end != Some(*start) {
                first_usable = index;
            }
            let (position, bytes) = scan(&segment::path(folder, *start), *start)?;
            end = Some(position);
            place = bytes;
        }
        for start in segments.drain(..first_usable.min(segments.len().saturating_sub(1))) {
            durable::remove_if_there(&segment::path(folder, start))?;
        }
        let start = segments.first().copied().unwrap_or(0);
        let written = end.unwrap_or(0);
        let file = match segments.last() {
            Some(last) => Some(Arc::new(open_file(&segment::path(folder, *last))?)),
            None => None,
        };
        let (progress, _) = watch::channel(SpoolProgress { start, written, durable: written });
        Ok(Self {
            folder: folder.to_owned(),
            writer: Mutex::new(Writer { segments, file, place, filled: Vec::new() }),
            progress,
        })
    }

    /// Whether there is a position at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.lock().segments.is_empty()
    }

    pub(crate) fn progress(&self) -> SpoolProgress {
        *self.progress.borrow()
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<SpoolProgress> {
        self.progress.subscribe()
    }

    /// Forgets everything; the next byte follows `position`.
    pub(crate) fn reset(&self, position: u64) -> Result<()> {
        let mut writer = self.lock();
        for start in std::mem::take(&mut writer.segments) {
            durable::remove_if_there(&segment::path(&self.folder, start))?;
        }
        writer.filled.clear();
        self.begin_segment(&mut writer, position)?;
        drop(writer);
        self.progress.send_replace(SpoolProgress {
            start: position,
            written: position,
            durable: position,
        });
        Ok(())
    }

    /// Appends the first `length` bytes of `buffer`'s space.
    pub(crate) fn append(
        &self,
        buffer: &mut SpoolBuffer,
        length: usize,
        arrived_ms: u64,
    ) -> Result<()> {
        let mut writer = self.lock();
        let start = self.progress.borrow().written;
        let record = buffer.record.get_mut(..HEADER_BYTES + length).unwrap_or_default();
        segment::seal(record, start, arrived_ms);
        if writer.place + record.len() as u64 > SEGMENT_BYTES {
            let full = writer.file.take();
            writer.filled.extend(full);
            self.begin_segment(&mut writer, start)?;
        }
        let file = writer.file.as_ref().ok_or_else(|| {
            Error::new(ErrorKind::Internal, Side::Local, "the spool was not begun")
        })?;
        durable::write_at(file, record, writer.place)
            .map_err(|cause| Error::local_io("cannot write the spool", cause))?;
        writer.place += record.len() as u64;
        drop(writer);
        self.progress.send_modify(|progress| progress.written = start + length as u64);
        Ok(())
    }

    /// Makes everything written durable. Blocks on the disk.
    pub(crate) fn sync(&self) -> Result<()> {
        let (files, written) = {
            let mut writer = self.lock();
            let mut files = std::mem::take(&mut writer.filled);
            files.extend(writer.file.clone());
            (files, self.progress.borrow().written)
        };
        for file in files {
            file.sync_data().map_err(|cause| Error::local_io("cannot sync the spool", cause))?;
        }
        self.progress.send_if_modified(|progress| {
            let more = progress.durable < written && written <= progress.written;
            if more {
                progress.durable = written;
            }
            more
        });
        Ok(())
    }

    /// Deletes segments that lie wholly before `position`.
    pub(crate) fn trim(&self, position: u64) -> Result<()> {
        let mut writer = self.lock();
        while let [first, second, ..] = writer.segments.as_slice() {
            if *second > position {
                break;
            }
            let (first, second) = (*first, *second);
            durable::remove_if_there(&segment::path(&self.folder, first))?;
            writer.segments.remove(0);
            self.progress.send_modify(|progress| progress.start = second);
        }
        Ok(())
    }

    /// What it takes on disk.
    pub(crate) fn bytes_on_disk(&self) -> u64 {
        let writer = self.lock();
        (writer.segments.len() as u64).saturating_sub(1) * SEGMENT_BYTES + writer.place
    }

    /// Reads on from `position`.
    pub(crate) fn reader(self: &Arc<Self>, position: u64) -> StreamReader {
        StreamReader::new(Arc::clone(self), position)
    }

    /// The segment that holds the byte behind `position`, opened, with its start.
    fn segment_for(&self, position: u64) -> Result<(u64, File)> {
        let start = {
            let writer = self.lock();
            writer.segments.iter().rev().find(|start| **start <= position).copied()
        };
        let start = start.ok_or_else(|| {
            Error::new(
                ErrorKind::StateCorrupt,
                Side::Local,
                format!("the spool no longer holds offset {position}"),
            )
        })?;
        let path = segment::path(&self.folder, start);
        let file = File::open(&path).map_err(|cause| {
            Error::local_io(format_args!("cannot open {}", path.display()), cause)
        })?;
        Ok((start, file))
    }

    fn begin_segment(&self, writer: &mut Writer, start: u64) -> Result<()> {
        let path = segment::path(&self.folder, start);
        let io = |cause| Error::local_io(format_args!("cannot make {}", path.display()), cause);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .map_err(io)?;
        file.set_len(SEGMENT_BYTES).map_err(io)?;
        durable::sync_folder(&path).map_err(io)?;
        writer.file = Some(Arc::new(file));
        writer.place = 0;
        if writer.segments.last() != Some(&start) {
            writer.segments.push(start);
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Writer> {
        // Nothing under this lock leaves the writer half changed.
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn open_file(path: &Path) -> Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .map_err(|cause| Error::local_io(format_args!("cannot open {}", path.display()), cause))
}

/// Walks a segment's records: the stream position and the file position behind the last whole one.
fn scan(path: &Path, start: u64) -> Result<(u64, u64)> {
    let file = open_file(path)?;
    let (mut position, mut place) = (start, 0u64);
    let mut window = vec![0; 2 * (HEADER_BYTES + RECORD_BYTES_MAX)];
    loop {
        let read = durable::read_at(&file, &mut window, place).map_err(|cause| {
            Error::local_io(format_args!("cannot read {}", path.display()), cause)
        })?;
        let mut input = window.get(..read).unwrap_or_default();
        let mut any = false;
        loop {
            match segment::open(input, position) {
                Ok((header, _)) => {
                    let size = HEADER_BYTES + header.length;
                    input = input.get(size..).unwrap_or_default();
                    position += header.length as u64;
                    place += size as u64;
                    any = true;
                }
                Err(NoRecord::More) => break,
                Err(NoRecord::None) => return Ok((position, place)),
            }
        }
        if !any {
            return Ok((position, place));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn append(spool: &Spool, bytes: &[u8]) {
        let mut buffer = SpoolBuffer::new();
        buffer.space()[..bytes.len()].copy_from_slice(bytes);
        spool.append(&mut buffer, bytes.len(), 1).unwrap();
    }

    fn read_all(spool: &Arc<Spool>, from: u64) -> Vec<u8> {
        let mut reader = spool.reader(from);
        let mut bytes = Vec::new();
        while reader.read(&mut bytes).unwrap().is_some() {}
        bytes
    }

    #[test]
    fn what_was_appended_is_read_from_any_position_also_after_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Arc::new(Spool::open(folder.path()).unwrap());
        assert!(spool.is_empty());
        spool.reset(100).unwrap();
        for part in [&b"hello "[..], b"wide", b" world"] {
            append(&spool, part);
        }
        assert_eq!(read_all(&spool, 100), b"hello wide world");
        assert_eq!(read_all(&spool, 108), b"de world");
        drop(spool);
        let spool = Arc::new(Spool::open(folder.path()).unwrap());
        assert_eq!(spool.progress().written, 116);
        append(&spool, b"!");
        assert_eq!(read_all(&spool, 111), b"world!");
    }

    #[test]
    fn a_tail_torn_anywhere_is_cut_at_a_record_and_the_spool_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path()).unwrap();
        spool.reset(0).unwrap();
        append(&spool, b"first");
        append(&spool, b"second");
        drop(spool);
        let path = segment::path(folder.path(), 0);
        let whole = fs::read(&path).unwrap();
        let first = HEADER_BYTES + 5;
        let second = first + HEADER_BYTES + 6;
        for length in 0..second {
            fs::write(&path, &whole[..length]).unwrap();
            let spool = Arc::new(Spool::open(folder.path()).unwrap());
            let expected: &[u8] = if length < first { b"" } else { b"first" };
            assert_eq!(read_all(&spool, 0), expected, "cut at {length}");
            append(&spool, b"+");
            assert_eq!(read_all(&spool, 0), [expected, b"+"].concat(), "cut at {length}");
        }
    }

    #[test]
    fn segments_roll_over_and_are_trimmed_from_the_front() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Arc::new(Spool::open(folder.path()).unwrap());
        spool.reset(0).unwrap();
        let mut buffer = SpoolBuffer::new();
        let records = 2 * SEGMENT_BYTES / RECORD_BYTES_MAX as u64 + 3;
        for number in 0..records {
            buffer.space().fill(number as u8);
            spool.append(&mut buffer, RECORD_BYTES_MAX, 1).unwrap();
        }
        spool.sync().unwrap();
        let end = spool.progress();
        assert_eq!(end.written, records * RECORD_BYTES_MAX as u64);
        assert_eq!(end.durable, end.written);
        assert_eq!(read_all(&spool, end.written - 10), [records as u8 - 1; 10]);
        spool.trim(end.written - 1).unwrap();
        let start = spool.progress().start;
        assert!(start > 0 && start < end.written);
        drop(spool);
        let spool = Arc::new(Spool::open(folder.path()).unwrap());
        assert_eq!((spool.progress().start, spool.progress().written), (start, end.written));
        assert_eq!(read_all(&spool, start).len() as u64, end.written - start);
    }

    #[test]
    fn a_hole_makes_everything_before_it_useless() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::open(folder.path()).unwrap();
        spool.reset(0).unwrap();
        append(&spool, b"old");
        drop(spool);
        let newer = segment::path(folder.path(), 50);
        fs::write(&newer, []).unwrap();
        let spool = Spool::open(folder.path()).unwrap();
        assert_eq!((spool.progress().start, spool.progress().written), (50, 50));
    }
}
