//! `keyferry tasks`: look at tasks and command them, wherever they run.

use std::time::Duration;

use keyferry_workbench::engine::error::ErrorKind;
use keyferry_workbench::engine::secret::Credentials;
use keyferry_workbench::engine::skipped::Wanted;
use keyferry_workbench::engine::task::{LifeEvent, TaskState};
use keyferry_workbench::error::{CommandError, Result};
use keyferry_workbench::runner::{self, RunOptions};
use keyferry_workbench::store::{Store, StoredTask, label_of};
use keyferry_workbench::{Ask, ask};

use crate::arguments::{NamedTask, ResumedTask, TasksVerb};
use crate::migrate::{open_store, run};
use crate::output;
use crate::passwords::{forget, stored_credentials};
use crate::{Exit, complain};

/// How long a running task may take to come to rest: outstanding answers, and some.
const REST_TIMEOUT: Duration = Duration::from_secs(20);
/// How much is shown of what a task left out.
const SKIPPED_SHOWN: usize = 20;
const LOOK_EVERY: Duration = Duration::from_millis(50);

pub(crate) async fn tasks(verb: TasksVerb) -> Result<Exit> {
    match verb {
        TasksVerb::List(flags) => list(&open_store(&flags)?, flags.json),
        TasksVerb::Show(named) => show(&named),
        TasksVerb::Pause(named) => pause(&named).await,
        TasksVerb::Resume(ResumedTask { named, agree: true }) => agree(&named).await,
        TasksVerb::Resume(ResumedTask { named, agree: false }) => Box::pin(resume(&named)).await,
        TasksVerb::Stop(named) => stop(&named).await,
        TasksVerb::Release(named) => release(&named).await,
    }
}

fn list(store: &Store, json: bool) -> Result<Exit> {
    let (tasks, unreadable) = store.list_all()?;
    for task in tasks {
        let report = store.report(&task);
        if json {
            output::print(&output::json_line(&report));
        } else {
            let state = serde_json::to_value(report.state).unwrap_or_default();
            output::print(&format!(
                "{}  {:<28} {:<24} {} → {}",
                task.id,
                task.name,
                state.as_str().unwrap_or_default(),
                label_of(&task.draft.source),
                label_of(&task.draft.destination),
            ));
        }
    }
    unreadable.iter().for_each(complain);
    Ok(if unreadable.is_empty() { Exit::Done } else { Exit::Failed })
}

fn show(named: &NamedTask) -> Result<Exit> {
    let (store, task) = find(named)?;
    let report = store.report(&task);
    if named.store.json {
        output::print(&output::json_line(&report));
    } else {
        output::print(&output::json_text(&report));
        let page =
            store.skipped(&task.id, &Wanted { limit: SKIPPED_SHOWN, ..Wanted::default() })?;
        if page.fallen_out > 0 {
            output::say(&format!("left out, and no longer listed: {}", page.fallen_out));
        }
        for entry in &page.entries {
            let command = entry.command.as_deref().unwrap_or("key");
            let key = entry.key_text().unwrap_or_default();
            let (reason, database) = (&entry.reason, entry.database);
            output::say(&format!("left out ({reason}): database {database} {command} {key}"));
        }
        if page.more {
            output::say("and more: the window lists them all, on the task's page");
        }
    }
    Ok(Exit::Done)
}

async fn pause(named: &NamedTask) -> Result<Exit> {
    let (store, task) = find(named)?;
    if store.is_held(&task.id) {
        ask(&store, &task.id, Ask::Pause).await?;
        at_rest(&store, &task).await?;
    } else {
        let mut locked = store.lock(&task.id)?;
        if locked.task.state != TaskState::Paused {
            locked.on(LifeEvent::PauseRequested)?;
        }
        // What was found cut off is written down as what it is.
        locked.update(StoredTask::do_not_resume)?;
    }
    tell(named, &store)
}

async fn resume(named: &NamedTask) -> Result<Exit> {
    let (store, task) = find(named)?;
    let locked = store.lock(&task.id)?;
    if locked.task.state.is_final() {
        return Err(CommandError::terminal(
            "task_ended",
            format!("the task “{}” has ended for good", task.name),
        ));
    }
    let credentials = stored_credentials(&locked).await?;
    run(&store, locked, credentials, RunOptions::default(), named.store.json).await
}

/// Agrees to what the task, which another process runs, proposes where it holds.
async fn agree(named: &NamedTask) -> Result<Exit> {
    let (store, task) = find(named)?;
    let report = store.report(&task);
    let kind = report.error.as_ref().and_then(|error| ErrorKind::of_code(&error.code));
    let asked = kind.filter(|kind| report.state == TaskState::Holding && kind.can_be_agreed_to());
    let Some(kind) = asked else {
        return Err(CommandError::terminal(
            "wrong_state",
            format!("the task “{}” holds at nothing that could be agreed to", task.name),
        ));
    };
    if let Some(error) = &report.error {
        output::say(&format!("{}: agreed to: {}", task.name, error.message));
    }
    ask(&store, &task.id, Ask::Agree(kind.code().to_owned())).await?;
    tell(named, &store)
}

async fn stop(named: &NamedTask) -> Result<Exit> {
    let (store, task) = find(named)?;
    if store.is_held(&task.id) {
        ask(&store, &task.id, Ask::Stop).await?;
        at_rest(&store, &task).await?;
    } else {
        let mut locked = store.lock(&task.id)?;
        if locked.task.state != TaskState::Stopped {
            locked.on(LifeEvent::StopRequested)?;
            if locked.task.state == TaskState::Stopping {
                locked.on(LifeEvent::Stopped)?;
            }
        }
    }
    tell(named, &store)
}

async fn release(named: &NamedTask) -> Result<Exit> {
    let (store, task) = find(named)?;
    let mut locked = store.lock(&task.id)?;
    // Without the password the destination's key cannot be removed; the rest can.
    let credentials = match stored_credentials(&locked).await {
        Ok(credentials) => credentials,
        Err(error) => {
            output::say(&format!("keyferry: {}", error.message));
            Credentials::default()
        }
    };
    // They are given back whatever the destination says: nothing runs with them any more.
    let released = runner::release(&mut locked, &credentials).await;
    if locked.task.state == TaskState::Released {
        forget(&locked).await?;
    }
    released?;
    tell(named, &store)
}

/// Waits until nobody holds the task.
async fn at_rest(store: &Store, task: &StoredTask) -> Result<()> {
    let resting = async {
        while store.is_held(&task.id) {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    };
    tokio::time::timeout(REST_TIMEOUT, resting).await.map_err(|_| {
        CommandError::terminal(
            "still_running",
            format!("the task “{}” was told, and has not come to rest yet", task.name),
        )
    })
}

fn tell(named: &NamedTask, store: &Store) -> Result<Exit> {
    let task = find(named)?.1;
    let report = store.report(&task);
    if named.store.json {
        output::print(&output::json_line(&report));
    } else {
        let state = serde_json::to_value(report.state).unwrap_or_default();
        output::print(&format!("{}: {}", task.name, state.as_str().unwrap_or_default()));
    }
    Ok(Exit::Done)
}

fn find(named: &NamedTask) -> Result<(Store, StoredTask)> {
    let store = open_store(&named.store)?;
    let task = store.find(&named.name)?.ok_or_else(|| CommandError::no_such_task(&named.name))?;
    Ok((store, task))
}
