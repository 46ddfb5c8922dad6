//! What happens to the destination: killed, restored, flushed, failed over, half cut off, shared.

use std::time::Duration;

use anyhow::{Result, ensure};
use keyferry_tests::keyferry::{Keyferry, error_code, number};
use keyferry_tests::migration::{SOON, ask, field};
use keyferry_tests::server::{Server, wait_until};
use keyferry_tests::switchboard::Switchboard;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::scene::{
    LONG, Scene, arrived, caught_up, copied, copy_folder, equal, follow, in_state, promote, told,
};

/// Kills the destination at random moments, several times over.
fn survives_kills(seed: u64, name: &str, options: &[(&str, &str)]) -> Result<()> {
    let mut scene = Scene::between(seed, (name, &[]), (name, options), "")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    let last_save = || scene.destination.info("persistence", "rdb_last_save_time");
    let saved = last_save()?;
    if options.iter().any(|(option, _)| *option == "save") {
        // Before the first snapshot there is nothing to come back to.
        wait_until("the first snapshot", SOON, || Ok(last_save()? != saved))?;
    }
    let mut random = StdRng::seed_from_u64(seed);
    for _ in 0..3 {
        // The moment is what is random; nothing is waited for.
        std::thread::sleep(Duration::from_millis(random.random_range(200..1500)));
        scene.destination.kill()?;
        in_state(&mut run, "retrying")?;
        scene.destination.restart()?;
        caught_up(&mut run)?;
    }
    scene.settle(&mut run, counters)?;
    scene.copied(1)
}

#[test]
fn killed_with_an_append_only_file_synced_always() -> Result<()> {
    survives_kills(701, "redis-7.0", &[("appendonly", "yes"), ("appendfsync", "always")])
}

#[test]
fn killed_with_an_append_only_file_synced_every_second() -> Result<()> {
    survives_kills(702, "redis-7.0", &[("appendonly", "yes"), ("appendfsync", "everysec")])
}

#[test]
fn killed_with_an_append_only_file_that_waitaof_knows() -> Result<()> {
    survives_kills(703, "redis-8.2", &[("appendonly", "yes")])
}

#[test]
fn killed_with_snapshots_alone() -> Result<()> {
    survives_kills(704, "redis-7.0", &[("save", "1 1")])
}

#[test]
fn killed_with_an_append_only_file_on_5_0() -> Result<()> {
    survives_kills(705, "redis-5.0", &[("appendonly", "yes")])
}

#[test]
fn restored_from_an_older_backup() -> Result<()> {
    let mut scene = Scene::new(711, &[], "")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    ask::<()>(&mut scene.destination.connect()?, "SAVE")?;
    let rdb = scene.destination.folder().join("dump.rdb");
    let backup = std::fs::read(&rdb)?;
    let applied = number_of(&mut run)?;
    run.wait_for("much more", SOON, |line| number(line, "commands_applied") > applied + 2000)?;
    scene.destination.kill()?;
    std::fs::write(&rdb, backup)?;
    scene.destination.restart()?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters)?;
    scene.copied(1)
}

fn number_of(run: &mut Keyferry) -> Result<u64> {
    Ok(number(&run.wait_for("a line", SOON, |_| true)?, "commands_applied"))
}

#[test]
fn flushed_by_somebody_it_holds_and_a_copy_mends_it() -> Result<()> {
    let scene = Scene::new(712, &[], "")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    ask::<()>(&mut scene.destination.connect()?, "FLUSHALL")?;
    let line = told(&mut run, "checkpoint_missing")?;
    ensure!(line.get("state").and_then(|state| state.as_str()) == Some("holding"), "{line}");
    // Nothing was written on top of the loss, also not by a start that knows nothing of it.
    run.kill()?;
    let mut run = scene.migration.start()?;
    told(&mut run, "checkpoint_missing")?;
    let keys: Vec<String> = ask(&mut scene.destination.connect()?, "KEYS n:*")?;
    ensure!(keys.is_empty(), "{keys:?}");
    counters.stop()
}

#[test]
fn flushed_by_somebody_it_copies_again_where_that_is_wanted() -> Result<()> {
    let scene = Scene::new(713, &[], "--on-history-lost recopy")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    for _ in 0..2 {
        ask::<()>(&mut scene.destination.connect()?, "FLUSHALL")?;
        wait_until("it is copied again", LONG, || {
            ask::<bool>(&mut scene.destination.connect()?, "EXISTS n:rounds")
        })?;
        caught_up(&mut run)?;
    }
    scene.settle(&mut run, counters)?;
    scene.copied(3)
}

#[test]
fn copying_again_is_agreed_to_and_then_the_removal_of_keys() -> Result<()> {
    let (scene, counters) = Scene::killed(714, "")?;
    scene.lose_checkpoint()?;
    let mut run = scene.migration.start()?;
    scene.agree_to(&mut run, "checkpoint_missing")?;
    let gone = ["embstr", "hash:large", "stream"];
    let line = told(&mut run, "removal_asked")?;
    let message = field(&line, "error/message").as_str().unwrap_or_default();
    // Those, and what the writers took away meanwhile.
    let count = message.split(' ').next().and_then(|word| word.parse::<u32>().ok());
    ensure!(count >= Some(gone.len() as u32) && message.contains(": db0 \""), "{line}");
    let there = |expected: usize| -> Result<()> {
        let mut connection = scene.destination.connect()?;
        let found: usize = redis::cmd("EXISTS").arg(&gone).query(&mut connection)?;
        ensure!(found == expected, "{found} of them are there");
        Ok(())
    };
    there(3)?;
    // A start does not agree to it.
    run.kill()?;
    let mut run = scene.migration.start()?;
    scene.agree_to(&mut run, "removal_asked")?;
    caught_up(&mut run)?;
    there(0)?;
    // What it does not hold at cannot be agreed to.
    let refused = scene.migration.task("resume --agree")?;
    ensure!(refused.status.code() == Some(3), "{refused:#?}");
    scene.settle(&mut run, counters).map(|_| ())
}

#[test]
fn what_copying_again_would_not_remove_is_not_asked_about() -> Result<()> {
    let (scene, counters) = Scene::killed(715, "--conflict overwrite")?;
    scene.lose_checkpoint()?;
    let mut run = scene.migration.start()?;
    scene.agree_to(&mut run, "checkpoint_missing")?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters)?;
    // Nor under *report*, where the copy has nothing to remove.
    let scene = Scene::new(716, &[], "")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    ask::<()>(&mut scene.destination.connect()?, "FLUSHALL")?;
    scene.agree_to(&mut run, "checkpoint_missing")?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters).map(|_| ())
}

/// Promotes a replica that lags behind what the task was answered.
fn fails_over(seed: u64, name: &str) -> Result<()> {
    let scene = Scene::between(seed, (name, &[]), (name, &[]), "")?;
    let replica = Server::start(name, &[])?;
    let between = Switchboard::start(scene.destination.port())?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    follow(&replica, between.port())?;
    let applied = number_of(&mut run)?;
    run.wait_for("some more", SOON, |line| number(line, "commands_applied") > applied + 500)?;
    between.hold();
    let applied = number_of(&mut run)?;
    run.wait_for("answered, and not replicated", SOON, |line| {
        number(line, "commands_applied") > applied + 1000
    })?;
    let Scene { source, destination, to_destination, .. } = scene;
    drop(destination);
    drop(between);
    in_state(&mut run, "retrying")?;
    // For a moment the address leads to a replica: READONLY.
    to_destination.lead_to(replica.port());
    told(&mut run, "read_only")?;
    promote(&replica)?;
    caught_up(&mut run)?;
    counters.stop()?;
    arrived(&mut run, &source, &replica)?;
    equal(&source, &replica)?;
    copied(&source, 1)
}

#[test]
fn failed_over_to_a_replica_that_lags() -> Result<()> {
    fails_over(714, "redis-7.0")
}

#[test]
fn failed_over_to_a_replica_that_lags_on_valkey() -> Result<()> {
    fails_over(715, "valkey-8.1")
}

#[test]
fn an_address_that_moves_while_the_old_link_stays_up_is_noticed() -> Result<()> {
    let scene = Scene::new(716, &[], "")?;
    let replica = Server::start("redis-7.0", &[])?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    follow(&replica, scene.destination.port())?;
    // The watching connection reaches the new server, the lane still writes to the old one.
    promote(&replica)?;
    scene.to_destination.lead_new_to(replica.port());
    ask::<()>(&mut scene.destination.connect()?, "CLIENT KILL TYPE normal SKIPME yes")?;
    caught_up(&mut run)?;
    counters.stop()?;
    arrived(&mut run, &scene.source, &replica)?;
    equal(&scene.source, &replica).map(|_| ())
}

#[test]
fn a_half_open_link_whose_batches_arrive_late_doubles_nothing() -> Result<()> {
    let scene = Scene::new(717, &[], "")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    for _ in 0..3 {
        let applied = number_of(&mut run)?;
        scene.to_destination.hold();
        // Long enough for batches to lie in the held sockets.
        std::thread::sleep(Duration::from_millis(700));
        run.kill()?;
        run = scene.migration.start()?;
        in_state(&mut run, "running")?;
        scene.to_destination.release();
        run.wait_for("more", LONG, |line| number(line, "commands_applied") > applied + 500)?;
    }
    scene.settle(&mut run, counters).map(|_| ())
}

#[test]
fn reloaded_under_a_link_that_stays_up_it_goes_on() -> Result<()> {
    let scene = Scene::new(718, &[], "")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    for _ in 0..3 {
        ask::<()>(&mut scene.destination.connect()?, "DEBUG RELOAD")?;
        let applied = number_of(&mut run)?;
        run.wait_for("more", LONG, |line| number(line, "commands_applied") > applied + 300)?;
    }
    scene.settle(&mut run, counters).map(|_| ())
}

#[test]
fn an_older_dataset_under_a_link_that_stays_up_is_noticed_before_anything_is_applied_to_it()
-> Result<()> {
    let scene = Scene::new(719, &[], "")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    let mut there = scene.destination.connect()?;
    ask::<()>(&mut there, "SAVE")?;
    let applied = number_of(&mut run)?;
    run.wait_for("more", SOON, |line| number(line, "commands_applied") > applied + 1000)?;
    ask::<()>(&mut there, "DEBUG RELOAD NOSAVE")?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters)?;
    scene.copied(1)
}

#[test]
fn a_second_keyferry_on_the_same_task_holds_and_doubles_nothing() -> Result<()> {
    let scene = Scene::new(720, &[], "")?;
    let counters = scene.write();
    let mut first = scene.migration.start_and_catch_up()?;
    let copy = tempfile::tempdir()?;
    copy_folder(scene.migration.state(), copy.path())?;
    let (from, to) = (scene.to_source.uri(), scene.to_destination.uri());
    let mut second = Keyferry::migrate(&from, &to, copy.path(), &[])?;
    // Whichever of them it is, exactly one goes on.
    let mut held = None;
    wait_until("one of them holds", LONG, || {
        for (number, run) in [(1, &mut first), (2, &mut second)] {
            let line = run.wait_for("a line", SOON, |_| true)?;
            if error_code(&line) == Some("checkpoint_conflict") {
                held = Some(number);
            }
            let _ = run.wait_for("the next line", Duration::from_millis(1), |next| next != &line);
        }
        Ok(held.is_some())
    })?;
    let (mut goes_on, holds) = if held == Some(1) { (second, first) } else { (first, second) };
    scene.settle(&mut goes_on, counters)?;
    // Once the other one has ended, a person's resume takes over what it left.
    goes_on.signal("TERM")?;
    goes_on.end(SOON)?.expect(0, "paused")?;
    drop(holds);
    let counters = scene.write();
    let mut run = scene.migration.start()?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters).map(|_| ())
}

#[test]
fn two_copies_that_start_again_and_again_double_nothing() -> Result<()> {
    let (scene, counters) = Scene::killed(721, "")?;
    let copy = tempfile::tempdir()?;
    copy_folder(scene.migration.state(), copy.path())?;
    let (from, to) = (scene.to_source.uri(), scene.to_destination.uri());
    let mut random = StdRng::seed_from_u64(721);
    for _ in 0..4 {
        let one = scene.migration.start()?;
        let other = Keyferry::migrate(&from, &to, copy.path(), &[])?;
        std::thread::sleep(Duration::from_millis(random.random_range(300..1500)));
        for run in [one, other] {
            run.kill()?;
        }
    }
    let mut run = scene.migration.start()?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters).map(|_| ())
}

#[test]
fn how_long_it_takes_to_answer_is_told_also_while_nothing_is_written() -> Result<()> {
    let scene = Scene::new(727, &[], "")?;
    let mut run = scene.migration.start_and_catch_up()?;
    let p99_us = || Ok::<_, anyhow::Error>(scene.figure("latency/p99_us")?.as_u64());
    wait_until("a PING is timed", LONG, || Ok(p99_us()?.is_some_and(|us| us < 1_000_000)))?;
    let counters = scene.write();
    scene.to_destination.hold();
    run.wait_for("a lag", LONG, |line| number(line, "lag_ms") > 2500)?;
    scene.to_destination.release();
    wait_until("the answers that were late are told", LONG, || {
        Ok(p99_us()?.is_some_and(|us| us > 1_500_000))
    })?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters).map(|_| ())
}
