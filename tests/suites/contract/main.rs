//! What scripts rely on beside the life of a task: JSON lines, exit codes, and what is refused.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use keyferry_tests::fake_source;
use keyferry_tests::keyferry::program;
use keyferry_tests::migration::{Migration, ask, expect_usage, field};
use keyferry_tests::server::Server;
use keyferry_tests::workload::fill;
use serde_json::Value;

const FIELDS: [&str; 14] = [
    "at",
    "task",
    "state",
    "stage",
    "keys_total",
    "keys_done",
    "keys_skipped",
    "commands_applied",
    "commands_skipped",
    "source_offset",
    "applied_offset",
    "lag_bytes",
    "lag_ms",
    "caught_up",
];
const STATES: [&str; 12] = [
    "prechecking",
    "running",
    "retrying",
    "holding",
    "waiting_for_credentials",
    "pausing",
    "paused",
    "stopping",
    "stopped",
    "failed",
    "finished",
    "released",
];

fn filled_pair(seed: u64) -> Result<(Server, Server)> {
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[])?;
    fill(&source, seed, 200)?;
    Ok((source, destination))
}

/// Runs the program to its end: exit code, the objects on stdout, stderr.
fn lines_of(arguments: &[&str]) -> Result<(Option<i32>, Vec<Value>, String)> {
    let output = Command::new(program()?).args(arguments).stdin(Stdio::null()).output()?;
    let lines = String::from_utf8(output.stdout)?
        .lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("not JSON: {line}")))
        .collect::<Result<_>>()?;
    Ok((output.status.code(), lines, String::from_utf8_lossy(&output.stderr).into_owned()))
}

fn is_as_promised(line: &Value) -> Result<()> {
    for name in FIELDS {
        ensure!(line.get(name).is_some(), "no {name}: {line}");
    }
    let state = field(line, "state").as_str().unwrap_or_default();
    ensure!(STATES.contains(&state), "unknown state: {line}");
    for offset in ["source_offset", "applied_offset"] {
        let told = field(line, offset);
        let decimal = told.as_str().is_some_and(|text| text.parse::<u64>().is_ok());
        ensure!(told.is_null() || decimal, "{offset} is no decimal string: {line}");
    }
    if matches!(state, "retrying" | "holding" | "failed") {
        for part in ["code", "message", "side", "remedy"] {
            ensure!(field(line, &format!("error/{part}")).is_string(), "no error.{part}: {line}");
        }
    }
    let at = field(line, "at").as_str().unwrap_or_default();
    ensure!(at.len() == "2026-01-01T00:00:00.000Z".len() && at.ends_with('Z'), "at: {line}");
    Ok(())
}

#[test]
fn every_line_of_a_run_has_what_is_promised_and_the_last_its_outcome() -> Result<()> {
    let (source, destination) = filled_pair(71)?;
    for flags in ["--stages full", "--until caught-up"] {
        ask::<()>(&mut destination.connect()?, "FLUSHALL")?;
        let migration = Migration::new(&source, &destination, &format!("{flags} --json"))?;
        let (code, lines, stderr) = lines_of(&migration.arguments("migrate")?)?;
        ensure!(code == Some(0), "{flags}: {code:?} {stderr}");
        lines.iter().try_for_each(is_as_promised)?;
        let outcomes: Vec<&Value> = lines.iter().filter_map(|line| line.get("outcome")).collect();
        ensure!(outcomes == [&Value::from("done")], "{flags}: {outcomes:?}");
        let last = lines.last().context("no line")?;
        ensure!(field(last, "outcome") == "done", "{last}");
        ensure!(field(last, "keys_done") == field(last, "keys_total"), "{last}");
    }
    Ok(())
}

#[test]
fn a_finished_task_stays_done() -> Result<()> {
    let (source, destination) = filled_pair(72)?;
    let migration = Migration::new(&source, &destination, "--stages full")?;
    migration.end()?.expect(0, "done")?;
    ask::<()>(&mut destination.connect()?, "FLUSHALL")?;
    migration.end()?.expect(0, "done")?;
    let keys: u64 = ask(&mut destination.connect()?, "DBSIZE")?;
    ensure!(keys == 0, "a finished task wrote {keys} keys");
    Ok(())
}

#[test]
fn a_task_that_cannot_be_read_is_named_beside_the_list_of_the_others() -> Result<()> {
    let (source, destination) = filled_pair(75)?;
    let migration = Migration::new(&source, &destination, "--stages full")?;
    migration.end()?.expect(0, "done")?;
    let state = migration.state().to_str().context("not UTF-8")?;
    let list = ["tasks", "list", "--json", "--state-dir", state];
    let (code, lines, stderr) = lines_of(&list)?;
    ensure!((code, lines.len()) == (Some(0), 1) && stderr.is_empty(), "{code:?} {stderr}");
    let damaged = migration.state().join("tasks/damaged");
    std::fs::create_dir(&damaged)?;
    std::fs::write(damaged.join("task"), "what an editor left")?;
    let (code, lines, stderr) = lines_of(&list)?;
    ensure!((code, lines.len()) == (Some(1), 1), "{code:?} {lines:?} {stderr}");
    ensure!(stderr.contains("tasks/damaged/task"), "{stderr}");
    Ok(())
}

#[test]
fn a_task_paused_from_beside_is_resumed_and_stopped_from_beside() -> Result<()> {
    let (source, destination) = filled_pair(73)?;
    let migration = Migration::new(&source, &destination, "")?;
    let run = migration.start_and_catch_up()?;
    ensure!(migration.task("pause")?.status.success());
    run.end(keyferry_tests::migration::SOON)?.expect(0, "paused")?;
    ensure!(field(&migration.task("show")?.last, "state") == "paused");
    ask::<()>(&mut source.connect()?, "SET meanwhile 1")?;
    let state = migration.state().to_str().context("not UTF-8")?;
    let words = ["tasks", "resume", "t", "--state-dir", state];
    let mut run = keyferry_tests::keyferry::Keyferry::run(&words)?;
    run.wait_applied(&source, keyferry_tests::migration::SOON)?;
    let arrived: Option<String> = ask(&mut destination.connect()?, "GET meanwhile")?;
    ensure!(arrived.as_deref() == Some("1"));
    ensure!(migration.task("stop")?.status.success());
    run.end(keyferry_tests::migration::SOON)?.expect(0, "stopped")?;
    expect_usage(&migration.end()?, "stopped")
}

#[test]
fn a_database_in_the_uri_is_refused_unless_it_is_0() -> Result<()> {
    let (source, destination) = filled_pair(74)?;
    let to = destination.uri();
    let third = Migration::between(&format!("{}/3", source.uri()), &to, "")?;
    expect_usage(&third.end()?, "--databases")?;
    Migration::between(&format!("{}/0", source.uri()), &to, "--until caught-up")?
        .end()?
        .expect(0, "done")
}

#[test]
fn wrong_flags_are_wrong_uses_and_nothing_is_written() -> Result<()> {
    let (source, destination) = filled_pair(75)?;
    for flags in ["--no-such-flag", "--retry-minutes 3", "--conflict merge"] {
        let ended = Migration::new(&source, &destination, flags)?.end()?;
        ensure!(ended.status.code() == Some(3), "{flags}: {ended:#?}");
        ensure!(!ended.stderr.is_empty(), "{flags}: nothing is said");
    }
    let keys: u64 = ask(&mut destination.connect()?, "DBSIZE")?;
    ensure!(keys == 0, "{keys} keys were written");
    Ok(())
}

#[test]
fn precheck_prints_an_object_per_item_and_writes_nothing() -> Result<()> {
    let (source, destination) = filled_pair(76)?;
    let migration = Migration::new(&source, &destination, "--json")?;
    let (code, items, stderr) = lines_of(&migration.arguments("precheck")?)?;
    ensure!(code == Some(0), "{code:?}: {stderr}");
    ensure!(items.len() >= 20, "only {} items", items.len());
    for item in &items {
        let verdict = field(item, "verdict").as_str().unwrap_or_default();
        ensure!(["passed", "warning", "ignored", "could_not_check"].contains(&verdict), "{item}");
        for part in ["id", "found", "expected", "fix"] {
            ensure!(field(item, part).is_string(), "no {part}: {item}");
        }
    }
    let keys: u64 = ask(&mut destination.connect()?, "DBSIZE")?;
    ensure!(keys == 0, "{keys} keys were written");
    Ok(())
}

#[test]
fn precheck_finds_a_destination_that_is_the_source_under_another_name() -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    let other_name = format!("redis://localhost:{}", source.port());
    let migration = Migration::between(&source.uri(), &other_name, "--json")?;
    let (code, items, stderr) = lines_of(&migration.arguments("precheck")?)?;
    ensure!(code == Some(2), "{code:?}: {stderr}");
    let found =
        items.iter().find(|item| field(item, "id") == "same_instance").context("no item")?;
    ensure!(field(found, "verdict") == "failed", "{found}");
    Ok(())
}

#[test]
fn a_destination_older_than_the_source_fails_the_precheck() -> Result<()> {
    let source = Server::start("redis-8.2", &[])?;
    let destination = Server::start("redis-6.2", &[])?;
    ask::<()>(&mut source.connect()?, "SET a 1")?;
    let ended = Migration::new(&source, &destination, "")?.end()?;
    ended.expect(2, "precheck_failed")?;
    ensure!(ended.stderr.contains("rdb_version"), "{}", ended.stderr);
    let keys: u64 = ask(&mut destination.connect()?, "DBSIZE")?;
    ensure!(keys == 0, "{keys} keys were written");
    Ok(())
}

#[test]
fn a_failed_check_names_the_side_that_it_is_mended_on() -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[])?;
    ask::<()>(&mut source.connect()?, "ACL SETUSER mover on >pw ~* +@all -psync -sync")?;
    ask::<()>(&mut destination.connect()?, "ACL SETUSER mover on >pw ~* +@all -restore")?;
    let with_account = |server: &Server| format!("redis://mover:pw@127.0.0.1:{}", server.port());
    for (from, to, id, side) in [
        (with_account(&source), destination.uri(), "psync_permission", "source"),
        (source.uri(), with_account(&destination), "write_permission", "destination"),
    ] {
        let ended = Migration::between(&from, &to, "")?.end()?;
        ended.expect(2, "precheck_failed")?;
        let error = field(&ended.last, "error");
        ensure!(field(error, "code") == id && field(error, "side") == side, "{error}");
    }
    Ok(())
}

#[test]
fn a_web_server_is_not_taken_for_a_source() -> Result<()> {
    let web = fake_source::web_server()?;
    let destination = Server::start("redis-7.0", &[])?;
    let ended = Migration::between(&web, &destination.uri(), "")?.end()?;
    ended.expect(2, "precheck_failed")?;
    ensure!(ended.stderr.contains("source_reachable"), "{}", ended.stderr);
    Ok(())
}

#[test]
fn the_demonstration_runs_through() -> Result<()> {
    let output = Command::new(program()?).arg("demo").stdin(Stdio::null()).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
