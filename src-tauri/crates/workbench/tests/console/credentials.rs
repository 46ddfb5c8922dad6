//! Passwords without a keychain: for this session only, and asked for again afterwards.

use std::sync::Arc;

use keyferry_workbench::engine::task::TaskState;
use keyferry_workbench::model::{KeychainState, PasswordInput};

use crate::support::{
    Desk, NoKeychain, Server, input, started, until, until_caught_up, until_state,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_password_of_an_earlier_session_is_asked_for_and_the_task_goes_on() {
    let (source, destination) = (Server::start("a-4242").await, Server::start("b-4242").await);
    let desk = Desk::new();
    let workbench = desk.open_with(Arc::new(NoKeychain)).await;
    assert_eq!(workbench.app_info().keychain.state, KeychainState::Missing);
    let id = started(&workbench, input("orders", &source, &destination)).await;
    until_caught_up(&workbench, &id).await;
    assert!(workbench.show_task(&id).unwrap().input.has_source_password);
    workbench.rest_all().await;
    drop(workbench);
    assert!(!desk.holds("a-4242") && !desk.holds("b-4242"));

    let workbench = desk.open_with(Arc::new(NoKeychain)).await;
    workbench.resume_all().await.unwrap();
    let found = until_state(&workbench, &id, TaskState::WaitingForCredentials).await;
    assert!(!found.input.has_source_password && !found.input.has_destination_password);
    desk.until_told("orders waits for a password").await;
    source.set("written", "meanwhile").await;
    workbench
        .provide_credentials(&id, PasswordInput::typed("a-4242"), PasswordInput::typed("b-4242"))
        .await
        .unwrap();
    until_caught_up(&workbench, &id).await;
    let mut connection = destination.connect().await.unwrap();
    let found: Option<String> =
        redis::cmd("GET").arg("written").query_async(&mut connection).await.unwrap();
    assert_eq!(found.as_deref(), Some("meanwhile"));
    workbench.rest_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_put_right_while_the_task_holds() {
    let (mut source, destination) = (Server::start("right").await, Server::start("").await);
    let desk = Desk::new();
    let workbench = desk.open().await;
    let id = started(&workbench, input("orders", &source, &destination)).await;
    until_caught_up(&workbench, &id).await;
    // The password is changed at the source, which ends connections.
    let mut connection = source.connect().await.unwrap();
    for command in [
        "CONFIG SET requirepass changed",
        "CLIENT KILL TYPE replica",
        "CLIENT KILL TYPE normal SKIPME yes",
    ] {
        let mut parts = command.split(' ');
        let mut query = redis::cmd(parts.next().unwrap());
        for part in parts {
            query.arg(part);
        }
        query.exec_async(&mut connection).await.unwrap();
    }
    let found = until_state(&workbench, &id, TaskState::Holding).await;
    assert_eq!(found.summary.report.error.map(|error| error.code).as_deref(), Some("auth_failed"));
    workbench
        .provide_credentials(&id, PasswordInput::typed("changed"), PasswordInput::Keep)
        .await
        .unwrap();
    until(&workbench, &id, "caught up again", |details| details.summary.report.caught_up).await;
    workbench.rest_all().await;
    source.end();
}
