//! The RDB on disk while it arrives, and after.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use keyferry_protocol::crc::Crc64;
use keyferry_protocol::rdb::{Item, RdbReader};
use tokio::sync::watch;

use crate::durable;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;

/// How much of a snapshot is here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// Bytes that can be read.
    pub(crate) bytes: u64,
    /// All of them, where the source has told.
    pub(crate) total: Option<u64>,
    /// Nothing more comes, and it is on disk.
    pub(crate) whole: bool,
}

/// A snapshot's file: one writer, any number of readers.
#[derive(Clone)]
pub(crate) struct SnapshotFile {
    pub(crate) file: Arc<File>,
    pub(crate) arrival: watch::Receiver<Arrival>,
    on_disk: Arc<OnDisk>,
}

impl SnapshotFile {
    /// Everything before `position` is applied: the system need not keep it in memory any more. To
    /// give it all back at the end, when the file is removed, would take a second for each gigabyte.
    pub(crate) fn applied(&self, position: u64) {
        let from = self.on_disk.forgotten.load(Ordering::Relaxed);
        let until = position.min(self.on_disk.synced.load(Ordering::Relaxed));
        if until < from + ASIDE_BYTES {
            return;
        }
        self.on_disk.forgotten.store(until, Ordering::Relaxed);
        let file = Arc::clone(&self.file);
        tokio::task::spawn_blocking(move || durable::forget(&file, from, until - from));
    }
}

/// How much is brought to the disk, or given back from memory, at once.
const ASIDE_BYTES: u64 = 16 * 1024 * 1024;

/// How far a snapshot's file is on disk.
#[derive(Default)]
struct OnDisk {
    /// Up to here for good.
    synced: AtomicU64,
    /// Up to here no longer in memory.
    forgotten: AtomicU64,
    /// Held while it is synced. What the disk refused once, it does not say twice.
    refused: Mutex<Option<std::io::Error>>,
}

impl OnDisk {
    /// Syncs what is written, which is this much.
    fn sync(&self, file: &File, written: u64) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        match file.sync_data() {
            Ok(()) => self.synced.store(written, Ordering::Relaxed),
            Err(cause) => *refused = Some(cause),
        }
    }
}

/// The file of a task's snapshot with this number.
pub(crate) fn path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("snapshot-{number}.rdb"))
}

/// Removes all snapshots but the one with `keep`.
pub(crate) fn remove_others(folder: &Path, keep: Option<u32>) -> Result<()> {
    let io =
        |cause| Error::local_io(phrase!("failure.cannot_read", path = folder.display()), cause);
    for entry in fs::read_dir(folder).map_err(io)? {
        let name = entry.map_err(io)?.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_prefix("snapshot-"))
            .and_then(|name| name.strip_suffix(".rdb"))
            .and_then(|digits| digits.parse::<u32>().ok());
        if let Some(number) = number
            && Some(number) != keep
        {
            durable::remove_if_there(&path(folder, number))?;
        }
    }
    Ok(())
}

/// How much of a snapshot whose keys are not wanted is looked at, bytes: the facts come first.
pub(crate) const HEAD_BYTES: usize = 64 * 1024;
/// The checksum at an RDB's end.
const CHECKSUM_BYTES: usize = 8;

/// Writes a snapshot as it arrives.
pub(crate) struct SnapshotWriter {
    file: Arc<File>,
    arrival: watch::Sender<Arrival>,
    on_disk: Arc<OnDisk>,
    /// Up to here it is being synced.
    syncing: u64,
    path: PathBuf,
    crc: Crc64,
    /// The last bytes: they may be the checksum, which does not count itself.
    tail: Vec<u8>,
}

impl SnapshotWriter {
    /// Begins the file anew.
    pub(crate) fn create(folder: &Path, number: u32, total: Option<u64>) -> Result<Self> {
        let path = path(folder, number);
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&path)
            .map_err(|cause| {
                Error::local_io(phrase!("failure.cannot_make", path = path.display()), cause)
            })?;
        let (arrival, _) = watch::channel(Arrival { bytes: 0, total, whole: false });
        let tail = Vec::with_capacity(2 * CHECKSUM_BYTES);
        Ok(Self {
            file: Arc::new(file),
            arrival,
            on_disk: Arc::default(),
            syncing: 0,
            path,
            crc: Crc64::new(),
            tail,
        })
    }

    /// For readers.
    pub(crate) fn share(&self) -> SnapshotFile {
        SnapshotFile {
            file: Arc::clone(&self.file),
            arrival: self.arrival.subscribe(),
            on_disk: Arc::clone(&self.on_disk),
        }
    }

    /// Appends.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let at = self.arrival.borrow().bytes;
        durable::write_at(&self.file, bytes, at)
            .map_err(|cause| Error::local_io(phrase!("failure.cannot_write_snapshot"), cause))?;
        if bytes.len() >= CHECKSUM_BYTES {
            self.crc.update(&self.tail);
            let (body, tail) = bytes.split_at(bytes.len() - CHECKSUM_BYTES);
            self.crc.update(body);
            self.tail.clear();
            self.tail.extend_from_slice(tail);
        } else {
            self.tail.extend_from_slice(bytes);
            let body = self.tail.len().saturating_sub(CHECKSUM_BYTES);
            self.crc.update(self.tail.get(..body).unwrap_or_default());
            self.tail.drain(..body);
        }
        let written = at + bytes.len() as u64;
        self.arrival.send_modify(|arrival| arrival.bytes = written);
        if written >= self.syncing + ASIDE_BYTES {
            self.sync_aside(written);
        }
        Ok(())
    }

    /// Brings what is written to the disk while more arrives: at the end little is left to wait for.
    fn sync_aside(&mut self, written: u64) {
        if self.on_disk.refused.try_lock().is_err() {
            return;
        }
        self.syncing = written;
        let (file, on_disk) = (Arc::clone(&self.file), Arc::clone(&self.on_disk));
        tokio::task::spawn_blocking(move || on_disk.sync(&file, written));
    }

    /// Checks its checksum and makes it durable; its length. Blocks on the disk. Readers learn that
    /// it is whole by [`SnapshotWriter::announce_whole`].
    pub(crate) fn finish(&self) -> Result<u64> {
        let told = self.tail.as_slice().try_into().map_or(0, u64::from_le_bytes);
        // A source with `rdbchecksum no` writes zeros.
        if told != 0 && told != self.crc.value() {
            return Err(Error::new(
                ErrorKind::RdbCorrupt,
                Side::Source,
                phrase!("failure.snapshot_checksum"),
            ));
        }
        let io = |cause| {
            Error::local_io(phrase!("failure.cannot_sync", path = self.path.display()), cause)
        };
        let length = self.arrival.borrow().bytes;
        self.on_disk.sync(&self.file, length);
        let refused = self.on_disk.refused.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(cause) = refused {
            return Err(io(cause));
        }
        durable::sync_folder(&self.path).map_err(io)?;
        Ok(length)
    }

    /// Tells readers that nothing more comes.
    pub(crate) fn announce_whole(&self) {
        self.arrival.send_modify(|arrival| {
            arrival.whole = true;
            arrival.total = Some(arrival.bytes);
        });
    }
}

/// Opens a snapshot that arrived whole in an earlier run.
pub(crate) fn open_whole(folder: &Path, number: u32, length: u64) -> Result<Option<SnapshotFile>> {
    let path = path(folder, number);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => {
            return Err(Error::local_io(
                phrase!("failure.cannot_open", path = path.display()),
                cause,
            ));
        }
    };
    let on_disk = file
        .metadata()
        .map_err(|cause| {
            Error::local_io(phrase!("failure.cannot_read", path = path.display()), cause)
        })?
        .len();
    if on_disk != length {
        return Ok(None);
    }
    let whole = Arrival { bytes: length, total: Some(length), whole: true };
    let (_, arrival) = watch::channel(whole);
    let on_disk = OnDisk { synced: AtomicU64::new(length), ..OnDisk::default() };
    Ok(Some(SnapshotFile { file: Arc::new(file), arrival, on_disk: Arc::new(on_disk) }))
}

/// The database in which the stream behind a snapshot begins, told in its first bytes.
pub(crate) fn stream_database(mut head: &[u8]) -> u32 {
    let mut reader = RdbReader::new();
    while let Ok(Some((consumed, item))) = reader.next(head) {
        match item {
            Item::Aux { key, value } if key.to_vec().is_ok_and(|key| key == b"repl-stream-db") => {
                let text = value.to_vec().unwrap_or_default();
                return std::str::from_utf8(&text)
                    .ok()
                    .and_then(|text| text.parse().ok())
                    .unwrap_or(0);
            }
            Item::Aux { .. } => head = head.get(consumed..).unwrap_or_default(),
            _ => break,
        }
    }
    0
}
