//! What a task leaves out can be looked through, whoever runs it, and afterwards.

use keyferry_workbench::engine::skipped::SkippedKind;
use keyferry_workbench::engine::task::TaskState;
use keyferry_workbench::model::{SkippedPage, SkippedQuery, SkippedRow};
use redis::cmd;

use crate::support::{Desk, Server, input, started, until, until_caught_up, until_state};

const KEY: &str = "other:\u{4e2d}\u{6587}";

fn query(after: u64, limit: u32) -> SkippedQuery {
    SkippedQuery { after, kind: None, reason: None, limit }
}

fn shown(row: &SkippedRow) -> (SkippedKind, &str, Option<&str>, Option<&str>) {
    (row.kind, &row.reason, row.command.as_deref(), row.key_text.as_deref())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_out_is_listed_while_the_task_runs_here_or_elsewhere_and_after() {
    let (source, destination) = (Server::start("").await, Server::start("").await);
    source.set("keep:1", "a").await;
    source.set(KEY, "b").await;
    let desk = Desk::new();
    let workbench = desk.open().await;
    let mut form = input("some", &source, &destination);
    form.draft.include_keys = vec!["keep:*".to_owned()];
    form.draft.skip_commands = vec!["append".to_owned()];
    let id = started(&workbench, form).await;
    until_caught_up(&workbench, &id).await;
    let mut connection = source.connect().await.unwrap();
    cmd("APPEND").arg("keep:1").arg("c").exec_async(&mut connection).await.unwrap();
    cmd("SET").arg(b"raw\xff").arg("d").exec_async(&mut connection).await.unwrap();

    let list = |query: &SkippedQuery| workbench.list_skipped(&id, query).unwrap();
    until(&workbench, &id, "listed", |_| list(&query(0, 10)).rows.len() == 3).await;
    let all = list(&query(0, 10));
    let rows: Vec<_> = all.rows.iter().map(shown).collect();
    assert_eq!(
        rows,
        [
            (SkippedKind::Key, "key_filter", None, Some(KEY)),
            (SkippedKind::Command, "command_deselected", Some("APPEND"), Some("keep:1")),
            (SkippedKind::Command, "key_filter", Some("SET"), Some("raw\\xff")),
        ]
    );
    assert_eq!((all.next, all.lost), (None, 0));
    let [key, append, set] = all.rows.as_slice() else { unreachable!() };
    assert_eq!(set.key_hex.as_deref(), Some("726177ff"));
    // The offsets are the source's own: in the order of the stream, none for the snapshot.
    let offset = |row: &SkippedRow| row.offset.as_ref().map(|text| text.parse::<u64>().unwrap());
    assert_eq!(offset(key), None);
    assert!(offset(append).unwrap() < offset(set).unwrap());
    let applied = until(&workbench, &id, "applied", |details| {
        let applied = details.summary.report.applied_offset.as_ref();
        applied.is_some_and(|text| text.parse::<u64>().unwrap() >= offset(set).unwrap())
    });
    applied.await;

    // In parts, and only some.
    let first = list(&query(0, 2));
    assert_eq!((first.rows.as_slice(), first.next), (&all.rows[..2], Some(append.number)));
    assert_eq!(list(&query(append.number, 2)).rows, all.rows[2..]);
    let only = SkippedQuery {
        kind: Some(SkippedKind::Command),
        reason: Some("key_filter".to_owned()),
        ..query(0, 10)
    };
    assert_eq!(list(&only).rows, all.rows[2..]);

    let elsewhere = desk.open().await;
    assert_eq!(elsewhere.list_skipped(&id, &query(0, 10)).unwrap(), all);
    workbench.stop_task(&id).await.unwrap();
    until_state(&workbench, &id, TaskState::Stopped).await;
    let after: SkippedPage = list(&query(0, 10));
    assert_eq!(after, all);
    let error = workbench.list_skipped("nobody", &query(0, 10)).unwrap_err();
    assert_eq!(error.code, "no_such_task");
}
