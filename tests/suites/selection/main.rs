//! Commands that cross the borders of what was selected are followed exactly; where that cannot be,
//! the task holds.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use keyferry_tests::compare::compare;
use keyferry_tests::keyferry::{Keyferry, error_code};
use keyferry_tests::migration::{Migration, SOON, ask, ask_in, field};
use keyferry_tests::server::Server;
use keyferry_tests::workload::fill;
use redis::Connection;
use serde_json::Value;

struct Pair {
    source: Server,
    destination: Server,
    here: Connection,
    there: Connection,
}

fn pair() -> Result<Pair> {
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[])?;
    let (here, there) = (source.connect()?, destination.connect()?);
    Ok(Pair { source, destination, here, there })
}

impl Pair {
    fn follow(&self, flags: &str) -> Result<(Migration, Keyferry)> {
        let migration = Migration::new(&self.source, &self.destination, flags)?;
        let run = migration.start_and_catch_up()?;
        Ok((migration, run))
    }

    fn equal(&self, databases: &[u32], mapping: &[(u32, u32)]) -> Result<()> {
        let mapping: BTreeMap<u32, u32> = mapping.iter().copied().collect();
        compare(&self.source, &self.destination, databases, &mapping, 200)?.none()
    }

    /// What the destination has under a name.
    fn held(&mut self, database: u32, key: &str) -> Result<Option<String>> {
        ask_in(&mut self.there, database, &format!("GET {key}"))
    }
}

/// What cannot be followed exactly is not followed at all: the task waits for a decision.
fn holds_at_the_border(run: &mut Keyferry) -> Result<()> {
    let line =
        run.wait_for("holding", SOON, |line| field(line, "state") == &Value::from("holding"))?;
    ensure!(error_code(&line) == Some("selection_crossed"), "{line}");
    let remedy = field(&line, "error/remedy").as_str().unwrap_or_default();
    ensure!(!remedy.is_empty(), "no remedy: {line}");
    Ok(())
}

#[test]
fn writes_go_on_in_mapped_databases_and_nowhere_else() -> Result<()> {
    let mut pair = pair()?;
    fill(&pair.source, 51, 100)?;
    let (_task, mut run) =
        pair.follow("--databases 0,3,5 --map-database 3:9 --map-database 5:3")?;
    for database in [0, 3, 4, 5] {
        ask_in::<()>(&mut pair.here, database, "SET later written")?;
    }
    run.wait_applied(&pair.source, SOON)?;
    pair.equal(&[0, 3, 5], &[(3, 9), (5, 3)])?;
    for untouched in [1, 2, 4, 5, 6, 7, 8, 10, 15] {
        let keys: u64 = ask_in(&mut pair.there, untouched, "DBSIZE")?;
        ensure!(keys == 0, "database {untouched} has {keys} keys");
    }
    Ok(())
}

#[test]
fn flushall_empties_the_selected_databases_only() -> Result<()> {
    let mut pair = pair()?;
    fill(&pair.source, 52, 100)?;
    ask_in::<()>(&mut pair.there, 7, "SET own destination")?;
    let (_task, mut run) = pair.follow("--databases 0,2")?;
    ask::<()>(&mut pair.here, "FLUSHALL")?;
    ask_in::<()>(&mut pair.here, 2, "SET after source")?;
    run.wait_applied(&pair.source, SOON)?;
    pair.equal(&[0, 2], &[])?;
    ensure!(pair.held(7, "own")?.as_deref() == Some("destination"));
    Ok(())
}

#[test]
fn flushall_empties_what_comes_from_databases_that_only_the_source_has() -> Result<()> {
    let source = Server::start("redis-7.0", &[("databases", "32")])?;
    let destination = Server::start("redis-7.0", &[])?;
    let (here, there) = (source.connect()?, destination.connect()?);
    let mut pair = Pair { source, destination, here, there };
    ask_in::<()>(&mut pair.here, 20, "SET moved source")?;
    ask_in::<()>(&mut pair.there, 4, "SET own destination")?;
    let (_task, mut run) = pair.follow("--databases 0,20 --map-database 20:3")?;
    ensure!(pair.held(3, "moved")?.as_deref() == Some("source"));
    ask_in::<()>(&mut pair.here, 0, "FLUSHALL")?;
    ask_in::<()>(&mut pair.here, 20, "SET after source")?;
    run.wait_applied(&pair.source, SOON)?;
    ensure!(pair.held(3, "moved")?.is_none());
    ensure!(pair.held(3, "after")?.as_deref() == Some("source"));
    ensure!(pair.held(4, "own")?.as_deref() == Some("destination"));
    Ok(())
}

#[test]
fn a_flush_that_says_sync_reaches_a_server_that_does_not_know_the_word() -> Result<()> {
    let source = Server::start("redis-6.2", &[])?;
    let destination = Server::start("redis-5.0", &[])?;
    let (here, there) = (source.connect()?, destination.connect()?);
    let mut pair = Pair { source, destination, here, there };
    ask_in::<()>(&mut pair.here, 2, "SET a 1")?;
    let (_task, mut run) = pair.follow("")?;
    ask_in::<()>(&mut pair.here, 2, "FLUSHDB SYNC")?;
    run.wait_applied(&pair.source, SOON)?;
    ensure!(pair.held(2, "a")?.is_none());
    Ok(())
}

const LIBRARY: &str =
    "#!lua name=mine\nredis.register_function('f', function() return VERSION end)";

fn load(server: &mut Connection, version: &str) -> Result<()> {
    let code = LIBRARY.replace("VERSION", version);
    Ok(redis::cmd("FUNCTION").arg("LOAD").arg(code).exec(server)?)
}

#[test]
fn a_library_that_is_loaded_takes_the_place_of_one_of_that_name() -> Result<()> {
    for (flags, expected) in [("", 2), ("--conflict keep", 1)] {
        let mut pair = pair()?;
        let (_task, mut run) = pair.follow(flags)?;
        load(&mut pair.there, "1")?;
        load(&mut pair.here, "2")?;
        run.wait_applied(&pair.source, SOON)?;
        let found: u32 = ask(&mut pair.there, "FCALL f 0")?;
        ensure!(found == expected, "{flags}: {found}");
        // One that stays is told of: nothing is left out without a word.
        run.freshen(SOON)?;
        let refused = &field(run.told_last(), "commands_skipped/refused_at_destination").clone();
        ensure!(refused.as_u64() == (expected == 1).then_some(1), "{flags}: {refused}");
    }
    Ok(())
}

#[test]
fn a_message_that_the_destination_does_not_know_is_left_out_and_not_repeated_anywhere() -> Result<()>
{
    let folder = tempfile::tempdir()?;
    let settings = folder.path().join("settings");
    std::fs::write(&settings, "rename-command SPUBLISH \"\"\n")?;
    let settings = settings.to_str().context("the folder's name")?.to_owned();
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[("include", &settings)])?;
    let (here, there) = (source.connect()?, destination.connect()?);
    let mut pair = Pair { source, destination, here, there };
    let (task, mut run) = pair.follow("")?;
    ask::<()>(&mut pair.here, "SPUBLISH channel content-of-it")?;
    ask::<()>(&mut pair.here, "SET after 1")?;
    run.wait_applied(&pair.source, SOON)?;
    ensure!(pair.held(0, "after")?.as_deref() == Some("1"));
    run.freshen(SOON)?;
    let skipped = &field(run.told_last(), "commands_skipped/refused_at_destination").clone();
    ensure!(skipped.as_u64() == Some(1), "{skipped}");
    run.signal("TERM")?;
    let ended = run.end(SOON)?;
    ended.expect(0, "paused")?;
    ensure!(!ended.stderr.contains("content-of"), "{}", ended.stderr);
    for entry in std::fs::read_dir(task.state().join("tasks"))? {
        let folder = entry?.path();
        for file in ["events.jsonl", "log"] {
            let text = std::fs::read_to_string(folder.join(file))?;
            ensure!(!text.contains("content-of"), "{file}: {text}");
        }
    }
    Ok(())
}

#[test]
fn kept_keys_stay_while_the_source_writes_under_their_names() -> Result<()> {
    let mut pair = pair()?;
    ask::<()>(&mut pair.here, "SET both source")?;
    ask::<()>(&mut pair.here, "SET only-here source")?;
    ask::<()>(&mut pair.there, "SET both destination")?;
    ask::<()>(&mut pair.there, "SET only-there destination")?;
    let (_task, mut run) = pair.follow("--conflict keep")?;
    ask::<()>(&mut pair.here, "APPEND both -again")?;
    ask::<()>(&mut pair.here, "APPEND only-here -again")?;
    ask::<()>(&mut pair.here, "SET only-there source")?;
    run.wait_applied(&pair.source, SOON)?;
    ensure!(pair.held(0, "both")?.as_deref() == Some("destination"));
    ensure!(pair.held(0, "only-here")?.as_deref() == Some("source-again"));
    ensure!(pair.held(0, "only-there")?.as_deref() == Some("destination"));
    Ok(())
}

#[test]
fn a_flush_spares_kept_keys_and_other_tasks_checkpoints() -> Result<()> {
    let mut pair = pair()?;
    ask::<()>(&mut pair.here, "SET moved source")?;
    ask::<()>(&mut pair.here, "SET kept source")?;
    ask::<()>(&mut pair.there, "SET kept destination")?;
    ask::<()>(&mut pair.there, "SET __keyferry:other:checkpoint:0 theirs")?;
    let (_task, mut run) = pair.follow("--conflict keep")?;
    ask::<()>(&mut pair.here, "SET later source")?;
    ask::<()>(&mut pair.here, "FLUSHDB")?;
    ask::<()>(&mut pair.here, "SET after source")?;
    run.wait_applied(&pair.source, SOON)?;
    ensure!(pair.held(0, "kept")?.as_deref() == Some("destination"));
    ensure!(pair.held(0, "__keyferry:other:checkpoint:0")?.as_deref() == Some("theirs"));
    ensure!(pair.held(0, "moved")?.is_none() && pair.held(0, "later")?.is_none());
    ensure!(pair.held(0, "after")?.as_deref() == Some("source"));
    Ok(())
}

#[test]
fn commands_on_a_kept_key_do_their_part_on_the_others() -> Result<()> {
    let mut pair = pair()?;
    ask::<()>(&mut pair.there, "SET kept destination")?;
    ask::<()>(&mut pair.here, "SADD kept a b")?;
    ask::<()>(&mut pair.here, "SADD other b c")?;
    let (_task, mut run) = pair.follow("--conflict keep")?;
    for command in [
        "SUNIONSTORE union kept other",
        "SMOVE kept other a",
        "MSET one 1 kept 2 two 2",
        "RENAME two kept",
        "SET free 1",
        "RENAME kept came",
    ] {
        ask::<()>(&mut pair.here, command)?;
    }
    run.wait_applied(&pair.source, SOON)?;
    ensure!(pair.held(0, "kept")?.as_deref() == Some("destination"));
    ensure!(pair.held(0, "two")?.is_none());
    for command in ["SMEMBERS union", "SMEMBERS other"] {
        let mut here: Vec<String> = ask(&mut pair.here, command)?;
        let mut there: Vec<String> = ask(&mut pair.there, command)?;
        here.sort();
        there.sort();
        ensure!(here == there, "{command}: {here:?} {there:?}");
    }
    for key in ["one", "came", "free"] {
        let here: Option<String> = ask(&mut pair.here, &format!("GET {key}"))?;
        ensure!(pair.held(0, key)? == here && here.is_some(), "{key}");
    }
    Ok(())
}

#[test]
fn swapdb_of_two_selected_databases_swaps_their_mappings() -> Result<()> {
    let mut pair = pair()?;
    fill(&pair.source, 53, 100)?;
    let (_task, mut run) = pair.follow("--databases 0,2 --map-database 2:8")?;
    ask::<()>(&mut pair.here, "SWAPDB 0 2")?;
    ask_in::<()>(&mut pair.here, 0, "SET after in-0")?;
    run.wait_applied(&pair.source, SOON)?;
    pair.equal(&[0, 2], &[(2, 8)])
}

#[test]
fn swapdb_with_an_unselected_database_holds_and_says_why() -> Result<()> {
    let mut pair = pair()?;
    fill(&pair.source, 54, 100)?;
    let (_task, mut run) = pair.follow("--databases 0,2")?;
    ask::<()>(&mut pair.here, "SWAPDB 0 5")?;
    holds_at_the_border(&mut run)
}

#[test]
fn a_key_moved_out_of_the_selection_leaves_the_destination() -> Result<()> {
    let mut pair = pair()?;
    ask::<()>(&mut pair.here, "SET leaves 1")?;
    let (_task, mut run) = pair.follow("--databases 0,2")?;
    ask::<()>(&mut pair.here, "MOVE leaves 5")?;
    ask_in::<()>(&mut pair.here, 2, "SET after 2")?;
    run.wait_applied(&pair.source, SOON)?;
    pair.equal(&[0, 2], &[])?;
    ensure!(pair.held(0, "leaves")?.is_none());
    ensure!(pair.held(5, "leaves")?.is_none());
    Ok(())
}

#[test]
fn a_key_moved_between_selected_databases_moves_between_their_mappings() -> Result<()> {
    let mut pair = pair()?;
    ask::<()>(&mut pair.here, "SET moves 1")?;
    let (_task, mut run) = pair.follow("--databases 0,2 --map-database 2:8")?;
    ask::<()>(&mut pair.here, "MOVE moves 2")?;
    run.wait_applied(&pair.source, SOON)?;
    ensure!(pair.held(8, "moves")?.as_deref() == Some("1"));
    pair.equal(&[0, 2], &[(2, 8)])
}

#[test]
fn a_key_moved_or_copied_into_the_selection_arrives_with_its_value_and_life() -> Result<()> {
    let mut pair = pair()?;
    ask_in::<()>(&mut pair.here, 5, "SET comes 2")?;
    ask_in::<()>(&mut pair.here, 5, "RPUSH copied a b")?;
    ask_in::<()>(&mut pair.here, 5, "EXPIRE copied 5000")?;
    let big = "x".repeat(3_000_000);
    ask_in::<()>(&mut pair.here, 5, &format!("SET big {big}"))?;
    let (_task, mut run) = pair.follow("--databases 0,2 --map-database 2:9")?;
    ask_in::<()>(&mut pair.here, 5, "MOVE comes 2")?;
    ask_in::<()>(&mut pair.here, 5, "COPY copied copied DB 2")?;
    ask_in::<()>(&mut pair.here, 5, "MOVE big 0")?;
    ask_in::<()>(&mut pair.here, 2, "RPUSH copied c")?;
    ask_in::<()>(&mut pair.here, 2, "INCR comes")?;
    run.wait_applied(&pair.source, SOON)?;
    ensure!(pair.held(9, "comes")?.as_deref() == Some("3"));
    pair.equal(&[0, 2], &[(2, 9)])
}

#[test]
fn a_transaction_over_the_border_does_its_part() -> Result<()> {
    let mut pair = pair()?;
    let (_task, mut run) = pair.follow("--databases 0,2")?;
    redis::pipe()
        .atomic()
        .cmd("SET")
        .arg("a")
        .arg(1)
        .cmd("SELECT")
        .arg(5)
        .cmd("SET")
        .arg("b")
        .arg(2)
        .cmd("MOVE")
        .arg("b")
        .arg(0)
        .cmd("SELECT")
        .arg(0)
        .cmd("INCR")
        .arg("b")
        .cmd("RENAME")
        .arg("b")
        .arg("c")
        .exec(&mut pair.here)?;
    run.wait_applied(&pair.source, SOON)?;
    ensure!(pair.held(0, "c")?.as_deref() == Some("3"));
    pair.equal(&[0, 2], &[])
}

#[test]
fn databases_exchanged_over_the_border_arrive_where_recopying_is_chosen() -> Result<()> {
    let mut pair = pair()?;
    ask_in::<()>(&mut pair.here, 0, "SET leaves 1")?;
    ask_in::<()>(&mut pair.here, 5, "SET comes 2")?;
    let (_task, mut run) = pair.follow("--databases 0,2 --on-history-lost recopy")?;
    ask::<()>(&mut pair.here, "SWAPDB 0 5")?;
    run.wait_applied(&pair.source, SOON)?;
    ensure!(pair.held(0, "comes")?.as_deref() == Some("2"));
    ensure!(pair.held(0, "leaves")?.is_none());
    pair.equal(&[0, 2], &[])
}

#[test]
fn what_the_destination_alone_refuses_is_read_again() -> Result<()> {
    let mut pair = pair()?;
    ask::<()>(&mut pair.here, "SET text 1")?;
    ask::<()>(&mut pair.here, "RPUSH list a")?;
    let (_task, mut run) = pair.follow("")?;
    // Somebody else writes at the destination.
    ask::<()>(&mut pair.there, "DEL text list")?;
    ask::<()>(&mut pair.there, "RPUSH text not-a-number")?;
    ask::<()>(&mut pair.here, "INCR text")?;
    ask::<()>(&mut pair.here, "RENAME list renamed")?;
    run.wait_applied(&pair.source, SOON)?;
    ensure!(pair.held(0, "text")?.as_deref() == Some("2"));
    pair.equal(&[0], &[])
}

#[test]
fn commands_are_left_out_of_one_database_only() -> Result<()> {
    let mut pair = pair()?;
    let (_task, mut run) = pair.follow("--skip-command-in 2:incr")?;
    ask_in::<()>(&mut pair.here, 0, "INCR counted")?;
    ask_in::<()>(&mut pair.here, 2, "INCR left-out")?;
    run.wait_applied(&pair.source, SOON)?;
    ensure!(pair.held(0, "counted")?.as_deref() == Some("1"));
    ensure!(pair.held(2, "left-out")?.is_none());
    Ok(())
}
