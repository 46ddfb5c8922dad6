//! The passwords of stored tasks and of templates.

use keyferry_workbench::credentials::EntryName;
use keyferry_workbench::engine::error::Side;
use keyferry_workbench::engine::phrase;
use keyferry_workbench::engine::secret::{Credentials, Secret};
use keyferry_workbench::engine::words::Phrase;
use keyferry_workbench::error::{CommandError, Result};
use keyferry_workbench::store::{LockedTask, PasswordOrigin};

use crate::arguments::{Order, read_env};

pub(crate) const SIDES: [Side; 2] = [Side::Source, Side::Destination];

/// The passwords of a stored task, where they can be had.
pub(crate) async fn stored_credentials(locked: &LockedTask) -> Result<Credentials> {
    Ok(Credentials {
        source: password_of(locked, Side::Source).await?,
        destination: password_of(locked, Side::Destination).await?,
    })
}

/// The password of one side of a stored task, where it can be had.
pub(crate) async fn password_of(locked: &LockedTask, side: Side) -> Result<Option<Secret>> {
    let name = EntryName::of_task(&locked.task.id, side);
    stored_password(&name, locked.task.passwords.of(side), side).await
}

/// The password that is kept under `name`, for `side`.
pub(crate) async fn stored_password(
    name: &EntryName,
    origin: &PasswordOrigin,
    side: Side,
) -> Result<Option<Secret>> {
    match origin {
        PasswordOrigin::None => Ok(None),
        PasswordOrigin::Environment(variable) => read_env(variable).map(Some),
        PasswordOrigin::GivenAtStart => Err(missing(side)),
        PasswordOrigin::Keychain | PasswordOrigin::Session => {
            keychain(name).await?.map(Some).ok_or_else(|| missing(side))
        }
    }
}

/// Looks up the passwords of the templates that the flags name, where no flag gives another one.
pub(crate) async fn add_passwords_of_templates(order: &mut Order) -> Result<()> {
    for side in SIDES {
        let (template, origin) = (order.template(side).cloned(), order.origins.of(side));
        let Some(template) = template.filter(|_| *origin == PasswordOrigin::None) else { continue };
        let name = EntryName::of_template(&template.id);
        *of_mut(&mut order.credentials, side) =
            stored_password(&name, &template.password, side).await?;
    }
    Ok(())
}

/// Looks up what the task itself has, where no flag gives another one; and what its templates have,
/// where it could not keep a copy.
pub(crate) async fn add_passwords_of_task(order: &mut Order, locked: &LockedTask) -> Result<()> {
    for side in SIDES {
        if *order.origins.of(side) != PasswordOrigin::None {
            continue;
        }
        let found = match (password_of(locked, side).await, order.template(side)) {
            (Ok(None) | Err(_), Some(template)) => {
                let name = EntryName::of_template(&template.id);
                stored_password(&name, &template.password, side).await?
            }
            (found, _) => found?,
        };
        *of_mut(&mut order.credentials, side) = found;
    }
    Ok(())
}

fn of_mut(credentials: &mut Credentials, side: Side) -> &mut Option<Secret> {
    match side {
        Side::Source => &mut credentials.source,
        Side::Destination | Side::Local => &mut credentials.destination,
    }
}

/// The task gets copies of the templates' passwords of its own: what becomes of a template later
/// does not concern it.
pub(crate) async fn keep_copies(locked: &mut LockedTask, order: &Order) -> Result<()> {
    for side in SIDES {
        let given = match side {
            Side::Source => &order.credentials.source,
            Side::Destination | Side::Local => &order.credentials.destination,
        };
        let copied =
            order.template(side).is_some() && *order.origins.of(side) == PasswordOrigin::None;
        if let Some(secret) = given.clone().filter(|_| copied) {
            let origin = keep(&EntryName::of_task(&locked.task.id, side), secret).await;
            locked.update(|task| *task.passwords.of_mut(side) = origin)?;
        }
    }
    Ok(())
}

/// Takes a task's passwords out of the keychain.
pub(crate) async fn forget(locked: &LockedTask) -> Result<()> {
    for side in SIDES {
        // One of a session may have been in the keychain before that could not be had.
        let origin = locked.task.passwords.of(side);
        if matches!(origin, PasswordOrigin::Keychain | PasswordOrigin::Session) {
            forget_one(&EntryName::of_task(&locked.task.id, side)).await?;
        }
    }
    Ok(())
}

#[cfg(feature = "keychain")]
async fn forget_one(name: &EntryName) -> Result<()> {
    use keyferry_workbench::credentials::{Credentials, keyring::KeyringStore};
    Credentials::open(std::sync::Arc::new(KeyringStore::default())).await.forget(name).await
}

#[cfg(not(feature = "keychain"))]
async fn forget_one(_name: &EntryName) -> Result<()> {
    Ok(())
}

#[cfg(feature = "keychain")]
async fn keep(name: &EntryName, secret: Secret) -> PasswordOrigin {
    use keyferry_workbench::credentials::{Credentials, keyring::KeyringStore};
    Credentials::open(std::sync::Arc::new(KeyringStore::default())).await.keep(name, secret).await
}

#[cfg(not(feature = "keychain"))]
async fn keep(_name: &EntryName, _secret: Secret) -> PasswordOrigin {
    PasswordOrigin::GivenAtStart
}

#[cfg(feature = "keychain")]
async fn keychain(name: &EntryName) -> Result<Option<Secret>> {
    use keyferry_workbench::credentials::{Credentials, keyring::KeyringStore};
    Credentials::open(std::sync::Arc::new(KeyringStore::default())).await.find(name).await
}

#[cfg(not(feature = "keychain"))]
async fn keychain(_name: &EntryName) -> Result<Option<Secret>> {
    Ok(None)
}

fn missing(side: Side) -> CommandError {
    let advice = format!(
        "Give it with --{0}-password-env, or repeat the flags the task was made with.",
        side.name()
    );
    CommandError::usage("credentials_missing", phrase!("failure.no_password", side = side))
        .with_remedy(Phrase::plain(advice))
}
