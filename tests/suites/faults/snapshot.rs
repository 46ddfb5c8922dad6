//! A snapshot that is given back while it is applied: what is needed of it stays.

use std::os::unix::fs::MetadataExt;

use anyhow::Result;
use keyferry_tests::keyferry::Keyferry;
use keyferry_tests::migration::ask;
use keyferry_tests::server::wait_until;
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};

use crate::scene::{LONG, Scene, caught_up};

const MIB: u64 = 1024 * 1024;
/// What [`filled`] adds.
const BYTES: u64 = 48 * MIB;

/// A scene whose snapshot takes some seconds at its task's throttle.
fn filled(seed: u64, destination: &[(&str, &str)]) -> Result<Scene> {
    // Under *overwrite* a second copy does not ask what it may remove.
    let flags = "--bytes-per-second 5000000 --conflict overwrite";
    let scene = Scene::new(seed, destination, flags)?;
    let mut random = StdRng::seed_from_u64(seed);
    let mut value = vec![0; 64 * 1024];
    let mut connection = scene.source.connect()?;
    for number in 0..BYTES / value.len() as u64 {
        random.fill_bytes(&mut value);
        redis::cmd("SET").arg(format!("bulk:{number}")).arg(&value).exec(&mut connection)?;
    }
    Ok(scene)
}

/// Waits until so much of the snapshot, which is here whole, is given back.
fn given_back(scene: &Scene, bytes: u64) -> Result<()> {
    scene.told_in_events("snapshot_received", 1)?;
    wait_until("the snapshot is given back", LONG, || {
        let task = scene.spool()?.join("..");
        let Ok(file) = std::fs::metadata(task.join("snapshot-1.rdb")) else { return Ok(false) };
        Ok(file.blocks() * 512 + bytes < file.len())
    })
}

fn begins(scene: &Scene) -> Result<Keyferry> {
    let mut run = scene.migration.start()?;
    run.wait_for("the spool", LONG, |_| scene.spool().is_ok())?;
    Ok(run)
}

#[test]
fn a_task_killed_behind_what_was_given_back_goes_on() -> Result<()> {
    for (seed, options) in [(771, &[][..]), (772, &[("appendonly", "yes")][..])] {
        let scene = filled(seed, options)?;
        let counters = scene.write();
        for bytes in [8, 20] {
            let run = begins(&scene)?;
            given_back(&scene, bytes * MIB)?;
            run.kill()?;
        }
        scene.goes_on(counters)?;
        scene.copied(1)?;
    }
    Ok(())
}

#[test]
fn a_destination_that_keeps_a_log_falls_back_to_what_was_not_given_back() -> Result<()> {
    let mut scene = filled(773, &[("appendonly", "yes")])?;
    let counters = scene.write();
    let mut run = begins(&scene)?;
    for bytes in [8, 20] {
        given_back(&scene, bytes * MIB)?;
        scene.destination.kill()?;
        scene.destination.restart()?;
    }
    caught_up(&mut run)?;
    scene.settle(&mut run, counters)?;
    scene.copied(1)
}

#[test]
fn a_destination_restored_from_before_what_was_given_back_is_copied_to_again_when_agreed()
-> Result<()> {
    let mut scene = filled(774, &[])?;
    let counters = scene.write();
    let mut run = begins(&scene)?;
    wait_until("something is there", LONG, || {
        Ok(ask::<u64>(&mut scene.destination.connect()?, "DBSIZE")? > 100)
    })?;
    // By hand: the destination is not configured to save.
    ask::<()>(&mut scene.destination.connect()?, "SAVE")?;
    given_back(&scene, 24 * MIB)?;
    scene.destination.kill()?;
    scene.destination.restart()?;
    scene.agree_to(&mut run, "checkpoint_missing")?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters)?;
    scene.copied(2)
}
