//! What a destination can refuse: said, waited for, and gone on with where it stood.

use anyhow::{Result, ensure};
use keyferry_tests::keyferry::number;
use keyferry_tests::migration::{ask, field};
use redis::Connection;

use crate::scene::{LONG, Scene, told};

/// Makes the destination refuse, waits until that is told as `code` in this state, mends it, and looks
/// whether everything went on exactly.
fn goes_on(
    seed: u64,
    (code, state): (&str, &str),
    refuse: impl FnOnce(&mut Connection, &Scene) -> Result<()>,
    mend: impl FnOnce(&mut Connection) -> Result<()>,
) -> Result<()> {
    let scene = Scene::new(seed, &[], "")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    let mut there = scene.destination.connect()?;
    refuse(&mut there, &scene)?;
    let line = told(&mut run, code)?;
    ensure!(field(&line, "state") == state, "{line}");
    ensure!(field(&line, "error/side") == "destination", "{line}");
    ensure!(field(&line, "error/remedy").as_str().is_some_and(|text| !text.is_empty()), "{line}");
    mend(&mut there)?;
    let applied = number(&line, "commands_applied");
    run.wait_for("more", LONG, |line| number(line, "commands_applied") > applied + 300)?;
    scene.settle(&mut run, counters)?;
    scene.copied(1)
}

/// Several commands.
fn all(there: &mut Connection, commands: &[&str]) -> Result<()> {
    commands.iter().try_for_each(|command| ask::<()>(there, command))
}

#[test]
fn for_want_of_memory() -> Result<()> {
    goes_on(
        761,
        ("out_of_memory", "holding"),
        |there, _| {
            all(there, &["CONFIG SET maxmemory-policy noeviction", "CONFIG SET maxmemory 1"])
        },
        |there| all(there, &["CONFIG SET maxmemory 0"]),
    )
}

#[test]
fn for_want_of_replicas() -> Result<()> {
    goes_on(
        762,
        ("too_few_replicas", "retrying"),
        |there, _| all(there, &["CONFIG SET min-replicas-to-write 1"]),
        |there| all(there, &["CONFIG SET min-replicas-to-write 0"]),
    )
}

#[test]
fn for_want_of_a_permission() -> Result<()> {
    goes_on(
        763,
        ("no_permission", "holding"),
        |there, _| all(there, &["ACL SETUSER default -append"]),
        |there| all(there, &["ACL SETUSER default +append"]),
    )
}

#[test]
fn for_a_snapshot_that_could_not_be_saved() -> Result<()> {
    goes_on(
        764,
        ("cannot_persist", "holding"),
        |there, scene| {
            // A folder in the place of the file makes the save fail.
            std::fs::create_dir(scene.destination.folder().join("dump.rdb"))?;
            redis::cmd("CONFIG").arg("SET").arg("save").arg("3600 1").exec(there)?;
            all(there, &["BGSAVE"])
        },
        |there| all(there, &["CONFIG SET stop-writes-on-bgsave-error no"]),
    )
}

#[test]
fn while_a_script_runs() -> Result<()> {
    goes_on(
        765,
        ("busy", "retrying"),
        |there, scene| {
            all(there, &["CONFIG SET busy-reply-threshold 50"])?;
            let mut runs = scene.destination.connect()?;
            std::thread::spawn(move || {
                redis::cmd("EVAL").arg("while true do end").arg(0).exec(&mut runs)
            });
            Ok(())
        },
        |there| all(there, &["SCRIPT KILL"]),
    )
}

#[test]
fn while_it_is_a_replica_that_lost_its_primary_and_answers_nothing() -> Result<()> {
    goes_on(
        767,
        ("loading", "retrying"),
        |there, _| all(there, &["CONFIG SET replica-serve-stale-data no", "REPLICAOF 127.0.0.1 1"]),
        |there| all(there, &["REPLICAOF NO ONE"]),
    )
}

/// A key of another type (WRONGTYPE), and one that is there already (BUSYKEY): the source had neither.
#[test]
fn for_what_somebody_else_put_there() -> Result<()> {
    let scene = Scene::new(768, &[], "")?;
    let mut run = scene.migration.start_and_catch_up()?;
    let mut here = scene.source.connect()?;
    let mut there = scene.destination.connect()?;
    for command in ["RPUSH visits other", "SET restored other"] {
        ask::<()>(&mut there, command)?;
    }
    let counters = scene.write();
    ask::<()>(&mut here, "INCR visits")?;
    let value: Vec<u8> = redis::cmd("DUMP").arg("embstr").query(&mut here)?;
    redis::cmd("RESTORE").arg("restored").arg(0).arg(value).exec(&mut here)?;
    scene.told_in_events("read_again", 1)?;
    scene.settle(&mut run, counters)?;
    scene.copied(1)
}

#[test]
fn while_it_is_a_replica() -> Result<()> {
    goes_on(
        766,
        ("read_only", "retrying"),
        // Of a server that does not exist: its data stay.
        |there, _| all(there, &["REPLICAOF 127.0.0.1 1"]),
        |there| all(there, &["REPLICAOF NO ONE"]),
    )
}
