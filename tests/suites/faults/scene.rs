//! A source, a destination, an address that moves before each, writers, and a task between them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use keyferry_tests::compare::compare;
use keyferry_tests::counters::{Counters, exact};
use keyferry_tests::keyferry::{Keyferry, error_code};
use keyferry_tests::migration::{Migration, ask, field, is_caught_up};
use keyferry_tests::server::{Server, wait_until};
use keyferry_tests::switchboard::Switchboard;
use keyferry_tests::workload::fill;
use serde_json::Value;

/// How long recovering may take on a busy machine, with the longest pause between two attempts.
pub(crate) const LONG: Duration = Duration::from_secs(100);
/// Rounds of [`Counters`] a second.
const PACE: u32 = 60;

pub(crate) struct Scene {
    pub(crate) source: Server,
    pub(crate) destination: Server,
    pub(crate) to_source: Switchboard,
    pub(crate) to_destination: Switchboard,
    pub(crate) migration: Migration,
    seed: u64,
}

impl Scene {
    /// Two servers of 7.0; the destination has these options.
    pub(crate) fn new(seed: u64, destination: &[(&str, &str)], flags: &str) -> Result<Self> {
        Self::between(seed, ("redis-7.0", &[]), ("redis-7.0", destination), flags)
    }

    pub(crate) fn between(
        seed: u64,
        (source, source_options): (&str, &[(&str, &str)]),
        (destination, destination_options): (&str, &[(&str, &str)]),
        flags: &str,
    ) -> Result<Self> {
        println!("seed {seed}");
        let source = Server::start(source, source_options)?;
        let destination = Server::start(destination, destination_options)?;
        fill(&source, seed, 2000)?;
        let to_source = Switchboard::start(source.port())?;
        let to_destination = Switchboard::start(destination.port())?;
        let migration = Migration::between(&to_source.uri(), &to_destination.uri(), flags)?;
        Ok(Self { source, destination, to_source, to_destination, migration, seed })
    }

    /// The folder of the task's spool.
    pub(crate) fn spool(&self) -> Result<PathBuf> {
        let mut folders = vec![self.migration.state().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() && path.file_name().is_some_and(|name| name == "spool") {
                    return Ok(path);
                }
                if path.is_dir() {
                    folders.push(path);
                }
            }
        }
        bail!("the task has no spool")
    }

    /// Starts writing to the source.
    pub(crate) fn write(&self) -> Counters {
        Counters::start(self.source.port(), PACE, self.seed)
    }

    /// Ends the writers, waits until all is applied, and compares.
    pub(crate) fn settle(&self, run: &mut Keyferry, counters: Counters) -> Result<u64> {
        counters.stop()?;
        arrived(run, &self.source, &self.destination)?;
        equal(&self.source, &self.destination)
    }
}

/// Waits until everything is applied that this source holds now. What the task says may still be about a
/// source that is gone, so a key that only this one has is waited for.
pub(crate) fn arrived(run: &mut Keyferry, source: &Server, destination: &Server) -> Result<()> {
    let mark = format!("{}:{}", source.port(), source.offset()?);
    ask::<()>(&mut source.connect()?, &format!("SET mark {mark}"))?;
    wait_until("the mark arrives", LONG, || {
        let found: Option<String> = ask(&mut destination.connect()?, "GET mark")?;
        Ok(found.as_ref() == Some(&mark))
    })?;
    run.freshen(LONG)?;
    run.wait_applied(source, LONG)
}

/// That both servers hold the same, and whole rounds of the counters: how many.
pub(crate) fn equal(source: &Server, destination: &Server) -> Result<u64> {
    let here = exact(source)?;
    let there = exact(destination)?;
    ensure!(here == there, "the source has {here} rounds, the destination {there}");
    let all: Vec<_> = (0..16).collect();
    compare(source, destination, &all, &BTreeMap::new(), 2500)?.none()?;
    Ok(here)
}

/// Waits for an error with this code.
pub(crate) fn told(run: &mut Keyferry, code: &str) -> Result<Value> {
    run.wait_for(&format!("the error {code}"), LONG, |line| error_code(line) == Some(code))
}

/// Waits until the task says that it is in this state.
pub(crate) fn in_state(run: &mut Keyferry, state: &str) -> Result<Value> {
    run.wait_for(&format!("the state {state}"), LONG, |line| {
        field(line, "state") == &Value::from(state)
    })
}

/// Waits until the task has caught up, whatever happens on the way.
pub(crate) fn caught_up(run: &mut Keyferry) -> Result<()> {
    run.wait_for("caught up", LONG, is_caught_up).map(|_| ())
}

/// Makes `replica` follow the server at `port`, and waits until it does.
pub(crate) fn follow(replica: &Server, port: u16) -> Result<()> {
    let mut connection = replica.connect()?;
    redis::cmd("REPLICAOF").arg("127.0.0.1").arg(port).exec(&mut connection)?;
    wait_until("the replica follows", LONG, || {
        Ok(replica.info("replication", "master_link_status")? == "up")
    })
}

/// Makes a replica a primary.
pub(crate) fn promote(replica: &Server) -> Result<()> {
    redis::cmd("REPLICAOF").arg("NO").arg("ONE").exec(&mut replica.connect()?)?;
    Ok(())
}

/// Copies a folder with everything in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else if entry.file_type()?.is_file() {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
