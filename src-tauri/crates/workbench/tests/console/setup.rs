//! Setting a task up: what is typed is kept, what is not confirmed does not start.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

use keyferry_workbench::credentials::memory::MemoryStore;
use keyferry_workbench::credentials::{CredentialStore, Refusal};
use keyferry_workbench::engine::error::Side;
use keyferry_workbench::engine::precheck::{VerdictKind, account_rules};
use keyferry_workbench::engine::secret::Secret;
use keyferry_workbench::engine::spec::{EndpointDraft, InstanceClass};
use keyferry_workbench::engine::task::TaskState;
use keyferry_workbench::model::{
    AlertRules, PasswordInput, StartOrder, TaskInput, TemplateInput, TestRequest,
};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::support::{Desk, Server, accepted, input, until_caught_up, until_state};

#[tokio::test(flavor = "multi_thread")]
async fn a_half_typed_form_is_kept_as_it_is_and_its_password_nowhere_but_in_the_keychain() {
    let desk = Desk::new();
    let workbench = desk.open().await;
    let mut form = TaskInput {
        name: "  orders".to_owned(),
        source_password: PasswordInput::typed("typed-4711"),
        alerts: Some(AlertRules::default()),
        step: 2,
        ..TaskInput::default()
    };
    form.draft.source.port = "70x".to_owned();
    form.draft.retry_minutes = 3;
    let id = workbench.save_draft(None, form.clone()).await.unwrap();
    drop(workbench);

    let workbench = desk.open().await;
    let found = workbench.show_task(&id).unwrap();
    assert_eq!(found.summary.report.state, TaskState::NotConfigured);
    assert_eq!((found.input.name.as_str(), found.input.step), ("  orders", 2));
    assert_eq!(found.input.draft, form.draft);
    assert_eq!(found.input.alerts, form.alerts);
    assert!(found.input.has_source_password && !found.input.has_destination_password);
    assert!(!desk.holds("typed-4711"));
    assert_eq!(desk.keychain.names(), [format!("task/{id}/source")]);

    let error = workbench.configure_task(&id).unwrap_err();
    let mut fields: Vec<_> = error.fields.iter().map(|field| field.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "alerts.contacts",
            "alerts.lag_seconds",
            "destination.host",
            "retry_minutes",
            "source.host",
            "source.port"
        ]
    );

    // Forgotten with the draft.
    workbench.delete_task(&id).await.unwrap();
    assert!(desk.keychain.names().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_was_checked_and_confirmed_starts() {
    let (source, destination) = (Server::start("").await, Server::start("").await);
    destination.set("there:before", "1").await;
    let desk = Desk::new();
    let workbench = desk.open().await;
    let mut form = input("guards", &source, &destination);
    form.draft.destination.environment = "production".to_owned();
    let id = workbench.save_draft(None, form.clone()).await.unwrap();

    let error = workbench.start_task(&id, accepted()).await.unwrap_err();
    assert_eq!(error.code, "precheck_needed");
    assert!(workbench.run_precheck(&id, "one", &|_| {}).await.unwrap().passed());
    let error = workbench.start_task(&id, StartOrder::default()).await.unwrap_err();
    assert_eq!(error.code, "terms_not_accepted");
    let error = workbench.start_task(&id, accepted()).await.unwrap_err();
    assert_eq!(error.code, "confirmation_needed");

    // A change of what it is to do asks for another look; one of its name or its class does not.
    form.name = "guarded".to_owned();
    form.draft.class = Some(InstanceClass::Small);
    workbench.save_draft(Some(&id), form.clone()).await.unwrap();
    let state = |id: &str| workbench.show_task(id).unwrap().summary.report.state;
    assert_eq!(state(&id), TaskState::PrecheckPassed);
    form.draft.retry_minutes = 30;
    workbench.save_draft(Some(&id), form).await.unwrap();
    assert_eq!(state(&id), TaskState::NotConfigured);
    assert!(workbench.run_precheck(&id, "two", &|_| {}).await.unwrap().passed());

    let label = format!("127.0.0.1:{}", destination.port);
    let order = StartOrder { terms_accepted: true, typed_name: Some(label) };
    workbench.start_task(&id, order).await.unwrap();
    until_caught_up(&workbench, &id).await;
    assert!(workbench.show_task(&id).unwrap().terms_accepted_at.is_some());
    let error = workbench.save_draft(Some(&id), TaskInput::default()).await.unwrap_err();
    assert_eq!(error.code, "task_running");
    workbench.pause_task(&id).await.unwrap();
    until_state(&workbench, &id, TaskState::Paused).await;
    let error = workbench.save_draft(Some(&id), TaskInput::default()).await.unwrap_err();
    assert_eq!(error.code, "task_begun");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_ignored_is_confirmed_and_recorded_and_belongs_to_these_servers() {
    let (source, destination) = (Server::start("").await, Server::start("").await);
    source.set("both", "1").await;
    destination.set("both", "2").await;
    let desk = Desk::new();
    let workbench = desk.open().await;
    let form = input("ignore", &source, &destination);
    let id = workbench.save_draft(None, form.clone()).await.unwrap();
    assert!(!workbench.run_precheck(&id, "one", &|_| {}).await.unwrap().passed());

    let ignore = |check: &str, typed: Option<&str>| {
        workbench.ignore_checks(&id, vec![check.to_owned()], typed).map_err(|error| error.code)
    };
    assert_eq!(ignore("write_permission", None), Err("not_ignorable".to_owned()));
    assert_eq!(ignore("weather", None), Err("no_such_check".to_owned()));
    assert_eq!(ignore("conflicting_keys", None), Err("confirmation_needed".to_owned()));
    let label = format!("127.0.0.1:{}", destination.port);
    ignore("conflicting_keys", Some(&label)).unwrap();
    assert!(workbench.run_precheck(&id, "two", &|_| {}).await.unwrap().passed());
    let found = workbench.show_task(&id).unwrap();
    assert_eq!(found.ignored.len(), 1);
    assert!(!found.ignored[0].at.is_empty());

    // Another server has not been looked at: what was ignored of this one does not concern it.
    let mut elsewhere = form;
    elsewhere.draft.destination.host = "localhost".to_owned();
    workbench.save_draft(Some(&id), elsewhere).await.unwrap();
    let found = workbench.show_task(&id).unwrap();
    assert!(found.ignored.is_empty() && found.draft.ignored_checks.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destination_behind_a_socket_is_confirmed_in_the_words_of_the_page() {
    let desk = Desk::new();
    let workbench = desk.open().await;
    let mut form = TaskInput::default();
    form.draft.destination = EndpointDraft {
        access: "unix".into(),
        path: "/run/r.sock".into(),
        ..EndpointDraft::default()
    };
    let id = workbench.save_draft(None, form).await.unwrap();
    let label = "unix:/run/r.sock";
    assert_eq!(workbench.show_task(&id).unwrap().summary.destination.label, label);
    workbench.ignore_checks(&id, vec!["conflicting_keys".to_owned()], Some(label)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_and_a_precheck_can_be_cancelled_while_a_server_says_nothing() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::start("").await;
    let desk = Desk::new();
    let workbench = desk.open().await;
    let mut form = input("silent", &server, &server);
    form.draft.source.port = silent.local_addr().unwrap().port().to_string();
    let id = workbench.save_draft(None, form.clone()).await.unwrap();
    let request = TestRequest {
        task_id: Some(id.clone()),
        template_id: None,
        side: Side::Source,
        endpoint: form.draft.source.clone(),
        password: PasswordInput::None,
        run_id: "test".to_owned(),
    };
    let test = workbench.test_connectivity(request, &|_| {});
    let cancel = async {
        let _held = silent.accept().await.unwrap();
        workbench.cancel_run("test");
    };
    let (tested, ()) = tokio::join!(test, cancel);
    assert_eq!(tested.unwrap_err().code, "cancelled");

    let check = workbench.run_precheck(&id, "check", &|_| {});
    let cancel = async {
        let _held = silent.accept().await.unwrap();
        workbench.cancel_run("check");
    };
    let (checked, ()) = tokio::join!(check, cancel);
    assert_eq!(checked.unwrap_err().code, "cancelled");
    let found = workbench.show_task(&id).unwrap();
    assert_eq!(found.summary.report.state, TaskState::NotStarted);
}

/// A keychain that waits for somebody to unlock it when it is asked for a task's password.
#[derive(Default)]
struct Locked {
    inside: MemoryStore,
    lock: Mutex<Option<Lock>>,
}

#[derive(Clone)]
struct Lock {
    asked: UnboundedSender<()>,
    /// Closed once it is unlocked.
    unlocked: Arc<Mutex<Receiver<()>>>,
}

impl CredentialStore for Locked {
    fn set(&self, name: &str, secret: &Secret) -> Result<(), Refusal> {
        self.inside.set(name, secret)
    }
    fn get(&self, name: &str) -> Result<Option<Secret>, Refusal> {
        let lock = self.lock.lock().unwrap().clone();
        if let (Some(lock), true) = (lock, name.starts_with("task/")) {
            let _ = lock.asked.send(());
            let _ = lock.unlocked.lock().unwrap().recv();
        }
        self.inside.get(name)
    }
    fn delete(&self, name: &str) -> Result<(), Refusal> {
        self.inside.delete(name)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_and_a_precheck_can_be_cancelled_while_the_keychain_is_locked() {
    let (source, destination) = (Server::start("pw").await, Server::start("").await);
    let keychain = Arc::new(Locked::default());
    let desk = Desk::new();
    let workbench = desk.open_with(keychain.clone()).await;
    let mut form = input("locked", &source, &destination);
    form.source_password = PasswordInput::typed("pw");
    let id = workbench.save_draft(None, form.clone()).await.unwrap();
    let (asked, mut asks) = unbounded_channel();
    let (unlock, unlocked) = channel::<()>();
    *keychain.lock.lock().unwrap() = Some(Lock { asked, unlocked: Arc::new(Mutex::new(unlocked)) });
    let request = TestRequest {
        task_id: Some(id.clone()),
        template_id: None,
        side: Side::Source,
        endpoint: form.draft.source.clone(),
        password: PasswordInput::Keep,
        run_id: "test".to_owned(),
    };
    let test = workbench.test_connectivity(request.clone(), &|_| {});
    let cancel = async {
        asks.recv().await.unwrap();
        workbench.cancel_run("test");
    };
    let (tested, ()) = tokio::join!(test, cancel);
    assert_eq!(tested.unwrap_err().code, "cancelled");

    let check = workbench.run_precheck(&id, "check", &|_| {});
    let cancel = async {
        asks.recv().await.unwrap();
        workbench.cancel_run("check");
    };
    let (checked, ()) = tokio::join!(check, cancel);
    assert_eq!(checked.unwrap_err().code, "cancelled");
    let found = workbench.show_task(&id).unwrap();
    assert_eq!(found.summary.report.state, TaskState::NotStarted);

    drop(unlock);
    let report = workbench.test_connectivity(request, &|_| {}).await.unwrap();
    assert!(report.failed.is_none(), "{report:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_is_kept_with_its_side_until_that_side_changes() {
    let server = Server::start("pw").await;
    let desk = Desk::new();
    let workbench = desk.open().await;
    let mut form = TaskInput {
        name: "tests".to_owned(),
        source_password: PasswordInput::typed("pw"),
        ..TaskInput::default()
    };
    form.draft.source = server.endpoint();
    let id = workbench.save_draft(None, form.clone()).await.unwrap();
    form.source_password = PasswordInput::Keep;
    let request = TestRequest {
        task_id: Some(id.clone()),
        template_id: None,
        side: Side::Source,
        endpoint: server.endpoint(),
        password: PasswordInput::Keep,
        run_id: "test".to_owned(),
    };
    let report = workbench.test_connectivity(request.clone(), &|_| {}).await.unwrap();
    assert!(report.failed.is_none(), "{report:?}");
    form.draft.destination = EndpointDraft { host: "elsewhere".into(), ..EndpointDraft::default() };
    workbench.save_draft(Some(&id), form.clone()).await.unwrap();
    let tested = |id: &str| workbench.show_task(id).unwrap().connectivity.source;
    let kept = tested(&id).unwrap();
    assert!(!kept.at.is_empty());
    assert_eq!(kept.report.passed, report.passed);
    assert_eq!(
        kept.report.server.map(|server| server.version),
        report.server.map(|server| server.version)
    );
    form.source_password = PasswordInput::typed("another");
    workbench.save_draft(Some(&id), form).await.unwrap();
    assert_eq!(tested(&id), None);

    // The side was changed while the test went on: its result is of another address.
    let endpoint = EndpointDraft { host: "localhost".into(), ..server.endpoint() };
    let request = TestRequest { endpoint, ..request };
    assert!(workbench.test_connectivity(request, &|_| {}).await.is_ok());
    assert_eq!(tested(&id), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stored_password_goes_where_its_form_wants_it() {
    let (source, destination) = (Server::start("a-4713").await, Server::start("b-4713").await);
    let desk = Desk::new();
    let workbench = desk.open().await;
    let id = workbench.save_draft(None, input("orders", &source, &destination)).await.unwrap();
    let aside = async |side| PasswordInput::Aside {
        token: workbench.put_password_aside(&id, side).await.unwrap(),
    };
    let passes = async |task: &str| workbench.run_precheck(task, "check", &|_| {}).await.unwrap();

    // Into a template.
    let template = TemplateInput {
        name: "t".to_owned(),
        endpoint: source.endpoint(),
        password: aside(Side::Source).await,
    };
    let template = workbench.create_template(template).await.unwrap();
    assert!(workbench.list_templates().unwrap()[0].has_password);
    let report = workbench.test_template(&template, "test", &|_| {}).await.unwrap();
    assert!(report.failed.is_none(), "{report:?}");

    // To the other side, both at once.
    let swapped = TaskInput {
        source_password: aside(Side::Destination).await,
        destination_password: aside(Side::Source).await,
        ..input("orders", &destination, &source)
    };
    workbench.save_draft(Some(&id), swapped).await.unwrap();
    assert!(passes(&id).await.passed());

    // Back to where it was, after another one was typed over it.
    let before = aside(Side::Source).await;
    let form = |password| TaskInput {
        source_password: password,
        destination_password: PasswordInput::Keep,
        ..input("orders", &destination, &source)
    };
    workbench.save_draft(Some(&id), form(PasswordInput::typed("wrong"))).await.unwrap();
    assert!(!passes(&id).await.passed());
    workbench.save_draft(Some(&id), form(before)).await.unwrap();
    assert!(passes(&id).await.passed());

    let gone = PasswordInput::Aside { token: "none".to_owned() };
    let error = workbench.save_draft(Some(&id), form(gone)).await.unwrap_err();
    assert_eq!(error.code, "password_gone");
    assert!(!desk.holds("a-4713") && !desk.holds("b-4713"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_made_by_the_rules_lacks_nothing() {
    let (source, destination) = (Server::start("").await, Server::start("").await);
    source.set("a", "1").await;
    let mut form = input("orders", &source, &destination);
    for (server, side) in [(&source, Side::Source), (&destination, Side::Destination)] {
        let mut connection = server.connect().await.unwrap();
        let mut make = redis::cmd("ACL");
        make.arg("SETUSER").arg("migrator").arg("on").arg(">pw");
        for rule in account_rules(side, Some((7, 0, 0))).remove(0).rules.split(' ') {
            make.arg(rule);
        }
        make.exec_async(&mut connection).await.unwrap();
    }
    form.draft.source.account = "migrator".to_owned();
    form.draft.destination.account = "migrator".to_owned();
    form.source_password = PasswordInput::typed("pw");
    form.destination_password = PasswordInput::typed("pw");
    let desk = Desk::new();
    let workbench = desk.open().await;
    let id = workbench.save_draft(None, form).await.unwrap();
    let report = workbench.run_precheck(&id, "check", &|_| {}).await.unwrap();
    for item in ["psync_permission", "read_permission", "write_permission", "client_kill"] {
        let found = report.items.iter().find(|found| found.id == item).unwrap();
        assert_eq!(found.verdict, VerdictKind::Passed, "{found:?}");
    }
    // Nor does anything else stay unknown because it may not be asked.
    let unknown = report.items.iter().filter(|item| item.verdict == VerdictKind::CouldNotCheck);
    assert_eq!(unknown.map(|item| &item.id).collect::<Vec<_>>(), Vec::<&String>::new());
}
