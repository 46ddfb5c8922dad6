//! How far the destination is: the value that travels with the data.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use keyferry_protocol::psync::{ReplicationId, ReplicationPosition};

/// Every key of ours begins with this; at a source it is never copied.
pub const OWN_KEY_PREFIX: &str = "__keyferry:";
/// The destination's database that holds the checkpoints: the one that every server has.
pub const CHECKPOINT_DATABASE: u32 = 0;

/// The name of a lane's checkpoint key.
pub fn checkpoint_key(task_id: &str, lane: u32) -> String {
    format!("{OWN_KEY_PREFIX}{task_id}:checkpoint:{lane}")
}

/// The name of the key that a task writes to see what replicas and disk of the destination have.
pub(crate) fn pulse_key(task_id: &str) -> String {
    format!("{OWN_KEY_PREFIX}{task_id}:pulse")
}

/// The name of the stream that has transactions of a lane follow each other at a destination far away.
pub(crate) fn chain_key(task_id: &str, lane: u32) -> String {
    format!("{OWN_KEY_PREFIX}{task_id}:chain:{lane}")
}

/// Every key that a task leaves at a destination.
pub(crate) fn own_keys(task_id: &str) -> [String; 3] {
    [checkpoint_key(task_id, 0), pulse_key(task_id), chain_key(task_id, 0)]
}

/// How far a snapshot is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotProgress {
    /// Everything before this byte of the RDB.
    Until {
        /// Always the first byte of an item; 0 is the beginning.
        byte: u64,
        /// The database selected there.
        database: u32,
    },
    /// All of it.
    Whole,
}

/// Up to where the destination's answers were looked at, and what they asked for is made up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Of the stream.
    pub offset: u64,
    /// The source database that is selected there.
    pub database: u32,
}

/// One lane's checkpoint: all that is needed to go on from here, exactly once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which run of the program wrote it: later runs have higher numbers.
    pub epoch: u64,
    /// Drawn at random by each run. A copy of the task's folder that runs elsewhere has the same
    /// epochs, never the same writers.
    pub writer: u64,
    /// Counts the checkpoints of the task.
    pub sequence: u64,
    /// The stream is applied up to here: a boundary between commands, outside MULTI.
    pub position: ReplicationPosition,
    /// The source database that is selected there.
    pub database: u32,
    /// This lane's number.
    pub lane: u32,
    /// How many there are.
    pub lanes: u32,
    /// The number of the snapshot within the task: a re-copy has a higher one.
    pub snapshot: u32,
    /// How far that snapshot is applied.
    pub snapshot_progress: SnapshotProgress,
    /// Snapshot keys dealt with so far.
    pub keys_done: u64,
    /// Stream commands applied so far.
    pub commands_applied: u64,
    /// Never behind `position`. What lies between the two was applied, but nobody knows for sure
    /// that it did at the destination what it did at the source.
    pub heard: Heard,
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "keyferry/1 epoch={} writer={:016x} sequence={} id={} offset={} database={} lane={} lanes={} \
             snapshot={} ",
            self.epoch,
            self.writer,
            self.sequence,
            self.position.id,
            self.position.offset,
            self.database,
            self.lane,
            self.lanes,
            self.snapshot,
        )?;
        match self.snapshot_progress {
            SnapshotProgress::Until { byte, database } => write!(f, "until={byte}/{database}")?,
            SnapshotProgress::Whole => f.write_str("until=whole")?,
        }
        write!(f, " keys={} commands={}", self.keys_done, self.commands_applied)?;
        if self.heard.offset != self.position.offset {
            write!(f, " heard={}/{}", self.heard.offset, self.heard.database)?;
        }
        Ok(())
    }
}

impl Checkpoint {
    /// Where it stands, as a place up to which everything was heard.
    pub fn here(&self) -> Heard {
        Heard { offset: self.position.offset, database: self.database }
    }

    /// As it is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut text = String::with_capacity(256);
        let _ = write!(text, "{self}");
        text.into_bytes()
    }
}

/// A text that is no checkpoint of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the checkpoint at the destination cannot be read")]
pub struct CheckpointError;

impl FromStr for Checkpoint {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut words = text.split(' ');
        if words.next() != Some("keyferry/1") {
            return Err(CheckpointError);
        }
        let mut field = |name: &str| {
            words
                .next()
                .and_then(|word| word.strip_prefix(name))
                .and_then(|word| word.strip_prefix('='))
                .ok_or(CheckpointError)
        };
        fn number<T: FromStr>(text: &str) -> Result<T, CheckpointError> {
            text.parse().map_err(|_| CheckpointError)
        }
        let mut checkpoint = Self {
            epoch: number(field("epoch")?)?,
            writer: u64::from_str_radix(field("writer")?, 16).map_err(|_| CheckpointError)?,
            sequence: number(field("sequence")?)?,
            position: ReplicationPosition {
                id: field("id")?.parse::<ReplicationId>().map_err(|_| CheckpointError)?,
                offset: number(field("offset")?)?,
            },
            database: number(field("database")?)?,
            lane: number(field("lane")?)?,
            lanes: number(field("lanes")?)?,
            snapshot: number(field("snapshot")?)?,
            snapshot_progress: match field("until")? {
                "whole" => SnapshotProgress::Whole,
                until => {
                    let (byte, database) = until.split_once('/').ok_or(CheckpointError)?;
                    SnapshotProgress::Until { byte: number(byte)?, database: number(database)? }
                }
            },
            keys_done: number(field("keys")?)?,
            commands_applied: number(field("commands")?)?,
            heard: Heard { offset: 0, database: 0 },
        };
        checkpoint.heard = match words.next() {
            None => checkpoint.here(),
            Some(word) => {
                let (offset, database) = word
                    .strip_prefix("heard=")
                    .and_then(|heard| heard.split_once('/'))
                    .ok_or(CheckpointError)?;
                Heard { offset: number(offset)?, database: number(database)? }
            }
        };
        if words.next().is_some() || checkpoint.heard.offset > checkpoint.position.offset {
            return Err(CheckpointError);
        }
        Ok(checkpoint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Checkpoint {
        Checkpoint {
            epoch: 3,
            writer: 0x0123_4567_89ab_cdef,
            sequence: 77,
            position: ReplicationPosition {
                id: "0123456789abcdef0123456789abcdef01234567".parse().unwrap(),
                offset: u64::MAX,
            },
            database: 5,
            lane: 0,
            lanes: 1,
            snapshot: 2,
            snapshot_progress: SnapshotProgress::Until { byte: 123, database: 4 },
            keys_done: 9,
            commands_applied: 12,
            heard: Heard { offset: 4711, database: 6 },
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for progress in [example().snapshot_progress, SnapshotProgress::Whole] {
            let checkpoint = Checkpoint { snapshot_progress: progress, ..example() };
            assert_eq!(checkpoint.to_string().parse(), Ok(checkpoint));
            // As earlier versions wrote it, and as it is written where nothing is unheard.
            let heard = Checkpoint { heard: checkpoint.here(), ..checkpoint };
            let text = heard.to_string();
            assert!(!text.contains("heard"), "{text}");
            assert_eq!(text.parse(), Ok(heard));
        }
        let later = Checkpoint { heard: Heard { offset: 9, database: 0 }, ..example() };
        let text = later.to_string().replace(&u64::MAX.to_string(), "8");
        assert_eq!(text.parse::<Checkpoint>(), Err(CheckpointError));
    }

    #[test]
    fn a_checkpoint_cut_anywhere_does_not_pass_for_one() {
        let text = example().to_string();
        let last_digit = text.len();
        for length in 0..last_digit {
            // Numbers at the end lose digits without a trace, and what is not always there goes as
            // a whole: EXEC never stores half a value.
            let cut = &text[..length];
            if cut.ends_with("commands=1") || cut.ends_with("commands=12") {
                continue;
            }
            assert!(text[..length].parse::<Checkpoint>().is_err(), "cut at {length}");
        }
        assert!(format!("{text} more=1").parse::<Checkpoint>().is_err());
    }
}
