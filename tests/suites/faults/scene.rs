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

    /// As [`Scene::new`], with a task that caught up and was killed, and a source that is written to.
    pub(crate) fn killed(seed: u64, flags: &str) -> Result<(Self, Counters)> {
        let scene = Self::new(seed, &[], flags)?;
        let counters = scene.write();
        scene.migration.start_and_catch_up()?.kill()?;
        Ok((scene, counters))
    }

    /// Starts the task, lets it catch up, and compares.
    pub(crate) fn goes_on(&self, counters: Counters) -> Result<()> {
        let mut run = self.migration.start()?;
        caught_up(&mut run)?;
        self.settle(&mut run, counters).map(|_| ())
    }

    /// Takes the task's checkpoint away from the destination and some keys from the source: what the
    /// first copy brought of them stays.
    pub(crate) fn lose_checkpoint(&self) -> Result<()> {
        let mut there = self.destination.connect()?;
        let own: Vec<String> = ask(&mut there, "KEYS __keyferry:*")?;
        redis::cmd("DEL").arg(&own).exec(&mut there)?;
        ask(&mut self.source.connect()?, "DEL embstr hash:large stream")
    }

    /// Agrees to what the task proposes that holds at this error.
    pub(crate) fn agree_to(&self, run: &mut Keyferry, code: &str) -> Result<Value> {
        let line = told(run, code)?;
        let agreed = self.migration.task("resume --agree")?;
        ensure!(agreed.status.success(), "{agreed:#?}");
        Ok(line)
    }

    /// Two keys that are not at the destination what they are at the source, of which the task finds
    /// out only by its answers to what is written next.
    pub(crate) fn differ(&self) -> Result<()> {
        let mut there = self.destination.connect()?;
        for command in ["DEL visits", "RPUSH visits other", "DEL session"] {
            ask::<i64>(&mut there, command)?;
        }
        let mut here = self.source.connect()?;
        ask::<i64>(&mut here, "INCR visits")?;
        ask::<i64>(&mut here, "EXPIRE session 300000").map(|_| ())
    }

    /// The keys that [`Scene::differ`] is about, in both places.
    pub(crate) fn will_differ(&self, run: &mut Keyferry) -> Result<()> {
        let mut here = self.source.connect()?;
        ask::<()>(&mut here, "SET visits 41")?;
        ask::<()>(&mut here, "SET session user EX 200000")?;
        arrived(run, &self.source, &self.destination)
    }

    /// Waits until the task has the stream on disk up to this offset.
    pub(crate) fn spooled(&self, offset: u64) -> Result<()> {
        wait_until("the task has the stream on disk", LONG, || {
            let replica = self.source.info("replication", "slave0")?;
            let told = replica.split(',').find_map(|field| field.strip_prefix("offset="));
            Ok(told.and_then(|told| told.parse::<u64>().ok()).is_some_and(|told| told >= offset))
        })
    }

    /// Waits until the task has told this so often.
    pub(crate) fn told_in_events(&self, code: &str, times: usize) -> Result<()> {
        wait_until(&format!("{code} is told"), LONG, || Ok(self.events(code)? >= times))
    }

    /// How many events of this kind the task has told.
    pub(crate) fn events(&self, code: &str) -> Result<usize> {
        let path = self.spool()?.join("../../events.jsonl");
        let events = std::fs::read_to_string(&path).unwrap_or_default();
        Ok(events.matches(&format!("\"{code}\"")).count())
    }

    /// A figure that the task keeps for the window, by its JSON pointer without the first slash; null
    /// where there is none.
    pub(crate) fn figure(&self, name: &str) -> Result<Value> {
        let text = std::fs::read(self.spool()?.join("../../status.json"))?;
        let report: Value = serde_json::from_slice(&text)?;
        Ok(field(&report, &format!("detail/{name}")).clone())
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

    /// That the source as it is now was copied so often.
    pub(crate) fn copied(&self, times: u32) -> Result<()> {
        copied(&self.source, times)
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

/// That this source was copied so often.
pub(crate) fn copied(source: &Server, times: u32) -> Result<()> {
    let told = source.info("stats", "sync_full")?;
    ensure!(told == times.to_string(), "it was copied {told} times, not {times}");
    Ok(())
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
