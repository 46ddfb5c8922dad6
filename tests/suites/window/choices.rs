//! What is chosen in the wizard is what happens: databases, commands, keys, numbers, alerts, an item
//! that is ignored, production that is confirmed by its name; and a task that is copied again.

use anyhow::{Result, ensure};
use redis::{Connection, cmd};

use crate::desktop::Desktop;
use crate::page::{
    accept_terms, application, choose_option, click, fill_in, picture, press, press_when_enabled,
    tick, until_says, until_state, until_verdict, write_in,
};
use crate::server::Server;
use crate::webdriver::{Session, by_test_id};

#[test]
fn what_is_chosen_in_the_wizard_is_what_happens() -> Result<()> {
    let application = application()?;
    let source = Server::start("source-secret-1164")?;
    let destination = Server::start("destination-secret-9032")?;
    let mut here = source.connect()?;
    let mut there = destination.connect()?;
    fill(&mut here)?;
    for words in [
        &["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"] as &[&str],
        &["SET", "others", "stays"],
    ] {
        run(&mut there, words)?;
    }

    let mut desktop = Desktop::start()?;
    let session = desktop.open(&application)?;
    press(&session, "create-task")?;
    fill_in(&session, "source", source.port, &source.password)?;
    fill_in(&session, "destination", destination.port, &destination.password)?;
    choose_option(&session, "#destination\\.environment", "Production")?;
    picture(&session, "40-production")?;
    press(&session, "test-and-proceed")?;
    choose(&session)?;

    // It fails, and is ignored by typing the destination's name where that is asked for.
    let name = format!("127.0.0.1:{}", destination.port);
    until_verdict(&session, "eviction_policy", "failed")?;
    press(&session, "ignore-eviction_policy")?;
    session.part("confirm-ok")?;
    picture(&session, "44-ignore-asked")?;
    if !session.all(&by_test_id("typed-name"))?.is_empty() {
        write_in(&session, "typed-name", &name)?;
    }
    press_when_enabled(&session, "confirm-ok")?;
    until_verdict(&session, "eviction_policy", "ignored")?;
    until_says(&session, "precheck-rate", "100")?;
    picture(&session, "45-ignored")?;
    press_when_enabled(&session, "next-purchase")?;

    tick(&session, "keep-awake")?;
    // Production that is not empty is confirmed by its name.
    accept_terms(&session)?;
    ensure!(!session.part("start-task")?.is_enabled()?, "it starts without the name");
    write_in(&session, "typed-name", "127.0.0.1")?;
    ensure!(!session.part("start-task")?.is_enabled()?, "it starts with another name");
    write_in(&session, "typed-name", &name)?;
    picture(&session, "46-typed-name")?;
    press_when_enabled(&session, "start-task")?;
    until_state(&session, "caught up")?;

    // The stream keeps to the same choices.
    for words in
        [&["INCR", "count"] as &[&str], &["SET", "tmp:2", "x"], &["SET", "user:last", "came"]]
    {
        run(&mut here, words)?;
    }
    destination.until_holds("user:last", "came")?;
    ensure!(keys(&mut there, 0)? == ["count", "others", "user:0", "user:1", "user:last"]);
    ensure!(keys(&mut there, 1)?.is_empty(), "a database that was not selected came");
    ensure!(keys(&mut there, 5)? == ["mapped"]);
    run(&mut there, &["SELECT", "0"])?;
    let count: String = cmd("GET").arg("count").query(&mut there)?;
    ensure!(count == "7", "a command that was left out came: {count}");
    press(&session, "tab-skipped")?;
    session.part("skipped-key-key_filter")?;
    session.part("skipped-command-command_deselected")?;
    picture(&session, "47-skipped")?;
    press(&session, "tab-settings")?;
    until_says(&session, "kept-awake", "in this window")?;
    session.find_with("dd", "db0: INCR")?;
    picture(&session, "48-settings-of-the-task")?;

    copies_again(&session, &mut here, &mut there)
}

fn fill(here: &mut Connection) -> Result<()> {
    for words in [
        &["MSET", "user:0", "a", "user:1", "b", "tmp:0", "c", "tmp:1", "d", "count", "7"]
            as &[&str],
        &["SELECT", "1"],
        &["SET", "elsewhere", "e"],
        &["SELECT", "3"],
        &["SET", "mapped", "f"],
        &["SELECT", "0"],
    ] {
        run(here, words)?;
    }
    Ok(())
}

fn run(connection: &mut Connection, words: &[&str]) -> Result<()> {
    let (name, arguments) = words.split_first().unwrap_or((&"PING", &[]));
    Ok(cmd(name).arg(arguments).exec(connection)?)
}

/// The keys of a database that are not Keyferry's own, in order.
fn keys(connection: &mut Connection, database: u32) -> Result<Vec<String>> {
    cmd("SELECT").arg(database).exec(connection)?;
    let mut keys: Vec<String> = cmd("KEYS").arg("*").query(connection)?;
    keys.retain(|key| !key.starts_with("__keyferry:"));
    keys.sort();
    Ok(keys)
}

/// Step 2: databases 0 and 3 move, as 0 and 5, INCR does not move, nor does what is called
/// tmp:…, and somebody is told when it fails.
fn choose(session: &Session) -> Result<()> {
    let (here, there) = (by_test_id("objects-source"), by_test_id("objects-selected"));
    press(session, "objects-move-all-left")?;
    for database in ["database-0", "database-3"] {
        click(session, &format!("{here} {} label", by_test_id(database)))?;
    }
    press(session, "objects-move-right")?;
    session.find(&format!("{there} {}", by_test_id("database-3")))?;
    picture(session, "41-databases")?;

    press(session, "commands-0")?;
    write_in(session, "commands-search", "INCR")?;
    click(session, &format!("label:has({})", by_test_id("command-INCR")))?;
    picture(session, "42-commands")?;
    press(session, "commands-ok")?;
    session.until("the dialog is closed", || {
        Ok(session.all(&by_test_id("commands-dialog"))?.is_empty().then_some(()))
    })?;

    session.find("#exclude_keys")?.write("tmp:* ")?;
    press(session, "map-add")?;
    choose_option(session, ".map-row input[role=combobox]", "db3")?;
    write_in(session, "map-to-3", "5")?;
    click(session, &format!("label:has({})", by_test_id("alerts-yes")))?;
    write_in(session, "alert-threshold", "30")?;
    picture(session, "43-advanced")?;
    press(session, "save-precheck")
}

/// The destination loses the task's checkpoint and the source a key: the task holds, copies again
/// when that is agreed to, and removes the key when that is agreed to as well.
fn copies_again(session: &Session, here: &mut Connection, there: &mut Connection) -> Result<()> {
    cmd("SELECT").arg(0).exec(there)?;
    let ours: Vec<String> = cmd("KEYS").arg("__keyferry:*").query(there)?;
    cmd("DEL").arg(&ours).exec(there)?;
    run(here, &["DEL", "user:1"])?;
    press(session, "task-agree")?;
    session.part("confirm-ok")?;
    picture(session, "50-copy-again-asked")?;
    press(session, "confirm-ok")?;
    session
        .text_of("error-code", crate::page::TRANSFER_PATIENCE, |code| code == "removal_asked")?;
    picture(session, "51-removal-asked")?;
    ensure!(keys(there, 0)?.contains(&"user:1".to_owned()), "a key went before it was agreed to");
    press(session, "task-agree")?;
    session.find_with(".ant-modal p", "user:1")?;
    picture(session, "52-removal-confirmed")?;
    press(session, "confirm-ok")?;
    until_state(session, "caught up")?;
    ensure!(keys(there, 0)? == ["count", "others", "user:0", "user:last"]);
    picture(session, "53-copied-again")
}
