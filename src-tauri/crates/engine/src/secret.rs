//! Passwords, as a type that has no way out but the one that is asked for by name.

use std::fmt;

use zeroize::Zeroizing;

/// A password. Prints as `<secret>`, is not serializable, and is wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes `text` over; the caller's own copies are the caller's to wipe.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The password itself: for an AUTH command or a keychain, nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `text` without the password, for what a server repeats of its commands.
    pub fn redact(&self, text: &str) -> String {
        if self.0.is_empty() { text.to_owned() } else { text.replace(self.expose(), "<secret>") }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

/// The passwords of both sides of a task; `None` means that the side asks for none.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// The source's.
    pub source: Option<Secret>,
    /// The destination's.
    pub destination: Option<Secret>,
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_is_not_in_its_debug_text() {
        assert_eq!(format!("{:?}", Some(Secret::new("hunter2"))), "Some(<secret>)");
    }

    #[test]
    fn a_server_s_words_are_told_without_the_secret() {
        let words = "ERR unknown command `AUTH`, with args beginning with: `hunter2`, ";
        assert_eq!(
            Secret::new("hunter2").redact(words),
            "ERR unknown command `AUTH`, with args beginning with: `<secret>`, "
        );
        assert_eq!(Secret::new("").redact("ERR"), "ERR");
    }
}
