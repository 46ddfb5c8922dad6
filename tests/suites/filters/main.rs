//! Only some keys move, by Redis's own patterns.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use keyferry_protocol::glob;
use keyferry_tests::keyferry::Keyferry;
use keyferry_tests::migration::{Migration, SOON, ask, expect_usage, field};
use keyferry_tests::server::Server;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use redis::Connection;

/// Keys and patterns out of few letters, so that they meet.
fn random(random: &mut StdRng, letters: &[u8], longest: usize) -> Vec<u8> {
    let length = random.random_range(0..=longest);
    let letter = |random: &mut StdRng| {
        letters.iter().cycle().nth(random.random_range(0..letters.len())).copied()
    };
    (0..length).filter_map(|_| letter(random)).collect()
}

#[test]
fn patterns_take_what_a_server_takes() -> Result<()> {
    let seed = 20_261_125;
    println!("seed {seed}");
    let mut chance = StdRng::seed_from_u64(seed);
    for version in ["redis-7.0", "redis-8.2", "valkey-8.1"] {
        let server = Server::start(version, &[])?;
        let mut connection = server.connect()?;
        let keys: BTreeSet<Vec<u8>> =
            (0..600).map(|_| random(&mut chance, b"aab*-[]\\^\x80\xff\0", 6)).collect();
        let mut pipe = redis::pipe();
        for key in &keys {
            pipe.cmd("SET").arg(key).arg(1).ignore();
        }
        pipe.exec(&mut connection)?;
        for _ in 0..3000 {
            let pattern = random(&mut chance, b"ab**??[[]]--\\^\x80\xff", 9);
            let (_, found): (u64, Vec<Vec<u8>>) = redis::cmd("SCAN")
                .arg(0)
                .arg("MATCH")
                .arg(&pattern)
                .arg("COUNT")
                .arg(10_000)
                .query(&mut connection)?;
            let theirs: BTreeSet<&Vec<u8>> = found.iter().collect();
            let ours: BTreeSet<&Vec<u8>> =
                keys.iter().filter(|key| glob::matches(&pattern, key)).collect();
            let differ: Vec<_> = ours
                .symmetric_difference(&theirs)
                .map(|key| key.escape_ascii().to_string())
                .collect();
            ensure!(differ.is_empty(), "{version} {}: {differ:?}", pattern.escape_ascii());
        }
    }
    Ok(())
}

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
    fn all(&mut self, commands: &[&str]) -> Result<()> {
        commands.iter().try_for_each(|command| ask::<()>(&mut self.here, command))
    }

    fn follow(&self, flags: &str) -> Result<(Migration, Keyferry)> {
        let migration = Migration::new(&self.source, &self.destination, flags)?;
        let run = migration.start_and_catch_up()?;
        Ok((migration, run))
    }

    fn keys(&mut self) -> Result<BTreeSet<String>> {
        let keys: Vec<String> = ask(&mut self.there, "KEYS *")?;
        Ok(keys.into_iter().filter(|key| !key.starts_with("__keyferry:")).collect())
    }
}

fn set(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

#[test]
fn snapshot_and_stream_move_included_keys_without_excluded_ones() -> Result<()> {
    let mut pair = pair()?;
    pair.all(&["SET user:1 a", "SET user:1:tmp a", "SET order:1 a", "SET other a"])?;
    let flags = "--include-key user:* --include-key order:[0-9] --exclude-key *:tmp";
    let (migration, mut run) = pair.follow(flags)?;
    ensure!(pair.keys()? == set(&["user:1", "order:1"]));
    pair.all(&["SET user:2 b", "SET user:2:tmp b", "SET order:x b", "APPEND other b"])?;
    run.wait_applied(&pair.source, SOON)?;
    ensure!(pair.keys()? == set(&["user:1", "order:1", "user:2"]));
    let line = run.wait_for("the counts", SOON, |line| {
        field(line, "commands_skipped/key_filter").as_u64() == Some(3)
    })?;
    ensure!(field(&line, "keys_skipped/key_filter").as_u64() == Some(2), "{line}");
    run.signal("TERM")?;
    run.end(SOON)?.expect(0, "paused")?;
    let shown = migration.task("show")?;
    ensure!(shown.last.to_string().contains("key_filter"), "{shown:?}");
    Ok(())
}

#[test]
fn keys_renamed_over_the_border_come_and_go() -> Result<()> {
    let mut pair = pair()?;
    pair.all(&["SET in:leaves 1", "SET out:comes 2", "RPUSH in:list a b", "SADD out:set x y"])?;
    let (_migration, mut run) = pair.follow("--include-key in:*")?;
    pair.all(&[
        "RENAME in:leaves out:left",
        "RENAME out:comes in:came",
        "RPOPLPUSH in:list out:list",
        "SUNIONSTORE in:union out:set",
        "MSET in:one 1 out:two 2 in:three 3",
        "DEL out:set in:one",
        "COPY out:left in:copy",
    ])?;
    run.wait_applied(&pair.source, SOON)?;
    let expected = ["in:came", "in:list", "in:union", "in:three", "in:copy"];
    ensure!(pair.keys()? == set(&expected), "{:?}", pair.keys()?);
    for command in ["GET in:came", "GET in:copy", "GET in:three"] {
        let (a, b): (String, String) =
            (ask(&mut pair.here, command)?, ask(&mut pair.there, command)?);
        ensure!(a == b, "{command}: {a} {b}");
    }
    let list: Vec<String> = ask(&mut pair.there, "LRANGE in:list 0 -1")?;
    ensure!(list == ["a"], "{list:?}");
    let union: u64 = ask(&mut pair.there, "SCARD in:union")?;
    ensure!(union == 2);
    Ok(())
}

#[test]
fn a_long_command_that_is_applied_in_part_keeps_its_values() -> Result<()> {
    let mut pair = pair()?;
    let (_migration, mut run) = pair.follow("--include-key in:*")?;
    // More than is held of a command in memory.
    let long = vec![b'v'; 3 << 20];
    redis::cmd("MSET").arg("in:long").arg(&long).arg("out:b").arg(1).exec(&mut pair.here)?;
    redis::cmd("MSETNX").arg("out:c").arg(&long).arg("in:short").arg(2).exec(&mut pair.here)?;
    run.wait_applied(&pair.source, SOON)?;
    ensure!(pair.keys()? == set(&["in:long", "in:short"]), "{:?}", pair.keys()?);
    let found: Vec<u8> = redis::cmd("GET").arg("in:long").query(&mut pair.there)?;
    ensure!(found == long, "{} of {} bytes", found.len(), long.len());
    let short: String = ask(&mut pair.there, "GET in:short")?;
    ensure!(short == "2", "{short}");
    Ok(())
}

#[test]
fn a_key_of_many_kilobytes_is_looked_at_whole_beside_a_value_that_is_not_held() -> Result<()> {
    let mut pair = pair()?;
    let (_migration, mut run) = pair.follow("--include-key in:* --exclude-key *:tmp")?;
    // A long name, and more than is held of a command in memory.
    let name = |start: &str, end: &str| format!("{start}:{}{end}", "k".repeat(80_000));
    let (wanted, ends_wrong, outside) = (name("in", ""), name("in", ":tmp"), name("out", ""));
    let long = vec![b'v'; 3 << 20];
    for key in [&wanted, &ends_wrong, &outside] {
        redis::cmd("SET").arg(key).arg(&long).exec(&mut pair.here)?;
    }
    redis::cmd("MSET").arg("in:a").arg(&long).arg(&outside).arg(1).exec(&mut pair.here)?;
    run.wait_applied(&pair.source, SOON)?;
    ensure!(pair.keys()? == set(&["in:a", &wanted]), "{} keys", pair.keys()?.len());
    let found: Vec<u8> = redis::cmd("GET").arg(&wanted).query(&mut pair.there)?;
    ensure!(found == long, "{} of {} bytes", found.len(), long.len());
    Ok(())
}

#[test]
fn a_flush_removes_selected_keys_only() -> Result<()> {
    let mut pair = pair()?;
    pair.all(&["SET in:1 1", "SET out:1 1"])?;
    ask::<()>(&mut pair.there, "SET out:own destination")?;
    ask::<()>(&mut pair.there, "SET __keyferry:other:checkpoint:0 theirs")?;
    let (_migration, mut run) = pair.follow("--include-key in:*")?;
    pair.all(&["FLUSHALL", "SET in:2 2"])?;
    run.wait_applied(&pair.source, SOON)?;
    ensure!(pair.keys()? == set(&["out:own", "in:2"]), "{:?}", pair.keys()?);
    let other: Option<String> = ask(&mut pair.there, "GET __keyferry:other:checkpoint:0")?;
    ensure!(other.as_deref() == Some("theirs"));
    Ok(())
}

#[test]
fn an_empty_pattern_is_refused() -> Result<()> {
    let pair = pair()?;
    let migration = Migration::new(&pair.source, &pair.destination, "--exclude-key=")?;
    expect_usage(&migration.end()?, "pattern")
}
