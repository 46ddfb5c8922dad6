//! What a person does on the page, in words; pictures of it are left in `target/e2e/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::server::Server;
use crate::webdriver::{self, PATIENCE, Session};

/// What a transfer may take on a machine that does other things too.
pub(crate) const TRANSFER_PATIENCE: Duration = Duration::from_secs(90);

/// The application under test, which `cargo build` has put beside this program's folder.
pub(crate) fn application() -> Result<PathBuf> {
    let suite = std::env::current_exe()?;
    let folder = suite.parent().and_then(|deps| deps.parent()).context("no build folder")?;
    Ok(folder.join("keyferry-desktop"))
}

/// Leaves a picture for a person to look at.
pub(crate) fn picture(session: &Session, name: &str) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/e2e");
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(format!("{name}.png")), session.picture()?)?)
}

pub(crate) fn press(session: &Session, test_id: &str) -> Result<()> {
    click(session, &webdriver::by_test_id(test_id))
}

/// Presses what ends the application, which may be gone before the driver has answered: whether it
/// ended is for the caller to see.
pub(crate) fn press_last(session: &Session, test_id: &str) -> Result<()> {
    let selector = webdriver::by_test_id(test_id);
    let button =
        session.until(&format!("{selector} is there"), || session.find(&selector).map(Some))?;
    let _ = button.click();
    Ok(())
}

/// Clicks the first element that matches, as soon as nothing covers it.
pub(crate) fn click(session: &Session, selector: &str) -> Result<()> {
    session.until(&format!("{selector} can be clicked"), || {
        session.find(selector)?.click()?;
        Ok(Some(()))
    })
}

/// Accepts the terms once all risks stand there: the box moves while they come.
pub(crate) fn accept_terms(session: &Session) -> Result<()> {
    let mut last = 0;
    session.until("the risks stay as they are", || {
        let count = session.all("[data-testid=\"risks\"] li")?.len();
        let same = count > 0 && count == std::mem::replace(&mut last, count);
        Ok(same.then_some(()))
    })?;
    tick(session, "terms")
}

/// Ticks a box by its label: the box itself is drawn by the page, not by the system.
pub(crate) fn tick(session: &Session, test_id: &str) -> Result<()> {
    click(session, &format!("label:has({})", webdriver::by_test_id(test_id)))
}

/// Types in a field, in place of what is there, and again where a panel that was still moving in has
/// taken the keyboard away meanwhile.
pub(crate) fn write_in(session: &Session, test_id: &str, text: &str) -> Result<()> {
    session.until(&format!("{test_id} takes {text:?}"), || {
        press(session, test_id)?;
        let field = session.part(test_id)?;
        field.replace(text)?;
        Ok((field.value()? == text).then_some(()))
    })
}

/// Presses it as soon as it can be pressed.
pub(crate) fn press_when_enabled(session: &Session, test_id: &str) -> Result<()> {
    session.until(&format!("{test_id} can be pressed"), || {
        for button in session.all(&webdriver::by_test_id(test_id))? {
            if button.is_shown()? && button.is_enabled()? {
                button.click()?;
                return Ok(Some(()));
            }
        }
        Ok(None)
    })
}

/// Waits until the part's text has `wanted` in it, whatever the case.
pub(crate) fn until_says(session: &Session, test_id: &str, wanted: &str) -> Result<String> {
    session.text_of(test_id, PATIENCE, |text| text.to_lowercase().contains(wanted))
}

/// Waits until the task whose page is open says that it is in this state.
pub(crate) fn until_state(session: &Session, wanted: &str) -> Result<()> {
    let says = |text: &str| text.to_lowercase().contains(wanted);
    session.text_of("task-state", TRANSFER_PATIENCE, says).map(drop)
}

/// Goes through the wizard with what it offers, and starts the task.
pub(crate) fn start_task(session: &Session, source: &Server, destination: &Server) -> Result<()> {
    press(session, "create-task")?;
    fill_in(session, "source", source.port, &source.password)?;
    fill_in(session, "destination", destination.port, &destination.password)?;
    press(session, "test-and-proceed")?;
    press(session, "save-precheck")?;
    until_says(session, "precheck-rate", "100")?;
    press_when_enabled(session, "next-purchase")?;
    accept_terms(session)?;
    press_when_enabled(session, "start-task")
}

/// Fills one side's form in.
pub(crate) fn fill_in(session: &Session, side: &str, port: u16, password: &str) -> Result<()> {
    write_in(session, &format!("{side}-host"), "127.0.0.1")?;
    write_in(session, &format!("{side}-port"), &port.to_string())?;
    write_in(session, &format!("{side}-password"), password)
}

/// Waits until the precheck says this of an item.
pub(crate) fn until_verdict(session: &Session, item: &str, verdict: &str) -> Result<()> {
    let selector = format!("[data-testid=\"precheck-item-{item}\"][data-verdict=\"{verdict}\"]");
    session.find(&selector).map(drop)
}

/// The command that an item offers to be copied.
pub(crate) fn fix_of(session: &Session, item: &str) -> Result<String> {
    session.find(&format!("[data-testid=\"precheck-item-{item}\"] .command code"))?.text()
}

/// Opens the page of the only task there is.
pub(crate) fn open_the_task(session: &Session) -> Result<()> {
    click(session, "[data-testid^=\"task-open-\"]")
}

/// Chooses from a list by the keyboard: the field is focused, opened, and gone down until the option is
/// the active one.
pub(crate) fn choose_option(session: &Session, field: &str, option: &str) -> Result<()> {
    const DOWN: &str = "\u{E015}";
    const ENTER: &str = "\u{E006}";
    const ACTIVE: &str = "return [...document.querySelectorAll('.ant-select-item-option-active')]\
                          .map((option) => option.textContent).pop() ?? ''";
    session.until(&format!("{option} is chosen in {field}"), || {
        let Some(field) = session.all(field)?.into_iter().next() else { return Ok(None) };
        field.write(DOWN)?;
        if session.run(ACTIVE)?.as_str() != Some(option) {
            return Ok(None);
        }
        field.write(ENTER).map(Some)
    })
}

pub(crate) fn choose_theme(session: &Session, theme: &str) -> Result<()> {
    press(session, "theme-switch")?;
    press(session, &format!("theme-{theme}"))
}

/// Whether any file below `folder` has these bytes in it.
pub(crate) fn holds(folder: &Path, secret: &str) -> Result<bool> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let kind = fs::symlink_metadata(&path)?.file_type();
        if kind.is_dir() && holds(&path, secret)? {
            return Ok(true);
        }
        // Of text, the standard library's search is many times faster here than one of bytes.
        if kind.is_file() && String::from_utf8_lossy(&fs::read(&path)?).contains(secret) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// No password is anywhere below the folder.
pub(crate) fn no_secret_in(folder: &Path, secrets: &[&str]) -> Result<()> {
    for secret in secrets {
        ensure!(!holds(folder, secret)?, "a password is in {}", folder.display());
    }
    Ok(())
}
