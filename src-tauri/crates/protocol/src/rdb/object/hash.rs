//! Hashes: of pairs, packed, and with an expiry for each field.

use super::{ObjectType, object};
use crate::rdb::Flavour;
use crate::rdb::walker::Op;

/// Redis from 7.4: the earliest expiry, then for each field how much later it expires.
const METADATA: &[Op] = &[Op::Bytes(8), Op::Counted(&[Op::Number, Op::String, Op::String])];
/// Valkey from 9.0: each pair with its expiry.
const WITH_EXPIRY: &[Op] = &[Op::Counted(&[Op::String, Op::String, Op::Bytes(8)])];

pub(super) const TYPES: &[ObjectType] = &[
    object(4, "hash", "HASH", &[Op::Counted(&[Op::String, Op::String])]),
    object(9, "hash", "HASH_ZIPMAP", &[Op::String]),
    object(13, "hash", "HASH_ZIPLIST", &[Op::String]),
    object(16, "hash", "HASH_LISTPACK", &[Op::String]),
    ObjectType { flavour: Some(Flavour::Redis), ..object(24, "hash", "HASH_METADATA", METADATA) },
    ObjectType {
        flavour: Some(Flavour::Redis),
        ..object(25, "hash", "HASH_LISTPACK_EX", &[Op::Bytes(8), Op::String])
    },
    ObjectType { flavour: Some(Flavour::Valkey), ..object(22, "hash", "HASH_2", WITH_EXPIRY) },
];
