//! The payload of RESTORE: a value as an RDB has it, with a footer.
//!
//! Source: `createDumpPayload` in `cluster.c`: type byte · value · RDB version u16 LE · CRC-64 u64
//! LE of everything before it.

use crate::crc::Crc64;

/// Appends the payload of a value that is at hand, of an RDB of `version`.
pub fn put_restore_payload(out: &mut Vec<u8>, value_type: u8, value: &[u8], version: u32) {
    let start = out.len();
    out.push(value_type);
    out.extend_from_slice(value);
    out.extend_from_slice(&footer_version(version));
    // In one go over what was written: a checksum in pieces costs more the smaller they are.
    let crc = Crc64::of(out.get(start..).unwrap_or_default());
    out.extend_from_slice(&crc.to_le_bytes());
}

fn footer_version(version: u32) -> [u8; 2] {
    u16::try_from(version).unwrap_or(u16::MAX).to_le_bytes()
}

/// Computes the footer of a payload whose value is sent from elsewhere.
#[derive(Clone, Debug)]
pub struct RestorePayload {
    crc: Crc64,
}

impl RestorePayload {
    /// The size of the footer.
    pub const FOOTER_BYTES: usize = 10;

    /// For a value of this type.
    pub fn new(value_type: u8) -> Self {
        let mut crc = Crc64::new();
        crc.update(&[value_type]);
        Self { crc }
    }

    /// The next bytes of the value.
    pub fn update(&mut self, value: &[u8]) {
        self.crc.update(value);
    }

    /// What stands behind the value, for an RDB of `version`.
    pub fn footer(mut self, version: u32) -> [u8; Self::FOOTER_BYTES] {
        let version = footer_version(version);
        self.crc.update(&version);
        let mut footer = [0; Self::FOOTER_BYTES];
        let (head, tail) = footer.split_at_mut(2);
        head.copy_from_slice(&version);
        tail.copy_from_slice(&self.crc.value().to_le_bytes());
        footer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_written_at_once_is_the_one_in_pieces() {
        for length in [0, 1, 7, 15, 16, 17, 127, 128, 283, 4096] {
            let value: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
            let mut pieces = RestorePayload::new(16);
            let (head, tail) = value.split_at(value.len() / 3);
            pieces.update(head);
            pieces.update(tail);
            let mut out = b"before".to_vec();
            put_restore_payload(&mut out, 16, &value, 11);
            assert_eq!(out, [&b"before\x10"[..], &value, &pieces.footer(11)].concat());
        }
    }
}
