//! Reading the spool while it is written.

use std::fs::File;
use std::sync::Arc;

use super::Spool;
use super::segment::{self, HEADER_BYTES, NoRecord, RECORD_BYTES_MAX};
use crate::durable;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;

/// What is read from a file at once: several records, and at least one of any size.
const WINDOW_BYTES: usize = 2 * (HEADER_BYTES + RECORD_BYTES_MAX);

/// What one [`StreamReader::read`] brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StreamChunk {
    /// Bytes appended.
    pub(crate) length: usize,
    /// When they came from the source, ms since 1970.
    pub(crate) arrived_ms: u64,
}

/// Reads the stream's bytes in order, verifying each record.
pub(crate) struct StreamReader {
    spool: Arc<Spool>,
    position: u64,
    open: Option<OpenSegment>,
}

struct OpenSegment {
    file: File,
    /// Of the next record in the file.
    place: u64,
    /// The stream position there.
    at: u64,
    window: Vec<u8>,
    /// The unread part of `window`, which ends at `place + (to - from)`.
    from: usize,
    to: usize,
}

impl StreamReader {
    pub(super) fn new(spool: Arc<Spool>, position: u64) -> Self {
        Self { spool, position, open: None }
    }

    /// Everything before this was read.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Appends the next record's bytes to `out`; `None` when the reader has caught up with the
    /// writer.
    ///
    /// # Errors
    /// A record that was written is damaged ([`ErrorKind::StateCorrupt`]), or the disk refused.
    pub(crate) fn read(&mut self, out: &mut Vec<u8>) -> Result<Option<StreamChunk>> {
        loop {
            if self.position >= self.spool.progress().written {
                return Ok(None);
            }
            let segment = match &mut self.open {
                Some(segment) => segment,
                none => none.insert(OpenSegment::open(&self.spool, self.position)?),
            };
            match segment.next()? {
                // A segment's end: the next one begins where this one's last record ended.
                None => {
                    if segment.place == 0 {
                        return Err(damaged(&self.spool, segment.at));
                    }
                    let (start, _) = self.spool.segment_for(segment.at)?;
                    if start != segment.at {
                        return Err(damaged(&self.spool, segment.at));
                    }
                    self.open = None;
                }
                Some((end, payload, arrived_ms)) => {
                    let skip =
                        payload.len().saturating_sub((end - self.position.min(end)) as usize);
                    let fresh = payload.get(skip..).unwrap_or_default();
                    if fresh.is_empty() {
                        continue;
                    }
                    out.extend_from_slice(fresh);
                    let length = fresh.len();
                    self.position = end;
                    return Ok(Some(StreamChunk { length, arrived_ms }));
                }
            }
        }
    }
}

fn damaged(spool: &Spool, position: u64) -> Error {
    spool.report_damage(position);
    Error::new(
        ErrorKind::StateCorrupt,
        Side::Local,
        phrase!("failure.spool_damaged", offset = position),
    )
}

impl OpenSegment {
    fn open(spool: &Spool, position: u64) -> Result<Self> {
        let (start, file) = spool.segment_for(position)?;
        Ok(Self { file, place: 0, at: start, window: vec![0; WINDOW_BYTES], from: 0, to: 0 })
    }

    /// The next record: the position behind it, its bytes, its arrival.
    fn next(&mut self) -> Result<Option<(u64, &[u8], u64)>> {
        let held = self.window.get(self.from..self.to).unwrap_or_default();
        let header = match segment::open(held, self.at) {
            Ok((header, _)) => header,
            // What looked like the end when it was read may have been written since.
            Err(_) => {
                self.to = durable::read_at(&self.file, &mut self.window, self.place).map_err(
                    |cause| Error::local_io(phrase!("failure.cannot_read_spool"), cause),
                )?;
                self.from = 0;
                let held = self.window.get(..self.to).unwrap_or_default();
                match segment::open(held, self.at) {
                    Ok((header, _)) => header,
                    Err(NoRecord::More | NoRecord::None) => return Ok(None),
                }
            }
        };
        let size = HEADER_BYTES + header.length;
        let payload = self.from + HEADER_BYTES..self.from + size;
        self.from += size;
        self.place += size as u64;
        self.at += header.length as u64;
        Ok(Some((self.at, self.window.get(payload).unwrap_or_default(), header.arrived_ms)))
    }
}
