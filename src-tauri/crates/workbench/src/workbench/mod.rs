//! The use cases of a host with a window: what its page may call, a file for each story.

mod alerts;
mod awake;
mod cancel;
mod checks;
mod demo;
mod drafts;
mod exports;
mod figures;
mod passwords;
mod prechecks;
mod retrying;
mod running;
mod tasks;
mod templates;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use keyferry_engine::error::ErrorPhrases;
use keyferry_engine::phrase;
use keyferry_engine::task::TaskState;
use keyferry_engine::words::Phrase;
use tokio::runtime::Handle;
use tokio::sync::watch;

use self::awake::Watch;
use self::cancel::Cancellable;
use self::passwords::Asides;
use self::prechecks::Prechecks;
use self::running::Running;
use crate::alerts::Notifier;
use crate::awake::Wakefulness;
use crate::credentials::{CredentialStore, Credentials};
use crate::demo::{Demo, find_server};
use crate::error::Result;
use crate::model::{AppInfo, KeychainStatus, Settings, SettingsPart};
use crate::outside::Outside;
use crate::retry::Claim;
use crate::settings;
use crate::store::Store;
use crate::templates::TemplateStore;

/// The tasks of this user, those that this process runs among them.
pub struct Workbench {
    store: Store,
    templates: TemplateStore,
    credentials: Credentials,
    asides: Asides,
    running: Mutex<HashMap<String, Running>>,
    cancellable: Cancellable,
    prechecks: Prechecks,
    /// One change of the settings at a time: each reads the file and replaces it.
    settings_change: Mutex<()>,
    /// What the running tasks say of their servers, as it was when the last one started or ended.
    claims: Mutex<Vec<Claim>>,
    /// Whether this computer is kept awake.
    watch: Mutex<Watch>,
    /// Bumped when a task starts to run or ends.
    runs: watch::Sender<u64>,
    demo: tokio::sync::Mutex<Option<(String, Demo)>>,
    /// Bumped with every change that a list or a page should show.
    changes: watch::Sender<u64>,
    options: Options,
    /// Tells of what other processes do to the tasks, for as long as it lives.
    _outside: Option<Outside>,
}

/// What a host adds.
#[derive(Clone, Default)]
pub struct Options {
    /// Shows notifications; without one nobody is told.
    pub notifier: Option<Arc<dyn Notifier>>,
    /// Where reports go; the user's folder for downloads where there is none.
    pub exports: Option<PathBuf>,
    /// Keeps this computer awake for tasks that want it; without one it sleeps as it does.
    pub wakefulness: Option<Arc<dyn Wakefulness>>,
    /// Where tasks run; beside everything else without one.
    pub transfers: Option<Handle>,
}

impl Workbench {
    /// Opens the store in `folder`, with passwords in `keychain`.
    ///
    /// # Errors
    /// The folder cannot be made or read.
    pub async fn open(
        folder: &Path,
        keychain: Arc<dyn CredentialStore>,
        options: Options,
    ) -> Result<Arc<Self>> {
        let store = Store::open(folder)?;
        let changes = watch::Sender::new(0);
        let runs = watch::Sender::new(0);
        let outside = Outside::watch(&store, changes.clone(), runs.clone());
        let workbench = Arc::new(Self {
            templates: TemplateStore::beside(&store),
            store,
            credentials: Credentials::open(keychain).await,
            asides: Asides::default(),
            running: Mutex::default(),
            cancellable: Cancellable::default(),
            prechecks: Prechecks::default(),
            settings_change: Mutex::default(),
            claims: Mutex::default(),
            watch: Mutex::default(),
            runs,
            demo: tokio::sync::Mutex::default(),
            changes,
            options,
            _outside: outside,
        });
        tokio::spawn(Self::keep_retry_rule(Arc::downgrade(&workbench)));
        tokio::spawn(Self::keep_resuming(Arc::downgrade(&workbench)));
        tokio::spawn(Self::keep_awake(Arc::downgrade(&workbench)));
        Ok(workbench)
    }

    /// Where the desktop application keeps its tasks.
    ///
    /// # Errors
    /// The system names no such place.
    pub fn default_folder() -> Result<std::path::PathBuf> {
        Store::default_folder()
    }

    /// Goes on with the tasks that ran when the application ended. A sample ended with it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn resume_all(self: &Arc<Self>) -> Result<()> {
        let resume = self.settings()?.resume_on_start;
        for stored in self.store.list()? {
            if stored.demo {
                if let Ok(locked) = self.store.lock(&stored.id) {
                    locked.delete()?;
                }
            } else if resume
                && stored.resume
                // One that failed has its own time.
                && stored.state != TaskState::Failed
                && let Err(error) = self.run(&stored.id).await
            {
                tracing::warn!(task = %stored.name, %error, "not resumed");
            }
        }
        Ok(())
    }

    /// Lets every task rest, to go on when the application starts again.
    pub async fn rest_all(&self) {
        let mut waits = Vec::new();
        for running in self.running().values() {
            running.remote.rest();
            waits.push(running.ended.clone());
        }
        for mut ended in waits {
            let _ = ended.wait_for(|ended| *ended).await;
        }
        let _ = self.end_demo().await;
    }

    /// How many tasks this process runs.
    pub fn running_count(&self) -> usize {
        self.running().len()
    }

    /// The application and this computer.
    pub fn app_info(&self) -> AppInfo {
        let demo_phrase = find_server().err().map(|error| {
            let ErrorPhrases { message, remedy } = *error.phrases;
            match remedy {
                Some(remedy) => phrase!("refusal.with_advice", what = message, advice = remedy),
                None => message,
            }
        });
        AppInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            state_dir: self.store.folder().display().to_string(),
            keychain: self.credentials.status(),
            demo_available: demo_phrase.is_none(),
            demo_problem: demo_phrase.as_ref().map(Phrase::to_string).unwrap_or_default(),
            demo_phrase,
        }
    }

    /// What the user prefers.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn settings(&self) -> Result<Settings> {
        settings::load(self.store.folder())
    }

    /// Keeps what the user prefers from now on; what is preferred then. Only a part is taken: whoever
    /// sends it may not know what the rest has become.
    ///
    /// # Errors
    /// The file cannot be read, or the disk refused.
    pub fn set_settings(&self, part: SettingsPart) -> Result<Settings> {
        let _one = self.settings_change.lock().unwrap_or_else(PoisonError::into_inner);
        let settings = part.of(self.settings()?);
        settings::save(self.store.folder(), &settings)?;
        Ok(settings)
    }

    /// Bumped with every change of any task that this process runs or makes.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Changes whenever the keychain is found to stand otherwise.
    pub fn keychain_changes(&self) -> watch::Receiver<KeychainStatus> {
        self.credentials.changes()
    }

    /// A task starts to run or has ended, or is not to be resumed any more.
    fn runs_changed(&self) {
        self.runs.send_modify(|count| *count += 1);
        self.changed();
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }
}
