//! The RDB on disk while it arrives, and after.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::watch;

use crate::durable;
use crate::error::{Error, Result};

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

/// Writes a snapshot as it arrives.
pub(crate) struct SnapshotWriter {
    file: Arc<File>,
    arrival: watch::Sender<Arrival>,
    path: PathBuf,
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
        Ok(Self { file: Arc::new(file), arrival, path })
    }

    /// For readers.
    pub(crate) fn share(&self) -> SnapshotFile {
        SnapshotFile { file: Arc::clone(&self.file), arrival: self.arrival.subscribe() }
    }

    /// Appends.
    pub(crate) fn append(&self, bytes: &[u8]) -> Result<()> {
        let at = self.arrival.borrow().bytes;
        durable::write_at(&self.file, bytes, at)
            .map_err(|cause| Error::local_io("cannot write the snapshot", cause))?;
        self.arrival.send_modify(|arrival| arrival.bytes += bytes.len() as u64);
        Ok(())
    }

    /// Makes it durable; blocks on the disk. Readers learn that it is whole by
    /// [`SnapshotWriter::announce_whole`].
    pub(crate) fn sync(&self) -> Result<u64> {
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
