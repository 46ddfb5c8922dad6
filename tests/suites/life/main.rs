//! Pause, resume, stop, release, and a kill while the snapshot is being written.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use keyferry_tests::compare::compare;
use keyferry_tests::keyferry::{Keyferry, number};
use keyferry_tests::server::Server;
use keyferry_tests::workload::fill;
use serde_json::Value;

const DEADLINE: Duration = Duration::from_secs(60);

struct Scene {
    source: Server,
    destination: Server,
    state: tempfile::TempDir,
}

impl Scene {
    fn new(keys: usize) -> Result<Self> {
        let source = Server::start("redis-7.0", &[])?;
        let destination = Server::start("redis-7.0", &[])?;
        fill(&source, 51, keys)?;
        Ok(Self { source, destination, state: tempfile::tempdir()? })
    }

    fn migrate(&self, flags: &[&str]) -> Result<Keyferry> {
        Keyferry::migrate(&self.source.uri(), &self.destination.uri(), self.state.path(), flags)
    }

    fn equal(&self) -> Result<()> {
        compare(&self.source, &self.destination, &[0, 1, 15], &BTreeMap::new(), 200)?.none()
    }
}

fn state(line: &Value) -> &str {
    line.get("state").and_then(Value::as_str).unwrap_or_default()
}

#[test]
fn a_paused_task_resumes_with_what_was_written_meanwhile() -> Result<()> {
    let scene = Scene::new(2000)?;
    let mut run = scene.migrate(&[])?;
    run.wait_applied(&scene.source, DEADLINE)?;
    run.signal("TERM")?;
    run.end(DEADLINE)?.expect(0, "paused")?;
    let mut connection = scene.source.connect()?;
    for n in 0..500 {
        redis::cmd("INCR").arg("meanwhile").exec(&mut connection)?;
        redis::cmd("RPUSH").arg("meanwhile:list").arg(n).exec(&mut connection)?;
    }
    let mut run = scene.migrate(&[])?;
    run.wait_applied(&scene.source, DEADLINE)?;
    scene.equal()
}

#[test]
fn killed_at_several_moments_of_the_full_stage_it_still_ends_equal() -> Result<()> {
    let scene = Scene::new(12_000)?;
    let flags = ["--stages", "full", "--records-per-second", "4000"];
    for wanted in [1, 3000, 7000] {
        let mut run = scene.migrate(&flags)?;
        let line =
            run.wait_for("some keys", DEADLINE, |line| number(line, "keys_done") >= wanted)?;
        ensure!(number(&line, "keys_done") < 12_000, "killed too late: {line}");
        run.signal("KILL")?;
        run.end(DEADLINE)?;
    }
    scene.migrate(&flags)?.end(DEADLINE)?.expect(0, "done")?;
    scene.equal()
}

#[test]
fn the_record_limit_is_kept_roughly() -> Result<()> {
    let scene = Scene::new(8000)?;
    let begin = Instant::now();
    let flags = ["--stages", "full", "--records-per-second", "2000"];
    scene.migrate(&flags)?.end(DEADLINE)?.expect(0, "done")?;
    let took = begin.elapsed();
    ensure!(took > Duration::from_millis(2500), "8,000 keys at 2,000 a second took {took:?}");
    scene.equal()
}

#[test]
fn a_running_task_is_paused_from_beside_and_a_second_process_is_refused() -> Result<()> {
    let scene = Scene::new(500)?;
    let mut run = scene.migrate(&[])?;
    run.wait_applied(&scene.source, DEADLINE)?;
    let second = scene.migrate(&[])?.end(DEADLINE)?;
    ensure!(second.status.code() == Some(3), "{second:#?}");
    let told = Keyferry::task("pause", scene.state.path())?;
    ensure!(told.status.success(), "{told:#?}");
    run.end(DEADLINE)?.expect(0, "paused")
}

#[test]
fn other_flags_than_those_stored_are_named_and_refused() -> Result<()> {
    let scene = Scene::new(50)?;
    let mut run = scene.migrate(&[])?;
    run.wait_applied(&scene.source, DEADLINE)?;
    run.signal("TERM")?;
    run.end(DEADLINE)?.expect(0, "paused")?;
    let refused = scene.migrate(&["--skip-command", "DEL"])?.end(DEADLINE)?;
    ensure!(refused.status.code() == Some(3) && refused.stderr.contains("skip"), "{refused:#?}");
    Ok(())
}

#[test]
fn after_stop_and_release_nothing_of_the_task_is_left() -> Result<()> {
    let scene = Scene::new(500)?;
    let mut run = scene.migrate(&[])?;
    run.wait_applied(&scene.source, DEADLINE)?;
    let stopped = Keyferry::task("stop", scene.state.path())?;
    ensure!(stopped.status.success(), "{stopped:#?}");
    run.end(DEADLINE)?.expect(0, "stopped")?;
    ensure!(
        scene.migrate(&[])?.end(DEADLINE)?.status.code() == Some(3),
        "a stopped task ran again"
    );
    let released = Keyferry::task("release", scene.state.path())?;
    ensure!(released.status.success() && state(&released.last) == "released", "{released:#?}");
    for database in 0..16 {
        let mut connection = scene.destination.connect()?;
        redis::cmd("SELECT").arg(database).exec(&mut connection)?;
        let keys: Vec<String> = redis::cmd("KEYS").arg("__keyferry:*").query(&mut connection)?;
        ensure!(keys.is_empty(), "db {database}: {keys:?}");
    }
    scene.equal()
}

/// Minutes into the day that a time of a report is.
fn minute(time: &Value) -> Option<i64> {
    let mut fields = time.as_str()?.split_once('T')?.1.split(':');
    Some(fields.next()?.parse::<i64>().ok()? * 60 + fields.next()?.parse::<i64>().ok()?)
}

#[test]
fn the_lowest_retry_time_of_tasks_that_share_a_server_is_in_effect_without_a_window() -> Result<()>
{
    let mut scene = Scene::new(10)?;
    let elsewhere = Server::start("redis-7.0", &[])?;
    let mut patient = scene.migrate(&["--retry-minutes", "60"])?;
    patient.wait_applied(&scene.source, DEADLINE)?;
    let (source, other) = (scene.source.uri(), elsewhere.uri());
    let state = scene.state.path().to_str().unwrap_or_default();
    let mut hasty = Keyferry::run(&[
        "migrate",
        "--source",
        &source,
        "--destination",
        &other,
        "--task",
        "hasty",
        "--state-dir",
        state,
        "--retry-minutes",
        "10",
    ])?;
    hasty.wait_applied(&scene.source, DEADLINE)?;
    scene.destination.kill()?;
    keyferry_tests::server::wait_until("it gives up after ten minutes", DEADLINE, || {
        let folder = std::fs::read_dir(scene.state.path().join("tasks"))?;
        for task in folder {
            let Ok(text) = std::fs::read(task?.path().join("status.json")) else { continue };
            let Ok(report) = serde_json::from_slice::<Value>(&text) else { continue };
            let until = report.pointer("/detail/retry/until").and_then(minute);
            let at = report.get("at").and_then(minute);
            if let (Some(until), Some(at)) = (until, at) {
                return Ok((until - at).rem_euclid(24 * 60) <= 10);
            }
        }
        Ok(false)
    })
}
