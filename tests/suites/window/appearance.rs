//! What says whether this desktop is dark, a desktop's part: `org.freedesktop.portal.Settings`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Result;
use zbus::blocking::Connection;
use zbus::fdo;
use zbus::zvariant::Value;

const PATH: &str = "/org/freedesktop/portal/desktop";
const SETTINGS: &str = "org.freedesktop.portal.Settings";
const NAMESPACE: &str = "org.freedesktop.appearance";
const KEY: &str = "color-scheme";

/// What `color-scheme` calls each.
#[derive(Clone, Copy)]
pub(crate) enum Preference {
    Dark = 1,
    Light = 2,
}

/// A desktop whose user prefers one of them.
pub(crate) struct Appearance {
    bus: Connection,
    preferred: Arc<AtomicU32>,
}

struct Settings(Arc<AtomicU32>);

#[zbus::interface(name = "org.freedesktop.portal.Settings")]
impl Settings {
    /// A variant in a variant, which is what this method answers.
    fn read(&self, namespace: &str, key: &str) -> fdo::Result<Value<'static>> {
        if (namespace, key) == (NAMESPACE, KEY) {
            Ok(Value::Value(Box::new(Value::U32(self.0.load(Ordering::Relaxed)))))
        } else {
            Err(fdo::Error::Failed(format!("nobody set {namespace} {key}")))
        }
    }
}

impl Appearance {
    /// From now on this desktop has a preference.
    pub(crate) fn start(bus: Connection, preference: Preference) -> Result<Self> {
        let preferred = Arc::new(AtomicU32::new(preference as u32));
        bus.object_server().at(PATH, Settings(Arc::clone(&preferred)))?;
        bus.request_name("org.freedesktop.portal.Desktop")?;
        Ok(Self { bus, preferred })
    }

    /// The user prefers another one.
    pub(crate) fn prefer(&self, preference: Preference) -> Result<()> {
        self.preferred.store(preference as u32, Ordering::Relaxed);
        let changed = &(NAMESPACE, KEY, Value::U32(preference as u32));
        Ok(self.bus.emit_signal(None::<&str>, PATH, SETTINGS, "SettingChanged", changed)?)
    }
}
