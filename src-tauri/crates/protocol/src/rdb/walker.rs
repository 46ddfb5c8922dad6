//! Finding where a value ends, in constant memory, without decoding it.
//!
//! Each type is a small grammar ([`Op`]); the walker is a machine with a fixed stack that runs it
//! over whatever bytes it is given.

use super::string::{Cursor, Length};
use super::{Damage, Flavour, RdbError, object};

/// A step of a type's grammar.
#[derive(Clone, Copy, Debug)]
pub(super) enum Op {
    /// A string in any of its encodings.
    String,
    /// A number in the form of a length.
    Number,
    /// So many bytes.
    Bytes(u8),
    /// A score as text: a length byte and so many characters; 253, 254 and 255 stand for nan, +inf
    /// and −inf and have none.
    ScoreText,
    /// A number n, then the steps n times.
    Counted(&'static [Op]),
    /// A module's opcodes up to its end mark.
    Module,
}

/// The deepest nesting of `Counted` in any grammar, and one for the type itself.
const DEPTH_MAX: usize = 6;

#[derive(Clone, Copy, Debug)]
struct Frame {
    ops: &'static [Op],
    next: usize,
    /// How many more times the steps run after this one.
    again: u64,
}

/// What [`ValueWalker::advance`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    /// The value ended.
    Done {
        /// Bytes of the input that belong to it.
        consumed: usize,
    },
    /// More bytes are needed: give the rest of the input again, with more behind it.
    More {
        /// Bytes of the input that need not be given again.
        consumed: usize,
    },
}

/// Walks over one value.
#[derive(Clone, Debug)]
pub struct ValueWalker {
    stack: [Frame; DEPTH_MAX],
    depth: usize,
    /// Bytes to skip before the next step.
    skip: u64,
}

/// What one step needs.
enum Step {
    More,
    Skip(u64),
    Enter(&'static [Op], u64),
}

impl ValueWalker {
    /// For a value of this type.
    ///
    /// # Errors
    /// The type is not known.
    pub fn new(value_type: u8, flavour: Flavour) -> Result<Self, RdbError> {
        object::grammar(value_type, flavour).map(Self::with)
    }

    /// For what follows [`super::Item::ModuleAux`].
    pub fn module_aux() -> Self {
        Self::with(object::MODULE_AUX)
    }

    fn with(ops: &'static [Op]) -> Self {
        let first = Frame { ops, next: 0, again: 0 };
        Self { stack: [first; DEPTH_MAX], depth: 1, skip: 0 }
    }

    /// Walks on.
    ///
    /// # Errors
    /// Damage.
    pub fn advance(&mut self, input: &[u8]) -> Result<Walk, RdbError> {
        let mut at = 0usize;
        loop {
            if self.skip > 0 {
                let held = input.len() - at;
                let step = usize::try_from(self.skip).unwrap_or(usize::MAX).min(held);
                at += step;
                self.skip -= step as u64;
                if self.skip > 0 {
                    return Ok(Walk::More { consumed: at });
                }
            }
            let Some(frame) = self.depth.checked_sub(1).and_then(|top| self.stack.get_mut(top))
            else {
                return Ok(Walk::Done { consumed: at });
            };
            let Some(op) = frame.ops.get(frame.next) else {
                if frame.again > 0 {
                    frame.again -= 1;
                    frame.next = 0;
                } else {
                    self.depth -= 1;
                }
                continue;
            };
            let mut cursor = Cursor::new(input.get(at..).unwrap_or_default());
            let step = step(*op, &mut cursor)?;
            if matches!(step, Step::More) {
                return Ok(Walk::More { consumed: at });
            }
            at += cursor.at;
            match step {
                Step::More => {}
                Step::Skip(bytes) => {
                    self.skip = bytes;
                    frame.next += 1;
                }
                Step::Enter(ops, times) => {
                    // A module's op stands for all its opcodes: only the end mark passes it.
                    if !matches!(op, Op::Module) {
                        frame.next += 1;
                    }
                    if let Some(again) = times.checked_sub(1) {
                        let place = self
                            .stack
                            .get_mut(self.depth)
                            .ok_or(RdbError::Corrupt(Damage::TooDeep))?;
                        *place = Frame { ops, next: 0, again };
                        self.depth += 1;
                    }
                }
            }
        }
    }
}

/// What follows each opcode of a module's value; 0 is its end mark.
const MODULE_OPCODES: [&[Op]; 6] =
    [&[], &[Op::Number], &[Op::Number], &[Op::Bytes(4)], &[Op::Bytes(8)], &[Op::String]];

fn step(op: Op, cursor: &mut Cursor<'_>) -> Result<Step, RdbError> {
    Ok(match op {
        Op::Bytes(count) => Step::Skip(u64::from(count)),
        Op::Number => match cursor.number()? {
            Some(_) => Step::Skip(0),
            None => Step::More,
        },
        Op::String => match cursor.length()? {
            None => Step::More,
            Some(Length::Plain(length)) => Step::Skip(length),
            Some(Length::Encoded(0)) => Step::Skip(1),
            Some(Length::Encoded(1)) => Step::Skip(2),
            Some(Length::Encoded(2)) => Step::Skip(4),
            Some(Length::Encoded(3)) => match (cursor.number()?, cursor.number()?) {
                (Some(compressed), Some(_)) => Step::Skip(compressed),
                _ => Step::More,
            },
            Some(Length::Encoded(_)) => return Err(RdbError::Corrupt(Damage::StringEncoding)),
        },
        Op::ScoreText => match cursor.byte() {
            None => Step::More,
            Some(253..=255) => Step::Skip(0),
            Some(length) => Step::Skip(u64::from(length)),
        },
        Op::Counted(ops) => match cursor.number()? {
            None => Step::More,
            Some(times) => Step::Enter(ops, times),
        },
        Op::Module => match cursor.number()? {
            None => Step::More,
            Some(0) => Step::Skip(0),
            Some(opcode) => {
                match usize::try_from(opcode).ok().and_then(|o| MODULE_OPCODES.get(o)) {
                    Some(ops) => Step::Enter(ops, 1),
                    None => return Err(RdbError::Corrupt(Damage::ModuleOpcode)),
                }
            }
        },
    })
}
