//! What one task knows of itself on this computer, durable before anything rests on it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::durable;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::report::StageTimes;

const VERSION: u32 = 1;

/// The snapshot that the task loads or has loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SnapshotRecord {
    /// 1 for the first; a re-copy has the next one.
    pub(crate) number: u32,
    /// The history it belongs to.
    pub(crate) id: String,
    /// The stream goes on behind this offset.
    pub(crate) offset: u64,
    /// Its bytes; `None` until it has arrived whole and is on disk.
    pub(crate) length: Option<u64>,
    /// The database in which the stream behind it begins (`repl-stream-db`).
    pub(crate) stream_database: u32,
}

/// A connection that wrote to the destination: ended before a later one trusts what it reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClientRecord {
    /// The process of the server that gave the id.
    pub(crate) run_id: String,
    /// `CLIENT ID`.
    pub(crate) client_id: u64,
}

/// Counts that survive a pause; after a kill those in the checkpoint go before them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Counts {
    pub(crate) keys_total: Option<u64>,
    pub(crate) keys_done: u64,
    pub(crate) keys_skipped: BTreeMap<String, u64>,
    pub(crate) commands_applied: u64,
    pub(crate) commands_skipped: BTreeMap<String, u64>,
    /// By source database: keys done, keys skipped, commands applied.
    pub(crate) databases: BTreeMap<u32, (u64, u64, u64)>,
}

/// Whether the destination holds a checkpoint of the task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Written {
    /// Nothing was ever written.
    #[default]
    No,
    /// The first checkpoint was about to be written: it may be there or not, and nothing else is.
    Intended,
    /// It was there: from now on a missing one is a loss, never a fresh start.
    Yes,
}

/// The local record of one task.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Record {
    /// How many times the task ran.
    pub(crate) epoch: u64,
    /// Whether the destination holds a checkpoint.
    pub(crate) written: Written,
    /// The history whose bytes the spool holds.
    pub(crate) history: Option<String>,
    /// `None` until the source has begun one; for incremental only, the place it began.
    pub(crate) snapshot: Option<SnapshotRecord>,
    /// The snapshot is applied whole.
    pub(crate) full_done: bool,
    /// Once it is, keys that it does not have are removed: an earlier one was applied in part.
    pub(crate) purge: bool,
    /// The next connection to the source asks for a new snapshot.
    pub(crate) recopy: bool,
    /// What the source is: commands of older ones are given dates.
    pub(crate) source_version: Option<(u16, u16, u16)>,
    /// Connections that may still be writing.
    pub(crate) clients: Vec<ClientRecord>,
    /// How many keys the destination held in the mapped databases before the first write; `None`
    /// until they were looked at.
    pub(crate) existing_keys: Option<u64>,
    /// For display.
    pub(crate) counts: Counts,
    /// For display.
    pub(crate) stages: Vec<StageTimes>,
}

/// A record with its place on disk.
#[derive(Debug)]
pub(crate) struct RecordFile {
    path: PathBuf,
    record: Record,
}

impl RecordFile {
    /// The record in `folder`, or a new one.
    ///
    /// # Errors
    /// A record that cannot be read is an error, never a new one.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("record");
        let record = match durable::read(&path, VERSION)? {
            None => Record::default(),
            Some(body) => serde_json::from_slice(&body).map_err(|cause| {
                Error::new(
                    ErrorKind::StateCorrupt,
                    Side::Local,
                    format!("{} cannot be read: {cause}", path.display()),
                )
            })?,
        };
        Ok(Self { path, record })
    }

    /// What it holds.
    pub(crate) fn get(&self) -> &Record {
        &self.record
    }

    /// Changes it, on disk first.
    pub(crate) fn update(&mut self, change: impl FnOnce(&mut Record)) -> Result<()> {
        let mut next = self.record.clone();
        change(&mut next);
        if next != self.record {
            let body = serde_json::to_vec_pretty(&next)
                .map_err(|cause| Error::new(ErrorKind::Internal, Side::Local, cause.to_string()))?;
            durable::replace(&self.path, VERSION, &body)?;
            self.record = next;
        }
        Ok(())
    }
}
