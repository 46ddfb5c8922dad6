//! The operating system's keychain: Secret Service, Keychain Services, Credential Manager.

use keyferry_engine::secret::Secret;
use keyring::{Entry, Error};

use super::CredentialStore;
use crate::model::KeychainStatus;

/// Under which our entries stand in the keychain.
const SERVICE: &str = "keyferry";

/// The user's keychain.
#[derive(Default)]
pub struct KeyringStore;

impl CredentialStore for KeyringStore {
    fn probe(&self) -> KeychainStatus {
        // A daemon that cannot unlock says that all is well and finds nothing: only a secret that
        // comes back proves it.
        let canary = Secret::new(format!("{:016x}", rand::random::<u64>()));
        // Two processes may probe at once.
        let name = format!("canary/{:016x}", rand::random::<u64>());
        let tried = self
            .set(&name, &canary)
            .and_then(|()| self.get(&name))
            .and_then(|found| {
                if found.as_ref() == Some(&canary) {
                    Ok(())
                } else {
                    Err("it does not give back what was put in: it may be locked".to_owned())
                }
            })
            .and_then(|()| self.delete(&name));
        KeychainStatus { available: tried.is_ok(), reason: tried.err().unwrap_or_default() }
    }

    fn set(&self, name: &str, secret: &Secret) -> Result<(), String> {
        entry(name)?.set_password(secret.expose()).map_err(|error| error.to_string())
    }

    fn get(&self, name: &str) -> Result<Option<Secret>, String> {
        match entry(name)?.get_password() {
            Ok(password) => Ok(Some(Secret::new(password))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }

    fn delete(&self, name: &str) -> Result<(), String> {
        match entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }
}

fn entry(name: &str) -> Result<Entry, String> {
    Entry::new(SERVICE, name).map_err(|error| error.to_string())
}
