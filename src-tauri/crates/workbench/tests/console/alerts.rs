//! Who is told of what.

use keyferry_workbench::model::{AlertRules, LanguageChoice, SettingsPart};

use crate::support::{Desk, Server, input, started, until_caught_up};

#[tokio::test(flavor = "multi_thread")]
async fn catching_up_is_told_once_and_a_lag_above_the_threshold_by_rule() {
    let (source, destination) = (Server::start("").await, Server::start("").await);
    let desk = Desk::new();
    let workbench = desk.open().await;
    let id = started(&workbench, input("orders", &source, &destination)).await;
    until_caught_up(&workbench, &id).await;
    desk.until_told("orders has caught up").await;

    let rules = AlertRules { lag_seconds: Some(1), contacts: vec!["desktop".to_owned()] };
    workbench.set_alerts(&id, Some(rules.clone())).await.unwrap();
    let nobody = AlertRules { contacts: Vec::new(), ..rules };
    assert_eq!(workbench.set_alerts(&id, Some(nobody)).await.unwrap_err().code, "invalid");
    // The destination stands still while the source goes on.
    let mut connection = destination.connect().await.unwrap();
    redis::cmd("CLIENT")
        .arg(&["PAUSE", "5000", "WRITE"])
        .exec_async(&mut connection)
        .await
        .unwrap();
    source.set("a", "1").await;
    desk.until_told("orders is behind").await;
    until_caught_up(&workbench, &id).await;
    let told = desk.recorder.titles();
    assert_eq!(told.iter().filter(|title| *title == "orders has caught up").count(), 1, "{told:?}");
    workbench.rest_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_told_in_the_user_s_language_and_not_at_all_where_that_is_wanted() {
    let (source, destination) = (Server::start("").await, Server::start("").await);
    let desk = Desk::new();
    let workbench = desk.open().await;
    let silence = SettingsPart { notifications: Some(false), ..SettingsPart::default() };
    workbench.set_settings(silence).unwrap();
    let silent = started(&workbench, input("silent", &source, &destination)).await;
    until_caught_up(&workbench, &silent).await;
    workbench.stop_task(&silent).await.unwrap();

    let chinese = SettingsPart {
        notifications: Some(true),
        language: Some(LanguageChoice::Zh),
        ..SettingsPart::default()
    };
    workbench.set_settings(chinese).unwrap();
    let other = Server::start("").await;
    let told = started(&workbench, input("订单", &source, &other)).await;
    until_caught_up(&workbench, &told).await;
    desk.until_told("订单 已追平").await;
    assert_eq!(desk.recorder.titles(), ["订单 已追平"]);
    workbench.rest_all().await;
}
