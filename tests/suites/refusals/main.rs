//! What goes wrong is said: a code, a side and a remedy; never a panic, never silence.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::time::Duration;

use anyhow::{Result, ensure};
use keyferry_tests::compare::compare;
use keyferry_tests::fake_source::{FakeSource, rdb_of, transfer};
use keyferry_tests::fault_proxy::{FaultProxy, Faults};
use keyferry_tests::keyferry::{Keyferry, error_code};
use keyferry_tests::server::Server;
use keyferry_tests::workload::fill;
use serde_json::Value;

const DEADLINE: Duration = Duration::from_secs(60);

/// Waits for an error with this code at this side; it must say what to do.
fn told(run: &mut Keyferry, code: &str, side: &str) -> Result<()> {
    let line = run
        .wait_for(&format!("the error {code}"), DEADLINE, |line| error_code(line) == Some(code))?;
    let field =
        |name: &str| line.get("error").and_then(|error| error.get(name)).and_then(Value::as_str);
    ensure!(field("side") == Some(side), "{line}");
    ensure!(field("message").is_some_and(|text| !text.is_empty()), "{line}");
    ensure!(field("remedy").is_some_and(|text| !text.is_empty()), "{line}");
    Ok(())
}

/// A run against a source whose answer to PSYNC is made of its own RDB.
fn with_answer(make: impl Fn(Vec<u8>) -> Vec<u8>, hang_up: bool, code: &str) -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[])?;
    let state = tempfile::tempdir()?;
    fill(&source, 61, 2000)?;
    let fake = FakeSource::start(&source, make(rdb_of(&source)?), hang_up)?;
    let flags = ["--stages", "full"];
    let mut run = Keyferry::migrate(&fake.uri(), &destination.uri(), state.path(), &flags)?;
    told(&mut run, code, "source")
}

#[test]
fn a_whole_rdb_from_the_scripted_source_is_migrated() -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[])?;
    let state = tempfile::tempdir()?;
    fill(&source, 62, 500)?;
    let rdb = rdb_of(&source)?;
    let fake = FakeSource::start(&source, transfer(&rdb, rdb.len()), false)?;
    let flags = ["--stages", "full"];
    Keyferry::migrate(&fake.uri(), &destination.uri(), state.path(), &flags)?
        .end(DEADLINE)?
        .expect(0, "done")?;
    compare(&source, &destination, &[0, 15], &BTreeMap::new(), 100)?.none()
}

#[test]
fn an_rdb_that_ends_too_early_is_corrupt() -> Result<()> {
    with_answer(|rdb| transfer(&rdb[..rdb.len() / 2], rdb.len() / 2), false, "rdb_corrupt")
}

#[test]
fn an_rdb_with_a_wrong_checksum_is_corrupt() -> Result<()> {
    let spoil = |mut rdb: Vec<u8>| {
        let last = rdb.len() - 1;
        rdb[last] ^= 0x55;
        transfer(&rdb, rdb.len())
    };
    with_answer(spoil, false, "rdb_corrupt")
}

#[test]
fn an_unknown_type_is_named() -> Result<()> {
    let invent = |_| {
        let mut rdb = b"REDIS0010\xfe\x00".to_vec();
        rdb.extend_from_slice(b"\xc8\x01k\x01v\xff\0\0\0\0\0\0\0\0");
        transfer(&rdb, rdb.len())
    };
    with_answer(invent, false, "rdb_unknown")
}

#[test]
fn a_source_that_hangs_up_in_the_middle_is_tried_again() -> Result<()> {
    with_answer(|rdb| transfer(&rdb[..rdb.len() / 2], rdb.len()), true, "connection_lost")
}

#[test]
fn a_cut_link_is_mended_and_everything_arrives_once() -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[])?;
    let state = tempfile::tempdir()?;
    fill(&source, 63, 4000)?;
    let faults = Faults { cut_after_up: Some(150_000), strikes_max: 3, ..Faults::default() };
    let proxy = FaultProxy::start(destination.port(), faults)?;
    let flags = ["--until", "caught-up"];
    let ended =
        Keyferry::migrate(&source.uri(), &proxy.uri(), state.path(), &flags)?.end(DEADLINE)?;
    ended.expect(0, "done")?;
    ensure!(proxy.struck() > 0, "nothing was cut");
    compare(&source, &destination, &[0, 1], &BTreeMap::new(), 100)?.none()
}

#[test]
fn a_wrong_password_names_the_side_and_is_not_printed() -> Result<()> {
    let source = Server::start("redis-7.0", &[("requirepass", "right")])?;
    let destination = Server::start("redis-7.0", &[])?;
    let state = tempfile::tempdir()?;
    let uri = format!("redis://:not-the-word@127.0.0.1:{}", source.port());
    let ended = Keyferry::migrate(&uri, &destination.uri(), state.path(), &[])?.end(DEADLINE)?;
    ended.expect(2, "precheck_failed")?;
    ensure!(ended.stderr.to_lowercase().contains("source"), "{}", ended.stderr);
    ensure!(!format!("{ended:?}").contains("not-the-word"), "the password was printed");
    Ok(())
}

#[test]
fn a_right_password_works() -> Result<()> {
    let source = Server::start("redis-7.0", &[("requirepass", "right")])?;
    let destination = Server::start("redis-7.0", &[("requirepass", "too")])?;
    let state = tempfile::tempdir()?;
    fill(&source, 64, 10)?;
    let flags = ["--stages", "full"];
    let ended = Keyferry::migrate(&source.uri(), &destination.uri(), state.path(), &flags)?
        .end(DEADLINE)?;
    ended.expect(0, "done")?;
    compare(&source, &destination, &[0], &BTreeMap::new(), 100)?.none()
}

#[test]
fn a_port_where_nothing_listens_fails_the_precheck() -> Result<()> {
    let destination = Server::start("redis-7.0", &[])?;
    let state = tempfile::tempdir()?;
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    let uri = format!("redis://127.0.0.1:{port}");
    let ended = Keyferry::migrate(&uri, &destination.uri(), state.path(), &[])?.end(DEADLINE)?;
    ended.expect(2, "precheck_failed")
}

#[test]
fn a_destination_that_is_full_holds_with_a_remedy() -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    let limits = [("maxmemory", "4mb"), ("maxmemory-policy", "noeviction")];
    let destination = Server::start("redis-7.0", &limits)?;
    let state = tempfile::tempdir()?;
    fill(&source, 65, 40_000)?;
    let flags = ["--stages", "full", "--skip-precheck"];
    let mut run = Keyferry::migrate(&source.uri(), &destination.uri(), state.path(), &flags)?;
    told(&mut run, "out_of_memory", "destination")
}
