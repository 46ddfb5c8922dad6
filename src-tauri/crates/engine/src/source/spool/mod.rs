//! The stream on disk, between the source that must never wait and the destination that may.

mod reader;
mod segment;

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use fs4::FileExt as _;
use tokio::sync::watch;

pub(crate) use reader::StreamReader;
pub(crate) use segment::RECORD_BYTES_MAX;
use segment::{HEADER_BYTES, NoRecord, SEGMENT_BYTES};

use crate::durable;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::failpoint;
use crate::phrase;

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

/// Stream that stays on disk although nothing needs it that is known of: for stale replicas that are
/// promoted, and for backups that are restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Margin {
    /// So many bytes of it stay in any case.
    pub(crate) least: u64,
    /// What is younger stays,
    pub(crate) age: Duration,
    /// up to so many bytes.
    pub(crate) most: u64,
}

impl Margin {
    pub(crate) const USUAL: Self =
        Self { least: 1 << 30, age: Duration::from_secs(15 * 60), most: u64::MAX };
    pub(crate) const NONE: Self = Self { least: 0, age: Duration::ZERO, most: 0 };

    /// Whether a segment has to stay that ends `behind` bytes before what is safe.
    fn covers(&self, behind: u64, written_last: Option<SystemTime>) -> bool {
        let young = written_last
            .and_then(|at| SystemTime::now().duration_since(at).ok())
            .is_none_or(|age| age < self.age);
        behind < self.most && (behind < self.least || young)
    }
}

struct Writer {
    /// Starts of the segments on disk, in order; the last one is written.
    segments: Vec<u64>,
    file: Option<Arc<File>>,
    /// Where the next record goes in the file.
    place: u64,
    /// Files that were filled since the last sync, with their starts.
    filled: Vec<(u64, Arc<File>)>,
}

/// The durable queue of stream bytes. One writer, any number of readers.
pub(crate) struct Spool {
    folder: PathBuf,
    writer: Mutex<Writer>,
    progress: watch::Sender<SpoolProgress>,
    /// Where a reader found a damaged record.
    damage: Mutex<Option<u64>>,
}

impl Spool {
    /// Opens what is in `folder`, cutting a torn tail. `None` progress is an empty spool: it needs
    /// [`Spool::reset`] before it takes bytes.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let io =
            |cause| Error::local_io(phrase!("failure.cannot_open", path = folder.display()), cause);
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
            let found = walk(&segment::path(folder, *start), *start, u64::MAX)?;
            end = Some(found.position);
            place = found.place;
        }
        for start in segments.drain(..first_usable.min(segments.len().saturating_sub(1))) {
            durable::remove_if_there(&segment::path(folder, start))?;
        }
        let start = segments.first().copied().unwrap_or(0);
        let written = end.unwrap_or(0);
        // A run that was killed may have written without syncing, also to segments that it had filled:
        // what is told to the source from now on has to be on disk. What is there already costs nothing.
        let mut file = None;
        for start in &segments {
            let opened = open_file(&segment::path(folder, *start))?;
            sync_data(&opened).map_err(io)?;
            file = Some(Arc::new(opened));
        }
        let (progress, _) = watch::channel(SpoolProgress { start, written, durable: written });
        Ok(Self {
            folder: folder.to_owned(),
            writer: Mutex::new(Writer { segments, file, place, filled: Vec::new() }),
            progress,
            damage: Mutex::new(None),
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
        failpoint::hit("spool_emptied");
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
            if let (Some(full), Some(of)) = (writer.file.take(), writer.segments.last().copied()) {
                writer.filled.push((of, full));
            }
            self.begin_segment(&mut writer, start)?;
        }
        let file = writer.file.as_ref().ok_or_else(|| {
            Error::new(ErrorKind::Internal, Side::Local, phrase!("failure.spool_not_begun"))
        })?;
        durable::write_at(file, record, writer.place)
            .map_err(|cause| Error::local_io(phrase!("failure.cannot_write_spool"), cause))?;
        writer.place += record.len() as u64;
        drop(writer);
        self.progress.send_modify(|progress| progress.written = start + length as u64);
        Ok(())
    }

    /// Makes everything written durable. Blocks on the disk.
    pub(crate) fn sync(&self) -> Result<()> {
        let (files, written) = {
            let mut writer = self.lock();
            let filled = std::mem::take(&mut writer.filled);
            let mut files: Vec<_> = filled.into_iter().map(|(_, file)| file).collect();
            files.extend(writer.file.clone());
            (files, self.progress.borrow().written)
        };
        for file in files {
            sync_data(&file)
                .map_err(|cause| Error::local_io(phrase!("failure.cannot_sync_spool"), cause))?;
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

    /// Deletes segments that lie wholly before `position`, but for the margin.
    pub(crate) fn trim(&self, position: u64, margin: Margin) -> Result<()> {
        let mut writer = self.lock();
        while let [first, second, ..] = writer.segments.as_slice() {
            let (first, second) = (*first, *second);
            if second > position {
                break;
            }
            let path = segment::path(&self.folder, first);
            let written_last = fs::metadata(&path).and_then(|meta| meta.modified()).ok();
            if margin.covers(position - second, written_last) {
                break;
            }
            durable::remove_if_there(&path)?;
            writer.segments.remove(0);
            self.progress.send_modify(|progress| progress.start = second);
        }
        Ok(())
    }

    /// Forgets everything behind `position`, which goes on from there. Nobody may be reading. A crash
    /// in the middle leaves a spool that ends somewhere before `position`: what is missing is fetched.
    pub(crate) fn cut(&self, position: u64) -> Result<()> {
        let mut writer = self.lock();
        if position >= self.progress.borrow().written {
            return Ok(());
        }
        let progress = |end: u64| {
            self.progress.send_modify(|progress| {
                progress.start = progress.start.min(end);
                progress.written = end;
                progress.durable = progress.durable.min(end);
            });
        };
        while let [.., _, last] = writer.segments.as_slice()
            && *last >= position
        {
            let last = *last;
            durable::remove_if_there(&segment::path(&self.folder, last))?;
            writer.segments.pop();
            progress(last);
        }
        writer.file = None;
        let Some(start) = writer.segments.last().copied() else { return Ok(()) };
        // What stays may still have to be synced.
        writer.filled.retain(|(of, _)| *of < start);
        let path = segment::path(&self.folder, start);
        let io =
            |cause| Error::local_io(phrase!("failure.cannot_cut", path = path.display()), cause);
        // The record that `position` lies in is written again as far as it goes.
        let found = walk(&path, start, position)?;
        let file = open_file(&path)?;
        file.set_len(found.place).map_err(io)?;
        allocate(&file).map_err(io)?;
        file.sync_all().map_err(io)?;
        writer.file = Some(Arc::new(file));
        writer.place = found.place;
        progress(found.position);
        drop(writer);
        failpoint::hit("spool_cut_short");
        if !found.rest.is_empty() {
            let mut buffer = SpoolBuffer::new();
            let length = found.rest.len();
            if let Some(space) = buffer.space().get_mut(..length) {
                space.copy_from_slice(&found.rest);
            }
            self.append(&mut buffer, length, found.arrived_ms)?;
        }
        self.sync()
    }

    /// Whether the next record needs a new segment.
    pub(crate) fn is_at_segment_end(&self) -> bool {
        let most = (HEADER_BYTES + RECORD_BYTES_MAX) as u64;
        let writer = self.lock();
        writer.file.is_none() || writer.place + most > SEGMENT_BYTES
    }

    /// A reader found that what was written at `position` is not there any more.
    fn report_damage(&self, position: u64) {
        self.damage.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(position);
    }

    /// Where a reader found damage, once.
    pub(crate) fn take_damage(&self) -> Option<u64> {
        self.damage.lock().unwrap_or_else(PoisonError::into_inner).take()
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
                phrase!("failure.spool_lacks", offset = position),
            )
        })?;
        let path = segment::path(&self.folder, start);
        let file = File::open(&path).map_err(|cause| {
            Error::local_io(phrase!("failure.cannot_open", path = path.display()), cause)
        })?;
        Ok((start, file))
    }

    fn begin_segment(&self, writer: &mut Writer, start: u64) -> Result<()> {
        let path = segment::path(&self.folder, start);
        let io =
            |cause| Error::local_io(phrase!("failure.cannot_make", path = path.display()), cause);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .map_err(io)?;
        if let Err(cause) = allocate(&file) {
            // What the attempt took is given back: others need the room too.
            drop(file);
            durable::remove_if_there(&path)?;
            return Err(io(cause));
        }
        // Only with its size on disk can the records be synced as data alone.
        file.sync_all().map_err(io)?;
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
    OpenOptions::new().read(true).write(true).open(path).map_err(|cause| {
        Error::local_io(phrase!("failure.cannot_open", path = path.display()), cause)
    })
}

/// Brings a segment's records to the disk.
fn sync_data(file: &File) -> std::io::Result<()> {
    #[cfg(all(test, unix))]
    tests::synced::note(file);
    file.sync_data()
}

/// Takes a segment's room on disk, so that a full disk is met here and not while records are written.
/// The bytes read as zeros. Where the file system cannot, the size alone is set.
fn allocate(file: &File) -> std::io::Result<()> {
    match file.allocate(SEGMENT_BYTES) {
        Err(cause) if cause.kind() == std::io::ErrorKind::Unsupported => {}
        allocated => allocated?,
    }
    file.set_len(SEGMENT_BYTES)
}

/// How far a segment's records go.
struct Found {
    /// The stream position behind the last whole record.
    position: u64,
    /// The file's.
    place: u64,
    /// The part of the next record that lies before the bound, and when it came.
    rest: Vec<u8>,
    arrived_ms: u64,
}

/// Walks a segment's records as far as they are whole, or lie before the stream position `bound`.
fn walk(path: &Path, start: u64, bound: u64) -> Result<Found> {
    let file = open_file(path)?;
    let mut found = Found { position: start, place: 0, rest: Vec::new(), arrived_ms: 0 };
    let mut window = vec![0; 2 * (HEADER_BYTES + RECORD_BYTES_MAX)];
    loop {
        let read = durable::read_at(&file, &mut window, found.place).map_err(|cause| {
            Error::local_io(phrase!("failure.cannot_read", path = path.display()), cause)
        })?;
        let mut input = window.get(..read).unwrap_or_default();
        let mut any = false;
        loop {
            match segment::open(input, found.position) {
                Ok((header, payload)) => {
                    let end = found.position + header.length as u64;
                    if end > bound {
                        let part = usize::try_from(bound - found.position).unwrap_or(usize::MAX);
                        found.rest = payload.get(..part).unwrap_or_default().to_vec();
                        found.arrived_ms = header.arrived_ms;
                        return Ok(found);
                    }
                    let size = HEADER_BYTES + header.length;
                    input = input.get(size..).unwrap_or_default();
                    found.position = end;
                    found.place += size as u64;
                    any = true;
                }
                Err(NoRecord::More) => break,
                Err(NoRecord::None) => return Ok(found),
            }
        }
        if !any {
            return Ok(found);
        }
    }
}

#[cfg(test)]
mod tests;
