//! The retry time in effect, failed tasks that are resumed, and what can be changed at any time.

use std::time::Duration;

use keyferry_workbench::engine::spec::InstanceClass;
use keyferry_workbench::engine::task::TaskState;
use keyferry_workbench::model::Owner;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use crate::support::{Desk, Server, input, started, until, until_caught_up, until_state};

#[tokio::test(flavor = "multi_thread")]
async fn the_lowest_retry_time_of_tasks_that_share_a_server_is_in_effect_while_they_run() {
    let mut source = Server::start("").await;
    let (first, second) = (Server::start("").await, Server::start("").await);
    let desk = Desk::new();
    let workbench = desk.open().await;
    let patient = started(&workbench, input("patient", &source, &first)).await;
    until_caught_up(&workbench, &patient).await;
    let mut form = input("hasty", &source, &second);
    form.draft.retry_minutes = 10;
    // Another name of the same server.
    form.draft.source.host = "localhost".to_owned();
    let hasty = started(&workbench, form).await;
    until_caught_up(&workbench, &hasty).await;

    let lowered =
        until(&workbench, &patient, "lowered", |details| details.effective_retry.minutes == 10)
            .await;
    let setter = lowered.effective_retry.set_by.unwrap();
    assert_eq!((setter.task_id, setter.task_name), (hasty.clone(), "hasty".to_owned()));
    let typed = workbench.effective_retry(&lowered.draft, Some(&patient)).await.unwrap();
    assert_eq!(typed.minutes, 10);

    // The engine itself gives up so early.
    source.end();
    let window = |details: &keyferry_workbench::model::TaskDetails| {
        let retry = details.summary.report.detail.retry.as_ref()?;
        let until = retry.until.as_ref()?;
        Some(minutes_until(until))
    };
    let found = until(&workbench, &patient, "retrying", |details| window(details).is_some()).await;
    let minutes = window(&found).unwrap();
    assert!((5..=10).contains(&minutes), "{minutes}");

    // The hasty one is gone: the patient one is patient again, in the middle of its wait.
    workbench.pause_task(&hasty).await.unwrap();
    until(&workbench, &patient, "patient again", |details| {
        details.effective_retry.set_by.is_none()
            && window(details).is_some_and(|minutes| minutes > 100)
    })
    .await;
    workbench.rest_all().await;
}

/// Whole minutes from now.
fn minutes_until(at: &str) -> i64 {
    let at =
        time::OffsetDateTime::parse(at, &time::format_description::well_known::Rfc3339).unwrap();
    (at - time::OffsetDateTime::now_utc()).whole_minutes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_task_is_resumed_by_itself_until_its_user_pauses_it() {
    let mut source = Server::start("").await;
    let destination = Server::start("").await;
    let desk = Desk::new();
    let workbench = desk.open().await;
    let id = started(&workbench, input("orders", &source, &destination)).await;
    until_caught_up(&workbench, &id).await;
    // Something that is no Redis takes the source's place: no use in trying again soon.
    source.end();
    let impostor = TcpListener::bind(("127.0.0.1", source.port)).await.unwrap();
    let answering = tokio::spawn(async move {
        while let Ok((mut connection, _)) = impostor.accept().await {
            let _ = connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    until_state(&workbench, &id, TaskState::Failed).await;
    let next = until(&workbench, &id, "to be resumed", |details| {
        details.summary.resumes_next.is_some() && details.summary.owner == Owner::None
    })
    .await
    .summary;
    assert!((0..=1).contains(&minutes_until(&next.resumes_next.unwrap())));
    let days = minutes_until(&next.resumes_until.unwrap()) / (24 * 60);
    assert_eq!(days, 6, "seven days, less a moment");
    desk.until_told("orders failed").await;
    answering.abort();

    workbench.pause_task(&id).await.unwrap();
    let paused = until(&workbench, &id, "not to be resumed", |details| {
        details.summary.report.state == TaskState::Paused && details.summary.resumes_until.is_none()
    })
    .await;
    assert_eq!(paused.summary.resumes_next, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_and_a_class_change_while_the_task_runs_and_stay() {
    let (source, destination) = (Server::start("").await, Server::start("").await);
    let desk = Desk::new();
    let workbench = desk.open().await;
    let id = started(&workbench, input("before", &source, &destination)).await;
    until_caught_up(&workbench, &id).await;
    workbench.rename_task(&id, " after ").await.unwrap();
    workbench.set_class(&id, Some(InstanceClass::Small)).await.unwrap();
    until(&workbench, &id, "renamed", |details| {
        details.summary.name == "after"
            && details.summary.report.task == "after"
            && details.draft.class == Some(InstanceClass::Small)
    })
    .await;
    assert_eq!(workbench.rename_task(&id, " ").await.unwrap_err().fields[0].field, "name");
    workbench.rest_all().await;
    drop(workbench);
    let workbench = desk.open().await;
    let found = workbench.show_task(&id).unwrap();
    assert_eq!(found.summary.name, "after");
    assert_eq!(found.draft.class, Some(InstanceClass::Small));
    workbench.set_class(&id, None).await.unwrap();
    assert_eq!(workbench.show_task(&id).unwrap().draft.class, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_revoking_command_takes_the_account_its_writes() {
    let (source, destination) = (Server::start("").await, Server::start("").await);
    let mut connection = destination.connect().await.unwrap();
    redis::cmd("ACL")
        .arg(&["SETUSER", "mover", "on", ">pw", "+@all", "~*"])
        .exec_async(&mut connection)
        .await
        .unwrap();
    let desk = Desk::new();
    let workbench = desk.open().await;
    let mut form = input("orders", &source, &destination);
    form.draft.destination.account = "mover".to_owned();
    let id = workbench.save_draft(None, form).await.unwrap();
    let line = workbench.revoke_command(&id).unwrap();
    let mut words = line.split(' ');
    let mut command = redis::cmd(words.next().unwrap());
    for word in words {
        command.arg(word);
    }
    command.exec_async(&mut connection).await.unwrap();
    redis::cmd("AUTH").arg(&["mover", "pw"]).exec_async(&mut connection).await.unwrap();
    let mut restore = redis::cmd("RESTORE");
    restore.arg(&["k", "0", "x", "REPLACE"]);
    for write in [redis::cmd("SET").arg(&["k", "v"]), &mut restore, redis::cmd("DEL").arg("k")] {
        let error = write.exec_async(&mut connection).await.unwrap_err();
        assert_eq!(error.code(), Some("NOPERM"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_makes_is_seen_without_looking_again_and_again() {
    let desk = Desk::new();
    let workbench = desk.open().await;
    let mut changes = workbench.changes();
    changes.mark_unchanged();
    let others = keyferry_workbench::store::Store::open(desk.folder.path()).unwrap();
    let made = others.create_draft("from elsewhere", Default::default()).unwrap();
    let seen = async {
        while !workbench.list_tasks().unwrap().iter().any(|task| task.id == made.task.id) {
            changes.changed().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(10), seen).await.unwrap();
}
