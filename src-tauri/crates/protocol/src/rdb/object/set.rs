//! Sets: of strings, of integers, or as a listpack.

use super::{ObjectType, object};
use crate::rdb::walker::Op;

pub(super) const TYPES: &[ObjectType] = &[
    object(2, "set", "SET", &[Op::Counted(&[Op::String])]),
    object(11, "set", "SET_INTSET", &[Op::String]),
    object(20, "set", "SET_LISTPACK", &[Op::String]),
];
