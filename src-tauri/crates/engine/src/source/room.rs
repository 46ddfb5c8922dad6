//! How much of the disk a task takes, and when it gives some back.

use std::path::Path;

use super::follow::SourceHalf;
use super::snapshot;
use super::spool::Margin;
use crate::checkpoint::{Checkpoint, SnapshotProgress};
use crate::error::{Error, ErrorKind, Result, Side};
use crate::words::Phrase;
use crate::{failpoint, phrase};

/// The spool leaves so much of the disk free, bytes: a segment, the local record, and what others
/// need to end in order.
pub(super) const FREE_BYTES_MIN: u64 = 192 * 1024 * 1024;

impl SourceHalf {
    /// Gives back what no state that the destination can fall back to needs: the stream before the
    /// last safe checkpoint, but for a margin, and the snapshot behind it.
    pub(super) fn make_room(&self) -> Result<()> {
        // One of an earlier snapshot says nothing of this stream: a source with another history may
        // have begun to count anew.
        let safe = self.figures.safe_checkpoint();
        if let Some(safe) = safe.filter(|safe| self.is_of_now(safe)) {
            let bytes = self.spool.bytes_on_disk();
            let bound = self.bound();
            // At the bound the margin goes first; what is not safe never does.
            let margin = if bytes > bound / 4 * 3 {
                Margin::NONE
            } else {
                let room = bound.min(bytes.saturating_add(free_space(&self.folder)?));
                Margin { most: room / 4, ..Margin::USUAL }
            };
            // What was not heard may have to be looked at again.
            self.spool.trim(safe.heard.offset, margin)?;
            if self.snapshot_is_over(&safe) {
                snapshot::remove_others(&self.folder, None)?;
                failpoint::hit("snapshot_given_back");
            }
        }
        self.figures.set_spool_bytes(self.spool.bytes_on_disk());
        Ok(())
    }

    fn is_of_now(&self, checkpoint: &Checkpoint) -> bool {
        let record = self.lock_record();
        let snapshot = record.get().snapshot.as_ref();
        snapshot.is_none_or(|snapshot| snapshot.number == checkpoint.snapshot)
    }

    /// Whether the destination cannot fall back into the snapshot, nor before the removal of keys
    /// that ends it.
    fn snapshot_is_over(&self, safe: &Checkpoint) -> bool {
        let record = self.lock_record();
        let record = record.get();
        let Some(snapshot) = &record.snapshot else { return false };
        record.full_done
            && safe.snapshot == snapshot.number
            && safe.snapshot_progress == SnapshotProgress::Whole
            && (!record.replaces || safe.position.offset > snapshot.offset)
    }

    /// How large the spool may get, bytes.
    fn bound(&self) -> u64 {
        self.spec.spool_bytes_max.unwrap_or(u64::MAX)
    }

    /// Why the spool takes nothing more now, if it does not.
    pub(super) fn is_full(&self) -> Result<Option<Phrase>> {
        // The bound is looked at more often than it is made room for.
        if self.spool.bytes_on_disk() >= self.bound() {
            self.make_room()?;
            let bytes = self.spool.bytes_on_disk();
            if bytes >= self.bound() {
                return Ok(Some(phrase!("event.spool_full", bytes = bytes)));
            }
        }
        if self.spool.is_at_segment_end() {
            let free = free_space(&self.folder)?;
            if free < FREE_BYTES_MIN {
                self.make_room()?;
                if free_space(&self.folder)? < FREE_BYTES_MIN {
                    return Ok(Some(phrase!("event.disk_full", bytes = free)));
                }
            }
        }
        Ok(None)
    }
}

/// The disk has not enough room for a snapshot of so many bytes, where that is known.
pub(super) fn no_room(bytes: Option<u64>) -> Error {
    let words = match bytes {
        Some(bytes) => phrase!("failure.no_room_bytes", bytes = bytes),
        None => phrase!("failure.no_room_snapshot"),
    };
    Error::new(ErrorKind::DiskFull, Side::Local, words)
}

/// What is left for this user on the disk that holds `folder`, bytes.
pub(super) fn free_space(folder: &Path) -> Result<u64> {
    fs4::available_space(folder).map_err(|cause| {
        Error::local_io(phrase!("failure.cannot_look_at_disk", path = folder.display()), cause)
    })
}
