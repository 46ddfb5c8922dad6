//! Keeping the computer awake while a task runs that wants it.

use keyferry_workbench::engine::task::TaskState;
use keyferry_workbench::model::{KeptAwake, TaskInput};

use crate::support::{Desk, Server, input, started, until, until_caught_up, until_state};

fn wakeful(name: &str, source: &Server, destination: &Server) -> TaskInput {
    TaskInput { keep_awake: true, ..input(name, source, destination) }
}

const HELD: KeptAwake = KeptAwake { wanted: true, held: true, problem: None };

#[tokio::test(flavor = "multi_thread")]
async fn the_computer_stays_awake_as_long_as_a_running_task_wants_it() {
    let (source, first, second) =
        (Server::start("").await, Server::start("").await, Server::start("").await);
    let desk = Desk::new();
    let workbench = desk.open().await;
    let sleepy = started(&workbench, input("sleepy", &source, &first)).await;
    until_caught_up(&workbench, &sleepy).await;
    assert_eq!(desk.sleep.vigils(), 0);

    let id = started(&workbench, wakeful("wakeful", &source, &second)).await;
    until(&workbench, &id, "awake", |details| details.awake == HELD).await;
    assert_eq!(desk.sleep.vigils(), 1);
    assert!(!workbench.show_task(&sleepy).unwrap().awake.held);

    // Another one wants it too: once is enough, and it outlives the first one's wish.
    workbench.set_keep_awake(&sleepy, true).await.unwrap();
    until(&workbench, &sleepy, "awake", |details| details.awake == HELD).await;
    workbench.set_keep_awake(&id, false).await.unwrap();
    until(&workbench, &id, "asleep", |details| !details.awake.wanted).await;
    assert_eq!((desk.sleep.vigils(), desk.sleep.asked()), (1, 1));

    workbench.pause_task(&sleepy).await.unwrap();
    until_state(&workbench, &sleepy, TaskState::Paused).await;
    desk.sleep.until_vigils(0).await;
    let paused = workbench.show_task(&sleepy).unwrap().awake;
    assert_eq!(paused, KeptAwake { held: false, ..HELD });

    // The wish is the task's and outlives the program; so does its absence.
    workbench.rest_all().await;
    drop(workbench);
    let workbench = desk.open().await;
    assert!(workbench.show_task(&sleepy).unwrap().input.keep_awake);
    assert!(!workbench.show_task(&id).unwrap().input.keep_awake);
    workbench.run(&sleepy).await.unwrap();
    desk.sleep.until_vigils(1).await;
    // A program that ends lets go.
    workbench.rest_all().await;
    desk.sleep.until_vigils(0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_computer_that_cannot_be_kept_awake_is_told_once_and_stops_no_task() {
    let (source, destination) = (Server::start("").await, Server::start("").await);
    let desk = Desk::new();
    desk.sleep.refuse(Some("no session bus"));
    let workbench = desk.open().await;
    let id = started(&workbench, wakeful("orders", &source, &destination)).await;
    until_caught_up(&workbench, &id).await;
    let problem = Some("no session bus".to_owned());
    let told = until(&workbench, &id, "told", |details| details.awake.problem == problem).await;
    assert!(told.awake.wanted && !told.awake.held);
    let events = || {
        let events = workbench.show_task(&id).unwrap().events;
        events.into_iter().filter(|event| event.code == "not_kept_awake").collect::<Vec<_>>()
    };
    assert!(events()[0].message.contains("no session bus"));

    workbench.pause_task(&id).await.unwrap();
    until_state(&workbench, &id, TaskState::Paused).await;
    workbench.run(&id).await.unwrap();
    until(&workbench, &id, "refused again", |details| details.awake.problem == problem).await;
    assert_eq!(events().len(), 1);

    // It is tried again whenever a task starts or ends, or changes its mind.
    desk.sleep.refuse(None);
    workbench.set_keep_awake(&id, true).await.unwrap();
    until(&workbench, &id, "awake", |details| details.awake == HELD).await;
    workbench.rest_all().await;
}
