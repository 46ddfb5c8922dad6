//! The names of commands.

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
