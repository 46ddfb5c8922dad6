//! Random faults at random moments, for as long as wanted.
//!
//! `KEYFERRY_SOAK_SECONDS` and `KEYFERRY_SOAK_SEED` make it long and another one; `make soak` does.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use keyferry_tests::counters::Counters;
use keyferry_tests::keyferry::{Keyferry, program};
use keyferry_tests::migration::{Migration, SOON, ask};
use keyferry_tests::server::{Server, wait_until};
use keyferry_tests::switchboard::Switchboard;
use keyferry_tests::workload::fill;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

use crate::scene::{arrived, equal, follow, promote};
use crate::state_folder::limit_file_size;

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// kill -9 of the program, and the same command again.
    ProgramKilled,
    /// A clean pause, and a resume.
    ProgramPaused,
    /// kill -9 of the destination, and a restart from its append-only file.
    DestinationKilled,
    /// Every link to the destination is cut.
    DestinationCut,
    /// The link to the destination is cut at a random byte.
    DestinationCutInside,
    /// Nothing passes to or from the destination for a while.
    DestinationStalled,
    /// As that, and the program is killed meanwhile: what it sent arrives after its successor began.
    DestinationHalfOpen,
    /// The destination's replica, which may lag, takes its place.
    DestinationFailover,
    /// Somebody empties the destination.
    DestinationFlushed,
    SourceCut,
    SourceStalled,
    /// The source's replica takes its place, with everything.
    SourceFailover,
    /// The source's replica takes its place, without what came last.
    SourceFailoverWithLoss,
    /// kill -9 of the source, and a restart from its append-only file.
    SourceKilled,
    /// No file of the program's can grow.
    DiskFull,
}

const ALL: [Fault; 15] = [
    Fault::ProgramKilled,
    Fault::ProgramPaused,
    Fault::DestinationKilled,
    Fault::DestinationCut,
    Fault::DestinationCutInside,
    Fault::DestinationStalled,
    Fault::DestinationHalfOpen,
    Fault::DestinationFailover,
    Fault::DestinationFlushed,
    Fault::SourceCut,
    Fault::SourceStalled,
    Fault::SourceFailover,
    Fault::SourceFailoverWithLoss,
    Fault::SourceKilled,
    Fault::DiskFull,
];

/// A server, its replica, and the address at which whoever is the primary is found.
struct Pair {
    name: String,
    primary: Server,
    replica: Server,
    /// Between the two.
    between: Switchboard,
    address: Switchboard,
    options: Vec<(&'static str, &'static str)>,
}

impl Pair {
    fn start(name: &str, options: &[(&'static str, &'static str)]) -> Result<Self> {
        let primary = Server::start(name, options)?;
        let replica = Server::start(name, options)?;
        let between = Switchboard::start(primary.port())?;
        let address = Switchboard::start(primary.port())?;
        follow(&replica, between.port())?;
        Ok(Self {
            name: name.to_owned(),
            primary,
            replica,
            between,
            address,
            options: options.to_vec(),
        })
    }

    /// The replica becomes the primary, and a new replica follows it.
    fn fail_over(&mut self) -> Result<()> {
        promote(&self.replica)?;
        self.address.lead_to(self.replica.port());
        let next = Server::start(&self.name, &self.options)?;
        self.primary = std::mem::replace(&mut self.replica, next);
        self.between = Switchboard::start(self.primary.port())?;
        follow(&self.replica, self.between.port())
    }
}

struct Soak {
    source: Pair,
    destination: Pair,
    migration: Migration,
    counters: Counters,
    run: Keyferry,
    random: StdRng,
    happened: BTreeMap<Fault, u32>,
}

impl Soak {
    fn start(name: &str, seed: u64) -> Result<Self> {
        let durable = [("appendonly", "yes"), ("appendfsync", "everysec")];
        let safe = [("appendonly", "yes"), ("appendfsync", "always")];
        let source = Pair::start(name, &safe)?;
        let destination = Pair::start(name, &durable)?;
        fill(&source.primary, seed, 2000)?;
        let migration = Migration::between(
            &source.address.uri(),
            &destination.address.uri(),
            "--on-history-lost recopy --skip-precheck",
        )?;
        let counters = Counters::start(source.primary.port(), 60, seed);
        let run = start(&migration)?;
        let random = StdRng::seed_from_u64(seed);
        let happened = BTreeMap::new();
        Ok(Self { source, destination, migration, counters, run, random, happened })
    }

    fn pause(&mut self, most_ms: u64) {
        // The moment is what is random; nothing is waited for.
        std::thread::sleep(Duration::from_millis(self.random.random_range(0..most_ms)));
    }

    fn kill_program(&mut self) -> Result<()> {
        self.run.signal("KILL")?;
        self.wait_for_end()?;
        self.run = start(&self.migration)?;
        Ok(())
    }

    fn wait_for_end(&mut self) -> Result<()> {
        wait_until("the program ends", SOON, || self.run.has_ended())
    }

    fn strike(&mut self, fault: Fault) -> Result<()> {
        *self.happened.entry(fault).or_default() += 1;
        match fault {
            Fault::ProgramKilled => self.kill_program()?,
            Fault::ProgramPaused => {
                self.run.signal("TERM")?;
                self.wait_for_end()?;
                self.run = start(&self.migration)?;
            }
            Fault::DestinationKilled => {
                self.destination.primary.kill()?;
                self.pause(1500);
                self.destination.primary.restart()?;
            }
            Fault::DestinationCut => self.destination.address.cut(),
            Fault::DestinationCutInside => {
                let bytes = self.random.random_range(0..20_000);
                self.destination.address.cut_after(bytes);
            }
            Fault::DestinationStalled => {
                self.destination.address.hold();
                self.pause(3000);
                self.destination.address.release();
            }
            Fault::DestinationHalfOpen => {
                self.destination.address.hold();
                self.pause(1500);
                self.kill_program()?;
                self.pause(1500);
                self.destination.address.release();
            }
            Fault::DestinationFailover => {
                if self.random.random() {
                    self.destination.between.hold();
                    self.pause(1000);
                }
                self.destination.primary.kill()?;
                self.destination.fail_over()?;
            }
            Fault::DestinationFlushed => {
                ask::<()>(&mut self.destination.primary.connect()?, "FLUSHALL")?;
            }
            Fault::SourceCut => self.source.address.cut(),
            Fault::SourceStalled => {
                self.source.address.hold();
                self.pause(3000);
                self.source.address.release();
            }
            Fault::SourceFailover => {
                let source = &mut self.source;
                let counters = &self.counters;
                counters.while_paused(|| {
                    let offset = source.primary.offset()?;
                    wait_until("the replica has it", SOON, || {
                        Ok(source.replica.offset()? >= offset)
                    })?;
                    source.primary.kill()?;
                    source.fail_over()?;
                    counters.write_to(source.primary.port());
                    Ok(())
                })?;
            }
            Fault::SourceFailoverWithLoss => {
                self.source.between.hold();
                self.pause(1000);
                let source = &mut self.source;
                let counters = &self.counters;
                counters.while_paused(|| {
                    source.primary.kill()?;
                    source.fail_over()?;
                    counters.write_to(source.primary.port());
                    Ok(())
                })?;
            }
            Fault::SourceKilled => {
                let source = &mut self.source;
                let counters = &self.counters;
                counters.while_paused(|| {
                    source.primary.kill()?;
                    source.primary.restart()
                })?;
                let (replica, port) = (&self.source.replica, self.source.between.port());
                follow(replica, port)?;
            }
            Fault::DiskFull => {
                limit_file_size(self.run.pid(), Some(4096))?;
                self.pause(1500);
                limit_file_size(self.run.pid(), None)?;
            }
        }
        Ok(())
    }

    /// Prints what the task told last.
    fn show(&mut self) {
        println!("ended: {:?}", self.run.has_ended());
        println!("{}", self.run.told_last());
        if let Ok(told) = self.migration.task("show") {
            println!("{}\n{}", told.last, told.stderr);
        }
        let mut events = String::new();
        let tasks = std::fs::read_dir(self.migration.state().join("tasks")).into_iter().flatten();
        for task in tasks.flatten() {
            let path = task.path().join("events.jsonl");
            events += &std::fs::read_to_string(path).unwrap_or_default();
        }
        let last: Vec<&str> = events.lines().rev().take(60).collect();
        last.iter().rev().for_each(|line| println!("{line}"));
    }

    /// Waits until all is applied, and compares.
    fn check(&mut self) -> Result<u64> {
        let Self { source, destination, counters, run, .. } = self;
        counters.while_paused(|| {
            arrived(run, &source.primary, &destination.primary)?;
            equal(&source.primary, &destination.primary)
        })
    }
}

fn start(migration: &Migration) -> Result<Keyferry> {
    let mut command = std::process::Command::new("env");
    command.arg("--ignore-signal=XFSZ").arg(program()?);
    Keyferry::spawn(command, &migration.arguments("migrate")?)
}

/// Faults until the time is over; a check after every few.
fn soak(name: &str, seed: u64, lasts: Duration) -> Result<()> {
    println!("soak on {name}, seed {seed}, {lasts:?}");
    let begin = Instant::now();
    let mut soak = Soak::start(name, seed)?;
    let mut struck = 0;
    let mut checks = 0;
    let mut rounds = 0;
    while begin.elapsed() < lasts || struck == 0 {
        let several = soak.random.random_range(1..=3);
        let mut these = Vec::new();
        for _ in 0..several {
            soak.pause(1500);
            let Some(fault) = ALL.choose(&mut soak.random).copied() else { bail!("no faults") };
            these.push(fault);
            println!("{:>7.1} s {fault:?}", begin.elapsed().as_secs_f64());
            soak.strike(fault).with_context(|| format!("{fault:?}, seed {seed}"))?;
            struck += 1;
        }
        rounds = soak
            .check()
            .inspect_err(|_| soak.show())
            .with_context(|| format!("after {these:?}, seed {seed}"))?;
        checks += 1;
        println!("{:>7.1} s equal, {rounds} rounds exact", begin.elapsed().as_secs_f64());
    }
    soak.run.signal("TERM")?;
    let Soak { run, counters, happened, .. } = soak;
    run.end(SOON)?.expect(0, "paused")?;
    counters.stop()?;
    ensure!(rounds > 0, "nothing was written");
    println!(
        "soak on {name}, seed {seed}: {struck} faults in {:.0} s, {checks} comparisons equal, {rounds} rounds \
         of counters exact: {happened:?}",
        begin.elapsed().as_secs_f64()
    );
    Ok(())
}

/// A number from the environment.
fn wanted(name: &str) -> Result<Option<u64>> {
    std::env::var(name).ok().map(|text| text.parse().context(name.to_owned())).transpose()
}

#[test]
fn random_faults_at_random_moments() -> Result<()> {
    let seconds = wanted("KEYFERRY_SOAK_SECONDS")?.unwrap_or(30);
    let seed = wanted("KEYFERRY_SOAK_SEED")?.unwrap_or(42);
    soak("redis-7.0", seed, Duration::from_secs(seconds))
}

#[test]
fn random_faults_at_random_moments_on_valkey() -> Result<()> {
    let seconds = wanted("KEYFERRY_SOAK_SECONDS")?.unwrap_or(20);
    let seed = wanted("KEYFERRY_SOAK_SEED")?.unwrap_or(43);
    soak("valkey-8.1", seed, Duration::from_secs(seconds))
}
