//! Where passwords are kept: the system's keychain, or nowhere but this process.

#[cfg(feature = "keychain")]
pub mod keyring;
pub mod memory;

use std::sync::Arc;

use keyferry_engine::error::Side;
use keyferry_engine::phrase;
use keyferry_engine::secret::Secret;
use keyferry_engine::words::Phrase;
use tokio::sync::watch;

use crate::error::{CommandError, Result};
use crate::model::{KeychainState, KeychainStatus};
use crate::store::PasswordOrigin;

/// Why a store did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Never [`KeychainState::Available`].
    pub state: KeychainState,
    /// In the store's own words, where it has any.
    pub reason: Phrase,
}

/// Keeps secrets by name. Calls may block: see [`Credentials`].
pub trait CredentialStore: Send + Sync + 'static {
    /// Keeps a secret, replacing one of that name.
    ///
    /// # Errors
    /// The store refused.
    fn set(&self, name: &str, secret: &Secret) -> Result<(), Refusal>;
    /// The secret of that name.
    ///
    /// # Errors
    /// The store refused.
    fn get(&self, name: &str) -> Result<Option<Secret>, Refusal>;
    /// Forgets a secret that may not be there.
    ///
    /// # Errors
    /// The store refused.
    fn delete(&self, name: &str) -> Result<(), Refusal>;
}

/// Whether a store works. One that cannot unlock says that all is well and finds nothing: only a
/// secret that comes back proves it.
fn probe(store: &dyn CredentialStore) -> KeychainStatus {
    let canary = Secret::new(format!("{:016x}", rand::random::<u64>()));
    // Two processes may probe at once.
    let name = format!("canary/{:016x}", rand::random::<u64>());
    let tried = store
        .set(&name, &canary)
        .and_then(|()| store.get(&name))
        .and_then(|found| {
            if found.as_ref() == Some(&canary) {
                Ok(())
            } else {
                Err(Refusal {
                    state: KeychainState::Locked,
                    reason: phrase!("keychain.not_given_back"),
                })
            }
        })
        .and_then(|()| store.delete(&name));
    match tried {
        Ok(()) => KeychainStatus::available(),
        Err(refusal) => {
            // What was written but not read must not stay.
            let _ = store.delete(&name);
            KeychainStatus::unavailable(refusal.state, refusal.reason)
        }
    }
}

/// The name under which a password is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EntryName(String);

impl EntryName {
    /// That of one side of a task.
    pub fn of_task(task_id: &str, side: Side) -> Self {
        Self(format!("task/{task_id}/{}", side.name()))
    }

    /// That of a template.
    pub fn of_template(template_id: &str) -> Self {
        Self(format!("template/{template_id}"))
    }
}

/// The passwords of tasks and templates. What the keychain does not take lasts as long as the
/// process, and is never written anywhere else.
#[derive(Clone)]
pub struct Credentials {
    keychain: Arc<dyn CredentialStore>,
    session: Arc<memory::MemoryStore>,
    status: Arc<watch::Sender<KeychainStatus>>,
}

impl Credentials {
    /// Probes `keychain` once.
    pub async fn open(keychain: Arc<dyn CredentialStore>) -> Self {
        let untried =
            KeychainStatus::unavailable(KeychainState::Missing, phrase!("keychain.untried"));
        let credentials = Self {
            keychain,
            session: Arc::default(),
            status: Arc::new(watch::Sender::new(untried)),
        };
        credentials.probe().await;
        credentials
    }

    /// Looks again whether passwords survive the process.
    pub async fn probe(&self) -> KeychainStatus {
        let keychain = Arc::clone(&self.keychain);
        let status = blocking(move || Ok(probe(keychain.as_ref())))
            .await
            .unwrap_or_else(|Refusal { state, reason }| KeychainStatus::unavailable(state, reason));
        self.set_status(status.clone());
        status
    }

    /// Whether passwords survive the process.
    pub fn status(&self) -> KeychainStatus {
        self.status.borrow().clone()
    }

    /// Changes whenever [`Self::status`] does.
    pub fn changes(&self) -> watch::Receiver<KeychainStatus> {
        self.status.subscribe()
    }

    /// Keeps a password, and says where.
    pub async fn keep(&self, name: &EntryName, secret: Secret) -> PasswordOrigin {
        let (entry, kept) = (name.0.clone(), secret.clone());
        if self.status().available {
            let keychain = Arc::clone(&self.keychain);
            match blocking(move || keychain.set(&entry, &kept)).await {
                Ok(()) => {
                    self.session.forget(&name.0);
                    return PasswordOrigin::Keychain;
                }
                Err(Refusal { state, reason }) => {
                    tracing::warn!(%reason, "the keychain does not take passwords any more");
                    self.set_status(KeychainStatus::unavailable(state, reason));
                }
            }
        }
        self.session.remember(&name.0, secret);
        PasswordOrigin::Session
    }

    /// Forgets a password that may not be there.
    ///
    /// # Errors
    /// The keychain refused.
    pub async fn forget(&self, name: &EntryName) -> Result<()> {
        self.session.forget(&name.0);
        if !self.status().available {
            return Ok(());
        }
        let (keychain, entry) = (Arc::clone(&self.keychain), name.0.clone());
        blocking(move || keychain.delete(&entry)).await.map_err(refused)
    }

    /// A password, from wherever it is. A keychain that does not give it is none from then on, so that
    /// the password can be typed.
    ///
    /// # Errors
    /// The keychain refused.
    pub async fn find(&self, name: &EntryName) -> Result<Option<Secret>> {
        if let Some(secret) = self.session.recall(&name.0) {
            return Ok(Some(secret));
        }
        if !self.status().available {
            return Ok(None);
        }
        let (keychain, entry) = (Arc::clone(&self.keychain), name.0.clone());
        blocking(move || keychain.get(&entry)).await.map_err(|refusal| {
            let Refusal { state, reason } = refusal.clone();
            self.set_status(KeychainStatus::unavailable(state, reason));
            refused(refusal)
        })
    }

    /// Whether a password that is said to be at `origin` can be had, without asking a keychain that
    /// might ask its user.
    pub fn holds(&self, name: &EntryName, origin: &PasswordOrigin) -> bool {
        match origin {
            PasswordOrigin::None | PasswordOrigin::GivenAtStart => false,
            PasswordOrigin::Keychain | PasswordOrigin::Environment(_) => true,
            PasswordOrigin::Session => self.session.recall(&name.0).is_some(),
        }
    }

    fn set_status(&self, status: KeychainStatus) {
        self.status.send_if_modified(|held| {
            let changed = *held != status;
            *held = status;
            changed
        });
    }
}

/// Keychains ask daemons, and daemons may ask the user: never on a thread that others wait for.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|cause| {
        Err(Refusal { state: KeychainState::Refused, reason: Phrase::plain(cause.to_string()) })
    })
}

fn refused(refusal: Refusal) -> CommandError {
    let words = phrase!("refusal.keychain", why = refusal.reason);
    CommandError {
        side: Some(Side::Local),
        ..CommandError::usage("keychain_refused", words).with_remedy(phrase!("advice.keychain"))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::memory::MemoryStore;
    use super::*;

    /// A keychain in the given state.
    struct Broken(KeychainState);

    impl CredentialStore for Broken {
        fn set(&self, _: &str, _: &Secret) -> Result<(), Refusal> {
            match self.0 {
                // The trap: it says that it took it.
                KeychainState::Locked => Ok(()),
                state => Err(Refusal { state, reason: Phrase::plain("no") }),
            }
        }
        fn get(&self, _: &str) -> Result<Option<Secret>, Refusal> {
            Ok(None)
        }
        fn delete(&self, _: &str) -> Result<(), Refusal> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn only_a_secret_that_comes_back_proves_a_keychain() {
        let status =
            async |store: Arc<dyn CredentialStore>| Credentials::open(store).await.status();
        assert_eq!(status(Arc::new(MemoryStore::default())).await, KeychainStatus::available());
        for state in [KeychainState::Missing, KeychainState::Locked, KeychainState::Refused] {
            let found = status(Arc::new(Broken(state))).await;
            assert_eq!((found.state, found.available), (state, false));
        }
    }

    #[tokio::test]
    async fn the_canary_is_gone_afterwards() {
        let store = Arc::new(MemoryStore::default());
        Credentials::open(store.clone()).await;
        assert_eq!(store.names(), Vec::<String>::new());
    }

    /// A keychain that is locked after it has taken its first password.
    #[derive(Default)]
    struct LockedLater {
        kept: MemoryStore,
        locked: AtomicBool,
    }

    impl CredentialStore for LockedLater {
        fn set(&self, name: &str, secret: &Secret) -> Result<(), Refusal> {
            self.kept.set(name, secret)
        }
        fn get(&self, name: &str) -> Result<Option<Secret>, Refusal> {
            if self.locked.load(Ordering::Relaxed) {
                return Err(Refusal {
                    state: KeychainState::Locked,
                    reason: Phrase::plain("locked"),
                });
            }
            self.kept.get(name)
        }
        fn delete(&self, name: &str) -> Result<(), Refusal> {
            self.kept.delete(name)
        }
    }

    #[tokio::test]
    async fn where_a_keychain_is_locked_meanwhile_a_password_can_be_typed() {
        let name = EntryName::of_task("0123456789abcdef", Side::Source);
        let keychain = Arc::new(LockedLater::default());
        let credentials = Credentials::open(keychain.clone()).await;
        assert_eq!(credentials.keep(&name, Secret::new("pw")).await, PasswordOrigin::Keychain);
        keychain.locked.store(true, Ordering::Relaxed);
        assert_eq!(credentials.find(&name).await.unwrap_err().code, "keychain_refused");
        assert_eq!(credentials.status().state, KeychainState::Locked);
        assert_eq!(credentials.find(&name).await.unwrap(), None);
        assert_eq!(credentials.keep(&name, Secret::new("typed")).await, PasswordOrigin::Session);
        assert_eq!(credentials.find(&name).await.unwrap(), Some(Secret::new("typed")));
    }

    #[tokio::test]
    async fn without_a_keychain_a_password_lasts_as_long_as_the_process() {
        let name = EntryName::of_task("0123456789abcdef", Side::Source);
        let credentials = Credentials::open(Arc::new(Broken(KeychainState::Missing))).await;
        let origin = credentials.keep(&name, Secret::new("pw")).await;
        assert_eq!(origin, PasswordOrigin::Session);
        assert!(credentials.holds(&name, &origin));
        assert_eq!(credentials.find(&name).await.unwrap(), Some(Secret::new("pw")));
        let next = Credentials::open(Arc::new(Broken(KeychainState::Missing))).await;
        assert!(!next.holds(&name, &origin));
        assert_eq!(next.find(&name).await.unwrap(), None);
    }
}
