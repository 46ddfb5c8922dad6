//! The commands that bring entries to the destination.

use keyferry_protocol::rdb::{RdbError, RdbString};
use keyferry_protocol::resp;

use crate::apply::batch::BatchBuilder;

/// Strings up to this go together in one MSET, bytes.
const TOGETHER_BYTES_MAX: usize = 1024;
/// Keys of one MSET: beyond that a server gains nothing.
const TOGETHER_MAX: usize = 50;

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

/// Small strings that never expire: a server takes them by MSET for two thirds of what they cost it
/// one by one. They are written before anything else of their batch is sent or their place is told.
#[derive(Default)]
pub(super) struct Strings {
    /// Keys and values, as arguments.
    arguments: Vec<u8>,
    keys: usize,
}

impl Strings {
    /// Whether a value of so many bytes belongs here.
    pub(super) fn take(length: usize) -> bool {
        length <= TOGETHER_BYTES_MAX
    }

    /// Adds a key.
    ///
    /// # Errors
    /// The value's compressed form is damaged.
    pub(super) fn add(
        &mut self,
        key: &[u8],
        value: &RdbString<'_>,
        batch: &mut BatchBuilder,
    ) -> Result<(), RdbError> {
        resp::put_bulk(&mut self.arguments, key);
        put_value(&mut self.arguments, value)?;
        self.keys += 1;
        if self.keys == TOGETHER_MAX {
            self.write(batch);
        }
        Ok(())
    }

    /// Puts what was collected into the batch, in whose database it belongs.
    pub(super) fn write(&mut self, batch: &mut BatchBuilder) {
        if self.keys == 0 {
            return;
        }
        let out = batch.raw_command();
        resp::put_array(out, 1 + 2 * self.keys);
        resp::put_bulk(out, b"MSET");
        out.extend_from_slice(&self.arguments);
        self.arguments.clear();
        self.keys = 0;
    }
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
