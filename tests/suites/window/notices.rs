//! What shows notifications, a desktop's part: `org.freedesktop.Notifications`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result};
use zbus::blocking::Connection;
use zbus::zvariant::Value;

use crate::webdriver::{PATIENCE, wait};

const SERVICE: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// A notification as it was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    id: u32,
    pub(crate) title: String,
    pub(crate) text: String,
    actions: Vec<String>,
    /// All that the application sent with it, for a search.
    all: String,
}

/// A desktop that shows them.
pub(crate) struct Notices {
    bus: Connection,
    shown: Arc<Mutex<Vec<Shown>>>,
}

struct Service(Arc<Mutex<Vec<Shown>>>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    #[allow(clippy::too_many_arguments)] // as many as the desktop's own
    fn notify(
        &self,
        application: &str,
        _replaces: u32,
        icon: &str,
        title: &str,
        text: &str,
        actions: Vec<String>,
        hints: HashMap<String, Value<'_>>,
        _expires_ms: i32,
    ) -> u32 {
        let all = format!("{application} {icon} {title} {text} {actions:?} {hints:?}");
        let mut shown = lock(&self.0);
        let id = u32::try_from(shown.len()).map_or(u32::MAX, |count| count.saturating_add(1));
        shown.push(Shown { id, title: title.to_owned(), text: text.to_owned(), actions, all });
        id
    }
}

impl Notices {
    /// From now on this desktop shows notifications.
    pub(crate) fn start(bus: Connection) -> Result<Self> {
        let shown = Arc::<Mutex<Vec<Shown>>>::default();
        bus.object_server().at(PATH, Service(Arc::clone(&shown)))?;
        bus.request_name(SERVICE)?;
        Ok(Self { bus, shown })
    }

    /// The notification of this title, as soon as it is shown.
    pub(crate) fn titled(&self, title: &str) -> Result<Shown> {
        let found = wait(PATIENCE, || {
            Ok(lock(&self.shown).iter().find(|one| one.title == title).cloned())
        })?;
        found.with_context(|| format!("no {title:?} among {:?}", lock(&self.shown)))
    }

    /// A click on it.
    pub(crate) fn click(&self, notice: &Shown) -> Result<()> {
        // The first of each pair is what it is called, the second what a button says.
        let action = notice.actions.first().context("it cannot be clicked")?;
        let clicked = &(notice.id, action.as_str());
        Ok(self.bus.emit_signal(None::<&str>, PATH, SERVICE, "ActionInvoked", clicked)?)
    }

    /// Whether any of them had this in it, anywhere.
    pub(crate) fn told(&self, words: &str) -> bool {
        lock(&self.shown).iter().any(|one| one.all.contains(words))
    }
}

fn lock(shown: &Mutex<Vec<Shown>>) -> MutexGuard<'_, Vec<Shown>> {
    shown.lock().unwrap_or_else(PoisonError::into_inner)
}
