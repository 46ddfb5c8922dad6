//! The items of an RDB: what stands between the header and the end, values left out.

use super::string::Cursor;
use super::{Damage, Flavour, RdbError, RdbString};

/// A key, a fact or a library longer than this is damage: no server takes one.
const STRING_BYTES_MAX: u64 = 512 * 1024 * 1024;

const SLOT_IMPORT: u8 = 243;
const SLOT_INFO: u8 = 244;
const FUNCTION: u8 = 245;
const FUNCTION_PRERELEASE: u8 = 246;
const MODULE_AUX: u8 = 247;
const IDLE: u8 = 248;
const FREQUENCY: u8 = 249;
const AUX: u8 = 250;
const RESIZE_DATABASE: u8 = 251;
const EXPIRE_MS: u8 = 252;
const EXPIRE_SECONDS: u8 = 253;
const SELECT_DATABASE: u8 = 254;
const END: u8 = 255;

/// One item.
#[derive(Clone, Debug, PartialEq)]
pub enum Item<'a> {
    /// A fact about the file.
    Aux {
        /// Its name.
        key: RdbString<'a>,
        /// Its value.
        value: RdbString<'a>,
    },
    /// The entries that follow are in this database.
    SelectDatabase(u32),
    /// How many keys the database has.
    ResizeDatabase {
        /// All.
        keys: u64,
        /// Those with an expiry.
        expires: u64,
    },
    /// How many keys a cluster slot has, or that one is being imported.
    SlotInfo,
    /// A function library.
    Function {
        /// Its source.
        code: RdbString<'a>,
    },
    /// What a module keeps beside its keys: its bytes follow, for
    /// [`super::ValueWalker::module_aux`].
    ModuleAux,
    /// A key: its value's bytes follow, for [`super::ValueWalker`].
    Entry {
        /// Its name.
        key: RdbString<'a>,
        /// How the value is stored.
        value_type: u8,
        /// Ms since 1970.
        expire_at_ms: Option<i64>,
        /// Seconds since it was used, where the server evicts by that.
        idle_seconds: Option<u64>,
        /// How often it is used, where the server evicts by that.
        frequency: Option<u8>,
    },
    /// Nothing follows.
    End {
        /// CRC-64 of everything before it; `None` where the server writes none.
        checksum: Option<u64>,
    },
}

/// Reads items from a growing buffer. Between two items it is only a version.
#[derive(Clone, Debug, Default)]
pub struct RdbReader {
    header: Option<(Flavour, u32)>,
}

impl RdbReader {
    /// At the first byte of an RDB.
    pub fn new() -> Self {
        Self::default()
    }

    /// The version in the header, once it was read.
    pub fn version(&self) -> Option<u32> {
        self.header.map(|(_, version)| version)
    }

    /// Who wrote it; Redis until the header was read.
    pub fn flavour(&self) -> Flavour {
        self.header.map_or(Flavour::Redis, |(flavour, _)| flavour)
    }

    /// Reads the header alone: the bytes it takes. For going on at an item further back.
    ///
    /// # Errors
    /// It is none.
    pub fn header(&mut self, input: &[u8]) -> Result<Option<usize>, RdbError> {
        const BYTES: usize = 9;
        let Some(head) = input.first_chunk::<BYTES>() else {
            let begins = |magic: &[u8]| magic.starts_with(input) || input.starts_with(magic);
            return if begins(b"REDIS") || begins(b"VALKEY") {
                Ok(None)
            } else {
                Err(RdbError::Magic)
            };
        };
        let (flavour, digits) = if let Some(digits) = head.strip_prefix(b"REDIS") {
            (Flavour::Redis, digits)
        } else if let Some(digits) = head.strip_prefix(b"VALKEY") {
            (Flavour::Valkey, digits)
        } else {
            return Err(RdbError::Magic);
        };
        let version = std::str::from_utf8(digits)
            .ok()
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok())
            .ok_or(RdbError::Magic)?;
        self.header = Some((flavour, version));
        Ok(Some(BYTES))
    }

    /// The item at the start of `input` and the bytes it takes; the bytes of a value follow it.
    /// `None` when `input` ends too early: nothing is consumed then.
    ///
    /// # Errors
    /// Damage, or an opcode that is not known.
    pub fn next<'a>(&mut self, input: &'a [u8]) -> Result<Option<(usize, Item<'a>)>, RdbError> {
        let (flavour, version, skip) = match self.header {
            Some((flavour, version)) => (flavour, version, 0),
            None => {
                let Some(skip) = self.header(input)? else { return Ok(None) };
                let Some((flavour, version)) = self.header else { return Ok(None) };
                // The header is consumed only with an item: until then it is read again.
                self.header = None;
                (flavour, version, skip)
            }
        };
        let mut cursor = Cursor { input, at: skip };
        let item = read_item(&mut cursor, flavour, version)?;
        if item.is_some() {
            self.header = Some((flavour, version));
        }
        Ok(item.map(|item| (cursor.at, item)))
    }
}

/// Unwraps an option that stands for "the input ends too early".
macro_rules! whole {
    ($value:expr) => {
        match $value {
            Some(value) => value,
            None => return Ok(None),
        }
    };
}

fn read_item<'a>(
    cursor: &mut Cursor<'a>,
    flavour: Flavour,
    version: u32,
) -> Result<Option<Item<'a>>, RdbError> {
    let (mut expire_at_ms, mut idle_seconds, mut frequency) = (None, None, None);
    loop {
        let opcode = whole!(cursor.byte());
        let item = match opcode {
            // These belong to the entry behind them.
            EXPIRE_MS => {
                expire_at_ms = Some(i64::from_le_bytes(whole!(cursor.array())));
                continue;
            }
            EXPIRE_SECONDS => {
                let seconds = i32::from_le_bytes(whole!(cursor.array()));
                expire_at_ms = Some(i64::from(seconds) * 1000);
                continue;
            }
            IDLE => {
                idle_seconds = Some(whole!(cursor.number()?));
                continue;
            }
            FREQUENCY => {
                frequency = Some(whole!(cursor.byte()));
                continue;
            }
            AUX => {
                let key = whole!(cursor.string_up_to(STRING_BYTES_MAX)?);
                Item::Aux { key, value: whole!(cursor.string_up_to(STRING_BYTES_MAX)?) }
            }
            SELECT_DATABASE => {
                let number = whole!(cursor.number()?);
                let number =
                    u32::try_from(number).map_err(|_| RdbError::Corrupt(Damage::DatabaseNumber))?;
                Item::SelectDatabase(number)
            }
            RESIZE_DATABASE => {
                let keys = whole!(cursor.number()?);
                Item::ResizeDatabase { keys, expires: whole!(cursor.number()?) }
            }
            SLOT_INFO => {
                for _ in 0..3 {
                    whole!(cursor.number()?);
                }
                Item::SlotInfo
            }
            SLOT_IMPORT if flavour == Flavour::Valkey => {
                whole!(cursor.string_up_to(STRING_BYTES_MAX)?);
                let ranges = whole!(cursor.number()?);
                for _ in 0..ranges {
                    whole!(cursor.number()?);
                    whole!(cursor.number()?);
                }
                Item::SlotInfo
            }
            FUNCTION => Item::Function { code: whole!(cursor.string_up_to(STRING_BYTES_MAX)?) },
            FUNCTION_PRERELEASE => return Err(RdbError::UnknownOpcode(opcode)),
            MODULE_AUX => Item::ModuleAux,
            END => Item::End {
                checksum: if version >= 5 {
                    let sum = u64::from_le_bytes(whole!(cursor.array()));
                    Some(sum).filter(|sum| *sum != 0)
                } else {
                    None
                },
            },
            SLOT_IMPORT | 128..=242 => return Err(RdbError::UnknownOpcode(opcode)),
            value_type => {
                let key = whole!(cursor.string_up_to(STRING_BYTES_MAX)?);
                Item::Entry { key, value_type, expire_at_ms, idle_seconds, frequency }
            }
        };
        return Ok(Some(item));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_longer_than_any_is_damage_before_it_is_waited_for() {
        let mut reader = RdbReader::new();
        let mut input = b"REDIS0011\x00\x81".to_vec();
        input.extend_from_slice(&(1u64 << 40).to_be_bytes());
        assert!(matches!(reader.next(&input), Err(RdbError::Corrupt(_))));
    }

    #[test]
    fn a_version_is_digits() {
        assert_eq!(RdbReader::new().next(b"REDIS+011\xff"), Err(RdbError::Magic));
    }
}
