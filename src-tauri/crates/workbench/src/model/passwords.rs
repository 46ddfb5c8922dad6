//! Passwords on their way from a page, and the place where they are kept.

use keyferry_engine::secret::Secret;
use keyferry_engine::words::Phrase;
use serde::{Deserialize, Deserializer, Serialize};

/// Where a password comes from. It goes one way only: a page never gets one back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum PasswordInput {
    /// What is stored already stays.
    #[default]
    Keep,
    /// The server asks for none.
    None,
    /// The user typed it.
    Typed {
        /// As it was typed; an empty one is none.
        #[cfg_attr(feature = "bindings", ts(type = "string"))]
        password: Typed,
    },
    /// A copy of what a template has at this moment.
    Template {
        /// The template's id.
        id: String,
    },
    /// What was put aside before.
    Aside {
        /// What it was put aside under.
        token: String,
    },
}

/// A password on its way in: there is none on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed(pub Secret);

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Secret::new(text)))
    }
}

impl PasswordInput {
    /// As if it was typed.
    pub fn typed(password: impl Into<String>) -> Self {
        Self::Typed { password: Typed(Secret::new(password)) }
    }
}

/// What the system's keychain does with a secret that is put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum KeychainState {
    /// It came back as it was.
    Available,
    /// There is no keychain here.
    Missing,
    /// There is one, and it is not open.
    Locked,
    /// There is one, and it said no.
    Refused,
}

/// Whether passwords can be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct KeychainStatus {
    /// How it stands.
    pub state: KeychainState,
    /// A canary was written, read and deleted.
    pub available: bool,
    /// Why not, in English or in the keychain's own words; empty where it is.
    pub reason: String,
    /// The same, to be shown in another language.
    pub phrase: Option<Phrase>,
}

impl KeychainStatus {
    /// It works.
    pub fn available() -> Self {
        Self {
            state: KeychainState::Available,
            available: true,
            reason: String::new(),
            phrase: None,
        }
    }

    /// It does not, because of `reason`.
    pub fn unavailable(state: KeychainState, reason: Phrase) -> Self {
        Self { state, available: false, reason: reason.to_string(), phrase: Some(reason) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_password_does_not_print() {
        let input: PasswordInput =
            serde_json::from_str(r#"{"from": "typed", "password": "hunter2"}"#).unwrap();
        assert_eq!(input, PasswordInput::typed("hunter2"));
        assert!(!format!("{input:?}").contains("hunter2"));
    }
}
