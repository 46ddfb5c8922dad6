//! Keeping the computer awake, by the means of each system. The display may go dark.

use std::pin::Pin;

use keyferry_workbench::{Vigil, Wakefulness};

/// Asks this desktop.
pub(crate) struct DesktopWakefulness;

impl Wakefulness for DesktopWakefulness {
    fn keep<'a>(
        &'a self,
        reason: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<Vigil, String>> + Send + 'a>> {
        Box::pin(system::keep(reason))
    }
}

/// The desktop's own service, which is who sends an idle computer to sleep there, and the system's,
/// which does it where no desktop does. Both let go when the connection ends, also by a crash.
#[cfg(target_os = "linux")]
mod system {
    use std::time::Duration;

    use keyferry_workbench::Vigil;
    use zbus::Connection;
    use zbus::zvariant::OwnedFd;

    /// A service that does not answer is none.
    const PATIENCE: Duration = Duration::from_secs(5);
    const NAME: &str = "Keyferry";
    /// What `org.gnome.SessionManager` calls going to sleep.
    const SUSPEND: u32 = 4;

    struct Asked {
        _desktop: Option<Connection>,
        _system: Option<OwnedFd>,
    }

    pub(super) async fn keep(reason: &str) -> Result<Vigil, String> {
        let desktop = within(async { of_desktop(Connection::session().await?, reason).await });
        let system = within(async { of_system(&Connection::system().await?, reason).await });
        match (desktop.await, system.await) {
            (Err(desktop), Err(system)) => Err(format!("{desktop}; {system}")),
            (desktop, system) => {
                Ok(Box::new(Asked { _desktop: desktop.ok(), _system: system.ok() }))
            }
        }
    }

    async fn within<T>(asked: impl Future<Output = zbus::Result<T>>) -> Result<T, String> {
        match tokio::time::timeout(PATIENCE, asked).await {
            Ok(answer) => answer.map_err(|error| error.to_string()),
            Err(_) => Err("no answer".to_owned()),
        }
    }

    /// GNOME, Cinnamon and MATE have the first service, KDE, Xfce and LXQt the second.
    async fn of_desktop(bus: Connection, reason: &str) -> zbus::Result<Connection> {
        let session = bus
            .call_method(
                Some("org.gnome.SessionManager"),
                "/org/gnome/SessionManager",
                Some("org.gnome.SessionManager"),
                "Inhibit",
                &("keyferry-desktop", 0_u32, reason, SUSPEND),
            )
            .await;
        if session.is_err() {
            bus.call_method(
                Some("org.freedesktop.PowerManagement"),
                "/org/freedesktop/PowerManagement/Inhibit",
                Some("org.freedesktop.PowerManagement.Inhibit"),
                "Inhibit",
                &(NAME, reason),
            )
            .await?;
        }
        Ok(bus)
    }

    /// Only what comes from being idle: who closes the lid or asks for sleep has it.
    async fn of_system(bus: &Connection, reason: &str) -> zbus::Result<OwnedFd> {
        let lock = bus
            .call_method(
                Some("org.freedesktop.login1"),
                "/org/freedesktop/login1",
                Some("org.freedesktop.login1.Manager"),
                "Inhibit",
                &("idle", NAME, reason, "block"),
            )
            .await?;
        lock.body().deserialize()
    }

    #[cfg(test)]
    #[allow(clippy::unwrap_used)]
    mod tests {
        use std::io::{BufRead as _, BufReader};
        use std::process::{Child, Command, Stdio};
        use std::sync::{Arc, Mutex};

        use zbus::message::Header;

        use super::*;

        /// A bus of the test's own.
        struct Bus {
            daemon: Child,
            address: String,
        }

        impl Drop for Bus {
            fn drop(&mut self) {
                let _ = self.daemon.kill();
                let _ = self.daemon.wait();
            }
        }

        impl Bus {
            fn start() -> Self {
                let mut daemon = Command::new("dbus-daemon")
                    .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
                    .stdout(Stdio::piped())
                    .spawn()
                    .unwrap();
                let mut address = String::new();
                BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
                Self { daemon, address: address.trim().to_owned() }
            }

            async fn connect(&self) -> Connection {
                let builder = zbus::connection::Builder::address(self.address.as_str()).unwrap();
                builder.build().await.unwrap()
            }
        }

        /// A desktop that is asked not to sleep: by whom, and why.
        #[derive(Clone, Default)]
        struct Desktop(Arc<Mutex<Vec<(String, String)>>>);

        #[zbus::interface(name = "org.freedesktop.PowerManagement.Inhibit")]
        impl Desktop {
            fn inhibit(
                &self,
                #[zbus(header)] header: Header<'_>,
                application: &str,
                reason: &str,
            ) -> u32 {
                assert_eq!(application, NAME);
                let sender = header.sender().unwrap().to_string();
                self.0.lock().unwrap().push((sender, reason.to_owned()));
                7
            }
        }

        #[tokio::test]
        async fn a_desktop_is_asked_for_as_long_as_it_is_wanted() {
            let bus = Bus::start();
            let desktop = Desktop::default();
            let serving = bus.connect().await;
            let path = "/org/freedesktop/PowerManagement/Inhibit";
            serving.object_server().at(path, desktop.clone()).await.unwrap();
            serving.request_name("org.freedesktop.PowerManagement").await.unwrap();

            let held = of_desktop(bus.connect().await, "a reason").await.unwrap();
            let (sender, reason) = desktop.0.lock().unwrap().first().cloned().unwrap();
            assert_eq!(reason, "a reason");
            let about = zbus::fdo::DBusProxy::new(&serving).await.unwrap();
            let there = async || about.name_has_owner(sender.as_str().try_into().unwrap()).await;
            assert!(there().await.unwrap());
            // Services let go of those who leave.
            drop(held);
            let gone = async {
                while there().await.unwrap() {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            };
            tokio::time::timeout(Duration::from_secs(30), gone).await.unwrap();
        }

        #[tokio::test]
        async fn a_desktop_without_such_a_service_says_so() {
            let bus = Bus::start();
            let refused = within(of_desktop(bus.connect().await, "a reason")).await.unwrap_err();
            assert!(refused.contains("org.freedesktop.PowerManagement"), "{refused}");
            let refused = within(async { of_system(&bus.connect().await, "a reason").await }).await;
            assert!(refused.is_err_and(|why| why.contains("login1")));
        }
    }
}

/// What the system is told belongs, on Windows, to the thread that told it: that is one of its own.
#[cfg(not(target_os = "linux"))]
mod system {
    use keyferry_workbench::Vigil;
    use tokio::sync::oneshot;

    pub(super) async fn keep(reason: &str) -> Result<Vigil, String> {
        let (told, answer) = oneshot::channel();
        let (vigil, ended) = std::sync::mpsc::channel::<()>();
        let reason = reason.to_owned();
        let watch = move || {
            let asked = keepawake::Builder::default()
                .idle(true)
                .app_name("Keyferry")
                .reason(reason)
                .create();
            let (held, result) = match asked {
                Ok(held) => (Some(held), Ok(())),
                Err(error) => (None, Err(error.to_string())),
            };
            if told.send(result).is_ok() && held.is_some() {
                // Nothing is ever sent: it ends with the vigil.
                let _ = ended.recv();
            }
        };
        std::thread::Builder::new()
            .name("awake".to_owned())
            .spawn(watch)
            .map_err(|error| error.to_string())?;
        answer.await.map_err(|error| error.to_string())??;
        Ok(Box::new(vigil))
    }
}
