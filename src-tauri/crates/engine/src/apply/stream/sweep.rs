//! Emptying databases of the destination of what is ours, and of nothing else.

use redis::cmd;

use super::{BatchBuilder, Frame, Place, StreamFeeder};
use crate::apply::existing::key_hash;
use crate::checkpoint::{CHECKPOINT_DATABASE, OWN_KEY_PREFIX};
use crate::error::Result;
use crate::spec::ConflictPolicy;

/// Keys that a SCAN looks at in one go.
const SCAN_COUNT: usize = 1000;

impl StreamFeeder<'_> {
    /// FLUSHDB where it harms nobody; else key by key. Both may be repeated: whatever was there
    /// before the command is to go.
    pub(super) async fn flush_databases(
        &mut self,
        batch: &mut BatchBuilder,
        frame: &Frame,
        databases: &[u32],
        in_background: bool,
    ) -> Result<()> {
        let mut swept = false;
        for database in databases {
            if self.is_ours_alone(*database, frame).await? {
                batch.select(*database);
                // SYNC is what it does anyway, and unknown to servers before 6.2.
                if in_background {
                    batch.command(&[b"FLUSHDB", b"ASYNC"]);
                } else {
                    batch.command(&[b"FLUSHDB"]);
                }
                batch.wipes_checkpoint |= *database == CHECKPOINT_DATABASE;
            } else {
                if !swept {
                    // What comes before must not come back, nor a key be read that is to go.
                    self.send(batch, frame.start).await?;
                    self.flush().await?;
                    swept = true;
                }
                self.sweep(*database, frame).await?;
            }
            self.context.ledger.free_database(*database, Place::in_stream(frame.end))?;
        }
        Ok(())
    }

    /// Whether a database holds nothing that has to stay.
    async fn is_ours_alone(&mut self, database: u32, frame: &Frame) -> Result<bool> {
        let spec = self.context.spec;
        let spared = spec.conflict != ConflictPolicy::Overwrite && self.context.existing.is_some();
        let newer = !self.pending.is_empty() || self.context.ledger.fenced_until() > frame.end;
        if !spec.keys.is_open() || spared || newer {
            return Ok(false);
        }
        if database != CHECKPOINT_DATABASE {
            return Ok(true);
        }
        // Other tasks' checkpoints lie here; ours is written again in the same transaction.
        let control = &mut self.context.session.control;
        let own = format!("{OWN_KEY_PREFIX}{}:", self.context.task_id);
        let count = control.at_once(SCAN_COUNT);
        let mut cursor = 0u64;
        loop {
            let (next, keys): (u64, Vec<Vec<u8>>) = control
                .query_as(
                    cmd("SCAN")
                        .arg(cursor)
                        .arg("MATCH")
                        .arg(format!("{OWN_KEY_PREFIX}*"))
                        .arg("COUNT")
                        .arg(count),
                )
                .await?;
            if keys.iter().any(|key| !key.starts_with(own.as_bytes())) {
                return Ok(false);
            }
            if next == 0 {
                return Ok(true);
            }
            cursor = next;
        }
    }

    /// Removes what is ours in a database, as it was before the command.
    async fn sweep(&mut self, database: u32, frame: &Frame) -> Result<()> {
        self.context.session.control.query(cmd("SELECT").arg(database)).await?;
        let source = self.context.spec.databases.source_of(database).unwrap_or(database);
        let spared = self
            .context
            .existing
            .filter(|_| self.context.spec.conflict != ConflictPolicy::Overwrite);
        let at_once = self.context.session.control.at_once(SCAN_COUNT);
        let mut cursor = 0u64;
        loop {
            let scan = cmd("SCAN").arg(cursor).arg("COUNT").arg(at_once).take();
            let (next, keys): (u64, Vec<Vec<u8>>) =
                self.context.session.control.query_as(&scan).await?;
            let mut unlink = cmd("UNLINK");
            let mut count = 0;
            for key in &keys {
                let own = key.starts_with(OWN_KEY_PREFIX.as_bytes());
                let stays =
                    spared.map_or(Ok(false), |spared| spared.contains(key_hash(database, key)))?;
                let of = super::KeyOf::new(database, key);
                if own || stays || !self.context.spec.keys.takes(key) {
                    if stays {
                        let log = self.context.skipped;
                        log.note_command(
                            "kept_at_destination",
                            source,
                            Some(frame.end),
                            Some("FLUSHDB"),
                            Some(key),
                        );
                    }
                } else if !self.is_newer(&of, Place::in_stream(frame.end))? {
                    unlink.arg(key);
                    count += 1;
                }
            }
            if count > 0 {
                self.context.session.control.query(&unlink).await?;
            }
            if next == 0 {
                break;
            }
            cursor = next;
        }
        self.context.session.control.query(cmd("SELECT").arg(CHECKPOINT_DATABASE)).await?;
        Ok(())
    }
}
