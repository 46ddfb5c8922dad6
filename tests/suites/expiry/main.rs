//! No key dies at the destination before it does at the source, and none lives on there.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use keyferry_tests::compare::compare;
use keyferry_tests::keyferry::Keyferry;
use keyferry_tests::migration::{Migration, SOON, ask, field};
use keyferry_tests::process::signal;
use keyferry_tests::server::{Server, wait_until};
use redis::Connection;

/// The life of a session that nobody renews.
const LIFE_S: u32 = 4;
/// How often its user comes back.
const RENEWED_EVERY: Duration = Duration::from_secs(1);
/// Longer than that life.
const AWAY: Duration = Duration::from_secs(10);
/// Ten times that life: what was renewed before is long over.
const LONG_AWAY: Duration = Duration::from_secs(40);

/// Dates of sources before 7.0 are known to about the second in which they asked.
fn tolerance_ms(version: &str) -> i64 {
    if version < "redis-7" { 1500 } else { 150 }
}

/// Users that come back every second: their sessions never die at the source.
struct Sessions {
    end: Arc<AtomicBool>,
    worker: Option<JoinHandle<Result<u64>>>,
}

impl Sessions {
    fn start(server: &Server) -> Result<Self> {
        let mut connection = server.connect()?;
        visit(&mut connection, 0)?;
        let end = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&end);
        let worker = std::thread::spawn(move || {
            let mut visits = 1;
            let mut due = Instant::now();
            while !told.load(Ordering::Acquire) {
                visit(&mut connection, visits)?;
                visits += 1;
                // The users' pace, not a synchronisation.
                due += RENEWED_EVERY;
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
            }
            // The last visit leaves time for a comparison.
            if knows_fields(&mut connection)? {
                let life = "HPEXPIRE session:fields 120000 FIELDS 2 user cart";
                ask::<Vec<i64>>(&mut connection, life)?;
            }
            for key in ["session:touched", "session:hash", "session:list", "session:set"] {
                redis::cmd("PEXPIRE").arg(key).arg(120_000).exec(&mut connection)?;
            }
            Ok(visits)
        });
        Ok(Self { end, worker: Some(worker) })
    }

    fn stop(mut self) -> Result<u64> {
        self.end.store(true, Ordering::Release);
        let worker = self.worker.take().context("stopped twice")?;
        worker.join().map_err(|_| anyhow!("the sessions' thread panicked"))?
    }
}

/// One visit: renewed only, renewed with a change of the value, written anew.
fn visit(connection: &mut Connection, number: u64) -> Result<()> {
    if number == 0 {
        redis::cmd("SET").arg("session:touched").arg("since the beginning").exec(connection)?;
    }
    redis::cmd("EXPIRE").arg("session:touched").arg(LIFE_S).exec(connection)?;
    redis::cmd("HSET").arg("session:hash").arg(number).arg("visit").exec(connection)?;
    redis::cmd("EXPIRE").arg("session:hash").arg(LIFE_S).exec(connection)?;
    redis::cmd("RPUSH").arg("session:list").arg(number).exec(connection)?;
    redis::cmd("PEXPIRE").arg("session:list").arg(LIFE_S * 1000).exec(connection)?;
    redis::cmd("SET").arg("session:set").arg(number).arg("EX").arg(LIFE_S).exec(connection)?;
    redis::cmd("SET").arg(format!("gone:{number}")).arg(1).arg("PX").arg(1500).exec(connection)?;
    if knows_fields(connection)? {
        visit_fields(connection, number)?;
    }
    Ok(())
}

/// Whether fields of hashes can expire by themselves.
fn knows_fields(connection: &mut Connection) -> Result<bool> {
    let known: Vec<redis::Value> = ask(connection, "COMMAND INFO HPEXPIRE")?;
    Ok(known != [redis::Value::Nil])
}

/// The same for fields: one that is renewed only, one written anew, and one that ends; the hash has
/// no other field, so that it ends with them.
fn visit_fields(connection: &mut Connection, number: u64) -> Result<()> {
    if number == 0 {
        ask::<i64>(connection, "HSET session:fields user since-the-beginning")?;
    }
    ask::<Vec<i64>>(connection, &format!("HEXPIRE session:fields {LIFE_S} FIELDS 1 user"))?;
    ask::<i64>(connection, &format!("HSET session:fields cart {number} gone:{number} 1"))?;
    let life = LIFE_S * 1000;
    ask::<Vec<i64>>(connection, &format!("HPEXPIRE session:fields {life} FIELDS 1 cart"))?;
    ask::<Vec<i64>>(connection, &format!("HPEXPIRE session:fields 1500 FIELDS 1 gone:{number}"))?;
    Ok(())
}

/// Plain keys, some of which end soon, some later, some never.
fn fill(server: &Server, keys: u32) -> Result<()> {
    let mut pipe = redis::pipe();
    for n in 0..keys {
        pipe.cmd("SET").arg(format!("plain:{n}")).arg(n);
        match n % 10 {
            1 => pipe.arg("PX").arg(2000),
            2 => pipe.arg("EX").arg(3600 + n),
            3 => pipe.arg("EX").arg(30 * 24 * 3600 + n),
            _ => &mut pipe,
        };
    }
    pipe.exec(&mut server.connect()?)?;
    Ok(())
}

/// Everything is equal, TTLs included, and nothing is left that should have died.
fn equal(version: &str, run: &mut Keyferry, source: &Server, destination: &Server) -> Result<()> {
    let mut here = source.connect()?;
    wait_until("short lives end at the source", SOON, || {
        Ok(ask::<Vec<String>>(&mut here, "KEYS gone:*")?.is_empty())
    })?;
    if knows_fields(&mut here)? {
        wait_until("short lives of fields end at the source", SOON, || {
            Ok(ask::<i64>(&mut here, "HLEN session:fields")? == 2)
        })?;
    }
    run.wait_applied(source, SOON)?;
    compare(source, destination, &[0], &BTreeMap::new(), tolerance_ms(version))?.none()?;
    let visits: u64 = ask(&mut here, "HLEN session:hash")?;
    let there: u64 = ask(&mut destination.connect()?, "HLEN session:hash")?;
    ensure!(visits == there && visits > 5, "{there} of {visits} visits");
    Ok(())
}

/// A full stage of some twenty seconds.
fn slow_copy(version: &str, kills: u32) -> Result<()> {
    let source = Server::start(version, &[])?;
    let destination = Server::start(version, &[])?;
    fill(&source, 20_000)?;
    let sessions = Sessions::start(&source)?;
    let migration = Migration::new(&source, &destination, "--records-per-second 1000")?;
    let begun = Instant::now();
    for kill in 0..kills {
        let mut run = migration.start()?;
        let wanted = 5000 * u64::from(kill + 1);
        run.wait_for("a part of the copy", SOON, |line| {
            field(line, "keys_done").as_u64().is_some_and(|done| done >= wanted)
        })?;
        run.signal("KILL")?;
        run.end(SOON)?;
    }
    let mut run = migration.start()?;
    run.wait_for("the stream", SOON, |line| field(line, "stage") == "incremental")?;
    let took = begun.elapsed();
    ensure!(took > Duration::from_secs(15), "the copy took {took:?} only");
    sessions.stop()?;
    equal(version, &mut run, &source, &destination)
}

#[derive(Clone, Copy, PartialEq)]
enum Away {
    /// The destination is killed, and comes back from its append-only file.
    Killed,
    /// The destination stands still.
    Stopped,
    /// Keyferry is killed and started again.
    Keyferry,
}

fn away(version: &str, who: Away) -> Result<()> {
    away_for(version, who, AWAY)
}

fn away_for(version: &str, who: Away, time: Duration) -> Result<()> {
    let source = Server::start(version, &[])?;
    let options = [("appendonly", "yes"), ("appendfsync", "always")];
    let mut destination = Server::start(version, &options)?;
    fill(&source, 1000)?;
    let sessions = Sessions::start(&source)?;
    let migration = Migration::new(&source, &destination, "")?;
    let mut run = migration.start_and_catch_up()?;
    match who {
        Away::Killed => destination.kill()?,
        Away::Stopped => signal(destination.pid(), "STOP")?,
        Away::Keyferry => {
            run.signal("KILL")?;
            run.end(SOON)?;
            run = migration.start()?;
            run.signal("STOP")?;
        }
    }
    // The time itself is the subject: longer than a session lives unrenewed.
    std::thread::sleep(time);
    match who {
        Away::Killed => destination.restart()?,
        Away::Stopped => signal(destination.pid(), "CONT")?,
        Away::Keyferry => run.signal("CONT")?,
    }
    run.wait_applied(&source, SOON)?;
    sessions.stop()?;
    equal(version, &mut run, &source, &destination)
}

macro_rules! tests {
    ($($name:ident: $run:expr;)*) => {$(
        #[test]
        fn $name() -> Result<()> {
            $run
        }
    )*};
}

tests! {
    sessions_survive_a_slow_copy_of_5_0: slow_copy("redis-5.0", 0);
    sessions_survive_a_slow_copy_of_6_2: slow_copy("redis-6.2", 0);
    sessions_survive_a_slow_copy_of_7_0: slow_copy("redis-7.0", 0);
    sessions_survive_a_slow_copy_of_8_2: slow_copy("redis-8.2", 0);
    withheld_expiries_survive_kills_of_6_2: slow_copy("redis-6.2", 2);
    withheld_expiries_survive_kills_of_7_0: slow_copy("redis-7.0", 3);
    sessions_survive_a_killed_destination_of_5_0: away_for("redis-5.0", Away::Killed, LONG_AWAY);
    sessions_survive_a_killed_destination_of_6_2: away_for("redis-6.2", Away::Killed, LONG_AWAY);
    sessions_survive_a_killed_destination_of_7_0: away_for("redis-7.0", Away::Killed, LONG_AWAY);
    sessions_survive_a_killed_destination_of_8_2: away_for("redis-8.2", Away::Killed, LONG_AWAY);
    sessions_survive_a_destination_of_7_0_that_stands_still: away("redis-7.0", Away::Stopped);
    sessions_survive_a_destination_of_8_2_that_stands_still: away("redis-8.2", Away::Stopped);
    sessions_survive_keyferry_being_away_from_8_2: away("redis-8.2", Away::Keyferry);
    sessions_survive_a_destination_of_6_2_that_stands_still: away_for("redis-6.2", Away::Stopped, LONG_AWAY);
    sessions_survive_keyferry_being_away_from_7_0: away("redis-7.0", Away::Keyferry);
    sessions_survive_keyferry_being_away_from_5_0: away("redis-5.0", Away::Keyferry);
}
