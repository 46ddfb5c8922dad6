//! What the page is told without asking: a snapshot first, then what is new, never more than ten
//! messages a second.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keyferry_workbench::error::Result;
use keyferry_workbench::model::{
    KeychainStatus, LogFilter, LogPage, Owner, ShellEvent, TaskDetails, TaskSummary, TaskUpdate,
};
use keyferry_workbench::workbench::Workbench;
use keyferry_workbench::{Drawn, LogNews};
use serde::Serialize;
use tauri::ipc::Channel;
use tokio::sync::{broadcast, watch};
use tokio_util::task::AbortOnDropHandle;

/// The shortest time between two looks at a task: the page draws no more often.
const PAUSE: Duration = Duration::from_millis(100);
/// Tasks that another process runs announce nothing here: they are looked at so often.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The subscriptions of the page, by the id of their channel.
#[derive(Default)]
pub(crate) struct Subscriptions(Mutex<HashMap<u32, AbortOnDropHandle<()>>>);

impl Subscriptions {
    /// Runs `follow` until the channel is unsubscribed.
    pub(crate) fn add(&self, channel: u32, follow: impl Future<Output = ()> + Send + 'static) {
        let following = AbortOnDropHandle::new(tokio::spawn(follow));
        self.lock().insert(channel, following);
    }

    /// Ends a subscription.
    pub(crate) fn remove(&self, channel: u32) {
        self.lock().remove(&channel);
    }

    /// Ends all: the page that wanted them is gone.
    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u32, AbortOnDropHandle<()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends to a page that may have gone away meanwhile, which matters to nobody.
pub(crate) fn tell<T: Serialize>(channel: &Channel<T>, message: T) {
    if channel.send(message).is_err() {
        tracing::debug!("nobody listens to this any more");
    }
}

/// Waits for a change, bundling those that come quickly. Only where another process runs something
/// does it look by itself: while nothing runs, nothing wakes.
async fn next_change(changes: &mut watch::Receiver<u64>, others_run: bool) {
    tokio::time::sleep(PAUSE).await;
    if others_run {
        let _ = tokio::time::timeout(LOOK_EVERY, changes.changed()).await;
    } else {
        let _ = changes.changed().await;
    }
    changes.mark_unchanged();
}

/// Passes on what the window and the keychain have to say.
pub(crate) async fn follow_shell(
    mut events: broadcast::Receiver<ShellEvent>,
    mut keychain: watch::Receiver<KeychainStatus>,
    updates: Channel<ShellEvent>,
) {
    loop {
        let event = tokio::select! {
            event = events.recv() => match event {
                Ok(event) => event,
                Err(broadcast::error::RecvError::Lagged(_)) => continue,
                Err(broadcast::error::RecvError::Closed) => return,
            },
            Ok(()) = keychain.changed() => {
                ShellEvent::Keychain { status: keychain.borrow_and_update().clone() }
            }
        };
        if updates.send(event).is_err() {
            return;
        }
    }
}

/// Sends the list whenever it is another one.
///
/// # Errors
/// It cannot be read now, and nothing is followed.
pub(crate) fn follow_tasks(
    workbench: Arc<Workbench>,
    updates: Channel<Vec<TaskSummary>>,
) -> Result<impl Future<Output = ()> + Send> {
    let mut changes = workbench.changes();
    let mut listed = Ok(workbench.list_tasks()?);
    Ok(async move {
        let mut sent: Option<Vec<TaskSummary>> = None;
        loop {
            match listed {
                Ok(tasks) if sent.as_ref() != Some(&tasks) => {
                    if updates.send(tasks.clone()).is_err() {
                        return;
                    }
                    sent = Some(tasks);
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "the tasks cannot be listed"),
            }
            let others_run = sent.iter().flatten().any(|task| task.owner == Owner::Other);
            next_change(&mut changes, others_run).await;
            listed = workbench.list_tasks();
        }
    })
}

/// Sends a task's page once, and then what changes on it, until the task is gone, which is said last.
///
/// # Errors
/// It is gone already, or cannot be read, and nothing is followed.
pub(crate) fn follow_task(
    workbench: Arc<Workbench>,
    id: String,
    updates: Channel<TaskUpdate>,
) -> Result<impl Future<Output = ()> + Send> {
    let mut changes = workbench.changes();
    let mut found = Ok(workbench.show_task(&id)?);
    Ok(async move {
        let mut shown: Option<TaskDetails> = None;
        let mut drawn = Drawn::default();
        loop {
            let details = match found {
                Ok(details) => details,
                Err(error) => return tell(&updates, TaskUpdate::Gone { error }),
            };
            let figures = updates_between(shown.as_ref(), &details);
            let charts = workbench.chart_news(&id, &mut drawn);
            let charts = (!charts.is_empty()).then_some(TaskUpdate::Charts { charts });
            for update in figures.into_iter().chain(charts) {
                if updates.send(update).is_err() {
                    return;
                }
            }
            let others_run = details.summary.owner == Owner::Other;
            shown = Some(details);
            next_change(&mut changes, others_run).await;
            found = workbench.show_task(&id);
        }
    })
}

/// Sends the newest lines of a task's log that are wanted, and then those that come, until the task is
/// gone: who follows the task itself is told of that.
///
/// # Errors
/// It is gone already, or cannot be read, and nothing is followed.
pub(crate) fn follow_log(
    workbench: Arc<Workbench>,
    id: String,
    filter: LogFilter,
    updates: Channel<LogPage>,
) -> Result<impl Future<Output = ()> + Send> {
    let mut changes = workbench.changes();
    let mut found = Ok(workbench.show_task(&id)?);
    Ok(async move {
        let mut seen = LogNews::default();
        while let Ok(details) = found {
            if let Some(page) = workbench.log_news(&id, &filter, &mut seen)
                && updates.send(page).is_err()
            {
                return;
            }
            next_change(&mut changes, details.summary.owner == Owner::Other).await;
            found = workbench.show_task(&id);
        }
    })
}

/// What a page that shows `before` has to be told to show `now`.
fn updates_between(before: Option<&TaskDetails>, now: &TaskDetails) -> Vec<TaskUpdate> {
    let whole = || vec![TaskUpdate::Snapshot { details: Box::new(now.clone()) }];
    let Some(before) = before else { return whole() };
    // Events are only ever added, unless the oldest were dropped.
    let Some(new_events) = now.events.strip_prefix(before.events.as_slice()) else {
        return whole();
    };
    let face = |details: &TaskDetails| TaskDetails {
        summary: TaskSummary { report: before.summary.report.clone(), ..details.summary.clone() },
        events: Vec::new(),
        ..details.clone()
    };
    // Whatever is neither figures nor events is told with the whole page.
    if face(before) != face(now) {
        return whole();
    }
    let mut updates: Vec<_> =
        new_events.iter().map(|event| TaskUpdate::Event { event: event.clone() }).collect();
    if before.summary.report != now.summary.report {
        updates.push(TaskUpdate::Report { report: Box::new(now.summary.report.clone()) });
    }
    updates
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use keyferry_workbench::credentials::memory::MemoryStore;
    use keyferry_workbench::model::TaskInput;
    use keyferry_workbench::workbench::Options;
    use serde_json::Value;
    use tauri::ipc::InvokeResponseBody;
    use tokio::sync::mpsc;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);
    const NO_TASK: &str = "0123456789abcdef";

    async fn workbench(folder: &Path) -> Arc<Workbench> {
        Workbench::open(folder, Arc::new(MemoryStore::default()), Options::default()).await.unwrap()
    }

    /// A page's end of a subscription, and what comes there.
    fn page<T>() -> (Channel<T>, mpsc::UnboundedReceiver<Value>) {
        let (sender, told) = mpsc::unbounded_channel();
        let channel = Channel::new(move |body| {
            if let InvokeResponseBody::Json(text) = body {
                sender.send(serde_json::from_str(&text)?).unwrap();
            }
            Ok(())
        });
        (channel, told)
    }

    async fn next(told: &mut mpsc::UnboundedReceiver<Value>) -> Value {
        tokio::time::timeout(PATIENCE, told.recv()).await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn who_asks_for_a_task_that_is_gone_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let workbench = workbench(folder.path()).await;
        let refused = follow_task(workbench.clone(), NO_TASK.to_owned(), page().0).err().unwrap();
        assert_eq!(refused.code, "no_such_task");
        let log = follow_log(workbench, NO_TASK.to_owned(), LogFilter::default(), page().0);
        assert_eq!(log.err().unwrap().code, "no_such_task");
    }

    #[tokio::test]
    async fn who_asks_for_a_list_that_cannot_be_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let workbench = workbench(folder.path()).await;
        std::fs::remove_dir_all(folder.path().join("tasks")).unwrap();
        assert_eq!(follow_tasks(workbench, page().0).err().unwrap().code, "local_io");
    }

    #[tokio::test]
    async fn who_follows_a_task_is_told_when_it_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let workbench = workbench(folder.path()).await;
        let id = workbench.save_draft(None, TaskInput::default()).await.unwrap();
        let (channel, mut told) = page();
        let subscriptions = Subscriptions::default();
        let following = follow_task(workbench.clone(), id.clone(), channel).unwrap();
        subscriptions.add(1, following);
        assert_eq!(next(&mut told).await["kind"], "snapshot");
        workbench.delete_task(&id).await.unwrap();
        let last = next(&mut told).await;
        assert_eq!(
            (&last["kind"], &last["error"]["code"]),
            (&"gone".into(), &"no_such_task".into())
        );
    }
}
