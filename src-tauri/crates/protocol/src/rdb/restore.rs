//! The payload of RESTORE: a value as an RDB has it, with a footer.
//!
//! Source: `createDumpPayload` in `cluster.c`: type byte · value · RDB version u16 LE · CRC-64 u64
//! LE of everything before it.

use crate::crc::Crc64;

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
        let version = u16::try_from(version).unwrap_or(u16::MAX).to_le_bytes();
        self.crc.update(&version);
        let mut footer = [0; Self::FOOTER_BYTES];
        let (head, tail) = footer.split_at_mut(2);
        head.copy_from_slice(&version);
        tail.copy_from_slice(&self.crc.value().to_le_bytes());
        footer
    }
}
