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

impl Meta {
    /// Whether there is nothing but the type.
    fn is_plain(&self) -> bool {
        self.expire_at_ms.is_none() && self.idle.is_none() && self.frequency.is_none()
    }
}

/// `RESTORE key ttl` and the payload's length: type byte, value, ten bytes of footer.
pub(super) fn put_restore_head(out: &mut Vec<u8>, key: &[u8], meta: &Meta, length: u64) {
    if meta.is_plain() {
        // What nearly every key has, in one piece.
        out.extend_from_slice(b"*5\r\n$7\r\nRESTORE\r\n");
        resp::put_bulk(out, key);
        out.extend_from_slice(b"$1\r\n0\r\n");
    } else {
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
    }
    resp::put_bulk_header(out, usize::try_from(length + 11).unwrap_or(usize::MAX));
}

/// What stands behind the payload.
pub(super) fn put_restore_tail(out: &mut Vec<u8>, meta: &Meta) {
    out.extend_from_slice(b"\r\n$7\r\nREPLACE\r\n");
    if meta.is_plain() {
        return;
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn command(meta: &Meta) -> String {
        let mut out = Vec::new();
        put_restore_head(&mut out, b"key", meta, 3);
        out.extend_from_slice(b"payload-of-14.");
        put_restore_tail(&mut out, meta);
        String::from_utf8(out).unwrap().replace("\r\n", " ")
    }

    #[test]
    fn restore_says_what_an_entry_has_and_no_more() {
        let mut meta = Meta { value_type: 0, expire_at_ms: None, idle: None, frequency: None };
        let payload = "$14 payload-of-14.";
        assert_eq!(command(&meta), format!("*5 $7 RESTORE $3 key $1 0 {payload} $7 REPLACE "));
        meta.expire_at_ms = Some(1_700_000_000_000);
        assert_eq!(
            command(&meta),
            format!("*6 $7 RESTORE $3 key $13 1700000000000 {payload} $7 REPLACE $6 ABSTTL ")
        );
        meta.idle = Some(90);
        meta.frequency = Some(7);
        assert_eq!(
            command(&meta),
            format!(
                "*10 $7 RESTORE $3 key $13 1700000000000 {payload} $7 REPLACE $6 ABSTTL \
                 $8 IDLETIME $2 90 $4 FREQ $1 7 "
            )
        );
        // Redis refuses a negative time, and 0 is none.
        let early = Meta { expire_at_ms: Some(-5), idle: None, frequency: None, ..meta };
        assert!(command(&early).starts_with("*6 $7 RESTORE $3 key $1 1 "));
    }
}
