//! The RDB on disk while it arrives, and after.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
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

/// A snapshot's file: one writer, any number of readers. What no reader needs any more is given back
/// while the rest arrives: a hole, from behind the header up to there.
#[derive(Clone)]
pub(crate) struct SnapshotFile {
    pub(crate) file: Arc<File>,
    pub(crate) arrival: watch::Receiver<Arrival>,
    on_disk: Arc<OnDisk>,
}

impl SnapshotFile {
    /// Nothing before `place` will be read any more: it is given back, but for the header. What is
    /// given back before it was written to the disk never is; and to free all of it at the end, when
    /// the file is removed, would take a second for each gigabyte.
    pub(crate) fn give_back(&self, place: u64) {
        let before = self.kept_from();
        let from = before.max(durable::HOLE_UNIT_BYTES);
        let until = place / durable::HOLE_UNIT_BYTES * durable::HOLE_UNIT_BYTES;
        let on_disk = &self.on_disk;
        if until < from + GIVEN_BACK_AT_ONCE || on_disk.giving_back.swap(true, Ordering::Acquire) {
            return;
        }
        // Before it is so: whoever looks finds less than there is, never more.
        on_disk.kept_from.store(until, Ordering::Release);
        let (file, on_disk) = (Arc::clone(&self.file), Arc::clone(&self.on_disk));
        tokio::task::spawn_blocking(move || {
            let done = durable::give_back(&file, from, until);
            if done {
                on_disk.giving_back.store(false, Ordering::Release);
            } else {
                // Not tried again.
                on_disk.kept_from.store(before, Ordering::Release);
            }
        });
    }

    /// What lies before this place was given back, but for the header.
    pub(crate) fn kept_from(&self) -> u64 {
        self.on_disk.kept_from.load(Ordering::Acquire)
    }
}

/// How much is given back at once, at least.
const GIVEN_BACK_AT_ONCE: u64 = 8 * 1024 * 1024;
/// What is written, and neither on the disk nor given back, is brought to the disk from so much on.
const UNSYNCED_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// How a snapshot's file and the disk stand.
#[derive(Default)]
struct OnDisk {
    /// Everything before, but for the header, is given back.
    kept_from: AtomicU64,
    /// Something is being given back, or nothing can be.
    giving_back: AtomicBool,
    /// Held while it is synced. What the disk refused once, it does not say twice.
    refused: Mutex<Option<std::io::Error>>,
}

impl OnDisk {
    /// Syncs what is written.
    fn sync(&self, file: &File) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(cause) = file.sync_data() {
            *refused = Some(cause);
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
        let kept_from = self.on_disk.kept_from.load(Ordering::Relaxed);
        if written >= self.syncing.max(kept_from) + UNSYNCED_BYTES_MAX {
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
        tokio::task::spawn_blocking(move || on_disk.sync(&file));
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
        self.on_disk.sync(&self.file);
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
    let io = |cause| Error::local_io(phrase!("failure.cannot_read", path = path.display()), cause);
    // To be given back, it has to be open for writing.
    let file = match OpenOptions::new().read(true).write(true).open(&path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(io(cause)),
    };
    if file.metadata().map_err(io)?.len() != length {
        return Ok(None);
    }
    let whole = Arrival { bytes: length, total: Some(length), whole: true };
    let (_, arrival) = watch::channel(whole);
    let kept_from = durable::given_back_until(&file, durable::HOLE_UNIT_BYTES).map_err(io)?;
    let kept_from = if kept_from > durable::HOLE_UNIT_BYTES { kept_from } else { 0 };
    let on_disk = OnDisk { kept_from: AtomicU64::new(kept_from), ..OnDisk::default() };
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

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024 * 1024;

    async fn until_given_back(file: &SnapshotFile) {
        while file.on_disk.giving_back.load(Ordering::Acquire) {
            tokio::task::yield_now().await;
        }
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn what_is_given_back_takes_no_room_and_the_file_says_so_when_it_is_opened_again() {
        use std::os::unix::fs::MetadataExt;

        let folder = tempfile::tempdir().unwrap();
        let mut writer = SnapshotWriter::create(folder.path(), 1, None).unwrap();
        let piece: Vec<u8> = (1..=251).cycle().take(MIB as usize).collect();
        for _ in 0..64 {
            writer.append(&piece).unwrap();
        }
        let file = writer.share();
        // Too little to be worth it.
        file.give_back(8 * MIB);
        assert_eq!(file.kept_from(), 0);
        file.give_back(48 * MIB + 77);
        until_given_back(&file).await;
        assert_eq!(file.kept_from(), 48 * MIB);
        // Never backwards.
        file.give_back(30 * MIB);
        assert_eq!(file.kept_from(), 48 * MIB);
        // Without a checksum.
        writer.append(&[0; 8]).unwrap();
        let length = writer.finish().unwrap();
        drop((writer, file));

        assert!(fs::metadata(path(folder.path(), 1)).unwrap().blocks() * 512 < 18 * MIB);
        let file = open_whole(folder.path(), 1, length).unwrap().unwrap();
        assert_eq!(file.kept_from(), 48 * MIB);
        let mut read = vec![0; MIB as usize];
        for place in [48, 63] {
            durable::read_at(&file.file, &mut read, place * MIB).unwrap();
            assert!(read == piece);
        }
        // The header stays.
        durable::read_at(&file.file, &mut read[..4096], 0).unwrap();
        assert!(read[..4096] == piece[..4096]);
    }

    #[test]
    fn a_snapshot_of_which_nothing_was_given_back_is_kept_whole() {
        let folder = tempfile::tempdir().unwrap();
        for length in [1, 70_000, 3_000_000] {
            let mut writer = SnapshotWriter::create(folder.path(), 1, None).unwrap();
            // Without a checksum.
            writer.append(&vec![7; length]).unwrap();
            writer.append(&[0; 8]).unwrap();
            let length = writer.finish().unwrap();
            let file = open_whole(folder.path(), 1, length).unwrap().unwrap();
            assert_eq!(file.kept_from(), 0);
        }
    }
}
