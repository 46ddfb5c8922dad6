//! Following the stream while 2,000 writes a second go on.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, ensure};
use keyferry_tests::compare::compare;
use keyferry_tests::keyferry::{Keyferry, number};
use keyferry_tests::migration::Migration;
use keyferry_tests::server::Server;
use keyferry_tests::workload::{Totals, Traffic, fill, put_values_of_100_mb};
use serde_json::Value;

const DEADLINE: Duration = Duration::from_secs(60);

/// Relative expiries of sources before 7.0 are dated by a clock sampled once a second.
fn tolerance_ms(version: &str) -> i64 {
    if version < "redis-7" { 2500 } else { 200 }
}

fn exact(destination: &Server, totals: Totals) -> Result<()> {
    let mut connection = destination.connect()?;
    let count: u64 = redis::cmd("GET").arg("count:incr").query(&mut connection)?;
    let length: u64 = redis::cmd("STRLEN").arg("count:append").query(&mut connection)?;
    let list: Vec<u64> =
        redis::cmd("LRANGE").arg("count:list").arg(0).arg(-1).query(&mut connection)?;
    ensure!(count == totals.rounds, "INCR: {count} of {}", totals.rounds);
    ensure!(length == totals.rounds, "APPEND: {length} of {}", totals.rounds);
    ensure!(
        list.iter().copied().eq(0..totals.rounds),
        "RPUSH: {} of {}",
        list.len(),
        totals.rounds
    );
    Ok(())
}

fn follow(from: &str, to: &str) -> Result<()> {
    let source = Server::start(from, &[])?;
    let destination = Server::start(to, &[])?;
    let state = tempfile::tempdir()?;
    fill(&source, 11, 5000)?;
    put_values_of_100_mb(&source)?;
    let mut connection = source.connect()?;
    for database in 0..16 {
        redis::cmd("SELECT").arg(database).exec(&mut connection)?;
        redis::cmd("SET").arg("in every database").arg(database).exec(&mut connection)?;
    }
    let traffic = Traffic::start(&source, 2000, 12)?;
    let mut run = Keyferry::migrate(&source.uri(), &destination.uri(), state.path(), &[])?;
    run.wait_for("2,000 commands of the stream", DEADLINE, |line| {
        number(line, "commands_applied") > 2000
    })?;
    let totals = traffic.stop(&source)?;
    run.wait_applied(&source, DEADLINE)?;
    run.signal("TERM")?;
    run.end(DEADLINE)?.expect(0, "paused")?;
    exact(&destination, totals)?;
    let all: Vec<_> = (0..16).collect();
    compare(&source, &destination, &all, &BTreeMap::new(), tolerance_ms(from))?.none()
}

macro_rules! follows {
    ($($name:ident: $from:literal => $to:literal;)*) => {$(
        #[test]
        fn $name() -> Result<()> {
            follow($from, $to)
        }
    )*};
}

follows! {
    redis_5_0_is_followed_to_5_0: "redis-5.0" => "redis-5.0";
    redis_5_0_is_followed_to_7_0: "redis-5.0" => "redis-7.0";
    redis_6_2_is_followed_to_6_2: "redis-6.2" => "redis-6.2";
    redis_6_2_is_followed_to_8_2: "redis-6.2" => "redis-8.2";
    redis_7_0_is_followed_to_7_0: "redis-7.0" => "redis-7.0";
    redis_7_0_is_followed_to_8_2: "redis-7.0" => "redis-8.2";
    redis_8_2_is_followed_to_8_2: "redis-8.2" => "redis-8.2";
    valkey_8_1_is_followed_to_valkey_8_1: "valkey-8.1" => "valkey-8.1";
}

#[test]
fn until_caught_up_ends_by_itself_while_writes_go_on() -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[])?;
    let state = tempfile::tempdir()?;
    fill(&source, 21, 1000)?;
    let traffic = Traffic::start(&source, 2000, 22)?;
    let flags = ["--until", "caught-up"];
    let ended = Keyferry::migrate(&source.uri(), &destination.uri(), state.path(), &flags)?
        .end(DEADLINE)?;
    traffic.stop(&source)?;
    ended.expect(0, "done")
}

#[test]
fn skipped_commands_stay_out_and_are_counted() -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[])?;
    let state = tempfile::tempdir()?;
    fill(&source, 31, 10)?;
    let flags = ["--skip-command", "FLUSHALL"];
    let mut run = Keyferry::migrate(&source.uri(), &destination.uri(), state.path(), &flags)?;
    run.wait_applied(&source, DEADLINE)?;
    redis::cmd("FLUSHALL").exec(&mut source.connect()?)?;
    redis::cmd("SET").arg("after").arg(1).exec(&mut source.connect()?)?;
    let line = run.wait_for("a skipped command", DEADLINE, |line| {
        line.get("commands_skipped")
            .and_then(Value::as_object)
            .is_some_and(|map| map.values().filter_map(Value::as_u64).sum::<u64>() == 1)
    })?;
    run.wait_applied(&source, DEADLINE)?;
    let kept: u64 =
        redis::cmd("EXISTS").arg("embstr").arg("after").query(&mut destination.connect()?)?;
    ensure!(kept == 2, "{kept} of 2 keys: {line}");
    Ok(())
}

#[test]
fn an_incremental_task_brings_what_comes_after_its_start_and_nothing_else() -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[])?;
    let mut here = source.connect()?;
    redis::cmd("SET").arg("before").arg(1).exec(&mut here)?;
    let migration = Migration::new(&source, &destination, "--stages incremental")?;
    let mut run = migration.start_and_catch_up()?;
    let mut count = |times: usize| -> Result<()> {
        for _ in 0..times {
            redis::cmd("INCR").arg("after").exec(&mut here)?;
        }
        Ok(())
    };
    count(100)?;
    run.wait_applied(&source, DEADLINE)?;
    run.signal("KILL")?;
    run.end(DEADLINE)?;
    // What comes while it is away is a part of it as well.
    count(100)?;
    let mut run = migration.start()?;
    run.wait_applied(&source, DEADLINE)?;
    let mut there = destination.connect()?;
    let after: u64 = redis::cmd("GET").arg("after").query(&mut there)?;
    let before: u64 = redis::cmd("EXISTS").arg("before").query(&mut there)?;
    ensure!((after, before) == (200, 0), "{after} of 200, {before} from before");
    run.signal("TERM")?;
    run.end(DEADLINE)?.expect(0, "paused")
}

#[test]
fn killed_while_following_nothing_is_lost_or_doubled() -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[])?;
    let state = tempfile::tempdir()?;
    fill(&source, 41, 2000)?;
    let traffic = Traffic::start(&source, 2000, 42)?;
    for kill in 0..3 {
        let mut run = Keyferry::migrate(&source.uri(), &destination.uri(), state.path(), &[])?;
        let first = run.wait_for("following", DEADLINE, |line| {
            line.get("stage").and_then(Value::as_str) == Some("incremental")
        })?;
        let before = number(&first, "commands_applied");
        run.wait_for("more of the stream", DEADLINE, |line| {
            number(line, "commands_applied") > before + 1000
        })?;
        println!("kill {kill}");
        run.signal("KILL")?;
        run.end(DEADLINE)?;
    }
    let mut run = Keyferry::migrate(&source.uri(), &destination.uri(), state.path(), &[])?;
    let totals = traffic.stop(&source)?;
    run.wait_applied(&source, DEADLINE)?;
    run.signal("TERM")?;
    run.end(DEADLINE)?.expect(0, "paused")?;
    exact(&destination, totals)?;
    compare(&source, &destination, &[0, 1], &BTreeMap::new(), 200)?.none()
}
