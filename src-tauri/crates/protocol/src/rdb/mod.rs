//! RDB, the format of snapshots.
//!
//! Sources: `rdb.h` and `rdb.c` of Redis 3.2 to 8.2 and of Valkey 8 and 9. A reader finds where
//! things are; it does not build them: values are moved as they lie there.

mod fields;
mod object;
mod reader;
mod restore;
mod string;
mod walker;

pub use fields::first_field_expiry;
pub use object::{ALL as OBJECT_TYPES, ObjectType};
pub use reader::{Item, RdbReader};
pub use restore::{RestorePayload, put_restore_payload};
pub use string::{RdbString, peek_string};
pub use walker::{ValueWalker, Walk};

/// Who wrote an RDB: type bytes from 22 up mean different things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// `REDIS` and four digits.
    Redis,
    /// `VALKEY` and three digits.
    Valkey,
}

/// The input is not an RDB that can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RdbError {
    /// Neither `REDIS` nor `VALKEY`.
    #[error("it does not begin like an RDB")]
    Magic,
    /// An opcode that is not known.
    #[error("opcode {0} is not known")]
    UnknownOpcode(u8),
    /// A value type that is not known.
    #[error("value type {0} is not known")]
    UnknownType(u8),
    /// A value type that is known and cannot be read without its module.
    #[error("value type {0} belongs to a release candidate and cannot be read")]
    PrereleaseType(u8),
    /// Something impossible.
    #[error("it is damaged: {0}")]
    Corrupt(Damage),
}

/// What about an RDB is impossible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// A value in a value in a value, without end.
    #[error("a value nests too deep")]
    TooDeep,
    /// An encoding of strings that there is not.
    #[error("a string's encoding")]
    StringEncoding,
    /// A module's value has something in it that modules do not write.
    #[error("a module's opcode")]
    ModuleOpcode,
    /// A database that no server can have.
    #[error("a database's number")]
    DatabaseNumber,
    /// A compressed string does not unpack to its length.
    #[error("a compressed string")]
    CompressedString,
    /// A length that is none, or larger than memory.
    #[error("a length")]
    Length,
    /// A string where a number was to come.
    #[error("an encoded string for a number")]
    EncodedNumber,
    /// A string that is longer than its place allows.
    #[error("a string that is longer than it can be")]
    LongString,
}

impl RdbError {
    /// Whether a newer reader might understand it; otherwise the input is damaged.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::UnknownOpcode(_) | Self::UnknownType(_) | Self::PrereleaseType(_) => true,
            Self::Magic | Self::Corrupt(_) => false,
        }
    }
}
