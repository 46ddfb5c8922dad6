//! Strings.

use super::{ObjectType, object};
use crate::rdb::walker::Op;

pub(super) const TYPES: &[ObjectType] = &[object(0, "string", "STRING", &[Op::String])];
