//! One file of the spool: records of the stream, each with its place and a checksum.
//!
//! A record is a header of 24 bytes, little endian, and the stream's bytes:
//! length u32 · CRC-32C u32 of all that follows · offset of the first byte u64 · arrival u64 (ms
//! since 1970). Files are made at their full size, so zeros (a length of 0) end the records.

use std::path::{Path, PathBuf};

/// The size of a header.
pub(super) const HEADER_BYTES: usize = 24;
/// A file of the spool, bytes.
pub(super) const SEGMENT_BYTES: u64 = 64 * 1024 * 1024;
/// The most stream bytes in one record: what one read from the source may bring.
pub(crate) const RECORD_BYTES_MAX: usize = 256 * 1024;

/// Where a record belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Stream bytes in the record.
    pub(super) length: usize,
    /// The stream's position before its first byte.
    pub(super) start: u64,
    /// When it came from the source, ms since 1970 by this computer's clock.
    pub(super) arrived_ms: u64,
}

/// Fills the header in front of a record's bytes: `record` is both.
pub(super) fn seal(record: &mut [u8], start: u64, arrived_ms: u64) {
    let length = (record.len() - HEADER_BYTES) as u32;
    if let Some((head, _)) = record.split_first_chunk_mut::<HEADER_BYTES>() {
        head[0..4].copy_from_slice(&length.to_le_bytes());
        head[8..16].copy_from_slice(&start.to_le_bytes());
        head[16..24].copy_from_slice(&arrived_ms.to_le_bytes());
    }
    let sum = crc32c::crc32c(record.get(8..).unwrap_or_default());
    if let Some(place) = record.get_mut(4..8) {
        place.copy_from_slice(&sum.to_le_bytes());
    }
}

/// Why no record could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoRecord {
    /// `input` ends before the record does.
    More,
    /// There is none: zeros, another place, or a wrong checksum.
    None,
}

/// The record at the start of `input`, which must begin at `start`.
pub(super) fn open(input: &[u8], start: u64) -> Result<(Header, &[u8]), NoRecord> {
    let (head, rest) = input.split_first_chunk::<HEADER_BYTES>().ok_or(NoRecord::More)?;
    let u32_at = |at: usize| {
        head.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
    };
    let u64_at = |at: usize| {
        head.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, u64::from_le_bytes)
    };
    let header = Header { length: u32_at(0) as usize, start: u64_at(8), arrived_ms: u64_at(16) };
    if header.length == 0 || header.length > RECORD_BYTES_MAX || header.start != start {
        return Err(NoRecord::None);
    }
    let payload = rest.get(..header.length).ok_or(NoRecord::More)?;
    let sum = crc32c::crc32c_append(crc32c::crc32c(head.get(8..).unwrap_or_default()), payload);
    if sum == u32_at(4) { Ok((header, payload)) } else { Err(NoRecord::None) }
}

/// The name of the segment that begins at `start`.
pub(super) fn path(folder: &Path, start: u64) -> PathBuf {
    folder.join(format!("{start:020}.segment"))
}

/// The start of the segment with this file name.
pub(super) fn start_of(name: &str) -> Option<u64> {
    name.strip_suffix(".segment").filter(|digits| digits.len() == 20)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_cut_or_changed_anywhere_is_no_record() {
        let mut record = vec![0; HEADER_BYTES];
        record.extend_from_slice(b"*1\r\n$4\r\nPING\r\n");
        seal(&mut record, 1000, 5);
        let (header, payload) = open(&record, 1000).unwrap();
        assert_eq!((header.arrived_ms, payload), (5, &b"*1\r\n$4\r\nPING\r\n"[..]));
        for length in 0..record.len() {
            assert_eq!(open(&record[..length], 1000), Err(NoRecord::More), "cut at {length}");
        }
        for at in 4..record.len() {
            let mut changed = record.clone();
            changed[at] ^= 1;
            assert_eq!(open(&changed, 1000), Err(NoRecord::None), "changed at {at}");
        }
        assert_eq!(open(&record, 999), Err(NoRecord::None));
    }
}
