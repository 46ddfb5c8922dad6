//! `keyferry migrate`: make or find the task, and run it here.

use std::sync::Arc;

use keyferry_workbench::engine::error::{ErrorReport, Side};
use keyferry_workbench::engine::report::{Outcome, TaskReport, rfc3339_now};
use keyferry_workbench::engine::secret::Credentials;
use keyferry_workbench::engine::task::{self, TaskState};
use keyferry_workbench::error::{CommandError, Result};
use keyferry_workbench::runner::{self, RunEnd, RunOptions};
use keyferry_workbench::store::{LockedTask, PasswordOrigin, Store, bare_report};

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
    let mut credentials = order.credentials.clone();
    order.draft.validate().map_err(CommandError::form)?;
    let store = open_store(&flags.store)?;
    // Two commands at once with one new name must not make two tasks.
    let guard = store.exclusive()?;
    let found = match &flags.task {
        Some(name) => store.find(name)?,
        None => None,
    };
    let locked = match found {
        None => {
            let name = match &flags.task {
                Some(name) => name.clone(),
                None => new_name(&store)?,
            };
            let locked = store.create(&name, order.draft, order.origins)?;
            if flags.task.is_none() {
                // With --json every line says it.
                let told = format!("task {name} ({})", locked.task.id);
                if flags.store.json { output::say(&told) } else { output::print(&told) }
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
                // A password that the keychain has need not be given again.
                for (stored, given) in [
                    (&mut task.passwords.source, origins.source),
                    (&mut task.passwords.destination, origins.destination),
                ] {
                    if given != PasswordOrigin::None || *stored != PasswordOrigin::Keychain {
                        *stored = given;
                    }
                }
                for check in draft.ignored_checks {
                    if !task.draft.ignored_checks.contains(&check) {
                        task.draft.ignored_checks.push(check);
                    }
                }
            })?;
            let stored = stored_credentials(&locked).await;
            for (given, kept) in [
                (&mut credentials.source, stored.as_ref().map(|kept| &kept.source)),
                (&mut credentials.destination, stored.as_ref().map(|kept| &kept.destination)),
            ] {
                if given.is_none()
                    && let Ok(kept) = kept
                {
                    given.clone_from(kept);
                }
            }
            locked
        }
    };
    drop(guard);
    let options = RunOptions { skip_precheck: flags.skip_precheck };
    run(locked, credentials, options, flags.store.json).await
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
    let end = match end {
        Err(error) if json => {
            output::print(&output::json_line(&TaskReport {
                outcome: Some(Outcome::Failed),
                error: Some(ErrorReport {
                    code: error.code.clone(),
                    message: error.message.clone(),
                    side: error.side.unwrap_or(Side::Local),
                    remedy: error.remedy.clone().unwrap_or_default(),
                }),
                ..bare_report(&name, TaskState::Failed)
            }));
            Err(error)
        }
        end => end,
    };
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

/// As `redis_to_redis_20261123_140207`, with a number behind it where that is taken.
fn new_name(store: &Store) -> Result<String> {
    let digits: String = rfc3339_now().chars().filter(|c| c.is_ascii_digit()).take(14).collect();
    let (date, time) = digits.split_at_checked(8).unwrap_or((&digits, ""));
    let base = format!("redis_to_redis_{date}_{time}");
    let mut name = base.clone();
    for number in 2.. {
        if store.find(&name)?.is_none() {
            break;
        }
        name = format!("{base}_{number}");
    }
    Ok(name)
}
