//! Secrets that last as long as the process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use keyferry_engine::secret::Secret;

use super::CredentialStore;
use crate::model::KeychainStatus;

/// For sessions without a keychain, for the command line, and for tests.
#[derive(Default)]
pub struct MemoryStore(Mutex<HashMap<String, Secret>>);

impl MemoryStore {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Secret>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CredentialStore for MemoryStore {
    fn probe(&self) -> KeychainStatus {
        KeychainStatus { available: true, reason: String::new() }
    }

    fn set(&self, name: &str, secret: &Secret) -> Result<(), String> {
        self.lock().insert(name.to_owned(), secret.clone());
        Ok(())
    }

    fn get(&self, name: &str) -> Result<Option<Secret>, String> {
        Ok(self.lock().get(name).cloned())
    }

    fn delete(&self, name: &str) -> Result<(), String> {
        self.lock().remove(name);
        Ok(())
    }
}
