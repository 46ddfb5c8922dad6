//! One migration from the first click to its release, through every step of the wizard, a failed
//! test and a failed precheck that are mended, a closed and a killed window.

use anyhow::{Context as _, Result, ensure};
use keyferry_tests::switchboard::Switchboard;
use redis::cmd;

use crate::desktop::Desktop;
use crate::page::{
    accept_terms, application, choose_theme, click, fill_in, fix_of, no_secret_in, open_the_task,
    picture, press, press_last, press_when_enabled, until_says, until_state, until_verdict,
    write_in,
};
use crate::server::{Server, Traffic, traffic_at};
use crate::webdriver::{PATIENCE, Session, by_test_id};

/// Names the template that the source is saved as, and what it is called later.
const TEMPLATE: &str = "orders source";
const TEMPLATE_RENAMED: &str = "orders source (main)";

#[test]
fn a_migration_goes_from_the_first_click_to_its_release_through_a_closed_and_a_killed_window()
-> Result<()> {
    let application = application()?;
    let source = Server::start("source-secret-7391")?;
    let destination = Server::start("destination-secret-2846")?;
    fill(&source)?;
    // What the precheck will find, and its own command will mend.
    cmd("CONFIG")
        .arg(&["SET", "maxmemory-policy", "allkeys-lru"])
        .exec(&mut destination.connect()?)?;
    let traffic = Traffic::start(&source)?;
    let way = Switchboard::start(source.port)?;

    let mut desktop = Desktop::start()?;
    let session = desktop.open(&application)?;
    session.part("create-task")?;
    session.part("try-demo")?;
    picture(&session, "01-first-start")?;

    connect_both(&session, (&source, way.port()), &destination)?;
    choose_objects(&session)?;
    mend_the_precheck(&session, &destination)?;
    start(&session)?;
    let mut at_source = source.connect()?;
    cmd("SET").arg("seen").arg("first").exec(&mut at_source)?;
    destination.until_holds("seen", "first")?;
    throttle(&session)?;

    // The window is closed in the middle, the writes go on, and it goes on where it was.
    close_and_pause(&desktop, &session)?;
    desktop.until_application_ended()?;
    cmd("SET").arg("seen").arg("while closed").exec(&mut at_source)?;
    let session = desktop.open(&application)?;
    open_the_task(&session)?;
    until_state(&session, "caught up")?;
    picture(&session, "20-reopened")?;
    destination.until_holds("seen", "while closed")?;

    // The same when it is killed.
    desktop.kill_application()?;
    cmd("SET").arg("seen").arg("while dead").exec(&mut at_source)?;
    let session = desktop.open(&application)?;
    session.find("[data-testid^=\"task-open-\"]")?;
    picture(&session, "21-list-after-a-kill")?;
    open_the_task(&session)?;
    until_state(&session, "caught up")?;
    its_page(&session)?;
    destination.until_holds("seen", "while dead")?;

    // Paused, it applies nothing; resumed, all of it.
    press(&session, "task-pause")?;
    until_state(&session, "paused")?;
    picture(&session, "22-paused")?;
    cmd("SET").arg("seen").arg("while paused").exec(&mut at_source)?;
    press(&session, "task-resume")?;
    until_state(&session, "caught up")?;
    destination.until_holds("seen", "while paused")?;

    source_away(&session, &way, source.port)?;
    theme_and_language(&session)?;

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
    session.part("confirm-ok")?;
    picture(&session, "30-stop-asked")?;
    press(&session, "confirm-ok")?;
    until_state(&session, "stopped")?;
    picture(&session, "31-stopped")?;
    no_secret_in(&desktop.state_folder(), &[&source.password, &destination.password])?;
    press(&session, "task-more")?;
    press(&session, "menu-release")?;
    press(&session, "confirm-ok")?;
    until_state(&session, "released")?;
    picture(&session, "32-released")?;
    cmd("SELECT").arg(0).exec(&mut at_destination)?;
    let ours: Vec<String> = cmd("KEYS").arg("__keyferry:*").query(&mut at_destination)?;
    ensure!(ours.is_empty(), "left at the destination: {ours:?}");
    desktop.close_window("Keyferry")
}

fn fill(source: &Server) -> Result<()> {
    let mut connection = source.connect()?;
    for user in 0..5_000 {
        let key = format!("user:{user}");
        cmd("HSET")
            .arg(key)
            .arg("name")
            .arg(user)
            .arg("town")
            .arg("Turku")
            .exec(&mut connection)?;
    }
    cmd("SELECT").arg(3).exec(&mut connection)?;
    Ok(cmd("MSET").arg("a").arg(1).arg("b").arg(2).exec(&mut connection)?)
}

/// A dialog that is asked for again while it still closes.
const CANCEL_AND_ASK_AGAIN: &str = "
    const done = arguments[0];
    document.querySelector(`.ant-modal-footer button`).click();
    requestAnimationFrame(() => requestAnimationFrame(() => {
        document.querySelector(`[data-testid=source-save-template]`).click();
        done(true);
    }));";

/// Step 1: a wrong password is told and mended; the source becomes a template, and comes from it.
fn connect_both(
    session: &Session,
    (source, source_port): (&Server, u16),
    destination: &Server,
) -> Result<()> {
    press(session, "create-task")?;
    write_in(session, "task-name", "orders")?;
    fill_in(session, "source", source_port, &source.password)?;
    fill_in(session, "destination", destination.port, "not the password")?;
    press(session, "source-save-template")?;
    session.part("template-name")?;
    session.run_async(CANCEL_AND_ASK_AGAIN, &[])?;
    write_in(session, "template-name", TEMPLATE)?;
    picture(session, "02-save-template")?;
    press(session, "template-ok")?;
    session.text_of("source-template", PATIENCE, |text| text.contains(TEMPLATE))?;
    press(session, "test-and-proceed")?;
    until_says(session, "destination-result", "auth")?;
    until_says(session, "source-result", "7.")?;
    picture(session, "03-connectivity-failed")?;
    write_in(session, "destination-password", &destination.password)?;

    // Edited on its own page, the template does not change what was made of it, but the next choice.
    press(session, "nav-templates")?;
    session.find("[data-testid^=\"template-row-\"]")?;
    picture(session, "04-templates")?;
    click(session, "[data-testid^=\"template-edit-\"]")?;
    write_in(session, "template-name", TEMPLATE_RENAMED)?;
    picture(session, "05-template-edited")?;
    press(session, "template-save")?;
    session.until("the template has its new name", || {
        Ok(session.words().contains(TEMPLATE_RENAMED).then_some(()))
    })?;
    press(session, "nav-tasks")?;
    session.find("[data-testid^=\"row-continue-\"]")?;
    picture(session, "06-draft-in-the-list")?;
    click(session, "[data-testid^=\"row-continue-\"]")?;
    let name = session.part("task-name")?.value()?;
    ensure!(name == "orders", "the draft's name is {name:?}");
    choose_template(session)?;
    press_when_enabled(session, "test-and-proceed")
}

/// Chooses the template anew for the source, by the keyboard.
fn choose_template(session: &Session) -> Result<()> {
    session.part("source-template")?.click()?;
    session.find_with(".ant-select-item-option", TEMPLATE_RENAMED)?.click()
}

/// Step 2: everything, as it is offered; the commands of a database can be looked at.
fn choose_objects(session: &Session) -> Result<()> {
    session.part("objects-selected")?;
    picture(session, "07-objects")?;
    press(session, "save-precheck")
}

/// Step 3: what failed is mended by the very command that the page offers.
fn mend_the_precheck(session: &Session, destination: &Server) -> Result<()> {
    until_verdict(session, "eviction_policy", "failed")?;
    picture(session, "08-precheck-failed")?;
    press(session, "precheck-info-eviction_policy")?;
    session.part("precheck-details-eviction_policy")?;
    picture(session, "09-precheck-details")?;
    ensure!(session.all(&by_test_id("create-error"))?.is_empty(), "the page tells of a failure");
    let fix = fix_of(session, "eviction_policy")?;
    let words: Vec<&str> = fix.split_whitespace().collect();
    let (name, arguments) = words.split_first().context("an empty command")?;
    cmd(name).arg(arguments).exec(&mut destination.connect()?)?;
    press(session, "precheck-again")?;
    until_says(session, "precheck-rate", "100")?;
    picture(session, "10-precheck-passed")?;
    press_when_enabled(session, "next-purchase")
}

/// Step 4: a class is chosen, the terms are read, and it starts.
fn start(session: &Session) -> Result<()> {
    press(session, "class-2xlarge")?;
    picture(session, "11-class")?;
    accept_terms(session)?;
    press_when_enabled(session, "start-task")?;
    until_state(session, "caught up")?;
    picture(session, "12-caught-up")
}

/// The budget is changed while it runs.
fn throttle(session: &Session) -> Result<()> {
    press(session, "task-throttle")?;
    write_in(session, "throttle-records", "5000")?;
    picture(session, "13-throttle")?;
    press(session, "throttle-apply")?;
    session
        .until("the throttle is applied", || Ok(session.words().contains("5,000").then_some(())))?;
    Ok(())
}

/// Closing while a task runs asks; the answer is to pause and quit.
fn close_and_pause(desktop: &Desktop, session: &Session) -> Result<()> {
    desktop.ask_to_close("Keyferry")?;
    session.part("close-quit")?;
    picture(session, "14-close-asked")?;
    press_last(session, "close-quit")
}

/// What was seen before the window was closed and killed is still drawn; how it stands with the
/// computer's sleep is for the desktop to say.
fn its_page(session: &Session) -> Result<()> {
    for range in ["five_minutes", "hour", "day"] {
        press(session, &format!("chart-range-{range}"))?;
        for chart in ["lag", "throughput", "latency"] {
            session.find(&format!("[data-testid=\"{chart}-chart\"] canvas"))?;
        }
    }
    until_says(session, "latency-value", "p99")?;
    session.text_of("backlog-value", PATIENCE, |text| !text.is_empty() && text != "—")?;
    picture(session, "25-a-day")?;
    press(session, "chart-range-five_minutes")?;
    press(session, "tab-settings")?;
    until_says(session, "kept-awake", "awake")?;
    picture(session, "26-settings")?;
    press(session, "tab-databases")
}

/// The source goes away for a moment: the page says so, and what is tried.
fn source_away(session: &Session, way: &Switchboard, port: u16) -> Result<()> {
    way.lead_to(0);
    until_state(session, "retrying")?;
    session.part("error-panel")?;
    picture(session, "23-retrying")?;
    way.lead_to(port);
    press(session, "task-retry")?;
    until_state(session, "caught up")
}

/// Every colour and language, while it runs.
fn theme_and_language(session: &Session) -> Result<()> {
    for (language, caught_up) in [("zh", "无延迟"), ("en", "caught up")] {
        press(session, &format!("language-{language}"))?;
        until_state(session, caught_up)?;
        for theme in ["dark", "light"] {
            choose_theme(session, theme)?;
            picture(session, &format!("24-task-{language}-{theme}"))?;
            press(session, "nav-tasks")?;
            session.find("[data-testid^=\"task-open-\"]")?;
            picture(session, &format!("25-list-{language}-{theme}"))?;
            press(session, "nav-templates")?;
            session.find("[data-testid^=\"template-row-\"]")?;
            picture(session, &format!("26-templates-{language}-{theme}"))?;
            press(session, "nav-settings")?;
            session.part("keychain-status")?;
            ensure!(
                session.all(&by_test_id("settings-error"))?.is_empty(),
                "a choice was not kept"
            );
            picture(session, &format!("27-settings-{language}-{theme}"))?;
            press(session, "nav-tasks")?;
            press(session, "create-task")?;
            session.part("source-host")?;
            picture(session, &format!("28-create-{language}-{theme}"))?;
            press(session, "nav-tasks")?;
            open_the_task(session)?;
        }
    }
    Ok(())
}
