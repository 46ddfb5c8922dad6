//! A desktop of the test's own: a display, a session bus, a keychain and a home, all gone afterwards.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, CLIENT_MESSAGE_EVENT, ClientMessageEvent, ConnectionExt as _, EventMask,
};

use crate::webdriver::{PATIENCE, Session, wait};

/// What the keychain is locked with; an empty password would make it ask.
const KEYCHAIN_PASSWORD: &[u8] = b"test";

/// A program that ends with the test.
pub(crate) struct Helper(Child);

impl Helper {
    pub(crate) fn new(process: Child) -> Self {
        Self(process)
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
    _keychain: Helper,
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

        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--nopidfile", "--print-address=1"]);
        set_environment(&mut bus, home.path(), &display_name, "");
        let (bus, bus_address) = start_and_read(&mut bus)?;

        let mut keychain = Command::new("gnome-keyring-daemon");
        keychain.args(["--foreground", "--unlock", "--components=secrets"]).stdin(Stdio::piped());
        set_environment(&mut keychain, home.path(), &display_name, &bus_address);
        let keychain = spawn_unlocked(&mut keychain)?;

        let desktop = Self {
            driver: None,
            _keychain: keychain,
            _bus: bus,
            _display: display,
            display: display_name,
            bus_address,
            home,
        };
        let ready = wait(PATIENCE, || Ok(desktop.has_keychain()?.then_some(())))?;
        ready.context("gnome-keyring-daemon did not come up")?;
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
        let children = format!("/proc/{driver}/task/{driver}/children");
        let children = std::fs::read_to_string(&children).context(children)?;
        let first = children.split_whitespace().next().context("the application has ended")?;
        Ok(first.parse()?)
    }

    /// Ends the application as a power cut would.
    pub(crate) fn kill_application(&mut self) -> Result<()> {
        let process = self.application()?.to_string();
        let killed = Command::new("kill").args(["-KILL", &process]).status()?;
        ensure!(killed.success(), "cannot kill {process}");
        self.until_application_ended()
    }

    /// Closes the window as a click on its cross does, and waits for the program to end.
    pub(crate) fn close_window(&mut self, title: &str) -> Result<()> {
        self.ask_to_close(title)?;
        self.until_application_ended()
    }

    /// A click on the window's cross.
    pub(crate) fn ask_to_close(&self, title: &str) -> Result<()> {
        let (connection, screen) = x11rb::connect(Some(&self.display))?;
        let root = connection.setup().roots.get(screen).context("no screen")?.root;
        let window = find_window(&connection, root, title)?
            .with_context(|| format!("no window is called {title:?}"))?;
        let atom = |name: &str| -> Result<u32> {
            Ok(connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
        };
        let message = ClientMessageEvent {
            response_type: CLIENT_MESSAGE_EVENT,
            format: 32,
            sequence: 0,
            window,
            type_: atom("WM_PROTOCOLS")?,
            data: [atom("WM_DELETE_WINDOW")?, x11rb::CURRENT_TIME, 0, 0, 0].into(),
        };
        Ok(connection.send_event(false, window, EventMask::NO_EVENT, message)?.check()?)
    }

    /// Waits for the program to end.
    pub(crate) fn until_application_ended(&mut self) -> Result<()> {
        let ended = wait(PATIENCE, || Ok(self.application().is_err().then_some(())))?;
        self.driver = None;
        ended.context("the application does not end")
    }
}

/// The top-level window with `title` in its title, by its properties, not by what is on screen.
fn find_window(
    connection: &impl x11rb::connection::Connection,
    parent: u32,
    title: &str,
) -> Result<Option<u32>> {
    let protocols = connection.intern_atom(false, b"WM_PROTOCOLS")?.reply()?.atom;
    for window in connection.query_tree(parent)?.reply()?.children {
        let property = |atom| -> Result<Vec<u8>> {
            let any = AtomEnum::ANY;
            Ok(connection.get_property(false, window, atom, any, 0, 1024)?.reply()?.value)
        };
        let name = property(AtomEnum::WM_NAME.into())?;
        let named = String::from_utf8_lossy(&name).contains(title);
        if named && !property(protocols)?.is_empty() {
            return Ok(Some(window));
        }
        if let Some(below) = find_window(connection, window, title)? {
            return Ok(Some(below));
        }
    }
    Ok(None)
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
