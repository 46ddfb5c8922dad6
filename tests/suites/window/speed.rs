//! How fast the window is, measured and reported, not asserted: `target/e2e/speed.json`.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use keyferry_tests::process::{cpu_seconds_with_descendants, started_at};
use redis::cmd;
use serde_json::{Value, json};

use crate::desktop::Desktop;
use crate::page::{application, press, start_task, until_state};
use crate::server::Server;
use crate::webdriver::Session;

/// How long each measurement that takes an average looks.
const LOOK: Duration = Duration::from_secs(5);

/// What is clicked on a task's page, and how often: tabs, then that the task pauses and goes on.
const CLICKS: [&str; 5] =
    ["tab-events", "tab-settings", "tab-databases", "task-pause", "task-resume"];
const ROUNDS: usize = 5;

/// Clicks a part and answers after how many ms what the page says of it has changed, drawn: the task's
/// state, the words of its buttons, or the tab that is open.
const CLICK_AND_WAIT: &str = r#"
    const [id, done] = arguments;
    const part = (id) => document.querySelector(`[data-testid="${id}"]`);
    const words = () => [
        ...['task-state', 'task-pause', 'task-resume'].map((id) => part(id)?.innerText),
        document.querySelector('[role="tab"][aria-selected="true"]')?.innerText,
    ].join('|');
    const before = words();
    const begun = performance.now();
    const look = () => {
        if (words() !== before) requestAnimationFrame(() => done(performance.now() - begun));
        else requestAnimationFrame(look);
    };
    part(id).click();
    look();
"#;

/// Answers how many frames of the page changed anything in five seconds.
const COUNT_CHANGES: &str = r#"
    const done = arguments[arguments.length - 1];
    let frames = 0, due = false;
    const observer = new MutationObserver(() => {
        if (due) return;
        due = true;
        requestAnimationFrame(() => { frames += 1; due = false; });
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    setTimeout(() => { observer.disconnect(); done(frames); }, 5000);
"#;

#[test]
fn the_window_answers_while_tasks_run_at_full_speed() -> Result<()> {
    let application = application()?;
    let mut pairs = Vec::new();
    for number in 0..3 {
        let source = Server::start(&format!("source-secret-512{number}"))?;
        let destination = Server::start(&format!("destination-secret-774{number}"))?;
        let mut connection = source.connect()?;
        cmd("DEBUG").arg("POPULATE").arg(5_000_000).arg("key").arg(100).exec(&mut connection)?;
        pairs.push((source, destination));
    }

    let mut desktop = Desktop::start()?;
    let session = desktop.open(&application)?;
    session.part("create-task")?;
    let first_paint_ms = first_paint_ms(&session, desktop.application()?)?;
    let idle_percent = cpu_percent(desktop.application()?)?;

    let mut tasks = Vec::new();
    let mut one = None;
    for (source, destination) in &pairs {
        start_task(&session, source, destination)?;
        until_state(&session, "full")?;
        if one.is_none() {
            one = Some(AtFullSpeed::measure(&session)?);
        }
        press(&session, "task-pause")?;
        until_state(&session, "paused")?;
        tasks.push(session.run("return location.hash")?);
        press(&session, "nav-tasks")?;
    }
    let one = one.context("no task was started")?;
    let paused_percent = cpu_percent(desktop.application()?)?;

    // All at once, each with most of its copy before it.
    for task in &tasks {
        show(&session, task)?;
        press(&session, "task-resume")?;
        until_state(&session, "full")?;
    }
    let three = AtFullSpeed::measure(&session)?;
    let mut copying = 1;
    for task in tasks.iter().take(2) {
        show(&session, task)?;
        copying += u32::from(session.part("task-state")?.text()?.to_lowercase().contains("full"));
    }

    let measured = json!({
        "first_paint_ms": first_paint_ms.round(),
        "idle_cpu_percent": idle_percent,
        "paused_task_cpu_percent": paused_percent,
        "one_task_at_full_speed": one.report(),
        "three_tasks_at_full_speed": three.report(),
        "tasks_that_were_copying_then": copying,
        "cores": std::thread::available_parallelism()?.get(),
        "build": if cfg!(debug_assertions) { "dev" } else { "release" },
    });
    println!("the window's speed: {measured}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/e2e");
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join("speed.json"), format!("{measured:#}\n"))?)
}

/// While tasks run.
struct AtFullSpeed {
    /// Of the page, a second.
    changes: f64,
    /// From each click until it is answered.
    clicks: Vec<(&'static str, f64)>,
}

impl AtFullSpeed {
    /// Looks at the page of a task that runs, and clicks.
    fn measure(session: &Session) -> Result<Self> {
        let changes = session.run_async(COUNT_CHANGES, &[])?.as_f64().context("no count")?;
        let mut clicks = Vec::new();
        for _ in 0..ROUNDS {
            for part in CLICKS {
                if part == "task-resume" {
                    until_state(session, "paused")?;
                }
                let answer = session.run_async(CLICK_AND_WAIT, &[part])?;
                clicks.push((part, answer.as_f64().context("no time")?.round()));
            }
            until_state(session, "full")?;
        }
        Ok(Self { changes: changes / LOOK.as_secs_f64(), clicks })
    }

    fn report(&self) -> Value {
        let times = |of: Option<&str>| {
            let chosen = self.clicks.iter().filter(|(part, _)| of.is_none_or(|of| of == *part));
            let mut times: Vec<f64> = chosen.map(|(_, ms)| *ms).collect();
            times.sort_by(f64::total_cmp);
            times
        };
        let all = times(None);
        let each: serde_json::Map<String, Value> =
            CLICKS.map(|part| (part.to_owned(), json!(times(Some(part))))).into_iter().collect();
        json!({
            "page_changes_per_second": self.changes,
            "click_answered_ms": all.get(all.len() / 2),
            "slowest_click_answered_ms": all.last(),
            "clicks": all.len(),
            "each_ms": each,
        })
    }
}

/// Shows the page at this address.
fn show(session: &Session, hash: &serde_json::Value) -> Result<()> {
    session.run(&format!("location.hash = {hash}"))?;
    session.part("task-state").map(|_| ())
}

/// From the start of the process to the first contentful paint.
fn first_paint_ms(session: &Session, process: u32) -> Result<f64> {
    let painted = session
        .run(
            "const paint = performance.getEntriesByName('first-contentful-paint')[0]; \
             return performance.timeOrigin + (paint ? paint.startTime : performance.now())",
        )?
        .as_f64()
        .context("no time of the first paint")?;
    let started = started_at(process)?;
    let up = fs::read_to_string("/proc/uptime")?;
    let up: f64 = up.split_whitespace().next().context("no uptime")?.parse()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64();
    Ok(painted - (now - up + started) * 1000.0)
}

/// The share of one core that a process and its descendants take at rest, in percent: what was begun
/// before has a look's time to end.
fn cpu_percent(process: u32) -> Result<f64> {
    std::thread::sleep(LOOK);
    let before = (cpu_seconds_with_descendants(process)?, Instant::now());
    std::thread::sleep(LOOK);
    let used = cpu_seconds_with_descendants(process)? - before.0;
    Ok((used / before.1.elapsed().as_secs_f64() * 1000.0).round() / 10.0)
}
