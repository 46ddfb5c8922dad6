//! The real window, driven as a person drives it: a display, a session bus and a keychain of the
//! test's own, the application as it is installed, and real servers. Pictures of every step are left
//! in `target/e2e/`.

mod desktop;
mod server;
mod webdriver;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use desktop::Desktop;
use redis::cmd;
use server::{Server, Traffic, traffic_at};
use webdriver::Session;

/// What a transfer may take on a machine that does other things too.
const TRANSFER_PATIENCE: Duration = Duration::from_secs(90);

/// The application under test, which `cargo build` has put beside this program's folder.
fn application() -> Result<PathBuf> {
    let suite = std::env::current_exe()?;
    let folder = suite.parent().and_then(|deps| deps.parent()).context("no build folder")?;
    Ok(folder.join("keyferry-desktop"))
}

/// Leaves a picture for a person to look at.
fn picture(session: &Session, name: &str) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/e2e");
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(format!("{name}.png")), session.picture()?)?)
}

/// Waits until the task whose page is open says that it is in this state.
fn until_state(session: &Session, wanted: &str) -> Result<()> {
    let says = |text: &str| text.to_lowercase().contains(wanted);
    session.text_of("task-state", TRANSFER_PATIENCE, says).map(drop)
}

fn press(session: &Session, test_id: &str) -> Result<()> {
    session.part(test_id)?.click()
}

/// Fills one side's form in.
fn fill_in(session: &Session, side: &str, server: &Server) -> Result<()> {
    session.part(&format!("{side}-host"))?.replace("127.0.0.1")?;
    session.part(&format!("{side}-port"))?.replace(&server.port.to_string())?;
    session.part(&format!("{side}-password"))?.replace(&server.password)
}

fn choose_theme(session: &Session, theme: &str) -> Result<()> {
    press(session, "theme-switch")?;
    press(session, &format!("theme-{theme}"))
}

/// Opens the page of the only task there is.
fn open_the_task(session: &Session) -> Result<()> {
    session.find("[data-testid^=\"task-open-\"]")?.click()
}

/// Whether any file below `folder` has these bytes in it.
fn holds(folder: &Path, secret: &str) -> Result<bool> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let kind = fs::symlink_metadata(&path)?.file_type();
        if kind.is_dir() && holds(&path, secret)? {
            return Ok(true);
        }
        if kind.is_file() && fs::read(&path)?.windows(secret.len()).any(|w| w == secret.as_bytes())
        {
            return Ok(true);
        }
    }
    Ok(false)
}

#[test]
fn a_migration_goes_from_the_first_click_to_its_release_through_a_closed_and_a_killed_window()
-> Result<()> {
    let application = application()?;
    let source = Server::start("source-secret-7391")?;
    let destination = Server::start("destination-secret-2846")?;
    let mut at_source = source.connect()?;
    for user in 0..5_000 {
        let key = format!("user:{user}");
        cmd("HSET").arg(key).arg("name").arg(user).arg("town").arg("Turku").exec(&mut at_source)?;
    }
    cmd("SELECT").arg(3).exec(&mut at_source)?;
    cmd("MSET").arg("a").arg(1).arg("b").arg(2).exec(&mut at_source)?;
    cmd("SELECT").arg(0).exec(&mut at_source)?;
    let traffic = Traffic::start(&source)?;

    // Created, tested, checked, started.
    let mut desktop = Desktop::start()?;
    let session = desktop.open(&application)?;
    session.part("create-task")?;
    session.part("try-demo")?;
    picture(&session, "01-first-start")?;
    press(&session, "create-task")?;
    session.part("task-name")?.replace("orders")?;
    fill_in(&session, "source", &source)?;
    fill_in(&session, "destination", &destination)?;
    for side in ["source", "destination"] {
        press(&session, &format!("{side}-test"))?;
        let result = format!("{side}-result");
        session.text_of(&result, webdriver::PATIENCE, |text| text.contains("7."))?;
    }
    picture(&session, "02-connections-tested")?;
    press(&session, "save-precheck")?;
    let start = session.until("the precheck has passed", || {
        let found = session.all(&webdriver::by_test_id("start-task"))?;
        for start in found {
            if start.is_enabled()? {
                return Ok(Some(start));
            }
        }
        Ok(None)
    })?;
    picture(&session, "03-precheck")?;
    start.click()?;

    // Caught up, and a write at the source is seen at the destination.
    until_state(&session, "caught up")?;
    picture(&session, "04-caught-up")?;
    cmd("SET").arg("seen").arg("first").exec(&mut at_source)?;
    destination.until_holds("seen", "first")?;

    // The window is closed in the middle, the writes go on, and it goes on where it was.
    desktop.close_window("Keyferry")?;
    cmd("SET").arg("seen").arg("while closed").exec(&mut at_source)?;
    let session = desktop.open(&application)?;
    open_the_task(&session)?;
    until_state(&session, "caught up")?;
    picture(&session, "05-reopened")?;
    destination.until_holds("seen", "while closed")?;

    // The same when it is killed.
    desktop.kill_application()?;
    cmd("SET").arg("seen").arg("while dead").exec(&mut at_source)?;
    let session = desktop.open(&application)?;
    picture(&session, "06-list-after-a-kill")?;
    open_the_task(&session)?;
    until_state(&session, "caught up")?;
    destination.until_holds("seen", "while dead")?;

    // Paused, it applies nothing; resumed, all of it.
    press(&session, "task-pause")?;
    until_state(&session, "paused")?;
    picture(&session, "07-paused")?;
    cmd("SET").arg("seen").arg("while paused").exec(&mut at_source)?;
    press(&session, "task-resume")?;
    until_state(&session, "caught up")?;
    destination.until_holds("seen", "while paused")?;

    // Dark, before it ends.
    choose_theme(&session, "dark")?;
    picture(&session, "08-caught-up-dark")?;
    press(&session, "nav-tasks")?;
    session.find("[data-testid^=\"task-open-\"]")?;
    picture(&session, "09-list-dark")?;
    press(&session, "create-task")?;
    session.part("source-host")?;
    picture(&session, "10-create-dark")?;
    press(&session, "nav-tasks")?;
    open_the_task(&session)?;
    choose_theme(&session, "light")?;

    // Nothing was lost and nothing was doubled on the way.
    traffic.end()?;
    cmd("SET").arg("seen").arg("last").exec(&mut at_source)?;
    destination.until_holds("seen", "last")?;
    ensure!(traffic_at(&source)? == traffic_at(&destination)?, "the traffic differs");
    let mut at_destination = destination.connect()?;
    cmd("SELECT").arg(3).exec(&mut at_destination)?;
    let moved: (String, String) = cmd("MGET").arg("a").arg("b").query(&mut at_destination)?;
    ensure!(moved == ("1".to_owned(), "2".to_owned()), "database 3 differs: {moved:?}");

    // Stopped, released: nothing of ours is left there, and no password anywhere here.
    press(&session, "task-stop")?;
    press(&session, "confirm-ok")?;
    until_state(&session, "stopped")?;
    picture(&session, "11-stopped")?;
    for secret in [&source.password, &destination.password] {
        ensure!(!holds(&desktop.state_folder(), secret)?, "a password is in the state folder");
    }
    press(&session, "task-more")?;
    press(&session, "task-release")?;
    press(&session, "confirm-ok")?;
    until_state(&session, "released")?;
    picture(&session, "12-released")?;
    cmd("SELECT").arg(0).exec(&mut at_destination)?;
    let ours: Vec<String> = cmd("KEYS").arg("__keyferry:*").query(&mut at_destination)?;
    ensure!(ours.is_empty(), "left at the destination: {ours:?}");
    desktop.close_window("Keyferry")
}

#[test]
fn the_sample_migration_is_one_click_away_and_cleans_up_after_itself() -> Result<()> {
    let application = application()?;
    let mut desktop = Desktop::start()?;
    let session = desktop.open(&application)?;
    press(&session, "try-demo")?;
    until_state(&session, "caught up")?;
    picture(&session, "20-sample")?;
    choose_theme(&session, "dark")?;
    picture(&session, "21-sample-dark")?;
    press(&session, "nav-settings")?;
    session.part("keychain-status")?;
    picture(&session, "22-settings-dark")?;
    choose_theme(&session, "light")?;
    picture(&session, "23-settings")?;
    desktop.close_window("Keyferry")?;
    let session = desktop.open(&application)?;
    session.part("hero")?;
    ensure!(session.all("[data-testid^=\"task-row-\"]")?.is_empty(), "the sample is still listed");
    desktop.close_window("Keyferry")
}
