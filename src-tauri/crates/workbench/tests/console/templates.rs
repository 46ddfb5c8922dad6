//! Templates: a task has a copy of what it selected.

use keyferry_workbench::engine::spec::EndpointDraft;
use keyferry_workbench::model::{PasswordInput, TaskInput, TemplateInput};
use tokio::net::TcpListener;

use crate::support::{Desk, Server, input, until_caught_up};

#[tokio::test(flavor = "multi_thread")]
async fn a_modified_template_takes_effect_the_next_time_it_is_selected() {
    let (old, new) = (Server::start("old-pw").await, Server::start("new-pw").await);
    let destination = Server::start("").await;
    old.set("from", "old").await;
    let desk = Desk::new();
    let workbench = desk.open().await;
    let template = |server: &Server, password: &str| TemplateInput {
        name: " orders ".to_owned(),
        endpoint: server.endpoint(),
        password: PasswordInput::typed(password),
    };
    let id = workbench.create_template(template(&old, "old-pw")).await.unwrap();
    let select = |name: &str| {
        let shown = workbench.list_templates().unwrap().remove(0);
        let mut form = input(name, &old, &destination);
        form.draft.source = shown.endpoint;
        form.source_password = PasswordInput::Template { id: shown.id.clone() };
        form.source_template = Some(shown.id);
        form
    };
    let before = workbench.save_draft(None, select("before")).await.unwrap();

    workbench.update_template(&id, template(&new, "new-pw")).await.unwrap();
    let after = workbench.save_draft(None, select("after")).await.unwrap();
    let port = |task: &str| workbench.show_task(task).unwrap().draft.source.port;
    assert_eq!(port(&before), old.port.to_string());
    assert_eq!(port(&after), new.port.to_string());

    let shown = workbench.list_templates().unwrap();
    assert_eq!((shown.len(), shown[0].name.as_str(), shown[0].has_password), (1, "orders", true));
    let mut uses: Vec<_> = shown[0].uses.iter().map(|used| used.task_name.as_str()).collect();
    uses.sort_unstable();
    assert_eq!(uses, ["after", "before"]);

    // The one configured before still reads the old server with the old password, even without the
    // template.
    workbench.delete_template(&id).await.unwrap();
    assert!(workbench.run_precheck(&before, "check", &|_| {}).await.unwrap().passed());
    assert!(workbench.run_precheck(&after, "check", &|_| {}).await.unwrap().passed());
    assert!(!desk.keychain.names().iter().any(|name| name.starts_with("template/")));
    assert!(!desk.holds("old-pw") && !desk.holds("new-pw"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_a_template_has_its_password_and_a_test_is_remembered_until_it_changes() {
    let server = Server::start("secret").await;
    let desk = Desk::new();
    let workbench = desk.open().await;
    let form = TemplateInput {
        name: "t".to_owned(),
        endpoint: server.endpoint(),
        password: PasswordInput::typed("secret"),
    };
    let nameless = TemplateInput { name: " ".to_owned(), ..form.clone() };
    assert_eq!(workbench.create_template(nameless).await.unwrap_err().fields[0].field, "name");
    let id = workbench.create_template(form.clone()).await.unwrap();
    let copy = workbench.duplicate_template(&id).await.unwrap();
    let report = workbench.test_template(&copy, "test", &|_| {}).await.unwrap();
    assert!(report.failed.is_none(), "{report:?}");
    let shown = |id: &str| {
        workbench.list_templates().unwrap().into_iter().find(|one| one.id == id).unwrap()
    };
    assert_eq!(shown(&copy).name, "t_2");
    assert!(shown(&copy).last_test.is_some_and(|test| test.ok && test.server.is_some()));
    let renamed =
        TemplateInput { name: "u".to_owned(), password: PasswordInput::Keep, ..form.clone() };
    workbench.update_template(&copy, renamed).await.unwrap();
    assert!(shown(&copy).last_test.is_some());
    let open = TemplateInput { password: PasswordInput::None, ..form };
    workbench.update_template(&copy, open).await.unwrap();
    assert!(shown(&copy).last_test.is_none() && !shown(&copy).has_password);
    let report = workbench.test_template(&copy, "test", &|_| {}).await.unwrap();
    assert!(report.failed.is_some());
    assert!(shown(&copy).last_test.is_some_and(|test| !test.ok && test.error.is_some()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_duplicated_task_runs_with_the_passwords_of_the_first() {
    let (source, destination) = (Server::start("a-pw").await, Server::start("b-pw").await);
    let desk = Desk::new();
    let workbench = desk.open().await;
    let id = workbench.save_draft(None, input("first", &source, &destination)).await.unwrap();
    let copy = workbench.duplicate_task(&id).await.unwrap();
    let shown = workbench.show_task(&copy).unwrap();
    assert_eq!(shown.summary.name, "first_2");
    assert!(shown.input.has_source_password && shown.input.has_destination_password);
    workbench.delete_task(&id).await.unwrap();
    let form = TaskInput { name: "again".to_owned(), draft: shown.draft, ..TaskInput::default() };
    workbench.save_draft(Some(&copy), form).await.unwrap();
    assert!(workbench.run_precheck(&copy, "check", &|_| {}).await.unwrap().passed());
    workbench.start_task(&copy, crate::support::accepted()).await.unwrap();
    until_caught_up(&workbench, &copy).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_test_of_a_template_ends_and_leaves_no_result() {
    // Takes the connection and never answers.
    let silent = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let desk = Desk::new();
    let workbench = desk.open().await;
    let form = TemplateInput {
        name: "silent".to_owned(),
        endpoint: EndpointDraft {
            access: "tcp".into(),
            host: "127.0.0.1".into(),
            port: silent.local_addr().unwrap().port().to_string(),
            ..EndpointDraft::default()
        },
        password: PasswordInput::None,
    };
    let id = workbench.create_template(form).await.unwrap();
    let test = workbench.test_template(&id, "one", &|_| {});
    let cancel = async {
        let connected = silent.accept().await.unwrap();
        workbench.cancel_run("one");
        connected
    };
    let (ended, _connected) = tokio::join!(test, cancel);
    assert_eq!(ended.unwrap_err().code, "cancelled");
    assert!(workbench.list_templates().unwrap()[0].last_test.is_none());
}
