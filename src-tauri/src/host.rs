//! The workbench of this process: opened once, let go in good order.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keyferry_workbench::credentials::keyring::KeyringStore;
use keyferry_workbench::error::Result;
use keyferry_workbench::workbench::Workbench;
use tauri::{AppHandle, Manager as _};
use tokio::sync::OnceCell;

use crate::window;

/// Says where tasks are kept, where it is set.
const STATE_FOLDER: &str = "KEYFERRY_STATE_DIR";

/// Holds the workbench. It is opened beside the window, since a keychain may ask its user to unlock it.
#[derive(Default)]
pub(crate) struct Host {
    workbench: OnceCell<Arc<Workbench>>,
    leaving: AtomicBool,
}

impl Host {
    /// The workbench, as soon as it is open. What went wrong is tried again with the next call.
    pub(crate) async fn workbench(&self) -> Result<&Arc<Workbench>> {
        self.workbench.get_or_try_init(open).await
    }
}

async fn open() -> Result<Arc<Workbench>> {
    let folder = match std::env::var_os(STATE_FOLDER) {
        Some(folder) => PathBuf::from(folder),
        None => Workbench::default_folder()?,
    };
    let workbench = Workbench::open(&folder, Arc::new(KeyringStore)).await?;
    workbench.resume_all().await?;
    Ok(workbench)
}

/// Opens the workbench without waiting for a page to ask: the tasks that ran before go on at once.
pub(crate) fn begin(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Err(error) = app.state::<Host>().workbench().await {
            tracing::error!(%error, "the tasks cannot be opened");
        }
    });
}

/// Ends the program once every task rests, which takes ten seconds at most; they go on with the next start.
/// Asked a second time it ends at once, as the command line does.
pub(crate) fn leave(app: &AppHandle) {
    let host = app.state::<Host>();
    if host.leaving.swap(true, Ordering::Relaxed) {
        app.exit(0);
        return;
    }
    window::say_that_tasks_are_paused(app);
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Some(workbench) = app.state::<Host>().workbench.get() {
            workbench.rest_all().await;
        }
        app.exit(0);
    });
}

/// A log-out or a service manager asks by signal; so does Ctrl-C in the terminal that started it.
#[cfg(unix)]
pub(crate) fn leave_on_signal(app: &AppHandle) {
    use tokio::signal::unix::{SignalKind, signal};

    for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            match signal(kind) {
                Ok(mut signals) => {
                    while signals.recv().await.is_some() {
                        leave(&app);
                    }
                }
                Err(error) => tracing::warn!(%error, "signals do not pause the tasks"),
            }
        });
    }
}

/// There are no such signals here.
#[cfg(not(unix))]
pub(crate) fn leave_on_signal(_app: &AppHandle) {}
