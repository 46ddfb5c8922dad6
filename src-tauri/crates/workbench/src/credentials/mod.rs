//! Where passwords are kept: the system's keychain, or nowhere but this process.

#[cfg(feature = "keychain")]
pub mod keyring;
pub mod memory;

use std::sync::Arc;

use keyferry_engine::error::Side;
use keyferry_engine::secret::Secret;

use crate::error::{CommandError, Result};
use crate::model::KeychainStatus;

/// Keeps secrets by name. Calls may block: see [`Credentials`].
pub trait CredentialStore: Send + Sync + 'static {
    /// Whether it works: a canary is written, read and deleted.
    fn probe(&self) -> KeychainStatus;
    /// Keeps a secret, replacing one of that name.
    ///
    /// # Errors
    /// The store refused, in its words.
    fn set(&self, name: &str, secret: &Secret) -> Result<(), String>;
    /// The secret of that name.
    ///
    /// # Errors
    /// The store refused, in its words.
    fn get(&self, name: &str) -> Result<Option<Secret>, String>;
    /// Forgets a secret that may not be there.
    ///
    /// # Errors
    /// The store refused, in its words.
    fn delete(&self, name: &str) -> Result<(), String>;
}

/// The passwords of tasks. Where there is no keychain they last as long as the process.
#[derive(Clone)]
pub struct Credentials {
    store: Arc<dyn CredentialStore>,
    session: Arc<memory::MemoryStore>,
    status: KeychainStatus,
}

/// The name under which a task's password is kept.
fn entry(task_id: &str, side: Side) -> String {
    format!("task/{task_id}/{}", side.name())
}

impl Credentials {
    /// Probes `store` once.
    pub async fn open(store: Arc<dyn CredentialStore>) -> Self {
        let probed = Arc::clone(&store);
        let status = blocking(move || Ok(probed.probe()))
            .await
            .unwrap_or_else(|reason| KeychainStatus { available: false, reason });
        Self { store, session: Arc::default(), status }
    }

    /// Whether passwords survive the process.
    pub fn status(&self) -> &KeychainStatus {
        &self.status
    }

    /// Keeps a task's password; `None` forgets it.
    ///
    /// # Errors
    /// The keychain refused.
    pub async fn keep(&self, task_id: &str, side: Side, secret: Option<Secret>) -> Result<()> {
        let store = self.store();
        let name = entry(task_id, side);
        blocking(move || match secret {
            Some(secret) => store.set(&name, &secret),
            None => store.delete(&name),
        })
        .await
        .map_err(refused)
    }

    /// A task's password.
    ///
    /// # Errors
    /// The keychain refused.
    pub async fn find(&self, task_id: &str, side: Side) -> Result<Option<Secret>> {
        let store = self.store();
        let name = entry(task_id, side);
        blocking(move || store.get(&name)).await.map_err(refused)
    }

    fn store(&self) -> Arc<dyn CredentialStore> {
        if self.status.available { Arc::clone(&self.store) } else { self.session.clone() }
    }
}

/// Keychains ask daemons, and daemons may ask the user: never on a thread that others wait for.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|cause| Err(cause.to_string()))
}

fn refused(reason: String) -> CommandError {
    CommandError {
        side: Some(Side::Local),
        remedy: Some("Unlock the system's keychain, then try again.".to_owned()),
        ..CommandError::usage("keychain_refused", format!("the keychain refused: {reason}"))
    }
}
