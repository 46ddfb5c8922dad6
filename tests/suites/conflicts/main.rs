//! Keys that are at the destination already.

use std::time::Duration;

use anyhow::{Result, ensure};
use keyferry_tests::keyferry::Keyferry;
use keyferry_tests::server::Server;

const DEADLINE: Duration = Duration::from_secs(60);

/// Source: same, other and free; destination: same (another value), other (another type), own.
fn migrated(policy: &str, code: i32, outcome: &str) -> Result<Server> {
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[])?;
    let state = tempfile::tempdir()?;
    let mut here = source.connect()?;
    let mut there = destination.connect()?;
    for key in ["same", "other", "free"] {
        redis::cmd("SET").arg(key).arg("source").exec(&mut here)?;
    }
    for key in ["same", "own"] {
        redis::cmd("SET").arg(key).arg("destination").exec(&mut there)?;
    }
    redis::cmd("RPUSH").arg("other").arg("destination").exec(&mut there)?;
    let flags = ["--stages", "full", "--conflict", policy];
    let ended = Keyferry::migrate(&source.uri(), &destination.uri(), state.path(), &flags)?
        .end(DEADLINE)?;
    ended.expect(code, outcome)?;
    Ok(destination)
}

fn holds(server: &Server, key: &str) -> Result<String> {
    let mut connection = server.connect()?;
    let kind: String = redis::cmd("TYPE").arg(key).query(&mut connection)?;
    Ok(match kind.as_str() {
        "string" => redis::cmd("GET").arg(key).query(&mut connection)?,
        other => other.to_owned(),
    })
}

#[test]
fn report_fails_the_precheck_and_writes_nothing() -> Result<()> {
    let destination = migrated("report", 2, "precheck_failed")?;
    ensure!(holds(&destination, "same")? == "destination");
    ensure!(holds(&destination, "free")? == "none");
    Ok(())
}

#[test]
fn keep_leaves_the_destinations_keys_whatever_their_type() -> Result<()> {
    let destination = migrated("keep", 0, "done")?;
    ensure!(holds(&destination, "same")? == "destination");
    ensure!(holds(&destination, "other")? == "list");
    ensure!(holds(&destination, "free")? == "source");
    Ok(())
}

#[test]
fn overwrite_replaces_them_and_leaves_the_destinations_own() -> Result<()> {
    let destination = migrated("overwrite", 0, "done")?;
    ensure!(holds(&destination, "same")? == "source");
    ensure!(holds(&destination, "other")? == "source");
    ensure!(holds(&destination, "own")? == "destination");
    Ok(())
}
