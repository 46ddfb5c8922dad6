//! A desktop of the test's own: a display, a session bus, a keychain and a home, all gone afterwards.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use keyferry_tests::process;
use tempfile::TempDir;
use zbus::blocking::connection::Builder;
use zbus::zvariant::OwnedObjectPath;

use crate::screen::Screen;
use crate::webdriver::{PATIENCE, Session, wait};

/// What the keychain is locked with; an empty password would make it ask.
const KEYCHAIN_PASSWORD: &[u8] = b"test";

/// A program that ends with the test.
pub(crate) struct Helper(Child);

impl Helper {
    pub(crate) fn new(process: Child) -> Self {
        Self(process)
    }

    /// Waits for it to end by itself.
    pub(crate) fn until_ended(mut self) -> Result<ExitStatus> {
        wait(PATIENCE, || Ok(self.0.try_wait()?))?.context("it does not end")
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where the application under test runs.
pub(crate) struct Desktop {
    // Dropped in this order: programs before the folders they use.
    driver: Option<Helper>,
    keychain: Option<Helper>,
    _bus: Helper,
    _display: Helper,
    display: String,
    bus_address: String,
    home: TempDir,
}

impl Desktop {
    /// Starts all of it.
    pub(crate) fn start() -> Result<Self> {
        let home = TempDir::new()?;
        for folder in ["run", "state"] {
            std::fs::create_dir(home.path().join(folder))?;
        }
        let (display, number) = start_and_read(Command::new("Xvfb").args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x820x24",
            "-nolisten",
            "tcp",
            "-noreset",
        ]))?;
        let display_name = format!(":{number}");

        let rules = home.path().join("bus.conf");
        std::fs::write(&rules, bus_rules(&home.path().join("run")))?;
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--nofork", "--nopidfile", "--print-address=1", "--config-file"]).arg(rules);
        set_environment(&mut bus, home.path(), &display_name, "");
        let (bus, bus_address) = start_and_read(&mut bus)?;

        let mut desktop = Self {
            driver: None,
            keychain: None,
            _bus: bus,
            _display: display,
            display: display_name,
            bus_address,
            home,
        };
        desktop.start_keychain()?;
        Ok(desktop)
    }

    /// Where the application keeps its tasks.
    pub(crate) fn state_folder(&self) -> PathBuf {
        self.home.path().join("state")
    }

    /// A program that runs on this desktop.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        set_environment(&mut command, self.home.path(), &self.display, &self.bus_address);
        command
    }

    /// A connection to the bus of this desktop, for a part of it that the test plays itself.
    pub(crate) fn bus(&self) -> Result<zbus::blocking::Connection> {
        Ok(Builder::address(self.bus_address.as_str())?.build()?)
    }

    /// What is on its display.
    pub(crate) fn screen(&self) -> Result<Screen> {
        Screen::of(&self.display)
    }

    /// The folder of its user.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Starts the keychain, unlocked.
    pub(crate) fn start_keychain(&mut self) -> Result<()> {
        let mut keychain = self.command("gnome-keyring-daemon");
        keychain.args(["--foreground", "--unlock", "--components=secrets"]).stdin(Stdio::piped());
        self.keychain = Some(spawn_unlocked(&mut keychain)?);
        let ready = wait(PATIENCE, || Ok(self.has_keychain()?.then_some(())))?;
        ready.context("gnome-keyring-daemon did not come up")
    }

    fn keychain_service(&self) -> Result<zbus::blocking::Proxy<'static>> {
        let service = "org.freedesktop.secrets";
        let (path, interface) = ("/org/freedesktop/secrets", "org.freedesktop.Secret.Service");
        Ok(zbus::blocking::Proxy::new(&self.bus()?, service, path, interface)?)
    }

    /// How many secrets the keychain holds, whosever.
    pub(crate) fn secrets_kept(&self) -> Result<usize> {
        let everything = HashMap::<String, String>::new();
        let found: (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) =
            self.keychain_service()?.call("SearchItems", &(everything,))?;
        Ok(found.0.len() + found.1.len())
    }

    /// Locks the keychain. Nobody on this desktop asks for what opens it.
    pub(crate) fn lock_keychain(&self) -> Result<()> {
        let keychain = self.keychain_service()?;
        let collection: OwnedObjectPath = keychain.call("ReadAlias", &"default")?;
        let (locked, _): (Vec<OwnedObjectPath>, OwnedObjectPath) =
            keychain.call("Lock", &(vec![&collection],))?;
        ensure!(locked == [collection], "the keychain is not locked");
        Ok(())
    }

    /// Ends the keychain: from now on this desktop has none.
    pub(crate) fn end_keychain(&mut self) -> Result<()> {
        self.keychain = None;
        let gone = wait(PATIENCE, || Ok((!self.has_keychain()?).then_some(())))?;
        gone.context("the keychain is still on the bus")
    }

    fn has_keychain(&self) -> Result<bool> {
        let asked = self
            .command("dbus-send")
            .args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"])
            .args(["org.freedesktop.DBus.GetNameOwner", "string:org.freedesktop.secrets"])
            .output()
            .context("dbus-send")?;
        Ok(asked.status.success())
    }

    /// Starts the application and takes its window under control. One at a time.
    pub(crate) fn open(&mut self, program: &Path) -> Result<Session> {
        ensure!(program.exists(), "{} has not been built", program.display());
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut driver = self.command("WebKitWebDriver");
        driver
            .args([format!("--port={port}"), "--host=127.0.0.1".into()])
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        self.driver = Some(Helper(driver.spawn().context("WebKitWebDriver")?));
        let listening = wait(PATIENCE, || {
            Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok().then_some(()))
        })?;
        listening.context("WebKitWebDriver does not listen")?;
        Session::open(port, program)
    }

    /// The process of the application that [`Desktop::open`] has started.
    pub(crate) fn application(&self) -> Result<u32> {
        let driver = self.driver.as_ref().context("no application is open")?.0.id();
        process::children(driver)?.first().copied().context("the application has ended")
    }

    /// Ends the application as a power cut would.
    pub(crate) fn kill_application(&mut self) -> Result<()> {
        process::signal(self.application()?, "KILL")?;
        self.until_application_ended()
    }

    /// Closes the window as a click on its cross does, and waits for the program to end.
    pub(crate) fn close_window(&mut self, title: &str) -> Result<()> {
        self.ask_to_close(title)?;
        self.until_application_ended()
    }

    /// A click on the window's cross.
    pub(crate) fn ask_to_close(&self, title: &str) -> Result<()> {
        self.screen()?.ask_to_close(title)
    }

    /// Waits for the program to end.
    pub(crate) fn until_application_ended(&mut self) -> Result<()> {
        let ended = wait(PATIENCE, || Ok(self.application().is_err().then_some(())))?;
        self.driver = None;
        ended.context("the application does not end")
    }
}

/// A bus on which nothing is but what the test has put there: the usual one starts whatever the
/// machine has installed, a keychain and its dialogs among it.
fn bus_rules(folder: &Path) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        folder.display()
    )
}

fn set_environment(command: &mut Command, home: &Path, display: &str, bus_address: &str) {
    command
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env("XDG_RUNTIME_DIR", home.join("run"))
        .env("KEYFERRY_STATE_DIR", home.join("state"))
        .env("DISPLAY", display)
        .env("DBUS_SESSION_BUS_ADDRESS", bus_address)
        .env("LANG", "C.UTF-8")
        // No bridge to assistive technology and no portals: they start programs that outlive the test.
        .env("NO_AT_BRIDGE", "1")
        .env("GTK_USE_PORTAL", "0")
        .env_remove("WAYLAND_DISPLAY");
}

/// Starts a program and reads the one line in which it says where it can be found.
fn start_and_read(command: &mut Command) -> Result<(Helper, String)> {
    let name = command.get_program().to_string_lossy().into_owned();
    let started = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut helper = Helper(started.with_context(|| name.clone())?);
    let output = helper.0.stdout.take().context("no standard output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    if line.trim().is_empty() {
        bail!("{name} ended before it was ready");
    }
    Ok((helper, line.trim().to_owned()))
}

fn spawn_unlocked(command: &mut Command) -> Result<Helper> {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut helper = Helper(command.spawn().context("gnome-keyring-daemon")?);
    let mut input = helper.0.stdin.take().context("no standard input")?;
    input.write_all(KEYCHAIN_PASSWORD)?;
    Ok(helper)
}
