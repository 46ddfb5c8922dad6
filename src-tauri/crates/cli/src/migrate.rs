//! `keyferry migrate`: make or find the task, and run it here.

use std::sync::Arc;

use keyferry_workbench::engine::error::{ErrorReport, Side};
use keyferry_workbench::engine::report::{Outcome, TaskReport, rfc3339_now};
use keyferry_workbench::engine::secret::Credentials;
use keyferry_workbench::engine::task::TaskState;
use keyferry_workbench::engine::words::Phrase;
use keyferry_workbench::error::{CommandError, Result};
use keyferry_workbench::keep_retry_rule;
use keyferry_workbench::names::suggest_task_name;
use keyferry_workbench::runner::{self, RunEnd, RunOptions};
use keyferry_workbench::store::{LockedTask, PasswordOrigin, Store, bare_report};
use keyferry_workbench::templates::TemplateStore;

use crate::Exit;
use crate::arguments::{MigrateFlags, StoreFlags, differences};
use crate::output::{self, Show};
use crate::passwords::{SIDES, add_passwords_of_task, add_passwords_of_templates, keep_copies};
use crate::signals;

/// The store that the flags name.
pub(crate) fn open_store(flags: &StoreFlags) -> Result<Store> {
    match &flags.state_dir {
        Some(folder) => Store::open(folder),
        None => Store::open(&Store::default_folder()?),
    }
}

pub(crate) async fn migrate(flags: MigrateFlags) -> Result<Exit> {
    let store = open_store(&flags.store)?;
    let mut order = flags.order(&TemplateStore::beside(&store))?;
    order.draft.validate().map_err(CommandError::form)?;
    // Two commands at once with one new name must not make two tasks.
    let guard = store.exclusive()?;
    let found = match &flags.task {
        Some(name) => store.find(name)?,
        None => None,
    };
    let (locked, credentials) = match found {
        None => {
            add_passwords_of_templates(&mut order).await?;
            let name = match &flags.task {
                Some(name) => name.clone(),
                None => suggest_task_name(&store, 0, true)?,
            };
            let mut locked = store.create(&name, order.draft.clone(), order.origins.clone())?;
            locked.update(|task| {
                task.source_template = order.source_template.as_ref().map(|one| one.id.clone());
                task.destination_template =
                    order.destination_template.as_ref().map(|one| one.id.clone());
            })?;
            keep_copies(&mut locked, &order).await?;
            if flags.task.is_none() {
                // With --json every line says it.
                let told = format!("task {name} ({})", locked.task.id);
                if flags.store.json { output::say(&told) } else { output::print(&told) }
            }
            (locked, order.credentials)
        }
        Some(stored) => {
            // The task has a copy of what its template was: what it is now is no other flag.
            if order.source_template.as_ref().map(|one| &one.id) == stored.source_template.as_ref()
                && flags.source.is_none()
            {
                order.draft.source = stored.draft.source.clone();
            }
            if order.destination_template.as_ref().map(|one| &one.id)
                == stored.destination_template.as_ref()
                && flags.destination.is_none()
            {
                order.draft.destination = stored.draft.destination.clone();
            }
            let told = differences(&stored.draft, &order.draft);
            if !told.is_empty() {
                let (name, told) = (&stored.name, told.join("\n  "));
                let words = format!("the task “{name}” was made with other flags:\n  {told}");
                let advice = "Repeat the flags it was made with, or choose another --task.";
                return Err(
                    CommandError::terminal("other_flags", words).with_remedy(Phrase::plain(advice))
                );
            }
            if let Some(exit) = ended(&store, &stored, flags.store.json)? {
                return Ok(exit);
            }
            let mut locked = store.lock(&stored.id)?;
            locked.update(|task| {
                // A password that the keychain has need not be given again.
                for side in SIDES {
                    let given = order.origins.of(side).clone();
                    let stored = task.passwords.of_mut(side);
                    let kept = matches!(stored, PasswordOrigin::Keychain | PasswordOrigin::Session);
                    if given != PasswordOrigin::None || !kept {
                        *stored = given;
                    }
                }
                for check in std::mem::take(&mut order.draft.ignored_checks) {
                    if !task.draft.ignored_checks.contains(&check) {
                        task.draft.ignored_checks.push(check);
                    }
                }
            })?;
            add_passwords_of_task(&mut order, &locked).await?;
            (locked, order.credentials)
        }
    };
    drop(guard);
    let options = RunOptions { skip_precheck: flags.skip_precheck };
    run(&store, locked, credentials, options, flags.store.json).await
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
        TaskState::Stopped | TaskState::Released => {
            let words = format!("the task “{name}” was stopped for good");
            Err(CommandError::terminal("task_ended", words)
                .with_remedy(Phrase::plain("Choose another --task.")))
        }
        _ => Ok(None),
    }
}

/// Runs a task here, shows it, and says in the end what came of it.
pub(crate) async fn run(
    store: &Store,
    locked: LockedTask,
    credentials: Credentials,
    options: RunOptions,
    json: bool,
) -> Result<Exit> {
    let spec = locked.task.draft.validate().map_err(CommandError::form)?;
    let name = locked.task.name.clone();
    let (remote, steered) = runner::remote(&spec);
    let _signals = signals::steer(remote.clone());
    let show = Arc::new(Show::new(json));
    let steering = (remote, steered);
    let run = runner::run(locked, spec, credentials, options, steering, show.clone());
    let end = tokio::select! {
        end = Box::pin(run) => end,
        // The lowest of the tasks that share a server is in effect, also where no window is open.
        never = keep_retry_rule(store.clone()) => match never {},
    };
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
                    phrases: None,
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
