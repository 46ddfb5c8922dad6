//! The comparer finds each kind of difference: what it lets pass, every other suite lets pass.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use keyferry_tests::compare::{Differences, compare};
use keyferry_tests::server::Server;

/// A name, and commands for both servers, the source and the destination.
type Case<'a> = (&'a str, &'a [&'a str], &'a [&'a str], &'a [&'a str]);

fn run(server: &Server, commands: &[&str]) -> Result<()> {
    let mut connection = server.connect()?;
    for command in commands {
        let mut words = command.split_whitespace();
        let mut built = redis::cmd(words.next().unwrap_or_default());
        for word in words {
            built.arg(word);
        }
        built.exec(&mut connection)?;
    }
    Ok(())
}

fn differences(both: &[&str], source: &[&str], destination: &[&str]) -> Result<Differences> {
    let here = Server::start("redis-8.2", &[])?;
    let there = Server::start("redis-8.2", &[])?;
    run(&here, both)?;
    run(&there, both)?;
    run(&here, source)?;
    run(&there, destination)?;
    compare(&here, &there, &[0, 1], &BTreeMap::new(), 500)
}

#[test]
fn equal_servers_are_equal_whatever_the_encoding_and_our_own_keys() -> Result<()> {
    let found = differences(
        &["ZADD z 0.1 a", "HSET h a 1 b 2", "XADD s 1-1 a b", "XGROUP CREATE s g 0"],
        &["SADD set a b 3"],
        &["SADD set 3 b a", "SET __keyferry:x 1"],
    )?;
    found.none()
}

#[test]
fn an_empty_source_is_not_taken_for_equal() -> Result<()> {
    ensure!(differences(&[], &[], &[])?.none().is_err());
    Ok(())
}

#[test]
fn each_kind_of_difference_is_found() -> Result<()> {
    let stream = "XADD s 1-1 a b";
    let group = "XGROUP CREATE s g 0";
    let read = "XREADGROUP GROUP g c COUNT 1 STREAMS s >";
    let cases: &[Case] = &[
        ("missing key", &["SET x 1"], &["SET k 1"], &[]),
        ("extra key", &["SET x 1"], &[], &["SET k 1"]),
        ("other database", &["SET x 1"], &["SELECT 1", "SET k 1"], &["SET k 1"]),
        ("other type", &[], &["SET k 1"], &["RPUSH k 1"]),
        ("string", &[], &["SET k 1"], &["SET k 01"]),
        ("list order", &[], &["RPUSH k 1 2"], &["RPUSH k 2 1"]),
        ("list length", &[], &["RPUSH k 1 2"], &["RPUSH k 1 2 2"]),
        ("set member", &[], &["SADD k a b"], &["SADD k a c"]),
        ("score", &[], &["ZADD k 1 a"], &["ZADD k 2 a"]),
        (
            "score's sign",
            &["CONFIG SET zset-max-listpack-entries 0"],
            &["ZADD k 0 a"],
            &["ZADD k -0 a"],
        ),
        ("hash value", &[], &["HSET k a 1"], &["HSET k a 2"]),
        ("field expiry", &["HSET k a 1"], &["HPEXPIRE k 900000 FIELDS 1 a"], &[]),
        ("expiry missing", &["SET k 1"], &["EXPIRE k 100"], &[]),
        ("expiry too much", &["SET k 1"], &[], &["EXPIRE k 100"]),
        ("expiry off", &["SET k 1"], &["EXPIRE k 100"], &["EXPIRE k 102"]),
        ("stream entry", &[], &["XADD s 1-1 a b"], &["XADD s 1-1 a c"]),
        ("last id", &[stream], &["XADD s 2-1 a b", "XDEL s 2-1"], &[]),
        ("group", &[stream], &[group], &[]),
        ("group's place", &[stream], &[group], &["XGROUP CREATE s g $"]),
        ("pending", &[stream, group, read], &[], &["XACK s g 1-1"]),
        (
            "deliveries",
            &[stream, group, read],
            &["XREADGROUP GROUP g c STREAMS s 0"],
            &["XCLAIM s g c 0 1-1 RETRYCOUNT 9"],
        ),
        ("consumer", &[stream, group, read], &[], &["XCLAIM s g d 0 1-1 RETRYCOUNT 1"]),
    ];
    for (name, both, source, destination) in cases {
        let found = differences(both, source, destination)?;
        ensure!(found.count > 0, "{name}: not found");
        ensure!(found.none().is_err(), "{name}: not reported");
    }
    Ok(())
}
