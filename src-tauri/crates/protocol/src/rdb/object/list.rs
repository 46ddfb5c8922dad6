//! Lists: of strings, as one ziplist, or as a quicklist of ziplists or listpacks.

use super::{ObjectType, object};
use crate::rdb::walker::Op;

pub(super) const TYPES: &[ObjectType] = &[
    object(1, "list", "LIST", &[Op::Counted(&[Op::String])]),
    object(10, "list", "LIST_ZIPLIST", &[Op::String]),
    object(14, "list", "LIST_QUICKLIST", &[Op::Counted(&[Op::String])]),
    // Each node says whether it is one plain element or a listpack.
    object(18, "list", "LIST_QUICKLIST_2", &[Op::Counted(&[Op::Number, Op::String])]),
];
