//! What one task knows of itself on this computer, durable before anything rests on it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize};

use crate::apply::mends::Unguarded;
use crate::destination::lane::Refused;
use crate::durable;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;
use crate::report::StageTimes;
use crate::words::{Phrase, Value};

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

/// A history that a promoted source gave up for its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PastHistory {
    /// Its replication id.
    pub(crate) id: String,
    /// What lies behind this offset never became part of what follows.
    pub(crate) until: u64,
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
    /// Those that it continues, the oldest first.
    pub(crate) past: Vec<PastHistory>,
    /// One for each run so far: a checkpoint of another writer is of another copy of this folder.
    pub(crate) writers: Vec<u64>,
    /// Everything asked for is done: what is left is to remove what the task holds.
    pub(crate) finished: bool,
    /// The destination's data was exchanged under a batch: nothing there can be trusted before
    /// everything is copied again.
    #[serde(deserialize_with = "words_of_then")]
    pub(crate) spoilt: Option<Phrase>,
    /// What may have been executed outside of a transaction and is not made up for.
    pub(crate) unguarded: Option<Unguarded>,
    /// Commands that the destination refused inside transactions that it applied.
    pub(crate) refused: Vec<Refused>,
    /// `None` until the source has begun one; for incremental only, the place it began.
    pub(crate) snapshot: Option<SnapshotRecord>,
    /// The snapshot is applied whole.
    pub(crate) full_done: bool,
    /// An earlier snapshot was applied, in part at least: keys that this one does not have are
    /// removed once it is whole.
    pub(crate) replaces: bool,
    /// That is still to be done.
    pub(crate) purge: bool,
    /// A person is asked before keys are removed.
    pub(crate) asks_removal: bool,
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

/// Earlier versions wrote down why in English.
fn words_of_then<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Phrase>, D::Error> {
    Ok(Option::<Value>::deserialize(deserializer)?.map(Value::into_phrase))
}

/// So many runs' writers are remembered: a backup of the destination older than these is not known
/// as this task's own without a person's word.
const WRITERS_MAX: usize = 1000;

impl Record {
    /// A new run begins; its writer.
    pub(crate) fn begin_run(&mut self) -> u64 {
        self.epoch += 1;
        let writer = rand::random();
        if self.writers.len() == WRITERS_MAX {
            self.writers.remove(0);
        }
        self.writers.push(writer);
        writer
    }

    /// The source tells a new history from `until` on; nothing behind that is in the spool.
    pub(crate) fn promoted(&mut self, id: String, until: u64) {
        if let Some(old) = self.history.replace(id).filter(|old| Some(old) != self.history.as_ref())
        {
            self.past.push(PastHistory { id: old, until });
        }
    }

    /// Whether the place `offset` of the history `id` lies on the way to what the spool holds.
    pub(crate) fn follows(&self, id: &str, offset: u64) -> bool {
        self.history.as_deref() == Some(id)
            || self.past.iter().any(|past| past.id == id && offset <= past.until)
    }
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
                    phrase!("failure.unreadable", path = path.display(), cause = cause.to_string()),
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
            let body = serde_json::to_vec_pretty(&next).map_err(|cause| Error::internal(&cause))?;
            durable::replace(&self.path, VERSION, &body)?;
            self.record = next;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_cut_or_changed_anywhere_is_an_error_never_another_record() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = RecordFile::open(folder.path()).unwrap();
        file.update(|record| {
            record.begin_run();
            record.history = Some("a".repeat(40));
            record.written = Written::Yes;
        })
        .unwrap();
        let path = folder.path().join("record");
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            std::fs::write(&path, whole.get(..at).unwrap()).unwrap();
            let error = RecordFile::open(folder.path()).unwrap_err();
            assert_eq!(error.kind, ErrorKind::StateCorrupt, "cut at {at}");
            let mut changed = whole.clone();
            *changed.get_mut(at).unwrap() ^= 0x20;
            std::fs::write(&path, &changed).unwrap();
            match RecordFile::open(folder.path()) {
                Err(error) => assert_eq!(error.kind, ErrorKind::StateCorrupt, "changed at {at}"),
                // A checksum says the same in letters of the other case.
                Ok(read) => assert_eq!(read.get(), file.get(), "changed at {at}"),
            }
        }
    }

    #[test]
    fn the_words_of_an_earlier_version_are_read_as_they_were_written() {
        let read = |json: &str| serde_json::from_str::<Record>(json).unwrap().spoilt;
        assert_eq!(read("{}"), None);
        assert_eq!(read(r#"{"spoilt": null}"#), None);
        assert_eq!(read(r#"{"spoilt": "it was flushed"}"#), Some(Phrase::plain("it was flushed")));
        let spoilt = Some(phrase!("failure.data_exchanged"));
        let now = serde_json::to_string(&Record { spoilt: spoilt.clone(), ..Record::default() });
        assert_eq!(read(&now.unwrap()), spoilt);
    }

    #[test]
    fn a_place_counts_until_its_history_was_given_up() {
        let mut record = Record { history: Some("a".to_owned()), ..Record::default() };
        record.promoted("b".to_owned(), 100);
        record.promoted("b".to_owned(), 150);
        record.promoted("c".to_owned(), 200);
        for (id, offset, follows) in [
            ("a", 100, true),
            ("a", 101, false),
            ("b", 200, true),
            ("b", 201, false),
            ("c", u64::MAX, true),
            ("d", 0, false),
        ] {
            assert_eq!(record.follows(id, offset), follows, "{id} {offset}");
        }
    }
}
