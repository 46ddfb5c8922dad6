//! Killed at each place between two durable steps, the task goes on as if nothing had been.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use keyferry_tests::keyferry::{Keyferry, program_with_failpoints};
use keyferry_tests::migration::{SOON, ask, field};
use keyferry_tests::server::wait_until;

use crate::scene::{LONG, Scene};

/// Every place that the engine's source names.
fn places() -> Result<BTreeSet<String>> {
    let engine = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/crates/engine/src");
    let mut folders = vec![engine];
    let mut found = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path: PathBuf = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path)?;
            found.extend(
                text.split("failpoint::hit(\"")
                    .skip(1)
                    .filter_map(|rest| rest.split('"').next().map(str::to_owned)),
            );
        }
    }
    ensure!(found.len() > 20, "{found:?}");
    Ok(found)
}

/// Runs the task with this place armed.
fn armed(scene: &Scene, place: &str) -> Result<Keyferry> {
    let mut command = Command::new(program_with_failpoints()?);
    command.env("KEYFERRY_FAILPOINT", place);
    Keyferry::spawn(command, &scene.migration.arguments("migrate")?)
}

/// Runs until the place is come by, or `SOON` has passed: whether it was.
fn dies(scene: &Scene, place: &str) -> Result<bool> {
    let ended = armed(scene, place)?.end(SOON);
    match ended {
        Ok(ended) if ended.status.code().is_none() => {
            ensure!(ended.stderr.contains(place), "another death: {ended:#?}");
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// A task that begins, copies, follows and ends.
fn whole_life(place: &str, seed: u64) -> Result<()> {
    let scene = Scene::new(seed, &[], "--until caught-up")?;
    let counters = scene.write();
    ensure!(dies(&scene, place)?, "it was not come by");
    let ended = scene.migration.end()?;
    ended.expect(0, "done").with_context(|| format!("after {place}"))?;
    counters.stop()?;
    keyferry_tests::counters::exact(&scene.destination)?;
    let left: Vec<String> = ask(&mut scene.destination.connect()?, "KEYS __keyferry:*")?;
    ensure!(left.is_empty(), "{left:?}");
    // The source went on after the task had ended: only whole rounds, and no key of its own, count.
    Ok(())
}

/// A task whose destination was flushed: it copies again over what an earlier copy brought.
fn copies_again(place: &str, seed: u64) -> Result<()> {
    let (scene, counters) = Scene::killed(seed, "--on-history-lost recopy")?;
    scene.lose_checkpoint()?;
    ensure!(dies(&scene, place)?, "it was not come by");
    scene.goes_on(counters)
}

/// The same, where both copying again and the removal of keys are agreed to.
fn agrees(place: &str, seed: u64) -> Result<()> {
    let (scene, counters) = Scene::killed(seed, "")?;
    scene.lose_checkpoint()?;
    let mut run = armed(&scene, place)?;
    scene.agree_to(&mut run, "checkpoint_missing")?;
    scene.agree_to(&mut run, "removal_asked")?;
    let ended = run.end(SOON)?;
    ensure!(ended.status.code().is_none() && ended.stderr.contains(place), "{ended:#?}");
    // It is not asked twice.
    scene.goes_on(counters)
}

/// A spool that is gone: the stream is fetched from where the destination stands.
fn fetches(place: &str, seed: u64) -> Result<()> {
    let (scene, counters) = Scene::killed(seed, "")?;
    for entry in std::fs::read_dir(scene.spool()?)? {
        std::fs::remove_file(entry?.path())?;
    }
    ensure!(dies(&scene, place)?, "it was not come by");
    scene.goes_on(counters)
}

/// A task that was away for a while, and has more than one batch to catch up with.
fn catches_up(place: &str, seed: u64) -> Result<()> {
    let (scene, counters) = Scene::killed(seed, "")?;
    let before = scene.source.offset()?;
    wait_until("much to catch up with", SOON, || Ok(scene.source.offset()? > before + 300_000))?;
    ensure!(dies(&scene, place)?, "it was not come by");
    scene.goes_on(counters)
}

/// A source that has another history than before.
fn loses_history(place: &str, seed: u64) -> Result<()> {
    let (scene, counters) = Scene::killed(seed, "--on-history-lost recopy")?;
    ask::<()>(&mut scene.source.connect()?, "DEBUG CHANGE-REPL-ID")?;
    ensure!(dies(&scene, place)?, "it was not come by");
    scene.goes_on(counters)
}

/// A destination at which keys are not what they were at the source, as answers tell.
fn differs(place: &str, seed: u64) -> Result<()> {
    let scene = Scene::new(seed, &[], "")?;
    let mut run = scene.migration.start_and_catch_up()?;
    scene.will_differ(&mut run)?;
    run.kill()?;
    scene.differ()?;
    let counters = scene.write();
    ensure!(dies(&scene, place)?, "it was not come by");
    scene.goes_on(counters)
}

/// A destination that suddenly begins no transactions.
fn refuses_transactions(place: &str, seed: u64) -> Result<()> {
    let scene = Scene::new(seed, &[], "")?;
    let counters = scene.write();
    let mut run = armed(&scene, place)?;
    crate::scene::caught_up(&mut run)?;
    let mut there = scene.destination.connect()?;
    ask::<()>(&mut there, "ACL SETUSER default -multi")?;
    let ended = run.end(SOON)?;
    ensure!(ended.status.code().is_none() && ended.stderr.contains(place), "{ended:#?}");
    ask::<()>(&mut there, "ACL SETUSER default +multi")?;
    scene.goes_on(counters)
}

/// A source that was promoted and lost what the spool has, but not the destination.
fn cuts(place: &str, seed: u64) -> Result<()> {
    let mut scene = Scene::new(seed, &[], "")?;
    let (replica, between) = crate::source::replica_of(&scene, "redis-7.0")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    counters.while_paused(|| {
        run.wait_applied(&scene.source, LONG)?;
        scene.to_destination.hold();
        Ok(())
    })?;
    between.hold();
    let until = replica.offset()?;
    wait_until(
        "something the replica lacks",
        SOON,
        || Ok(scene.source.offset()? > until + 20_000),
    )?;
    let spooled = scene.source.offset()?;
    run.wait_for("it is in the spool", SOON, |line| {
        field(line, "source_offset").as_str().and_then(|text| text.parse::<u64>().ok())
            >= Some(spooled)
    })?;
    run.kill()?;
    counters.while_paused(|| {
        scene.source.kill()?;
        crate::scene::promote(&replica)?;
        scene.to_source.lead_to(replica.port());
        counters.write_to(replica.port());
        Ok(())
    })?;
    drop(between);
    scene.to_destination.cut();
    scene.to_destination.release();
    scene.source = replica;
    ensure!(dies(&scene, place)?, "it was not come by");
    scene.goes_on(counters)
}

/// How a place is come by, where the whole life of a task does not.
fn way(place: &str) -> fn(&str, u64) -> Result<()> {
    match place {
        "recopy_decided" | "purged" => copies_again,
        "removal_agreed" => agrees,
        "recopy_recorded" => loses_history,
        "spool_cut_short" => cuts,
        "odd_answered" | "read_again" => differs,
        "unguarded_recorded" => refuses_transactions,
        "history_recorded" | "transaction_queued" | "snapshot_given_back" => catches_up,
        _ => whole_life,
    }
}

/// One share of the places: together the four are all, and each ends within its time.
fn share(number: usize) -> Result<()> {
    let mut failed = Vec::new();
    for (index, place) in places()?.iter().enumerate().filter(|(index, _)| index % 6 == number) {
        println!("{place}");
        if let Err(error) = way(place)(place, 800 + index as u64) {
            failed.push(format!("{place}: {error:#}"));
        }
    }
    ensure!(failed.is_empty(), "{}", failed.join("\n"));
    Ok(())
}

#[test]
fn killed_at_every_place_the_first_sixth() -> Result<()> {
    share(0)
}

#[test]
fn killed_at_every_place_the_second_sixth() -> Result<()> {
    share(1)
}

#[test]
fn killed_at_every_place_the_third_sixth() -> Result<()> {
    share(2)
}

#[test]
fn killed_at_every_place_the_fourth_sixth() -> Result<()> {
    share(3)
}

#[test]
fn killed_at_every_place_the_fifth_sixth() -> Result<()> {
    share(4)
}

#[test]
fn killed_at_every_place_the_last_sixth() -> Result<()> {
    share(5)
}

#[test]
fn killed_while_it_fetches_the_stream_again() -> Result<()> {
    for place in ["history_recorded", "spool_emptied", "claimed"] {
        fetches(place, 790).with_context(|| place.to_owned())?;
    }
    Ok(())
}

#[test]
fn killed_while_it_copies_again() -> Result<()> {
    for place in
        ["snapshot_recorded", "writing_intended", "claimed", "snapshot_applied", "full_recorded"]
    {
        copies_again(place, 791).with_context(|| place.to_owned())?;
    }
    Ok(())
}
