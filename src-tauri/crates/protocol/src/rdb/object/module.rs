//! Values of modules, which say themselves where each part ends.

use super::{ObjectType, object};
use crate::rdb::walker::Op;

/// The id of module and encoding, then parts up to the end mark.
const VALUE: &[Op] = &[Op::Number, Op::Module];
/// Module id, the opcode and value of "when", then parts up to the end mark.
pub(in crate::rdb) const AUX: &[Op] = &[Op::Number, Op::Number, Op::Number, Op::Module];

pub(super) const TYPES: &[ObjectType] = &[object(7, "module", "MODULE_2", VALUE)];
