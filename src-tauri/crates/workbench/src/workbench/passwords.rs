//! Where the passwords of a task and of a test come from, and where they go.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use keyferry_engine::error::Side;
use keyferry_engine::phrase;
use keyferry_engine::secret::{Credentials as Passwords, Secret};

use super::Workbench;
use crate::credentials::EntryName;
use crate::error::{CommandError, Result};
use crate::model::{KeychainStatus, PasswordInput};
use crate::runner;
use crate::store::{LockedTask, PasswordOrigin, StoredTask};

/// Passwords that a form may want back, with where they were, by token: as long as the process.
#[derive(Default)]
pub(super) struct Asides(Mutex<HashMap<String, Aside>>);

#[derive(Clone)]
struct Aside {
    secret: Option<Secret>,
    origin: PasswordOrigin,
}

impl Asides {
    fn put(&self, aside: Aside) -> String {
        let token = format!("{:032x}", rand::random::<u128>());
        self.lock().insert(token.clone(), aside);
        token
    }

    fn get(&self, token: &str) -> Result<Aside> {
        self.lock().get(token).cloned().ok_or_else(|| {
            CommandError::usage("password_gone", phrase!("refusal.password_gone"))
                .with_remedy(phrase!("advice.password_gone"))
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Aside>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The two sides that may ask for a password.
pub(super) const SIDES: [Side; 2] = [Side::Source, Side::Destination];

impl Workbench {
    /// Keeps a copy of a task's stored password in memory, and gives the token under which a form
    /// may put it where it likes ([`PasswordInput::Aside`]): to the other side, into a template, or
    /// back to where it was.
    ///
    /// # Errors
    /// There is no such task, or the keychain refused.
    pub async fn put_password_aside(&self, task_id: &str, side: Side) -> Result<String> {
        let origin = self.store.get(task_id)?.passwords.of(side).clone();
        let secret = self.credentials.find(&EntryName::of_task(task_id, side)).await?;
        Ok(self.asides.put(Aside { secret, origin }))
    }

    /// Puts a password where it is kept, and says where that is. A template's password is copied as
    /// it is now: what becomes of the template later does not concern the copy.
    pub(super) async fn take_password(
        &self,
        name: &EntryName,
        input: PasswordInput,
        held: &PasswordOrigin,
    ) -> Result<PasswordOrigin> {
        let (secret, otherwise) = match input {
            PasswordInput::Keep => return Ok(held.clone()),
            PasswordInput::None => (None, PasswordOrigin::None),
            PasswordInput::Typed { password } => (non_empty(password.0), PasswordOrigin::None),
            PasswordInput::Template { id } => {
                let origin = self.templates.get(&id)?.password;
                // One that was lost with its session is lost for the copy too: it will be asked for.
                let found = self.credentials.find(&EntryName::of_template(&id)).await?;
                (found, origin)
            }
            PasswordInput::Aside { token } => {
                let Aside { secret, origin } = self.asides.get(&token)?;
                (secret, origin)
            }
        };
        match secret {
            Some(secret) => Ok(self.credentials.keep(name, secret).await),
            None => {
                self.credentials.forget(name).await?;
                Ok(otherwise)
            }
        }
    }

    /// Puts a task's password where it is kept; whether it is another one than before.
    pub(super) async fn take_task_password(
        &self,
        locked: &mut LockedTask,
        side: Side,
        input: PasswordInput,
    ) -> Result<bool> {
        if input == PasswordInput::Keep {
            return Ok(false);
        }
        let name = EntryName::of_task(&locked.task.id, side);
        let held = locked.task.passwords.of(side).clone();
        let before = self.credentials.find(&name).await?;
        let origin = self.take_password(&name, input, &held).await?;
        let changed = before != self.credentials.find(&name).await?;
        if origin != held {
            locked.update(|task| *task.passwords.of_mut(side) = origin)?;
        }
        Ok(changed)
    }

    /// A password that is used and not kept. `kept` is what [`PasswordInput::Keep`] stands for.
    pub(super) async fn password_of(
        &self,
        input: PasswordInput,
        kept: Option<EntryName>,
    ) -> Result<Option<Secret>> {
        match (input, kept) {
            (PasswordInput::None, _) | (PasswordInput::Keep, None) => Ok(None),
            (PasswordInput::Typed { password }, _) => Ok(non_empty(password.0)),
            (PasswordInput::Template { id }, _) => {
                self.credentials.find(&EntryName::of_template(&id)).await
            }
            (PasswordInput::Aside { token }, _) => Ok(self.asides.get(&token)?.secret),
            (PasswordInput::Keep, Some(kept)) => self.credentials.find(&kept).await,
        }
    }

    /// The passwords that a task runs with.
    ///
    /// # Errors
    /// One that is needed is nowhere (`credentials_missing`), or the keychain refused.
    pub(super) async fn passwords(&self, task: &StoredTask) -> Result<Passwords> {
        let find = async |side: Side| match task.passwords.of(side) {
            PasswordOrigin::None => Ok(None),
            PasswordOrigin::Environment(name) => match std::env::var(name) {
                Ok(password) => Ok(Some(Secret::new(password))),
                Err(_) => Err(CommandError::from(runner::credentials_missing(side))),
            },
            PasswordOrigin::Keychain | PasswordOrigin::Session | PasswordOrigin::GivenAtStart => {
                let found = self.credentials.find(&EntryName::of_task(&task.id, side)).await?;
                found.map(Some).ok_or_else(|| runner::credentials_missing(side).into())
            }
        };
        Ok(Passwords {
            source: find(Side::Source).await?,
            destination: find(Side::Destination).await?,
        })
    }

    /// Forgets what is kept for a task.
    pub(super) async fn forget_passwords(&self, task_id: &str) -> Result<()> {
        for side in SIDES {
            self.credentials.forget(&EntryName::of_task(task_id, side)).await?;
        }
        Ok(())
    }

    /// Looks again whether passwords can be kept. Where that has become so, what was kept for this
    /// session moves to the keychain.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn probe_keychain(&self) -> Result<KeychainStatus> {
        let status = self.credentials.probe().await;
        if status.available {
            for task in self.store.list()? {
                // A running task's file is its runner's; the next probe moves its password.
                let Ok(mut locked) = self.store.lock(&task.id) else { continue };
                for side in SIDES {
                    let name = EntryName::of_task(&task.id, side);
                    let origin = self.moved(&name, locked.task.passwords.of(side)).await?;
                    if origin != *locked.task.passwords.of(side) {
                        locked.update(|task| *task.passwords.of_mut(side) = origin)?;
                    }
                }
            }
            for mut template in self.templates.list()? {
                let name = EntryName::of_template(&template.id);
                let origin = self.moved(&name, &template.password).await?;
                if origin != template.password {
                    template.password = origin;
                    self.templates.save(&template)?;
                }
            }
            self.changed();
        }
        Ok(self.credentials.status())
    }

    /// Where a password is once one of this session has been put into the keychain.
    async fn moved(&self, name: &EntryName, origin: &PasswordOrigin) -> Result<PasswordOrigin> {
        if *origin != PasswordOrigin::Session {
            return Ok(origin.clone());
        }
        match self.credentials.find(name).await? {
            Some(secret) => Ok(self.credentials.keep(name, secret).await),
            None => Ok(PasswordOrigin::Session),
        }
    }
}

/// A password field's content; an empty one is none.
fn non_empty(password: Secret) -> Option<Secret> {
    (!password.expose().is_empty()).then_some(password)
}
