//! What cuts a task off, or keeps it from running at all, and what its user finds then.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use keyferry_workbench::engine::report::rfc3339;
use keyferry_workbench::engine::task::TaskState;
use keyferry_workbench::model::TaskInput;
use keyferry_workbench::store::{Failing, Store};
use keyferry_workbench::workbench::Workbench;
use keyferry_workbench::{Ask, ask};

use crate::support::{Desk, Server, input, started, until_caught_up, until_state};

/// Two servers, and where a task between them is kept.
struct Scene {
    source: Server,
    destination: Server,
    desk: Desk,
    store: Store,
}

impl Scene {
    async fn new() -> Self {
        let (source, destination) = (Server::start("").await, Server::start("").await);
        let desk = Desk::new();
        let store = Store::open(desk.folder.path()).unwrap();
        Self { source, destination, desk, store }
    }

    fn form(&self) -> TaskInput {
        input("orders", &self.source, &self.destination)
    }

    /// A workbench, and a task that it runs and that has caught up.
    async fn following(&self) -> (Arc<Workbench>, String) {
        let workbench = self.desk.open().await;
        let id = started(&workbench, self.form()).await;
        until_caught_up(&workbench, &id).await;
        (workbench, id)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_whose_check_was_cut_off_is_still_a_draft() {
    let scene = Scene::new().await;
    let store = &scene.store;
    let workbench = scene.desk.open().await;
    let id = workbench.save_draft(None, scene.form()).await.unwrap();
    let meanwhile = Mutex::new(None);
    let look = |_: &_| drop(meanwhile.lock().unwrap().replace(store.get(&id).unwrap()));
    workbench.run_precheck(&id, "run", &look).await.unwrap();
    let meanwhile = meanwhile.into_inner().unwrap().unwrap();
    assert_eq!(meanwhile.state, TaskState::Prechecking);
    // As if the program had been killed then.
    store.lock(&id).unwrap().update(|task| *task = meanwhile).unwrap();

    let found = workbench.show_task(&id).unwrap().summary.report.state;
    assert_eq!(found, TaskState::NotStarted);
    // Nobody has accepted the terms, and nobody was asked for the destination's name.
    let refused = workbench.resume_task(&id).await.unwrap_err();
    assert_eq!(refused.code, "terms_not_accepted");
    workbench.resume_all().await.unwrap();
    assert_eq!(workbench.running_count(), 0);
    // The form goes on.
    assert_eq!(workbench.save_draft(Some(&id), scene.form()).await.unwrap(), id);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_its_user_paused_from_elsewhere_does_not_go_on_by_itself() {
    let scene = Scene::new().await;
    let (desk, store) = (&scene.desk, &scene.store);
    let (workbench, id) = scene.following().await;

    // The program was ended: it goes on.
    workbench.rest_all().await;
    drop(workbench);
    assert!(store.get(&id).unwrap().resume);
    let workbench = desk.open().await;
    workbench.resume_all().await.unwrap();
    until_caught_up(&workbench, &id).await;

    // As `keyferry tasks pause` does.
    ask(store, &id, Ask::Pause).await.unwrap();
    until_state(&workbench, &id, TaskState::Paused).await;
    workbench.rest_all().await;
    assert!(!store.get(&id).unwrap().resume);
    drop(workbench);
    let workbench = desk.open().await;
    workbench.resume_all().await.unwrap();
    assert_eq!(workbench.running_count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_keeps_a_task_from_running_is_said_to_who_resumes_it_and_not_tried_without_pause() {
    let scene = Scene::new().await;
    let (desk, store) = (&scene.desk, &scene.store);
    let (workbench, id) = scene.following().await;
    workbench.pause_task(&id).await.unwrap();
    until_state(&workbench, &id, TaskState::Paused).await;
    workbench.rest_all().await;
    let mut locked = store.lock(&id).unwrap();
    std::fs::write(locked.engine_folder().join("record"), b"not a record").unwrap();
    let failures = || store.log(&id).matches("could not be run").count();
    assert_eq!(failures(), 0);

    // It is due since an hour.
    let an_hour_ago = rfc3339(SystemTime::now() - Duration::from_secs(3600));
    locked
        .update(|task| {
            task.state = TaskState::Failed;
            task.resume = true;
            task.failing =
                Some(Failing { since: an_hour_ago.clone(), attempts: 0, next_at: an_hour_ago });
        })
        .unwrap();
    drop((locked, workbench));
    let workbench = desk.open().await;
    let tried = async {
        while failures() == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(crate::support::PATIENCE, tried).await.unwrap();
    // Whatever else begins and ends meanwhile.
    let elsewhere = Server::start("").await;
    let other = started(&workbench, input("other", &scene.source, &elsewhere)).await;
    until_caught_up(&workbench, &other).await;
    workbench.pause_task(&other).await.unwrap();
    until_state(&workbench, &other, TaskState::Paused).await;
    assert_eq!(failures(), 1);

    let refused = workbench.resume_task(&id).await.unwrap_err();
    assert_eq!(refused.code, "state_corrupt");
    workbench.rest_all().await;
}
