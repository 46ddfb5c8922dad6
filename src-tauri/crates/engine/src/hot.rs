//! Parts of the data path that are private otherwise, for benches alone.

use std::path::Path;
use std::time::Duration;

use keyferry_protocol::resp;
use tokio::sync::watch;

use crate::apply::batch::{BatchBuilder, Reached};
use crate::apply::throttle::{BatchShare, Room, Way};
use crate::checkpoint::SnapshotProgress;
use crate::error::Result;
use crate::source::spool::{Spool, SpoolBuffer};
use crate::spec::Limits;

/// A spool that takes what comes.
pub struct Appending {
    spool: Spool,
    buffer: SpoolBuffer,
}

impl Appending {
    /// In this folder.
    ///
    /// # Errors
    /// The disk refused.
    pub fn open(folder: &Path) -> Result<Self> {
        let spool = Spool::open(folder)?;
        spool.reset(0)?;
        Ok(Self { spool, buffer: SpoolBuffer::new() })
    }

    /// Appends `length` bytes as one record, at most 64 KiB.
    ///
    /// # Errors
    /// The disk refused.
    pub fn append(&mut self, length: usize) -> Result<()> {
        self.spool.append(&mut self.buffer, length, 0)
    }

    /// Begins again, with nothing on disk.
    ///
    /// # Errors
    /// The disk refused.
    pub fn reset(&self) -> Result<()> {
        self.spool.reset(0)
    }
}

/// Puts strings into batches, as the snapshot and the stream do; the commands that came of it.
pub fn batch_strings<'a>(strings: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> usize {
    let reached = Reached {
        offset: 0,
        database: 0,
        snapshot: SnapshotProgress::Whole,
        keys_done: 0,
        commands_applied: 0,
    };
    let mut builder = BatchBuilder::default();
    let mut commands = 0;
    for (key, value) in strings {
        let room = builder.string();
        resp::put_bulk(room, key);
        resp::put_bulk(room, value);
        if builder.is_full(&Room::LEAST) {
            commands += builder.finish(true, reached).commands;
        }
    }
    commands + builder.finish(true, reached).commands
}

/// A budget as it is asked for each record of the snapshot and of the stream.
pub struct Budget {
    share: BatchShare,
    /// As long as it lives, the limits can change.
    _limits: watch::Sender<Limits>,
}

impl Budget {
    /// Of these limits.
    pub fn new(limits: Limits) -> Self {
        let (sender, receiver) = watch::channel(limits);
        Self { share: BatchShare::new(receiver, Way::Plain(Duration::ZERO)), _limits: sender }
    }

    /// The most records that a batch may have.
    pub fn share(&mut self) -> u64 {
        self.share.room().records
    }
}
