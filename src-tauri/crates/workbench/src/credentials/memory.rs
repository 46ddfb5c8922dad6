//! Secrets that last as long as the process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use keyferry_engine::secret::Secret;

use super::{CredentialStore, Refusal};

/// For sessions without a keychain, for the command line, and for tests.
#[derive(Default)]
pub struct MemoryStore(Mutex<HashMap<String, Secret>>);

impl MemoryStore {
    /// What is in it, without the secrets themselves, in order.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.lock().keys().cloned().collect();
        names.sort_unstable();
        names
    }

    pub(super) fn remember(&self, name: &str, secret: Secret) {
        self.lock().insert(name.to_owned(), secret);
    }

    pub(super) fn recall(&self, name: &str) -> Option<Secret> {
        self.lock().get(name).cloned()
    }

    pub(super) fn forget(&self, name: &str) {
        self.lock().remove(name);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Secret>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CredentialStore for MemoryStore {
    fn set(&self, name: &str, secret: &Secret) -> Result<(), Refusal> {
        self.remember(name, secret.clone());
        Ok(())
    }

    fn get(&self, name: &str) -> Result<Option<Secret>, Refusal> {
        Ok(self.recall(name))
    }

    fn delete(&self, name: &str) -> Result<(), Refusal> {
        self.forget(name);
        Ok(())
    }
}
