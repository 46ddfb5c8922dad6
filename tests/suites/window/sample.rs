//! The sample migration: one click, no account, and nothing left of it afterwards.

use anyhow::{Result, ensure};

use crate::desktop::Desktop;
use crate::page::{application, choose_theme, picture, press, press_last, until_state};

#[test]
fn the_sample_migration_is_one_click_away_and_cleans_up_after_itself() -> Result<()> {
    let application = application()?;
    let mut desktop = Desktop::start()?;
    let session = desktop.open(&application)?;
    press(&session, "try-demo")?;
    until_state(&session, "caught up")?;
    picture(&session, "40-sample")?;
    choose_theme(&session, "dark")?;
    picture(&session, "41-sample-dark")?;
    press(&session, "nav-settings")?;
    session.part("keychain-status")?;
    picture(&session, "42-settings-dark")?;
    choose_theme(&session, "light")?;
    desktop.ask_to_close("Keyferry")?;
    press_last(&session, "close-quit")?;
    desktop.until_application_ended()?;
    let session = desktop.open(&application)?;
    session.part("hero")?;
    ensure!(session.all("[data-testid^=\"task-row-\"]")?.is_empty(), "the sample is still listed");
    desktop.close_window("Keyferry")
}
