//! The names of commands, and which of them the destination knows.

use std::collections::HashMap;

/// A command's name in upper case.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Name {
    bytes: [u8; Self::BYTES_MAX],
    length: usize,
}

impl Name {
    /// No command of a server has a longer one; a module's may, and is then not told apart.
    const BYTES_MAX: usize = 32;

    pub(super) fn of(name: &[u8]) -> Self {
        let mut bytes = [0; Self::BYTES_MAX];
        let length = name.len().min(Self::BYTES_MAX);
        for (to, from) in bytes.iter_mut().zip(name) {
            *to = from.to_ascii_uppercase();
        }
        Self { bytes, length }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }
}

/// Which commands the destination knows, as far as it was asked.
#[derive(Default)]
pub(super) struct Known {
    /// The last that was looked up: a stream repeats itself.
    last: Option<(Name, bool)>,
    all: HashMap<Name, bool>,
}

impl Known {
    /// Whether the destination knows a command; `None` where it was not asked.
    pub(super) fn get(&mut self, name: &Name) -> Option<bool> {
        if let Some((last, known)) = &self.last
            && last == name
        {
            return Some(*known);
        }
        let known = *self.all.get(name)?;
        self.last = Some((*name, known));
        Some(known)
    }

    pub(super) fn insert(&mut self, name: Name, known: bool) {
        self.all.insert(name, known);
    }
}
