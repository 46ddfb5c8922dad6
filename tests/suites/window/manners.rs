//! How the application behaves on its desktop: one window, where it was; the tray; notifications; the
//! start with the desktop; the keychain that is locked, or not there at all.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use redis::cmd;
use serde_json::Value;

use crate::appearance::{Appearance, Preference};
use crate::desktop::{Desktop, Helper};
use crate::notices::Notices;
use crate::page::{
    application, no_secret_in, open_the_task, picture, press, press_last, start_task, tick,
    until_says, until_state, write_in,
};
use crate::screen::{Place, Screen};
use crate::server::Server;
use crate::tray::Tray;
use crate::webdriver::{Session, by_test_id};

const TITLE: &str = "Keyferry";
/// The smallest that the window can be.
const WINDOW_MIN: (u16, u16) = (1024, 700);

#[test]
fn the_window_is_one_looks_like_its_desktop_and_comes_back_where_it_was() -> Result<()> {
    let application = application()?;
    let mut desktop = Desktop::start()?;
    let appearance = Appearance::start(desktop.bus()?, Preference::Dark)?;
    let session = desktop.open(&application)?;
    until_theme(&session, "dark")?;
    picture(&session, "60-dark-desktop")?;
    appearance.prefer(Preference::Light)?;
    until_theme(&session, "light")?;
    appearance.prefer(Preference::Dark)?;
    until_theme(&session, "dark")?;
    appearance.prefer(Preference::Light)?;
    until_theme(&session, "light")?;

    starts_at_login(&session, &desktop, &application)?;
    says_that_a_task_is_gone(&session)?;

    let screen = desktop.screen()?;
    let window = screen.shown_window(TITLE)?;
    starts_once(&desktop, &screen, &application)?;
    let place = Place { x: 60, y: 40, width: 1100, height: 720 };
    screen.arrange(window, place)?;
    session.until("the page is as wide as the window", || {
        let wide = session.run("return innerWidth")?.as_u64() == Some(u64::from(place.width));
        Ok(wide.then_some(()))
    })?;
    desktop.close_window(TITLE)?;
    let found = place_after_a_start(&desktop, &application)?;
    ensure!(found == place, "the window was at {place:?} and is at {found:?}");

    // A state that another screen, or another hand, has left.
    let remembered = find_file(desktop.home(), ".window-state.json")?
        .context("the window's state is not in this home")?;
    for (width, height, x, y) in [(200, 100, -3000, 4000), (9000, 5000, 1270, 810)] {
        let mut state: serde_json::Value = serde_json::from_slice(&fs::read(&remembered)?)?;
        let main = state.get_mut("main").context("no state of the window")?;
        for (name, value) in [("width", width), ("height", height), ("x", x), ("y", y)] {
            *main.get_mut(name).context(name)? = value.into();
        }
        fs::write(&remembered, state.to_string())?;
        let Place { x, y, width, height } = place_after_a_start(&desktop, &application)?;
        ensure!(width >= WINDOW_MIN.0 && height >= WINDOW_MIN.1, "{width}×{height}");
        let (right, bottom) = (i32::from(x) + i32::from(width), i32::from(y) + i32::from(height));
        let (screen_right, screen_bottom) = (i32::from(screen.size.0), i32::from(screen.size.1));
        ensure!(
            x >= 0 && y >= 0 && right <= screen_right && bottom <= screen_bottom,
            "the window reaches from {x}, {y} to {right}, {bottom}"
        );
    }
    Ok(())
}

/// The page follows the desktop.
fn until_theme(session: &Session, wanted: &str) -> Result<()> {
    session.until(&format!("the page is {wanted}"), || {
        let theme = session.run("return document.documentElement.dataset.theme")?;
        Ok((theme.as_str() == Some(wanted)).then_some(()))
    })
}

/// *Start when I log in* is an entry of the desktop's; where it cannot be made the page says so.
fn starts_at_login(session: &Session, desktop: &Desktop, application: &Path) -> Result<()> {
    let folder = desktop.home().join("config/autostart");
    let entry = folder.join("Keyferry.desktop");
    press(session, "nav-settings")?;
    press(session, "autostart")?;
    session.until("there is an entry", || Ok(entry.exists().then_some(())))?;
    let text = fs::read_to_string(&entry)?;
    let starts = format!("Exec=\"{}\"", fs::canonicalize(application)?.display());
    ensure!(text.lines().any(|line| line == starts), "{starts} is not in\n{text}");
    press(session, "autostart")?;
    session.until("the entry is gone", || Ok((!entry.exists()).then_some(())))?;

    // A file in the place of the folder stops root, too.
    fs::remove_dir(&folder)?;
    fs::write(&folder, "")?;
    press(session, "autostart")?;
    until_says(session, "settings-error", "does not let the application start")?;
    until_switched(session, "autostart", false)?;
    picture(session, "61-autostart-refused")?;
    // What was refused once stands in the way of nothing else.
    press(session, "resume-on-start")?;
    until_switched(session, "resume-on-start", false)?;
    session.until("the message is gone", || {
        Ok(session.all(&by_test_id("settings-error"))?.is_empty().then_some(()))
    })?;
    press(session, "resume-on-start")?;
    until_switched(session, "resume-on-start", true)
}

/// As by a notification of a task that was deleted since.
fn says_that_a_task_is_gone(session: &Session) -> Result<()> {
    session.run("location.hash = '#/tasks/0123456789abcdef'")?;
    until_says(session, "task-gone", "no_such_task")?;
    picture(session, "68-task-gone")
}

fn until_switched(session: &Session, test_id: &str, on: bool) -> Result<()> {
    let selector = format!("{}[aria-checked=\"{on}\"]", by_test_id(test_id));
    session.find(&selector).map(drop)
}

/// A second start brings the first window to the front and ends, also where it is told of another
/// state folder: one desktop, one window.
fn starts_once(desktop: &Desktop, screen: &Screen, application: &Path) -> Result<()> {
    let window = screen.shown_window(TITLE)?;
    let elsewhere = desktop.home().join("elsewhere");
    for folder in [desktop.state_folder(), elsewhere.clone()] {
        let other = desktop.screen()?;
        other.cover()?;
        let mut second = desktop.command(application);
        let second = Helper::new(second.env("KEYFERRY_STATE_DIR", folder).spawn()?);
        let status = second.until_ended()?;
        ensure!(status.success(), "the second start ended with {status}");
        screen.until_in_front(window)?;
        ensure!(screen.windows(TITLE)? == [window], "there is another window");
    }
    ensure!(!elsewhere.exists(), "the second start has touched its state folder");
    Ok(())
}

/// Starts the application without a driver, looks where its window is, and closes it.
fn place_after_a_start(desktop: &Desktop, application: &Path) -> Result<Place> {
    let program = Helper::new(desktop.command(application).spawn()?);
    let screen = desktop.screen()?;
    let place = screen.place(screen.shown_window(TITLE)?)?;
    screen.ask_to_close(TITLE)?;
    let status = program.until_ended()?;
    ensure!(status.success(), "the application ended with {status}");
    Ok(place)
}

fn find_file(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|found| found == name) {
            return Ok(Some(path));
        }
        if fs::symlink_metadata(&path)?.is_dir()
            && let Some(found) = find_file(&path, name)?
        {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

#[test]
fn a_task_goes_on_in_the_tray_and_calls_by_notifications() -> Result<()> {
    let application = application()?;
    let source = Server::start("source-secret-3387")?;
    let destination = Server::start("destination-secret-6610")?;
    let mut at_source = source.connect()?;
    let mut at_destination = destination.connect()?;

    let mut desktop = Desktop::start()?;
    let tray = Tray::start(desktop.bus()?)?;
    let notices = Notices::start(desktop.bus()?)?;
    let screen = desktop.screen()?;
    let session = desktop.open(&application)?;
    tray.until_says(&["Open Keyferry", "Pause all tasks", "Pause all and quit"])?;
    start_task(&session, &source, &destination)?;
    until_state(&session, "caught up")?;
    let name = title_of(&session)?;
    let told = notices.titled(&format!("{name} has caught up"))?;
    ensure!(told.text == "The destination has everything that the source has.", "{told:?}");
    tell_of_lag(&session)?;
    press(&session, "language-zh")?;
    tray.until_says(&["打开 Keyferry", "暂停所有任务", "暂停所有任务并退出"])?;

    // Hidden, it goes on; the icon's menu brings it back, and so does a second start.
    let window = screen.shown_window(TITLE)?;
    hide(&desktop, &session, "63-close-asked-with-a-tray")?;
    screen.until_shown(window, false)?;
    cmd("SET").arg("seen").arg("from the tray").exec(&mut at_source)?;
    destination.until_holds("seen", "from the tray")?;
    let other = desktop.screen()?;
    other.cover()?;
    tray.choose("打开 Keyferry")?;
    screen.until_shown(window, true)?;
    screen.until_in_front(window)?;
    hide(&desktop, &session, "64-close-asked-again")?;
    screen.until_shown(window, false)?;
    let second = Helper::new(desktop.command(&application).spawn()?).until_ended()?;
    ensure!(second.success(), "the second start ended with {second}");
    screen.until_shown(window, true)?;
    screen.until_in_front(window)?;

    // It is behind: the click on what says so opens its page, wherever the window was.
    press(&session, "nav-settings")?;
    hide(&desktop, &session, "65-close-asked-elsewhere")?;
    screen.until_shown(window, false)?;
    cmd("CLIENT").arg(&["PAUSE", "60000", "WRITE"]).exec(&mut at_destination)?;
    cmd("SET").arg("seen").arg("late").exec(&mut at_source)?;
    let behind = notices.titled(&format!("{name} 同步延迟"))?;
    ensure!(behind.text.contains("超过您设置的 1 秒"), "{behind:?}");
    notices.click(&behind)?;
    screen.until_shown(window, true)?;
    screen.until_in_front(window)?;
    session.until("its page is open", || Ok((title_of(&session)? == name).then_some(())))?;
    picture(&session, "66-opened-by-a-notification")?;
    cmd("CLIENT").arg("UNPAUSE").exec(&mut at_destination)?;
    destination.until_holds("seen", "late")?;
    refused_password(&session, &notices, &destination, &name)?;

    // Paused from the tray, and resumed here.
    tray.choose("暂停所有任务")?;
    until_state(&session, "已暂停")?;
    press(&session, "task-resume")?;
    until_state(&session, "无延迟")?;

    // Ended from the tray while it is hidden: the next start shows the window, and goes on.
    hide(&desktop, &session, "67-close-asked-at-last")?;
    screen.until_shown(window, false)?;
    tray.choose("暂停所有任务并退出")?;
    desktop.until_application_ended()?;
    cmd("SET").arg("seen").arg("after the end").exec(&mut at_source)?;
    let before: Option<String> = cmd("GET").arg("seen").query(&mut destination.connect()?)?;
    ensure!(before.as_deref() == Some("late"), "somebody still runs the task: {before:?}");
    let session = desktop.open(&application)?;
    destination.until_holds("seen", "after the end")?;
    screen.shown_window(TITLE)?;
    open_the_task(&session)?;
    until_state(&session, "无延迟")?;
    for secret in [&source.password, &destination.password] {
        ensure!(!notices.told(secret), "a password was in a notification");
    }
    remembers_what_closing_does(&desktop, &session, &screen, &tray)?;
    tray.choose("暂停所有任务并退出")?;
    desktop.until_application_ended()
}

/// The name of the task whose page is open, also where there is room for less of it; empty on any other
/// page.
fn title_of(session: &Session) -> Result<String> {
    let title = "return document.querySelector('[data-testid=\"task-title\"]')?.textContent ?? ''";
    Ok(session.run(title)?.as_str().unwrap_or_default().to_owned())
}

/// From one second of lag on.
fn tell_of_lag(session: &Session) -> Result<()> {
    press(session, "task-more")?;
    press(session, "menu-alerts")?;
    press(session, "alerts-yes")?;
    write_in(session, "alerts-lag", "1")?;
    picture(session, "62-alerts")?;
    press(session, "confirm-ok")?;
    session.until("the dialog is closed", || {
        Ok(session.all(&by_test_id("alerts-lag"))?.is_empty().then_some(()))
    })
}

/// The window's cross, and the tray as the answer. The page presses the button itself: the driver's click
/// waits for a frame, which a window that is hidden meanwhile never draws.
fn hide(desktop: &Desktop, session: &Session, shown: &str) -> Result<()> {
    desktop.ask_to_close(TITLE)?;
    session.part("close-tray")?;
    picture(session, shown)?;
    session.run("document.querySelector('[data-testid=\"close-tray\"]').click()").map(drop)
}

/// What closing means is asked once, where that is wanted: the page shows it, and another setting that is
/// changed leaves it as it is.
fn remembers_what_closing_does(
    desktop: &Desktop,
    session: &Session,
    screen: &Screen,
    tray: &Tray,
) -> Result<()> {
    let window = screen.shown_window(TITLE)?;
    press(session, "nav-settings")?;
    until_says(session, "close-setting", "每次询问")?;
    desktop.ask_to_close(TITLE)?;
    tick(session, "close-remember")?;
    session.run("document.querySelector('[data-testid=\"close-tray\"]').click()")?;
    screen.until_shown(window, false)?;
    tray.choose("打开 Keyferry")?;
    screen.until_shown(window, true)?;
    until_says(session, "close-setting", "托盘")?;
    press(session, "theme-dark")?;
    until_theme(session, "dark")?;
    picture(session, "69-close-remembered")?;
    desktop.ask_to_close(TITLE)?;
    screen.until_shown(window, false)
}

/// The destination refuses the password: somebody is called, and types another one.
fn refused_password(
    session: &Session,
    notices: &Notices,
    destination: &Server,
    name: &str,
) -> Result<()> {
    let mut connection = destination.connect()?;
    cmd("CONFIG").arg(&["SET", "requirepass", "another"]).exec(&mut connection)?;
    cmd("CLIENT").arg(&["KILL", "TYPE", "normal", "SKIPME", "yes"]).exec(&mut connection)?;
    let needed = notices.titled(&format!("{name} 需要您处理"))?;
    ensure!(!needed.text.is_empty(), "it is not said why");
    cmd("CONFIG").arg(&["SET", "requirepass", &destination.password]).exec(&mut connection)?;
    write_in(session, "credentials-destination", &destination.password)?;
    press(session, "credentials-submit")?;
    until_state(session, "无延迟")
}

#[test]
fn without_the_keychain_passwords_are_asked_for_and_written_nowhere() -> Result<()> {
    let application = application()?;
    let source = Server::start("source-secret-8245")?;
    let destination = Server::start("destination-secret-1973")?;
    let secrets = [source.password.as_str(), destination.password.as_str()];
    let mut at_source = source.connect()?;

    let mut desktop = Desktop::start()?;
    let session = desktop.open(&application)?;
    start_task(&session, &source, &destination)?;
    until_state(&session, "caught up")?;
    press(&session, "task-pause")?;
    until_state(&session, "paused")?;

    // Locked while the program runs.
    desktop.lock_keychain()?;
    press(&session, "task-resume")?;
    until_state(&session, "needs a password")?;
    until_says(&session, "keychain-banner", "the keychain is locked")?;
    picture(&session, "70-locked-meanwhile")?;
    type_passwords(&session, &source, &destination)?;
    cmd("SET").arg("seen").arg("locked").exec(&mut at_source)?;
    destination.until_holds("seen", "locked")?;
    no_secret_in(desktop.home(), &secrets)?;
    end(&mut desktop, &session)?;

    // Locked before it starts, and then not there at all.
    let shown = ("the keychain is locked", "71-locked");
    let session = asks_for_passwords(&mut desktop, &source, &destination, shown)?;
    end(&mut desktop, &session)?;
    desktop.end_keychain()?;
    let shown = ("no keychain", "72-missing");
    let session = asks_for_passwords(&mut desktop, &source, &destination, shown)?;
    no_secret_in(desktop.home(), &secrets)?;

    // It comes later than the program.
    desktop.start_keychain()?;
    press(&session, "keychain-again")?;
    session.until("the keychain is found", || {
        Ok(session.all(&by_test_id("keychain-banner"))?.is_empty().then_some(()))
    })?;
    end(&mut desktop, &session)?;
    no_secret_in(desktop.home(), &secrets)?;

    // Given back from a terminal, it leaves none of them in the keychain either.
    ensure!(desktop.secrets_kept()? >= 2, "{} secrets", desktop.secrets_kept()?);
    let keyferry = |words: &[&str]| -> Result<String> {
        let program = application.with_file_name("keyferry");
        let mut command = desktop.command(program);
        command.arg("tasks").args(words).arg("--state-dir").arg(desktop.state_folder());
        let output = command.stdout(Stdio::piped()).output()?;
        ensure!(output.status.success(), "{words:?}: {output:?}");
        Ok(String::from_utf8(output.stdout)?)
    };
    let listed: Value = serde_json::from_str(keyferry(&["list", "--json"])?.trim())?;
    let task = listed.get("task").and_then(Value::as_str).context("no task")?;
    keyferry(&["stop", task])?;
    keyferry(&["release", task])?;
    ensure!(desktop.secrets_kept()? == 0, "{} secrets stayed", desktop.secrets_kept()?);
    Ok(())
}

/// Starts the application where it cannot have the passwords of the task, which goes on once they are
/// typed.
fn asks_for_passwords(
    desktop: &mut Desktop,
    source: &Server,
    destination: &Server,
    (says, shown): (&str, &str),
) -> Result<Session> {
    let session = desktop.open(&application()?)?;
    until_says(&session, "keychain-banner", says)?;
    until_says(&session, "keychain-banner", "never written to disk")?;
    open_the_task(&session)?;
    until_state(&session, "needs a password")?;
    picture(&session, shown)?;
    cmd("SET").arg("seen").arg(says).exec(&mut source.connect()?)?;
    type_passwords(&session, source, destination)?;
    destination.until_holds("seen", says)?;
    Ok(session)
}

fn type_passwords(session: &Session, source: &Server, destination: &Server) -> Result<()> {
    write_in(session, "credentials-source", &source.password)?;
    write_in(session, "credentials-destination", &destination.password)?;
    press(session, "credentials-submit")?;
    until_state(session, "caught up")
}

/// Closes the window, with the task paused.
fn end(desktop: &mut Desktop, session: &Session) -> Result<()> {
    desktop.ask_to_close(TITLE)?;
    press_last(session, "close-quit")?;
    desktop.until_application_ended()
}
