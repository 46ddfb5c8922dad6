//! The commands that bring entries to the destination.

use keyferry_protocol::rdb::{RdbError, RdbString};
use keyferry_protocol::resp;

/// Appends a string's value as an argument.
///
/// # Errors
/// Its compressed form is damaged.
pub(super) fn put_value(out: &mut Vec<u8>, value: &RdbString<'_>) -> Result<(), RdbError> {
    match value {
        RdbString::Raw(bytes) => resp::put_bulk(out, bytes),
        RdbString::Integer(number) => {
            resp::put_bulk(out, itoa::Buffer::new().format(*number).as_bytes());
        }
        RdbString::Lzf { length, .. } => {
            resp::put_bulk_header(out, *length);
            value.append_to(out)?;
            out.extend_from_slice(b"\r\n");
        }
    }
    Ok(())
}

/// What precedes an entry's value.
pub(super) struct Meta {
    pub(super) value_type: u8,
    /// Since 1970.
    pub(super) expire_at_ms: Option<i64>,
    /// Seconds.
    pub(super) idle: Option<u64>,
    pub(super) frequency: Option<u8>,
}

/// `RESTORE key ttl` and the payload's length: type byte, value, ten bytes of footer.
pub(super) fn put_restore_head(out: &mut Vec<u8>, key: &[u8], meta: &Meta, length: u64) {
    let options = 1
        + usize::from(meta.expire_at_ms.is_some())
        + 2 * usize::from(meta.idle.is_some())
        + 2 * usize::from(meta.frequency.is_some());
    resp::put_array(out, 4 + options);
    resp::put_bulk(out, b"RESTORE");
    resp::put_bulk(out, key);
    // 0 is no expiry: a key that expired in 1970 is one that expired a millisecond later.
    let at = meta.expire_at_ms.map_or(0, |at| at.max(1));
    resp::put_bulk(out, itoa::Buffer::new().format(at).as_bytes());
    resp::put_bulk_header(out, usize::try_from(length + 11).unwrap_or(usize::MAX));
}

pub(super) fn put_restore_tail(out: &mut Vec<u8>, meta: &Meta, footer: &[u8]) {
    out.extend_from_slice(footer);
    out.extend_from_slice(b"\r\n");
    resp::put_bulk(out, b"REPLACE");
    let mut text = itoa::Buffer::new();
    if meta.expire_at_ms.is_some() {
        resp::put_bulk(out, b"ABSTTL");
    }
    if let Some(seconds) = meta.idle {
        resp::put_bulk(out, b"IDLETIME");
        resp::put_bulk(out, text.format(seconds).as_bytes());
    }
    if let Some(frequency) = meta.frequency {
        resp::put_bulk(out, b"FREQ");
        resp::put_bulk(out, text.format(frequency).as_bytes());
    }
}

/// `mylib` of `#!lua name=mylib`.
pub(super) fn library_name(code: &[u8]) -> Option<String> {
    let line = code.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    line.split_whitespace().find_map(|word| word.strip_prefix("name=")).map(str::to_owned)
}
