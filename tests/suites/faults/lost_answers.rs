//! The destination does what it was asked, and the answer never arrives.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use keyferry_tests::compare::compare;
use keyferry_tests::migration::{SOON, ask};
use keyferry_tests::server::wait_until;

use crate::scene::{LONG, Scene, caught_up};

/// Loses the answers to this piece, as often as said, and lets the task go on by itself.
fn survives(seed: u64, flags: &str, piece: &[u8], times: u64, after: &[&str]) -> Result<()> {
    let scene = Scene::new(seed, &[], flags)?;
    let counters = scene.write();
    if after.is_empty() {
        scene.to_destination.lose_answer_to(piece);
    }
    let mut run = scene.migration.start()?;
    for time in 0..times {
        if !after.is_empty() {
            caught_up(&mut run)?;
            scene.to_destination.lose_answer_to(piece);
            // Nothing is written between them: it would be in another database behind them.
            counters.while_paused(|| {
                let mut connection = scene.source.connect()?;
                after.iter().try_for_each(|command| ask::<()>(&mut connection, command))
            })?;
        } else if time > 0 {
            scene.to_destination.lose_answer_to(piece);
        }
        wait_until("an answer is lost", LONG, || Ok(scene.to_destination.lost() > time))?;
    }
    caught_up(&mut run)?;
    scene.settle(&mut run, counters)?;
    scene.copied(1)
}

#[test]
fn of_the_first_checkpoint() -> Result<()> {
    survives(751, "", b"until=0/0", 1, &[])
}

#[test]
fn of_a_batch_of_the_snapshot() -> Result<()> {
    survives(752, "--records-per-second 3000", b"\r\nRESTORE\r\n", 3, &[])
}

#[test]
fn of_a_checkpoint_of_the_snapshot() -> Result<()> {
    survives(753, "--records-per-second 3000", b"$4\r\nEXEC\r\n", 2, &[])
}

#[test]
fn of_a_transaction() -> Result<()> {
    survives(754, "", b"\r\nAPPEND\r\n", 5, &[])
}

#[test]
fn of_a_checkpoint_alone() -> Result<()> {
    let scene = Scene::new(755, &[], "")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    counters.stop()?;
    run.wait_applied(&scene.source, LONG)?;
    // Only the source's keep-alives move the offset now: nothing but the checkpoint is written.
    scene.to_destination.lose_answer_to(b"$4\r\nEXEC\r\n");
    ask::<()>(&mut scene.source.connect()?, "CONFIG SET repl-ping-replica-period 1")?;
    wait_until("an answer is lost", SOON, || Ok(scene.to_destination.lost() > 0))?;
    let counters = scene.write();
    caught_up(&mut run)?;
    scene.settle(&mut run, counters).map(|_| ())
}

#[test]
fn of_a_flush_that_takes_the_checkpoint_with_it() -> Result<()> {
    // The counters start anew with the flush: what is there afterwards is exact again.
    let scene = Scene::new(756, &[], "")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    counters.stop()?;
    for time in 0..3 {
        scene.to_destination.lose_answer_to(b"$7\r\nFLUSHDB\r\n");
        ask::<()>(&mut scene.source.connect()?, "FLUSHALL")?;
        let counters = scene.write();
        wait_until("an answer is lost", SOON, || Ok(scene.to_destination.lost() > time))?;
        caught_up(&mut run)?;
        scene.settle(&mut run, counters)?;
    }
    Ok(())
}

#[test]
fn of_an_exchange_of_databases() -> Result<()> {
    survives(757, "", b"\r\nSWAPDB\r\n", 2, &["SWAPDB 3 4"])?;
    // The one that holds the checkpoint, there and back.
    survives(758, "", b"\r\nSWAPDB\r\n", 2, &["SWAPDB 0 4", "SWAPDB 0 4"])
}

#[test]
fn of_the_removal_of_keys_that_an_earlier_copy_brought() -> Result<()> {
    let (scene, counters) = Scene::killed(759, "--on-history-lost recopy")?;
    scene.lose_checkpoint()?;
    scene.to_destination.lose_answer_to(b"\r\nUNLINK\r\n");
    let mut run = scene.migration.start()?;
    wait_until("an answer is lost", LONG, || Ok(scene.to_destination.lost() > 0))?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters).map(|_| ())
}

/// A key that differed at the destination is to be read from the source again, which cannot be reached
/// just then: that ends the connection which knew of it.
#[test]
fn what_an_answer_asked_for_is_done_by_the_next_connection() -> Result<()> {
    let scene = Scene::new(741, &[], "")?;
    let mut run = scene.migration.start_and_catch_up()?;
    ask::<()>(&mut scene.source.connect()?, "SET visits 41")?;
    run.wait_applied(&scene.source, LONG)?;
    ask::<()>(&mut scene.destination.connect()?, "DEL visits")?;
    ask::<()>(&mut scene.destination.connect()?, "RPUSH visits other")?;

    scene.to_destination.hold();
    ask::<()>(&mut scene.source.connect()?, "INCR visits")?;
    scene.spooled(scene.source.offset()?)?;
    scene.to_source.lead_to(0);
    scene.to_destination.release();
    // A second connection takes it up.
    scene.told_in_events("read_again", 2)?;
    scene.to_source.lead_to(scene.source.port());

    run.freshen(LONG)?;
    run.wait_applied(&scene.source, LONG)?;
    let all: Vec<_> = (0..16).collect();
    compare(&scene.source, &scene.destination, &all, &BTreeMap::new(), 2000)?.none()
}

/// What the destination answered is lost with the connection, and the program is killed before it
/// has another one: nobody is left who knows where to look, but for the checkpoint.
#[test]
fn of_commands_that_did_something_else_before_a_kill() -> Result<()> {
    for (seed, piece) in [(742, &b"INCR"[..]), (743, b"PEXPIREAT")] {
        let scene = Scene::new(seed, &[], "")?;
        let mut run = scene.migration.start_and_catch_up()?;
        scene.will_differ(&mut run)?;
        scene.to_destination.lead_new_to(0);
        scene.to_destination.lose_answer_to(piece);
        scene.differ()?;
        wait_until("an answer is lost", SOON, || Ok(scene.to_destination.lost() > 0))?;
        run.kill()?;
        scene.to_destination.lead_to(scene.destination.port());
        scene.goes_on(scene.write())?;
    }
    Ok(())
}

/// The source cannot be reached when the task is to rest: the next run makes up for what is owed.
#[test]
fn of_commands_that_did_something_else_before_a_pause() -> Result<()> {
    let scene = Scene::new(744, &[], "")?;
    let mut run = scene.migration.start_and_catch_up()?;
    scene.will_differ(&mut run)?;
    scene.to_destination.hold();
    scene.differ()?;
    scene.spooled(scene.source.offset()?)?;
    scene.to_source.lead_to(0);
    scene.to_destination.release();
    scene.told_in_events("read_again", 1)?;
    ensure!(scene.migration.task("pause")?.status.success(), "it cannot be paused");
    run.end(SOON)?;
    scene.to_source.lead_to(scene.source.port());
    scene.goes_on(scene.write())
}
