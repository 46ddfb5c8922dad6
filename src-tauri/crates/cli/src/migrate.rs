//! `keyferry migrate`: make or find the task, and run it here.

use std::sync::Arc;

use keyferry_workbench::engine::error::Side;
use keyferry_workbench::engine::report::{Outcome, rfc3339_now};
use keyferry_workbench::engine::secret::Credentials;
use keyferry_workbench::engine::task::{self, TaskState};
use keyferry_workbench::error::{CommandError, Result};
use keyferry_workbench::runner::{self, RunEnd, RunOptions};
use keyferry_workbench::store::{LockedTask, PasswordOrigin, Store};

use crate::Exit;
use crate::arguments::{MigrateFlags, Order, StoreFlags, differences, read_env};
use crate::output::{self, Show};
use crate::signals;

/// The store that the flags name.
pub(crate) fn open_store(flags: &StoreFlags) -> Result<Store> {
    match &flags.state_dir {
        Some(folder) => Store::open(folder),
        None => Store::open(&Store::default_folder()?),
    }
}

pub(crate) async fn migrate(flags: MigrateFlags) -> Result<Exit> {
    let order = flags.order()?;
    order.draft.validate().map_err(CommandError::form)?;
    let store = open_store(&flags.store)?;
    let found = match &flags.task {
        Some(name) => store.find(name)?,
        None => None,
    };
    let locked = match found {
        None => {
            let name = flags.task.clone().unwrap_or_else(new_name);
            let locked = store.create(&name, order.draft, order.origins)?;
            if flags.task.is_none() {
                output::say(&format!("task {name} ({})", locked.task.id));
            }
            locked
        }
        Some(stored) => {
            let told = differences(&stored.draft, &order.draft);
            if !told.is_empty() {
                return Err(CommandError {
                    remedy: Some(
                        "Repeat the flags it was made with, or choose another --task.".to_owned(),
                    ),
                    ..CommandError::usage(
                        "other_flags",
                        format!(
                            "the task “{}” was made with other flags:\n  {}",
                            stored.name,
                            told.join("\n  ")
                        ),
                    )
                });
            }
            if let Some(exit) = ended(&store, &stored, flags.store.json)? {
                return Ok(exit);
            }
            let mut locked = store.lock(&stored.id)?;
            let Order { draft, origins, .. } = order;
            locked.update(|task| {
                task.passwords = origins;
                for check in draft.ignored_checks {
                    if !task.draft.ignored_checks.contains(&check) {
                        task.draft.ignored_checks.push(check);
                    }
                }
            })?;
            locked
        }
    };
    let options = RunOptions { skip_precheck: flags.skip_precheck };
    run(locked, order.credentials, options, flags.store.json).await
}

/// What is answered for a task that will not run again.
fn ended(
    store: &Store,
    stored: &keyferry_workbench::store::StoredTask,
    json: bool,
) -> Result<Option<Exit>> {
    let name = &stored.name;
    match stored.state {
        TaskState::Finished => {
            let mut report = store.report(stored);
            report.at = rfc3339_now();
            report.outcome = Some(Outcome::Done);
            if json {
                output::print(&output::json_line(&report));
            } else {
                output::say(&format!("the task “{name}” is finished"));
            }
            Ok(Some(Exit::Done))
        }
        TaskState::Stopped | TaskState::Released => Err(CommandError {
            remedy: Some("Choose another --task.".to_owned()),
            ..CommandError::usage("task_ended", format!("the task “{name}” was stopped for good"))
        }),
        _ => Ok(None),
    }
}

/// Runs a task here, shows it, and says in the end what came of it.
pub(crate) async fn run(
    locked: LockedTask,
    credentials: Credentials,
    options: RunOptions,
    json: bool,
) -> Result<Exit> {
    let spec = locked.task.draft.validate().map_err(CommandError::form)?;
    let name = locked.task.name.clone();
    let (controls, steering) = task::controls(&spec);
    let controls = Arc::new(controls);
    let _signals = signals::steer(Arc::clone(&controls));
    let show = Arc::new(Show::new(json));
    let end =
        runner::run(locked, spec, credentials, options, (controls, steering), show.clone()).await;
    show.finish();
    let RunEnd { outcome, report, precheck } = end?;
    Ok(match outcome {
        Outcome::Done => {
            output::say(&format!("{name}: done"));
            Exit::Done
        }
        Outcome::Paused => {
            output::say(&format!("{name}: paused; the same command resumes it"));
            Exit::Done
        }
        Outcome::Stopped => {
            output::say(&format!(
                "{name}: stopped; `keyferry tasks release {name}` gives back what it holds"
            ));
            Exit::Done
        }
        Outcome::Failed => {
            if let Some(error) = report.error {
                output::say(&format!("{name}: failed ({}): {}", error.code, error.message));
                output::say(&format!("  → {}", error.remedy));
            }
            Exit::Failed
        }
        Outcome::PrecheckFailed => {
            let failed = precheck.map_or(0, |report| {
                use keyferry_workbench::engine::precheck::VerdictKind;
                report.items.iter().filter(|item| item.verdict == VerdictKind::Failed).count()
            });
            output::say(&format!(
                "{name}: {failed} checks failed, nothing was written; mend them and run it again, \
                 or go on with --ignore-check ID where that is possible"
            ));
            Exit::PrecheckFailed
        }
    })
}

/// The passwords of a stored task, where they can be had.
pub(crate) async fn stored_credentials(locked: &LockedTask) -> Result<Credentials> {
    let origins = &locked.task.passwords;
    Ok(Credentials {
        source: stored_password(locked, Side::Source, &origins.source).await?,
        destination: stored_password(locked, Side::Destination, &origins.destination).await?,
    })
}

async fn stored_password(
    locked: &LockedTask,
    side: Side,
    origin: &PasswordOrigin,
) -> Result<Option<keyferry_workbench::engine::secret::Secret>> {
    match origin {
        PasswordOrigin::None => Ok(None),
        PasswordOrigin::Environment(name) => read_env(name).map(Some),
        PasswordOrigin::GivenAtStart => Err(missing(side)),
        PasswordOrigin::Keychain => {
            keychain(&locked.task.id, side).await?.map(Some).ok_or_else(|| missing(side))
        }
    }
}

#[cfg(feature = "keychain")]
async fn keychain(
    task_id: &str,
    side: Side,
) -> Result<Option<keyferry_workbench::engine::secret::Secret>> {
    use keyferry_workbench::credentials::{Credentials, keyring::KeyringStore};
    Credentials::open(Arc::new(KeyringStore)).await.find(task_id, side).await
}

#[cfg(not(feature = "keychain"))]
async fn keychain(
    _task_id: &str,
    side: Side,
) -> Result<Option<keyferry_workbench::engine::secret::Secret>> {
    Err(missing(side))
}

fn missing(side: Side) -> CommandError {
    CommandError {
        remedy: Some(
            "Give it with `keyferry migrate` and the flags the task was made with.".into(),
        ),
        ..CommandError::usage(
            "credentials_missing",
            format!("the password of the {} is not stored", side.name()),
        )
    }
}

/// As `redis_to_redis_20261123_1402_07`.
fn new_name() -> String {
    let digits: String = rfc3339_now().chars().filter(|c| c.is_ascii_digit()).take(14).collect();
    let (date, time) = digits.split_at_checked(8).unwrap_or((&digits, ""));
    format!("redis_to_redis_{date}_{time}")
}
