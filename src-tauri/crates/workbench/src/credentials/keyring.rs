//! The operating system's keychain: Secret Service, Keychain Services, Credential Manager.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keyferry_engine::secret::Secret;
use keyferry_engine::words::Phrase;
use keyring::{Entry, Error};
use keyring_core::CredentialStore as System;

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

/// The user's keychain. It is connected to when it is first needed, and anew after each refusal: it may
/// have come later than this program, and one that was started again knows no earlier connection.
#[derive(Default)]
pub struct KeyringStore(Mutex<Option<Arc<System>>>);

impl CredentialStore for KeyringStore {
    fn set(&self, name: &str, secret: &Secret) -> Result<(), Refusal> {
        self.ask(name, |entry| entry.set_password(secret.expose())).map(drop)
    }

    fn get(&self, name: &str) -> Result<Option<Secret>, Refusal> {
        Ok(self.ask(name, Entry::get_password)?.map(Secret::new))
    }

    fn delete(&self, name: &str) -> Result<(), Refusal> {
        self.ask(name, Entry::delete_credential).map(drop)
    }
}

impl KeyringStore {
    /// Asks for something about an entry; nothing where it is not there.
    fn ask<T>(
        &self,
        name: &str,
        what: impl FnOnce(&Entry) -> Result<T, Error>,
    ) -> Result<Option<T>, Refusal> {
        let system = self.connected().map_err(|error| Refusal {
            state: KeychainState::Missing,
            reason: Phrase::plain(error.to_string()),
        })?;
        // `Entry::new` would know only the connection that was there, or not, when it was first called.
        let inner = keyring_core::Entry::new_in_store(&system, SERVICE, name);
        match inner.and_then(|inner| what(&Entry { inner })) {
            Ok(answer) => Ok(Some(answer)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => {
                *self.held() = None;
                Err(refusal(error))
            }
        }
    }

    fn connected(&self) -> Result<Arc<System>, Error> {
        let mut held = self.held();
        if let Some(system) = &*held {
            return Ok(Arc::clone(system));
        }
        Ok(Arc::clone(held.insert(connect()?)))
    }

    fn held(&self) -> MutexGuard<'_, Option<Arc<System>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(target_os = "macos")]
fn connect() -> Result<Arc<System>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn connect() -> Result<Arc<System>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn connect() -> Result<Arc<System>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
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
