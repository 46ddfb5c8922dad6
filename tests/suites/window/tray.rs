//! What shows the icons of a tray, a panel's part: `StatusNotifierItem` of freedesktop.org and
//! `com.canonical.dbusmenu`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use zbus::blocking::{Connection, Proxy};
use zbus::message::Header;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::webdriver::{PATIENCE, wait};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// An icon: whose, and where on its owner's connection.
#[derive(Clone)]
struct Icon {
    owner: String,
    path: String,
}

/// A tray that shows icons.
pub(crate) struct Tray {
    bus: Connection,
    icons: Arc<Mutex<Vec<Icon>>>,
}

struct Watcher(Arc<Mutex<Vec<Icon>>>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, #[zbus(header)] header: Header<'_>, service: &str) {
        let owner = header.sender().map(ToString::to_string).unwrap_or_default();
        let icon = Icon { owner, path: service.to_owned() };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(icon);
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}

/// An entry of a menu or the menu itself: its id, its properties, what is below it.
type Node = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

impl Tray {
    /// From now on this desktop has a tray.
    pub(crate) fn start(bus: Connection) -> Result<Self> {
        let icons = Arc::<Mutex<Vec<Icon>>>::default();
        bus.object_server().at("/StatusNotifierWatcher", Watcher(Arc::clone(&icons)))?;
        bus.request_name(WATCHER)?;
        Ok(Self { bus, icons })
    }

    /// The menu of the icon that was shown last, as soon as there is one.
    fn menu(&self) -> Result<Proxy<'static>> {
        let icon = wait(PATIENCE, || {
            Ok(self.icons.lock().unwrap_or_else(PoisonError::into_inner).last().cloned())
        })?;
        let Icon { owner, path } = icon.context("nobody shows an icon in the tray")?;
        let item = "org.kde.StatusNotifierItem";
        let item = Proxy::new(&self.bus, owner.clone(), path, item)?;
        let menu: OwnedObjectPath = item.get_property("Menu")?;
        Ok(Proxy::new(&self.bus, owner, menu, "com.canonical.dbusmenu")?)
    }

    /// What can be chosen, in order, with ids.
    fn entries(&self, menu: &Proxy<'_>) -> Result<Vec<(i32, String)>> {
        let (_, (_, _, entries)): (u32, Node) =
            menu.call("GetLayout", &(0_i32, -1_i32, &["label"][..]))?;
        entries
            .into_iter()
            .map(|entry| {
                let (id, mut properties, _) = Node::try_from(entry)?;
                let label = properties.remove("label").context("an entry without words")?;
                Ok((id, String::try_from(label)?))
            })
            .collect()
    }

    /// Waits until the menu says this.
    pub(crate) fn until_says(&self, wanted: &[&str]) -> Result<()> {
        let menu = self.menu()?;
        let mut last = Vec::new();
        let says = wait(PATIENCE, || {
            last = self.entries(&menu)?.into_iter().map(|(_, label)| label).collect();
            Ok((last == wanted).then_some(()))
        })?;
        says.with_context(|| format!("the menu of the tray says {last:?}"))
    }

    /// A click on the entry that says this.
    pub(crate) fn choose(&self, label: &str) -> Result<()> {
        let menu = self.menu()?;
        let entries = self.entries(&menu)?;
        let entry = entries.iter().find(|(_, found)| found == label);
        let (id, _) = entry.with_context(|| format!("{label:?} is not in {entries:?}"))?;
        Ok(menu.call("Event", &(*id, "clicked", Value::I32(0), 0_u32))?)
    }
}
