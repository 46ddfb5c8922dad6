//! The operating system's keychain: Secret Service, Keychain Services, Credential Manager.

use keyferry_engine::secret::Secret;
use keyferry_engine::words::Phrase;
use keyring::{Entry, Error};

use super::{CredentialStore, Refusal};
use crate::model::KeychainState;

/// Under which our entries stand in the keychain.
const SERVICE: &str = "keyferry";

/// What a session bus says where nobody offers a Secret Service, and what is said where there is no
/// session bus.
const NOBODY_THERE: [&str; 6] = [
    "ServiceUnknown",
    "NameHasNoOwner",
    "Spawn.",
    "not provided by any .service",
    "no secret service provider",
    "I/O error",
];

/// The user's keychain.
#[derive(Default)]
pub struct KeyringStore;

impl CredentialStore for KeyringStore {
    fn set(&self, name: &str, secret: &Secret) -> Result<(), Refusal> {
        entry(name)?.set_password(secret.expose()).map_err(refusal)
    }

    fn get(&self, name: &str) -> Result<Option<Secret>, Refusal> {
        match entry(name)?.get_password() {
            Ok(password) => Ok(Some(Secret::new(password))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(refusal(error)),
        }
    }

    fn delete(&self, name: &str) -> Result<(), Refusal> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(refusal(error)),
        }
    }
}

/// Making an entry is what first talks to the keychain: where that fails there is none.
fn entry(name: &str) -> Result<Entry, Refusal> {
    Entry::new(SERVICE, name).map_err(|error| Refusal {
        state: KeychainState::Missing,
        reason: Phrase::plain(error.to_string()),
    })
}

fn refusal(error: Error) -> Refusal {
    let reason = error.to_string();
    let nobody = NOBODY_THERE.iter().any(|words| reason.contains(words));
    let state = match error {
        Error::NoStorageAccess(_) => KeychainState::Locked,
        _ if nobody => KeychainState::Missing,
        _ => KeychainState::Refused,
    };
    Refusal { state, reason: Phrase::plain(reason) }
}
