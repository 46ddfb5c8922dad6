//! Streams: listpacks by id, then last ids, then consumer groups.

use super::{ObjectType, object};
use crate::rdb::walker::Op;

/// A stream id in binary: ms and sequence, 8 bytes each.
const ID: Op = Op::Bytes(16);
const ENTRIES: Op = Op::Counted(&[Op::String, Op::String]);
/// Pending entries of a group: id, delivery time, delivery count.
const PENDING: Op = Op::Counted(&[ID, Op::Bytes(8), Op::Number]);
/// A consumer: name, when seen, its pending ids.
const CONSUMERS: Op = Op::Counted(&[Op::String, Op::Bytes(8), Op::Counted(&[ID])]);
/// From 7.2 also when last active.
const CONSUMERS_3: Op = Op::Counted(&[Op::String, Op::Bytes(8), Op::Bytes(8), Op::Counted(&[ID])]);

/// Length and last id.
const HEAD: [Op; 3] = [Op::Number; 3];
/// From 7.0 also first id, greatest deleted id, entries added.
const HEAD_2: [Op; 8] = [Op::Number; 8];

const V1: &[Op] = &[
    ENTRIES,
    HEAD[0],
    HEAD[1],
    HEAD[2],
    Op::Counted(&[Op::String, Op::Number, Op::Number, PENDING, CONSUMERS]),
];
const V2: &[Op] = &[
    ENTRIES,
    HEAD_2[0],
    HEAD_2[1],
    HEAD_2[2],
    HEAD_2[3],
    HEAD_2[4],
    HEAD_2[5],
    HEAD_2[6],
    HEAD_2[7],
    Op::Counted(&[Op::String, Op::Number, Op::Number, Op::Number, PENDING, CONSUMERS]),
];
const V3: &[Op] = &[
    ENTRIES,
    HEAD_2[0],
    HEAD_2[1],
    HEAD_2[2],
    HEAD_2[3],
    HEAD_2[4],
    HEAD_2[5],
    HEAD_2[6],
    HEAD_2[7],
    Op::Counted(&[Op::String, Op::Number, Op::Number, Op::Number, PENDING, CONSUMERS_3]),
];

pub(super) const TYPES: &[ObjectType] = &[
    object(15, "stream", "STREAM_LISTPACKS", V1),
    object(19, "stream", "STREAM_LISTPACKS_2", V2),
    object(21, "stream", "STREAM_LISTPACKS_3", V3),
];
