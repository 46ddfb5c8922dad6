//! What is said while a task runs is in that task's log, whoever runs it, and nothing that is secret.

use keyferry_workbench::LogNews;
use keyferry_workbench::engine::spec::Limits;
use keyferry_workbench::engine::task::TaskState;
use keyferry_workbench::model::{LogFilter, LogLevel, LogLine, LogPage};
use keyferry_workbench::workbench::Workbench;

use crate::support::{Desk, Server, input, started, until, until_caught_up, until_state};

fn wanted(least: LogLevel, text: &str) -> LogFilter {
    LogFilter { least, text: text.to_owned() }
}

fn told(line: &LogLine) -> String {
    format!("{:?} {} {} {}", line.level, line.target, line.message, line.fields)
}

/// All lines, and whether these are among them, in this order.
fn log(workbench: &Workbench, id: &str, in_order: &[&str]) -> Vec<LogLine> {
    let page = workbench.read_log(id, &LogFilter::default(), None).unwrap();
    assert_eq!(page.before, None);
    let mut lines = page.lines.iter();
    for part in in_order {
        assert!(
            lines.any(|line| told(line).contains(part)),
            "“{part}” is missing, or not where it should be: {:#?}",
            page.lines.iter().map(told).collect::<Vec<_>>()
        );
    }
    page.lines
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_has_its_own_task_from_its_start_over_a_pause_and_no_secret() {
    let servers = [
        (Server::start("s-pw-first").await, Server::start("d-pw-first").await),
        (Server::start("s-pw-second").await, Server::start("d-pw-second").await),
    ];
    let desk = Desk::new();
    let workbench = desk.open().await;
    let mut ids = Vec::new();
    for (source, destination) in &servers {
        source.set("a", "value-of-the-key").await;
        ids.push(started(&workbench, input("orders", source, destination)).await);
    }
    for id in &ids {
        until_caught_up(&workbench, id).await;
    }
    let id = ids[0].as_str();
    let limits = Limits { records_per_second: Some(4321), bytes_per_second: None };
    workbench.set_limits(id, limits).await.unwrap();
    until(&workbench, id, "limited", |details| details.draft.limits == limits).await;
    workbench.pause_task(id).await.unwrap();
    until(&workbench, id, "at rest", |_| workbench.running_count() == 1).await;
    let run = [
        "“orders” begins to run",
        "the source has taken the link",
        "PSYNC ? -1 is answered: +FULLRESYNC",
        "code=snapshot_requested",
        "the snapshot is on disk",
        "the snapshot is applied whole number=1 keys=1",
        "code=caught_up",
        "records_per_second_max=4321",
        "the task is to rest",
        "the run has ended outcome=Paused",
    ];
    log(&workbench, id, &run);
    workbench.run(id).await.unwrap();
    until_caught_up(&workbench, id).await;
    let lines = log(&workbench, id, &[&run[..], &["is answered: +CONTINUE"]].concat());
    log(&workbench, id, &["the destination has taken the lane", "found=true"]);

    // Nothing of the other one, though both ran at once in one process.
    let (source, destination) = &servers[1];
    for port in [source.port, destination.port] {
        let theirs = |line: &&LogLine| told(line).contains(&format!("127.0.0.1:{port}"));
        assert!(!lines.iter().any(|line| theirs(&line)), "{port}");
        assert!(log(&workbench, &ids[1], &[]).iter().any(|line| theirs(&line)), "{port}");
    }
    for secret in ["s-pw-first", "d-pw-first", "s-pw-second", "d-pw-second", "value-of-the-key"] {
        assert!(!desk.holds(secret), "{secret}");
    }

    // By level and by words, from elsewhere too, and in what is taken along.
    let only = workbench.read_log(id, &wanted(LogLevel::Info, " fullRESYNC "), None).unwrap();
    assert_eq!(only.lines.len(), 1);
    let worse = workbench.read_log(id, &wanted(LogLevel::Warn, ""), None).unwrap();
    assert!(worse.lines.iter().all(|line| line.level >= LogLevel::Warn));
    let elsewhere = desk.open().await;
    assert!(elsewhere.read_log(id, &LogFilter::default(), None).unwrap().lines.len() >= run.len());
    let files = workbench.diagnostics_preview(id).await.unwrap();
    let text = &files.iter().find(|file| file.name == "log.txt").unwrap().text;
    assert!(text.contains("+FULLRESYNC") && text.contains("“orders” begins"), "{text}");

    workbench.stop_task(id).await.unwrap();
    until_state(&workbench, id, TaskState::Stopped).await;
    workbench.release_task(id).await.unwrap();
    assert_eq!(workbench.read_log(id, &LogFilter::default(), None).unwrap(), LogPage::default());
    let error = workbench.read_log("nobody", &LogFilter::default(), None).unwrap_err();
    assert_eq!(error.code, "no_such_task");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_that_goes_away_is_followed_in_the_log_as_it_grows() {
    let (source, mut destination) = (Server::start("").await, Server::start("").await);
    let desk = Desk::new();
    let workbench = desk.open().await;
    let id = started(&workbench, input("orders", &source, &destination)).await;
    until_caught_up(&workbench, &id).await;

    let (all, mut seen) = (LogFilter::default(), LogNews::default());
    let first = workbench.log_news(&id, &all, &mut seen).unwrap();
    assert!(first.lines.iter().any(|line| line.message.starts_with("PSYNC ? -1")));
    destination.end();
    let mut news = Vec::new();
    until(&workbench, &id, "tried again", |_| {
        news.extend(workbench.log_news(&id, &all, &mut seen).unwrap_or_default().lines);
        news.iter().any(|line: &LogLine| line.fields.contains("attempt=2"))
    })
    .await;
    assert!(news.first().unwrap().position > first.lines.last().unwrap().position);
    let lost = news.iter().find(|line| line.level == LogLevel::Warn).unwrap();
    assert!(lost.fields.contains("code=conn"), "{}", told(lost));
    let retry = news.iter().find(|line| line.message == "it is tried again").unwrap();
    assert!(retry.fields.contains("side=destination attempt=1 next_at="), "{}", retry.fields);
    let whole = workbench.read_log(&id, &all, None).unwrap().lines;
    let both: Vec<_> = first.lines.iter().chain(&news).cloned().collect();
    assert_eq!(whole[..both.len()], both);
}
