//! Killed at random moments, or cut off from either server, every write arrives exactly once.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, ensure};
use keyferry_tests::compare::compare;
use keyferry_tests::fault_proxy::{FaultProxy, Faults};
use keyferry_tests::migration::{Migration, SOON, ask, field, is_caught_up};
use keyferry_tests::server::{Server, wait_until};
use keyferry_tests::switchboard::Switchboard;
use keyferry_tests::workload::{Totals, Traffic, fill};
use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};
use serde_json::Value;

const ALL: [u32; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

fn exact(source: &Server, destination: &Server, totals: Totals, tolerance_ms: i64) -> Result<()> {
    let mut there = destination.connect()?;
    let count: u64 = ask(&mut there, "GET count:incr")?;
    let length: u64 = ask(&mut there, "STRLEN count:append")?;
    let items: u64 = ask(&mut there, "LLEN count:list")?;
    ensure!(
        [count, length, items] == [totals.rounds; 3],
        "INCR {count}, APPEND {length}, RPUSH {items} of {}",
        totals.rounds
    );
    compare(source, destination, &ALL, &BTreeMap::new(), tolerance_ms)?.none()
}

/// A name that leads to several servers, as a reader endpoint does: what is read anew must not come
/// from one that has not come as far as the stream.
#[test]
fn a_value_is_not_read_anew_from_a_server_that_lags() -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[])?;
    let between = Switchboard::start(source.port())?;
    let replica = Server::start("redis-7.0", &[])?;
    let (mut here, mut there) = (source.connect()?, destination.connect()?);
    ask::<()>(&mut replica.connect()?, &format!("REPLICAOF 127.0.0.1 {}", between.port()))?;
    let name = Switchboard::start(source.port())?;
    let migration = Migration::between(&name.uri(), &destination.uri(), "")?;
    let mut run = migration.start_and_catch_up()?;
    wait_until("the replica is there", SOON, || {
        Ok(replica.info("replication", "master_link_status")? == "up"
            && replica.offset()? >= source.offset()?)
    })?;
    between.hold();
    name.lead_new_to(replica.port());

    // Somebody puts another type where the source is about to write: its key is read anew.
    ask::<()>(&mut here, "RPUSH list 1 2 3")?;
    run.wait_applied(&source, SOON)?;
    ask::<()>(&mut there, "SET list spoilt")?;
    ask::<()>(&mut here, "RPUSH list 4")?;
    let line = run.wait_for("it waits", SOON, |line| field(line, "state") == "retrying")?;
    ensure!(field(&line, "error/code") == "source_not_ready", "{line}");
    ensure!(field(&line, "error/side") == "source", "{line}");
    let spoilt: String = ask(&mut there, "GET list")?;
    ensure!(spoilt == "spoilt", "{spoilt}");

    between.release();
    run.wait_applied(&source, SOON)?;
    compare(&source, &destination, &ALL, &BTreeMap::new(), 200)?.none()?;
    run.signal("TERM")?;
    run.end(SOON)?.expect(0, "paused")
}

/// Lets the program live for a random time, several times over, and then lets it finish.
fn survives(name: &str, seed: u64, kills: usize, lives_ms: u64, flags: &str) -> Result<()> {
    println!("seed {seed}");
    let source = Server::start(name, &[])?;
    let destination = Server::start(name, &[])?;
    fill(&source, seed, 20_000)?;
    let traffic = Traffic::start(&source, 1000, seed)?;
    let migration = Migration::new(&source, &destination, flags)?;
    let mut random = StdRng::seed_from_u64(seed);
    for kill in 0..kills {
        let mut run = migration.start()?;
        run.wait_for("data moves", SOON, |line| {
            field(line, "state") == &Value::from("running")
                && matches!(field(line, "stage").as_str(), Some("full" | "incremental"))
        })?;
        let life = Duration::from_millis(random.random_range(0..lives_ms));
        // The moment of the kill is what is random here; nothing is waited for.
        std::thread::sleep(life);
        println!("kill {kill} after {life:?}");
        run.signal("KILL")?;
        let ended = run.end(SOON)?;
        ensure!(ended.status.code().is_none(), "it had ended by itself: {ended:#?}");
    }
    let mut run = migration.start_and_catch_up()?;
    let totals = traffic.stop(&source)?;
    run.wait_applied(&source, SOON)?;
    exact(&source, &destination, totals, if name < "redis-7" { 2500 } else { 200 })?;
    run.signal("TERM")?;
    run.end(SOON)?.expect(0, "paused")
}

#[test]
fn kills_at_random_moments_of_a_slow_full_stage_lose_and_double_nothing() -> Result<()> {
    survives("redis-7.0", 61, 6, 1500, "--records-per-second 6000 --bytes-per-second 50000000")
}

#[test]
fn kills_at_random_moments_of_the_stream_lose_and_double_nothing() -> Result<()> {
    survives("redis-7.0", 62, 8, 2000, "")
}

#[test]
fn kills_at_random_moments_lose_and_double_nothing_on_5_0() -> Result<()> {
    survives("redis-5.0", 63, 4, 2000, "")
}

#[test]
fn kills_at_random_moments_lose_and_double_nothing_on_valkey() -> Result<()> {
    survives("valkey-8.1", 64, 4, 2000, "")
}

#[test]
fn a_destination_that_is_killed_and_comes_back_loses_nothing() -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    let durable = [("appendonly", "yes"), ("appendfsync", "always")];
    let mut destination = Server::start("redis-7.0", &durable)?;
    fill(&source, 65, 1000)?;
    let traffic = Traffic::start(&source, 500, 65)?;
    let migration = Migration::new(&source, &destination, "")?;
    let mut run = migration.start()?;
    for _ in 0..2 {
        run.wait_for("caught up", SOON, is_caught_up)?;
        destination.kill()?;
        run.wait_for("the loss is told", SOON, |line| {
            field(line, "state") == &Value::from("retrying")
                && field(line, "error/side") == &Value::from("destination")
        })?;
        destination.restart()?;
    }
    let totals = traffic.stop(&source)?;
    run.wait_applied(&source, SOON)?;
    exact(&source, &destination, totals, 200)
}

#[test]
fn a_link_cut_by_the_source_is_mended_without_another_copy() -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[])?;
    fill(&source, 66, 1000)?;
    let traffic = Traffic::start(&source, 500, 66)?;
    let migration = Migration::new(&source, &destination, "")?;
    let mut run = migration.start_and_catch_up()?;
    for _ in 0..2 {
        ask::<()>(&mut source.connect()?, "CLIENT KILL TYPE replica")?;
        run.wait_for("the loss is told", SOON, |line| !is_caught_up(line))?;
        run.wait_for("caught up again", SOON, is_caught_up)?;
    }
    let totals = traffic.stop(&source)?;
    run.wait_applied(&source, SOON)?;
    let copies = source.info("stats", "sync_full")?;
    ensure!(copies == "1", "the source was copied {copies} times");
    exact(&source, &destination, totals, 200)
}

#[test]
fn a_link_cut_in_the_middle_of_a_snapshot_costs_one_more_and_no_third() -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[])?;
    fill(&source, 67, 1000)?;
    let mut here = source.connect()?;
    let mut random = StdRng::seed_from_u64(67);
    let mut value = vec![0; 64 * 1024];
    for number in 0..400 {
        random.fill_bytes(&mut value);
        redis::cmd("SET").arg(format!("bulk:{number}")).arg(&value).exec(&mut here)?;
    }
    // Each copy takes some seconds.
    let rate = Faults { bytes_per_second_down: Some(8_000_000), ..Faults::default() };
    let slow = FaultProxy::start(source.port(), rate)?;
    let to_source = Switchboard::start(slow.port())?;
    let traffic = Traffic::start(&source, 300, 67)?;
    let migration = Migration::between(&to_source.uri(), &destination.uri(), "")?;
    let mut run = migration.start()?;
    wait_until("some of it is applied", SOON, || {
        Ok(ask::<u64>(&mut destination.connect()?, "DBSIZE")? > 200)
    })?;
    // What the second copy lacks has to go.
    ask::<()>(&mut here, "DEL bulk:0 bulk:1 plain:0 plain:1 plain:2 plain:3")?;
    to_source.cut();
    run.wait_for("caught up", SOON, is_caught_up)?;
    let totals = traffic.stop(&source)?;
    run.wait_applied(&source, SOON)?;
    let copies = source.info("stats", "sync_full")?;
    ensure!(copies == "2", "the source was copied {copies} times");
    exact(&source, &destination, totals, 200)?;
    run.signal("TERM")?;
    run.end(SOON)?.expect(0, "paused")
}
