//! The RDB on disk while it arrives, and after.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keyferry_protocol::crc::Crc64;
use keyferry_protocol::rdb::{Item, RdbReader};
use tokio::sync::watch;

use crate::durable;
use crate::error::{Error, ErrorKind, Result, Side};

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
}

/// The file of a task's snapshot with this number.
pub(crate) fn path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("snapshot-{number}.rdb"))
}

/// Removes all snapshots but the one with `keep`.
pub(crate) fn remove_others(folder: &Path, keep: Option<u32>) -> Result<()> {
    let io = |cause| Error::local_io(format_args!("cannot read {}", folder.display()), cause);
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
                Error::local_io(format_args!("cannot make {}", path.display()), cause)
            })?;
        let (arrival, _) = watch::channel(Arrival { bytes: 0, total, whole: false });
        let tail = Vec::with_capacity(2 * CHECKSUM_BYTES);
        Ok(Self { file: Arc::new(file), arrival, path, crc: Crc64::new(), tail })
    }

    /// For readers.
    pub(crate) fn share(&self) -> SnapshotFile {
        SnapshotFile { file: Arc::clone(&self.file), arrival: self.arrival.subscribe() }
    }

    /// Appends.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<()> {
        let at = self.arrival.borrow().bytes;
        durable::write_at(&self.file, bytes, at)
            .map_err(|cause| Error::local_io("cannot write the snapshot", cause))?;
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
        self.arrival.send_modify(|arrival| arrival.bytes += bytes.len() as u64);
        Ok(())
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
                "the snapshot's checksum does not fit: it was damaged on the way or at the source",
            ));
        }
        let io =
            |cause| Error::local_io(format_args!("cannot sync {}", self.path.display()), cause);
        self.file.sync_data().map_err(io)?;
        durable::sync_folder(&self.path).map_err(io)?;
        Ok(self.arrival.borrow().bytes)
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
            return Err(Error::local_io(format_args!("cannot open {}", path.display()), cause));
        }
    };
    let on_disk = file
        .metadata()
        .map_err(|cause| Error::local_io(format_args!("cannot read {}", path.display()), cause))?
        .len();
    if on_disk != length {
        return Ok(None);
    }
    let whole = Arrival { bytes: length, total: Some(length), whole: true };
    let (_, arrival) = watch::channel(whole);
    Ok(Some(SnapshotFile { file: Arc::new(file), arrival }))
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
