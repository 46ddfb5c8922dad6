//! Sorted sets: members with scores as text or as doubles, a ziplist, or a listpack.

use super::{ObjectType, object};
use crate::rdb::walker::Op;

pub(super) const TYPES: &[ObjectType] = &[
    object(3, "zset", "ZSET", &[Op::Counted(&[Op::String, Op::ScoreText])]),
    object(5, "zset", "ZSET_2", &[Op::Counted(&[Op::String, Op::Bytes(8)])]),
    object(12, "zset", "ZSET_ZIPLIST", &[Op::String]),
    object(17, "zset", "ZSET_LISTPACK", &[Op::String]),
];
