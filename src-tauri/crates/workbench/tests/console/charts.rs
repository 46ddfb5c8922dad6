//! What a task's charts show, and that it outlives what draws it.

use keyferry_workbench::Drawn;
use keyferry_workbench::engine::task::TaskState;

use crate::support::{Desk, Server, input, started, until, until_caught_up, until_state};

#[tokio::test(flavor = "multi_thread")]
async fn the_past_outlives_the_page_and_the_program_and_ends_with_the_task() {
    let (source, destination) = (Server::start("").await, Server::start("").await);
    let desk = Desk::new();
    let workbench = desk.open().await;
    let id = started(&workbench, input("orders", &source, &destination)).await;
    until_caught_up(&workbench, &id).await;
    let mut drawn = Drawn::default();
    until(&workbench, &id, "drawn", |_| {
        let charts = workbench.chart_news(&id, &mut Drawn::default());
        charts.five_minutes.iter().any(|point| point.lag_ms.is_some() && point.latency_us.is_some())
    })
    .await;
    let first = workbench.chart_news(&id, &mut drawn);
    assert!(!first.hour.is_empty() && !first.day.is_empty());
    // Then only what is new, and what still grows.
    until(&workbench, &id, "a second further", |_| {
        workbench.chart_news(&id, &mut drawn).five_minutes.len() == 2
    })
    .await;

    workbench.rest_all().await;
    let at_rest = workbench.chart_news(&id, &mut Drawn::default());
    drop(workbench);
    let workbench = desk.open().await;
    let kept = workbench.chart_news(&id, &mut Drawn::default());
    assert_eq!(kept, at_rest);
    assert!(kept.five_minutes.len() > first.five_minutes.len());

    workbench.run(&id).await.unwrap();
    until_caught_up(&workbench, &id).await;
    until(&workbench, &id, "going on", |_| {
        let charts = workbench.chart_news(&id, &mut Drawn::default());
        charts.five_minutes.len() > kept.five_minutes.len()
            && charts.five_minutes.first() == kept.five_minutes.first()
    })
    .await;

    workbench.stop_task(&id).await.unwrap();
    until_state(&workbench, &id, TaskState::Stopped).await;
    workbench.release_task(&id).await.unwrap();
    assert!(workbench.chart_news(&id, &mut Drawn::default()).is_empty());
}
