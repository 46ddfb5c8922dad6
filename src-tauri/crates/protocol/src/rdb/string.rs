//! Lengths and strings of an RDB.

use super::{Damage, RdbError};
use crate::lzf;

/// A length, or the mark that a string is encoded in another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// A number: of bytes, elements, or the number itself.
    Plain(u64),
    /// `11……`: the low six bits.
    Encoded(u8),
}

/// A string as it lies in the RDB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RdbString<'a> {
    /// Its bytes.
    Raw(&'a [u8]),
    /// A decimal number, stored in binary.
    Integer(i64),
    /// LZF.
    Lzf {
        /// As stored.
        compressed: &'a [u8],
        /// Decompressed, bytes.
        length: usize,
    },
}

impl RdbString<'_> {
    /// Bytes it has when written out.
    pub fn len(&self) -> usize {
        match self {
            Self::Raw(bytes) => bytes.len(),
            Self::Integer(number) => itoa::Buffer::new().format(*number).len(),
            Self::Lzf { length, .. } => *length,
        }
    }

    /// Whether it is the empty string.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends it, written out.
    ///
    /// # Errors
    /// The compressed form is damaged.
    pub fn append_to(&self, out: &mut Vec<u8>) -> Result<(), RdbError> {
        match self {
            Self::Raw(bytes) => out.extend_from_slice(bytes),
            Self::Integer(number) => {
                out.extend_from_slice(itoa::Buffer::new().format(*number).as_bytes());
            }
            Self::Lzf { compressed, length } => lzf::decompress(compressed, out, *length)
                .map_err(|_| RdbError::Corrupt(Damage::CompressedString))?,
        }
        Ok(())
    }

    /// It, written out.
    ///
    /// # Errors
    /// The compressed form is damaged.
    pub fn to_vec(&self) -> Result<Vec<u8>, RdbError> {
        let mut out = Vec::new();
        self.append_to(&mut out)?;
        Ok(out)
    }
}

/// Reads forward in a slice; `None` everywhere means that the slice ends too early.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) input: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(input: &'a [u8]) -> Self {
        Self { input, at: 0 }
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let byte = *self.input.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(count)?;
        let bytes = self.input.get(self.at..end)?;
        self.at = end;
        Some(bytes)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    /// A length: 6, 14, 32 or 64 bits, big endian, or an encoding's mark.
    pub(super) fn length(&mut self) -> Result<Option<Length>, RdbError> {
        let Some(first) = self.byte() else { return Ok(None) };
        let low = u64::from(first & 0x3f);
        let length = match first >> 6 {
            0 => Some(low),
            1 => self.byte().map(|next| low << 8 | u64::from(next)),
            2 => match first {
                0x80 => self.array().map(|bytes| u64::from(u32::from_be_bytes(bytes))),
                0x81 => self.array().map(u64::from_be_bytes),
                _ => return Err(RdbError::Corrupt(Damage::Length)),
            },
            _ => return Ok(Some(Length::Encoded(first & 0x3f))),
        };
        Ok(length.map(Length::Plain))
    }

    /// A length that is a number.
    pub(super) fn number(&mut self) -> Result<Option<u64>, RdbError> {
        match self.length()? {
            None => Ok(None),
            Some(Length::Plain(number)) => Ok(Some(number)),
            Some(Length::Encoded(_)) => Err(RdbError::Corrupt(Damage::EncodedNumber)),
        }
    }

    /// A whole string of at most `max` bytes: a longer one is damage, told before it is waited for.
    pub(super) fn string_up_to(&mut self, max: u64) -> Result<Option<RdbString<'a>>, RdbError> {
        let mut ahead = *self;
        let length = match ahead.length()? {
            Some(Length::Encoded(3)) => match (ahead.number()?, ahead.number()?) {
                (Some(compressed), Some(length)) => compressed.max(length),
                _ => return Ok(None),
            },
            Some(Length::Plain(length)) => length,
            Some(Length::Encoded(_)) => 0,
            None => return Ok(None),
        };
        if length > max {
            return Err(RdbError::Corrupt(Damage::LongString));
        }
        self.string()
    }

    /// A whole string.
    pub(super) fn string(&mut self) -> Result<Option<RdbString<'a>>, RdbError> {
        let integer = |number: Option<i64>| number.map(RdbString::Integer);
        Ok(match self.length()? {
            None => None,
            Some(Length::Plain(length)) => self.bytes(to_usize(length)?).map(RdbString::Raw),
            Some(Length::Encoded(0)) => {
                integer(self.array().map(|bytes| i64::from(i8::from_le_bytes(bytes))))
            }
            Some(Length::Encoded(1)) => {
                integer(self.array().map(|bytes| i64::from(i16::from_le_bytes(bytes))))
            }
            Some(Length::Encoded(2)) => {
                integer(self.array().map(|bytes| i64::from(i32::from_le_bytes(bytes))))
            }
            Some(Length::Encoded(3)) => {
                let (Some(compressed), Some(length)) = (self.number()?, self.number()?) else {
                    return Ok(None);
                };
                let length = to_usize(length)?;
                self.bytes(to_usize(compressed)?)
                    .map(|compressed| RdbString::Lzf { compressed, length })
            }
            Some(Length::Encoded(_)) => return Err(RdbError::Corrupt(Damage::StringEncoding)),
        })
    }
}

/// A length as an index; what no address space holds is damage.
pub(super) fn to_usize(length: u64) -> Result<usize, RdbError> {
    usize::try_from(length)
        .ok()
        .filter(|length| *length <= isize::MAX as usize)
        .ok_or(RdbError::Corrupt(Damage::Length))
}

/// The string at the start of `input` and the bytes it takes; `None` when it is not whole.
///
/// # Errors
/// There is no string.
pub fn peek_string(input: &[u8]) -> Result<Option<(usize, RdbString<'_>)>, RdbError> {
    let mut cursor = Cursor::new(input);
    Ok(cursor.string()?.map(|string| (cursor.at, string)))
}
