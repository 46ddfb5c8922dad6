//! How the values of each data type lie in an RDB. One file per data type, one line here.

mod hash;
mod list;
mod module;
mod set;
mod stream;
mod string;
mod zset;

pub(super) use module::AUX as MODULE_AUX;

use super::walker::Op;
use super::{Flavour, RdbError};

/// One way in which values are stored.
#[derive(Clone, Copy, Debug)]
pub struct ObjectType {
    /// The type byte.
    pub byte: u8,
    /// Whose RDBs have it; `None` is everybody's.
    pub flavour: Option<Flavour>,
    /// What TYPE answers for such a value; modules have words of their own.
    pub data_type: &'static str,
    /// The name in `rdb.h`, without its prefix.
    pub name: &'static str,
    pub(super) grammar: &'static [Op],
}

/// All of them, by data type.
pub const ALL: &[&[ObjectType]] = &[
    string::TYPES,
    list::TYPES,
    set::TYPES,
    zset::TYPES,
    hash::TYPES,
    stream::TYPES,
    module::TYPES,
];

/// Types of release candidates: their layout changed before the release.
const PRERELEASE: [u8; 3] = [6, 22, 23];

/// How a value of this type is walked.
pub(super) fn grammar(byte: u8, flavour: Flavour) -> Result<&'static [Op], RdbError> {
    ALL.iter()
        .flat_map(|types| types.iter())
        .find(|found| found.byte == byte && found.flavour.is_none_or(|of| of == flavour))
        .map(|found| found.grammar)
        .ok_or(if PRERELEASE.contains(&byte) && flavour == Flavour::Redis {
            RdbError::PrereleaseType(byte)
        } else {
            RdbError::UnknownType(byte)
        })
}

/// An [`ObjectType`] of every flavour.
const fn object(
    byte: u8,
    data_type: &'static str,
    name: &'static str,
    grammar: &'static [Op],
) -> ObjectType {
    ObjectType { byte, flavour: None, data_type, name, grammar }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_data_type_and_every_data_type_is_in_the_list() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rdb/object");
        assert_eq!(std::fs::read_dir(folder).unwrap().count() - 1, ALL.len());
    }

    #[test]
    fn no_type_byte_means_two_things() {
        for flavour in [Flavour::Redis, Flavour::Valkey] {
            let mut bytes: Vec<u8> = ALL
                .iter()
                .flat_map(|types| types.iter())
                .filter(|found| found.flavour.is_none_or(|of| of == flavour))
                .map(|found| found.byte)
                .collect();
            let all = bytes.len();
            bytes.sort_unstable();
            bytes.dedup();
            assert_eq!(bytes.len(), all);
        }
    }
}
