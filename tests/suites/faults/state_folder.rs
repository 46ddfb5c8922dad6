//! What happens to the files here: a full disk, damage, loss.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use keyferry_tests::keyferry::{Keyferry, number, program};
use keyferry_tests::migration::{SOON, ask, field};
use keyferry_tests::server::wait_until;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::scene::{LONG, Scene, caught_up, told};

/// Limits the size of the files that a process may write; `None` lifts it.
pub(crate) fn limit_file_size(pid: u32, bytes: Option<u64>) -> Result<()> {
    let soft = bytes.map_or("unlimited".to_owned(), |bytes| bytes.to_string());
    let told = Command::new("prlimit")
        .args(["--pid", &pid.to_string(), &format!("--fsize={soft}:unlimited")])
        .status()
        .context("prlimit (util-linux) is needed")?;
    ensure!(told.success(), "prlimit: {told}");
    Ok(())
}

/// The program with the signal ignored that would otherwise end it at its limit.
pub(crate) fn that_can_be_limited(scene: &Scene) -> Result<Keyferry> {
    let mut command = Command::new("env");
    command.arg("--ignore-signal=XFSZ").arg(program()?);
    Keyferry::spawn(command, &scene.migration.arguments("migrate")?)
}

#[test]
fn a_full_disk_holds_with_a_remedy_and_goes_on_once_there_is_room() -> Result<()> {
    let scene = Scene::new(771, &[], "")?;
    let counters = scene.write();
    let mut run = that_can_be_limited(&scene)?;
    caught_up(&mut run)?;
    for _ in 0..2 {
        limit_file_size(run.pid(), Some(4096))?;
        let line = told(&mut run, "disk_full")?;
        ensure!(field(&line, "state") == "holding", "{line}");
        limit_file_size(run.pid(), None)?;
        let applied = number(&line, "commands_applied");
        run.wait_for("more", LONG, |line| number(line, "commands_applied") > applied + 300)?;
    }
    scene.settle(&mut run, counters)?;
    scene.copied(1)
}

#[test]
fn a_full_disk_in_the_full_stage_holds_and_goes_on() -> Result<()> {
    let scene = Scene::new(772, &[], "")?;
    let counters = scene.write();
    let mut command = Command::new("prlimit");
    command.args(["--fsize=100000:unlimited", "env", "--ignore-signal=XFSZ"]).arg(program()?);
    let mut run = Keyferry::spawn(command, &scene.migration.arguments("migrate")?)?;
    told(&mut run, "disk_full")?;
    limit_file_size(run.pid(), None)?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters).map(|_| ())
}

#[test]
fn a_folder_that_cannot_be_written_holds_and_goes_on_once_it_can() -> Result<()> {
    let scene = Scene::new(779, &[], "")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    // No permission keeps root out: the folder is not where it was.
    let folder = scene.spool()?.parent().context("the spool lies in no folder")?.to_owned();
    let aside = folder.with_extension("aside");
    fs::rename(&folder, &aside)?;
    // What is open can still be written; of a new connection something has to be written down.
    scene.to_destination.cut();
    let line = told(&mut run, "local_io")?;
    ensure!(field(&line, "state") == "holding", "{line}");
    ensure!(field(&line, "error/side") == "local", "{line}");
    fs::rename(&aside, &folder)?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters)?;
    scene.copied(1)
}

/// A task that was killed, with something in its spool.
fn killed(seed: u64) -> Result<(Scene, keyferry_tests::counters::Counters)> {
    let scene = Scene::new(seed, &[], "")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    let applied = number(&run.wait_for("a line", SOON, |_| true)?, "commands_applied");
    run.wait_for("more", SOON, |line| number(line, "commands_applied") > applied + 500)?;
    run.kill()?;
    Ok((scene, counters))
}

fn goes_on(scene: &Scene, counters: keyferry_tests::counters::Counters) -> Result<()> {
    scene.goes_on(counters)?;
    scene.copied(1)
}

#[test]
fn a_damaged_spool_is_fetched_again() -> Result<()> {
    let (scene, counters) = killed(773)?;
    let mut random = StdRng::seed_from_u64(773);
    for entry in fs::read_dir(scene.spool()?)? {
        let path = entry?.path();
        let mut bytes = fs::read(&path)?;
        let used = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0);
        let at = random.random_range(0..used.max(1));
        bytes[at] ^= 0x40;
        println!("flipped byte {at} of {used} of {}", path.display());
        fs::write(&path, bytes)?;
    }
    goes_on(&scene, counters)
}

#[test]
fn a_spool_cut_short_is_fetched_again() -> Result<()> {
    let (scene, counters) = killed(774)?;
    for entry in fs::read_dir(scene.spool()?)? {
        let file = fs::OpenOptions::new().write(true).open(entry?.path())?;
        file.set_len(1000)?;
    }
    goes_on(&scene, counters)
}

#[test]
fn a_spool_that_is_gone_is_fetched_again() -> Result<()> {
    let (scene, counters) = killed(775)?;
    fs::remove_dir_all(scene.spool()?)?;
    goes_on(&scene, counters)
}

#[test]
fn a_spool_that_is_gone_at_a_source_that_has_forgotten_is_a_lost_history() -> Result<()> {
    let (scene, counters) = Scene::killed(778, "")?;
    fs::remove_dir_all(scene.spool()?)?;
    let mut there = scene.source.connect()?;
    ask::<()>(&mut there, "CONFIG SET repl-backlog-size 16384")?;
    let offset = scene.source.offset()?;
    wait_until("the source forgets", SOON, || {
        let first: u64 =
            scene.source.info("replication", "repl_backlog_first_byte_offset")?.parse()?;
        Ok(first > offset)
    })?;
    let mut run = scene.migration.start()?;
    let line = told(&mut run, "history_lost")?;
    ensure!(field(&line, "state") == "holding", "{line}");
    let copies: String = scene.source.info("stats", "sync_full")?;
    ensure!(copies == "1", "the source was asked for a copy nobody wanted");
    counters.stop()
}

#[test]
fn a_damaged_record_is_told_and_never_taken_for_a_new_task() -> Result<()> {
    let (scene, counters) = killed(776)?;
    let record = scene.spool()?.with_file_name("record");
    let mut bytes = fs::read(&record)?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    fs::write(&record, bytes)?;
    let ended = scene.migration.end()?;
    ensure!(ended.status.code() == Some(1) && ended.stderr.contains("damaged"), "{ended:#?}");
    counters.stop()
}

#[test]
fn nothing_of_a_released_task_stays() -> Result<()> {
    let (scene, counters) = killed(777)?;
    counters.stop()?;
    let spool = scene.spool()?;
    scene.migration.task("stop")?;
    ensure!(scene.migration.task("release")?.status.success(), "it is not released");
    let engine = spool.parent().context("the spool has a folder")?;
    ensure!(!engine.exists(), "{} is still there", engine.display());
    Ok(())
}
