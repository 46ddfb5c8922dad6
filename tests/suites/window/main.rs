//! The real window, driven as a person drives it: a display, a session bus and a keychain of the
//! test's own, and the application as it is installed.

mod desktop;
mod webdriver;

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use desktop::Desktop;

/// The application under test, which `cargo build` has put beside this program's folder.
fn application() -> Result<PathBuf> {
    let suite = std::env::current_exe()?;
    let folder = suite.parent().and_then(|deps| deps.parent()).context("no build folder")?;
    Ok(folder.join("keyferry-desktop"))
}

#[test]
fn the_window_opens_closes_and_opens_again() -> Result<()> {
    let application = application()?;
    let mut desktop = Desktop::start()?;
    for _ in 0..2 {
        let session = desktop.open(&application)?;
        session
            .until("the page has words", || Ok(Some(session.words()).filter(|w| !w.is_empty())))?;
        desktop.close_window("Keyferry")?;
    }
    Ok(())
}
