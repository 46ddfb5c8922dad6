//! The workbench of this process: opened once, let go in good order.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use keyferry_workbench::Notifier;
use keyferry_workbench::credentials::keyring::KeyringStore;
use keyferry_workbench::engine::phrase;
use keyferry_workbench::error::{CommandError, Result};
use keyferry_workbench::model::{CloseChoice, CloseSetting, Settings, SettingsPart, ShellEvent};
use keyferry_workbench::workbench::{Options, Workbench};
use tauri::{AppHandle, Manager as _};
use tokio::runtime::Handle;
use tokio::sync::{OnceCell, broadcast};

use crate::awake::DesktopWakefulness;
use crate::{autostart, tray, window};

/// Says where tasks are kept, where it is set.
const STATE_FOLDER: &str = "KEYFERRY_STATE_DIR";

/// How many events may wait for a page that is busy.
const EVENTS_WAITING: usize = 16;

/// Holds the workbench. It is opened beside the window, since a keychain may ask its user to unlock it.
pub(crate) struct Host {
    workbench: OnceCell<Arc<Workbench>>,
    leaving: AtomicBool,
    /// What the window has to tell its page.
    events: broadcast::Sender<ShellEvent>,
    notifier: Arc<dyn Notifier>,
    /// Where tasks run.
    transfers: Handle,
}

impl Host {
    pub(crate) fn new(notifier: Arc<dyn Notifier>, transfers: Handle) -> Self {
        Self {
            workbench: OnceCell::new(),
            leaving: AtomicBool::new(false),
            events: broadcast::Sender::new(EVENTS_WAITING),
            notifier,
            transfers,
        }
    }

    /// What the user prefers, as far as it can be told now.
    pub(crate) fn settings(&self) -> Settings {
        self.workbench.get().and_then(|held| held.settings().ok()).unwrap_or_default()
    }

    /// The workbench, as soon as it is open. What went wrong is tried again with the next call.
    pub(crate) async fn workbench(&self) -> Result<&Arc<Workbench>> {
        self.workbench.get_or_try_init(|| open(self.notifier.clone(), &self.transfers)).await
    }

    /// What the page is told by the window.
    pub(crate) fn shell_events(&self) -> broadcast::Receiver<ShellEvent> {
        self.events.subscribe()
    }

    /// Tells the page; false where there is none that listens.
    pub(crate) fn tell_page(&self, event: ShellEvent) -> bool {
        self.events.send(event).is_ok()
    }

    /// Keeps what closing the window does from now on. The page has shown the setting, and does so again
    /// when the window comes back: it is told.
    async fn remember_close(&self, close: CloseSetting) -> Result<()> {
        let part = SettingsPart { close: Some(close), ..SettingsPart::default() };
        self.workbench().await?.set_settings(part)?;
        self.tell_page(ShellEvent::Settings);
        Ok(())
    }
}

/// Where tasks are kept, also where they cannot be opened.
pub(crate) fn state_folder() -> Result<PathBuf> {
    match std::env::var_os(STATE_FOLDER) {
        Some(folder) => Ok(PathBuf::from(folder)),
        None => Workbench::default_folder(),
    }
}

async fn open(notifier: Arc<dyn Notifier>, transfers: &Handle) -> Result<Arc<Workbench>> {
    let folder = state_folder()?;
    let options = Options {
        notifier: Some(notifier),
        exports: None,
        wakefulness: Some(Arc::new(DesktopWakefulness)),
        transfers: Some(transfers.clone()),
    };
    let workbench = Workbench::open(&folder, Arc::new(KeyringStore::default()), options).await?;
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
        tray::is_there(&app).await;
    });
}

/// The user closes the window. While tasks run that may mean several things: what, says the setting, or
/// the page asks.
pub(crate) fn close(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let host = app.state::<Host>();
        let running = host.workbench.get().map_or(0, |workbench| workbench.running_count());
        if running == 0 || host.leaving.load(Ordering::Relaxed) {
            leave(&app);
            return;
        }
        let setting = host.settings().close;
        let tray = setting != CloseSetting::Quit && tray::is_there(&app).await;
        match setting {
            CloseSetting::Tray if tray => window::hide(&app),
            CloseSetting::Quit => leave(&app),
            CloseSetting::Ask | CloseSetting::Tray => {
                // A page that does not listen cannot ask: then the tasks are paused.
                if !host.tell_page(ShellEvent::CloseAsked { running, tray }) {
                    leave(&app);
                }
            }
        }
    });
}

/// Does what the user has chosen when the page asked.
pub(crate) async fn answer_close(
    app: &AppHandle,
    choice: CloseChoice,
    remember: bool,
) -> Result<()> {
    let setting = match choice {
        CloseChoice::Tray if !tray::is_there(app).await => {
            return Err(CommandError::usage("no_tray", phrase!("refusal.no_tray")));
        }
        CloseChoice::Tray => CloseSetting::Tray,
        CloseChoice::Quit => CloseSetting::Quit,
        CloseChoice::Cancel => return Ok(()),
    };
    if remember {
        app.state::<Host>().remember_close(setting).await?;
    }
    match setting {
        CloseSetting::Tray => window::hide(app),
        CloseSetting::Quit | CloseSetting::Ask => leave(app),
    }
    Ok(())
}

/// Keeps what the user prefers from now on, and does what is the desktop's of it; what is preferred then.
pub(crate) async fn set_settings(app: &AppHandle, part: SettingsPart) -> Result<Settings> {
    let host = app.state::<Host>();
    let workbench = host.workbench().await?;
    let held = workbench.settings()?.autostart;
    if let Some(wanted) = part.autostart.filter(|wanted| *wanted != held) {
        autostart::set(app, wanted).map_err(|cause| {
            CommandError::usage("autostart_refused", phrase!("refusal.autostart", cause = cause))
        })?;
    }
    let settings = workbench.set_settings(part)?;
    tray::speak(app);
    Ok(settings)
}

/// Lets every task rest, for its user.
pub(crate) fn pause_all(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Some(workbench) = app.state::<Host>().workbench.get()
            && let Err(error) = workbench.pause_all().await
        {
            tracing::warn!(%error, "not every task is paused");
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

#[cfg(test)]
mod tests {
    use keyferry_workbench::Notice;
    use keyferry_workbench::credentials::memory::MemoryStore;

    use super::*;

    struct Nobody;

    impl Notifier for Nobody {
        fn show(&self, _: &Notice) -> std::result::Result<(), String> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_page_is_told_what_closing_does_from_now_on() {
        let folder = tempfile::tempdir().unwrap();
        let keychain = Arc::new(MemoryStore::default());
        let opened = Workbench::open(folder.path(), keychain, Options::default()).await.unwrap();
        let host = Host::new(Arc::new(Nobody), Handle::current());
        host.workbench.set(opened).ok().unwrap();
        let mut told = host.shell_events();
        host.remember_close(CloseSetting::Tray).await.unwrap();
        assert_eq!(told.try_recv().unwrap(), ShellEvent::Settings);
        assert_eq!(host.settings().close, CloseSetting::Tray);
    }
}
