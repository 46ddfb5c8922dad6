//! What stands in a phrase: names, figures and other people's words as they are, and whatever has
//! words of its own as a phrase.

use std::fmt;

use keyferry_protocol::psync::ReplicationId;
use keyferry_protocol::rdb::{Damage, RdbError};
use keyferry_protocol::resp::RespError;
use serde::{Deserialize, Serialize};

use super::Phrase;
use crate::error::Side;
use crate::phrase;
use crate::spec::{Address, Environment};
use crate::task::TaskState;

/// One value of a [`Phrase`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A name, a figure, or what a server said: the same in every language.
    Text(String),
    /// Words of the program.
    Phrase(Phrase),
}

impl Value {
    /// As a phrase: what is only text is other people's.
    pub fn into_phrase(self) -> Phrase {
        match self {
            Self::Text(text) => Phrase::plain(text),
            Self::Phrase(phrase) => phrase,
        }
    }
}

impl Default for Value {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Phrase(phrase) => phrase.fmt(f),
        }
    }
}

/// What may be a value. Not all that can be printed may: errors print as sentences in English, and
/// have either a phrase or, where they are other people's, `to_string`.
pub trait ToValue {
    /// As a value.
    fn to_value(&self) -> Value;
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

macro_rules! texts {
    ($($text:ty),+ $(,)?) => {$(
        impl ToValue for $text {
            fn to_value(&self) -> Value {
                Value::Text(self.to_string())
            }
        }
    )+};
}

texts!(
    str,
    String,
    u16,
    i32,
    u32,
    u64,
    usize,
    u128,
    i64,
    f64,
    fmt::Arguments<'_>,
    std::path::Display<'_>,
    std::net::SocketAddr,
    ReplicationId,
    Address,
);

impl ToValue for Phrase {
    fn to_value(&self) -> Value {
        Value::Phrase(self.clone())
    }
}

impl ToValue for Side {
    fn to_value(&self) -> Value {
        Value::Phrase(match self {
            Self::Source => phrase!("side.source"),
            Self::Destination => phrase!("side.destination"),
            Self::Local => phrase!("side.local"),
        })
    }
}

impl ToValue for Environment {
    fn to_value(&self) -> Value {
        Value::Phrase(match self {
            Self::Unspecified => phrase!("environment.unspecified"),
            Self::Dev => phrase!("environment.dev"),
            Self::Staging => phrase!("environment.staging"),
            Self::Production => phrase!("environment.production"),
        })
    }
}

impl ToValue for TaskState {
    fn to_value(&self) -> Value {
        Value::Phrase(self.phrase())
    }
}

/// What the system says is in its own language; what it means is in the reader's.
impl ToValue for std::io::Error {
    fn to_value(&self) -> Value {
        use std::io::ErrorKind;
        let words = self.to_string();
        Value::Phrase(match self.kind() {
            ErrorKind::NotFound => phrase!("os.not_found", words = words),
            ErrorKind::AlreadyExists => phrase!("os.exists", words = words),
            ErrorKind::PermissionDenied => phrase!("os.permission_denied", words = words),
            ErrorKind::ReadOnlyFilesystem => phrase!("os.read_only", words = words),
            ErrorKind::StorageFull => phrase!("os.disk_full", words = words),
            ErrorKind::QuotaExceeded => phrase!("os.quota", words = words),
            ErrorKind::FileTooLarge => phrase!("os.file_too_large", words = words),
            ErrorKind::UnexpectedEof => phrase!("os.ends_early", words = words),
            ErrorKind::ConnectionRefused => phrase!("os.refused", words = words),
            ErrorKind::ConnectionReset => phrase!("os.reset", words = words),
            ErrorKind::ConnectionAborted => phrase!("os.aborted", words = words),
            ErrorKind::BrokenPipe => phrase!("os.broken_pipe", words = words),
            ErrorKind::HostUnreachable => phrase!("os.host_unreachable", words = words),
            ErrorKind::NetworkUnreachable => phrase!("os.network_unreachable", words = words),
            ErrorKind::AddrNotAvailable => phrase!("os.address_unavailable", words = words),
            ErrorKind::TimedOut => phrase!("os.timed_out", words = words),
            _ => return Value::Text(words),
        })
    }
}

impl ToValue for RespError {
    fn to_value(&self) -> Value {
        Value::Phrase(match self {
            Self::UnexpectedType(byte) => {
                phrase!("failure.resp_type", byte = format_args!("{byte:02x}"))
            }
            Self::Length => phrase!("failure.resp_length"),
            Self::Malformed => phrase!("failure.resp_malformed"),
        })
    }
}

impl ToValue for RdbError {
    fn to_value(&self) -> Value {
        Value::Phrase(match self {
            Self::Magic => phrase!("failure.rdb_magic"),
            Self::UnknownOpcode(number) => {
                phrase!("failure.rdb_opcode", number = u16::from(*number))
            }
            Self::UnknownType(number) => phrase!("failure.rdb_type", number = u16::from(*number)),
            Self::PrereleaseType(number) => {
                phrase!("failure.rdb_prerelease", number = u16::from(*number))
            }
            Self::Corrupt(damage) => phrase!("failure.rdb_damaged", what = damage),
        })
    }
}

impl ToValue for Damage {
    fn to_value(&self) -> Value {
        Value::Phrase(match self {
            Self::TooDeep => phrase!("rdb.too_deep"),
            Self::StringEncoding => phrase!("rdb.string_encoding"),
            Self::ModuleOpcode => phrase!("rdb.module_opcode"),
            Self::DatabaseNumber => phrase!("rdb.database_number"),
            Self::CompressedString => phrase!("rdb.compressed_string"),
            Self::Length => phrase!("rdb.length"),
            Self::EncodedNumber => phrase!("rdb.encoded_number"),
            Self::LongString => phrase!("rdb.long_string"),
        })
    }
}
