use std::sync::Mutex;
use std::time::{Duration, Instant};

use keyferry_engine::error::Side;
use keyferry_engine::precheck::connectivity::{
    self, ConnectivityReport, ConnectivityStage, StagePassed,
};
use keyferry_engine::secret::Secret;
use keyferry_engine::spec::{Address, Endpoint};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::server::{CLOSED_PORT, Server};

const ALL_STAGES: [ConnectivityStage; 6] = [
    ConnectivityStage::Dns,
    ConnectivityStage::Tcp,
    ConnectivityStage::Auth,
    ConnectivityStage::Ping,
    ConnectivityStage::Info,
    ConnectivityStage::Permission,
];

async fn test(endpoint: &Endpoint, password: Option<&str>, side: Side) -> ConnectivityReport {
    let password = password.map(Secret::new);
    let told = Mutex::new(Vec::new());
    let report = connectivity::test(endpoint, password.as_ref(), side, &|progress| {
        told.lock().unwrap().push((progress.stage, progress.ms));
    })
    .await;
    let mut expected = Vec::new();
    for StagePassed { stage, ms } in &report.passed {
        expected.extend([(*stage, None), (*stage, Some(*ms))]);
    }
    expected.extend(report.failed.iter().map(|failed| (failed.stage, None)));
    assert_eq!(told.into_inner().unwrap(), expected, "stages are told as they begin and pass");
    report
}

fn passed(report: &ConnectivityReport) -> Vec<ConnectivityStage> {
    report.passed.iter().map(|passed| passed.stage).collect()
}

fn failure(report: &ConnectivityReport) -> (ConnectivityStage, &str) {
    let failed = report.failed.as_ref().expect("a stage failed");
    (failed.stage, &failed.error.code)
}

#[tokio::test]
async fn a_server_without_a_password_passes_every_stage_on_both_sides() {
    let server = Server::start(&["--maxmemory", "100mb"]).await;
    server.tell("SET k v").await;
    for side in [Side::Source, Side::Destination] {
        let report = test(&server.endpoint(None), None, side).await;
        assert_eq!(report.failed, None);
        assert_eq!(passed(&report), ALL_STAGES);
        let summary = report.server.unwrap();
        assert_eq!(summary.role, "primary");
        assert_eq!(summary.keys, [(0, 1)]);
        assert_eq!(summary.databases, Some(16));
        assert_eq!(summary.memory_bytes_max, 100 << 20);
        assert_eq!(summary.eviction_policy, "noeviction");
        assert!(summary.clock_skew_ms.abs() < 1000, "it is one clock");
    }
    let keys: Vec<(u32, u64)> = server.control().await.info("keyspace").await.unwrap().keyspace();
    assert_eq!(keys, [(0, 1)], "nothing was written");
}

#[tokio::test]
async fn testing_a_source_starts_no_replication() {
    let server = Server::start(&[]).await;
    for _ in 0..20 {
        assert_eq!(test(&server.endpoint(None), None, Side::Source).await.failed, None);
    }
    let stats = server.control().await.info("stats").await.unwrap();
    assert_eq!(stats.number("sync_full"), Some(0));
    assert_eq!(stats.number("sync_partial_ok"), Some(0));
    assert_eq!(stats.number("latest_fork_usec"), Some(0));
}

#[tokio::test]
async fn a_password_is_needed_and_a_wrong_one_fails_at_auth() {
    let server = Server::start(&["--requirepass", "right"]).await;
    let endpoint = server.endpoint(None);
    assert_eq!(test(&endpoint, Some("right"), Side::Source).await.failed, None);
    for password in [None, Some("wrong")] {
        let report = test(&endpoint, password, Side::Source).await;
        assert_eq!(failure(&report), (ConnectivityStage::Auth, "auth_failed"));
    }
    let account = test(&server.endpoint(Some("nobody")), Some("right"), Side::Source).await;
    assert_eq!(failure(&account), (ConnectivityStage::Auth, "auth_failed"));
}

#[tokio::test]
async fn a_password_for_a_server_that_has_none_fails_at_auth() {
    let server = Server::start(&[]).await;
    let report = test(&server.endpoint(None), Some("needless"), Side::Source).await;
    assert_eq!(failure(&report), (ConnectivityStage::Auth, "auth_failed"));
}

#[tokio::test]
async fn a_server_that_does_not_know_auth_does_not_bring_the_password_back() {
    let server = Server::start(&["--rename-command", "AUTH", "login"]).await;
    let report = test(&server.endpoint(None), Some("hunter2"), Side::Source).await;
    assert_eq!(failure(&report).1, "auth_failed");
    assert!(!format!("{report:?}").contains("hunter2"), "{report:?}");
}

#[tokio::test]
async fn the_copied_grant_is_what_the_source_s_account_lacked() {
    let server = Server::start(&[]).await;
    server.tell("ACL SETUSER mover on >pw +ping +info").await;
    let endpoint = server.endpoint(Some("mover"));
    let report = test(&endpoint, Some("pw"), Side::Source).await;
    assert_eq!(failure(&report), (ConnectivityStage::Permission, "no_permission"));
    assert_eq!(report.fix, "ACL SETUSER mover +psync +replconf +time");
    server.tell(&report.fix).await;
    assert_eq!(test(&endpoint, Some("pw"), Side::Source).await.failed, None);
}

#[tokio::test]
async fn an_account_that_may_do_nothing_is_granted_all_that_a_source_needs_at_once() {
    let server = Server::start(&[]).await;
    server.tell("ACL SETUSER mover on >pw").await;
    let endpoint = server.endpoint(Some("mover"));
    let report = test(&endpoint, Some("pw"), Side::Source).await;
    assert_eq!(failure(&report), (ConnectivityStage::Ping, "no_permission"));
    server.tell(&report.fix).await;
    assert_eq!(test(&endpoint, Some("pw"), Side::Source).await.failed, None);
}

#[tokio::test]
async fn the_copied_grant_is_what_the_destination_s_account_lacked() {
    let server = Server::start(&[]).await;
    server
        .tell("ACL SETUSER mover on >pw resetchannels ~app:* +@all -restore -xadd -@scripting")
        .await;
    let endpoint = server.endpoint(Some("mover"));
    let report = test(&endpoint, Some("pw"), Side::Destination).await;
    assert_eq!(failure(&report), (ConnectivityStage::Permission, "no_permission"));
    let fix = report.fix.clone();
    for rule in ["~*", "&*", "+restore", "+xadd", "+eval"] {
        assert!(fix.split(' ').any(|word| word == rule), "{rule} in {fix}");
    }
    assert!(!fix.contains("+set "), "{fix}");
    server.tell(&fix).await;
    assert_eq!(test(&endpoint, Some("pw"), Side::Destination).await.failed, None);
}

#[tokio::test]
async fn an_account_without_multi_is_granted_everything_at_once() {
    let server = Server::start(&[]).await;
    server.tell("ACL SETUSER mover on >pw +ping +info +select").await;
    let endpoint = server.endpoint(Some("mover"));
    let report = test(&endpoint, Some("pw"), Side::Destination).await;
    server.tell(&report.fix).await;
    assert_eq!(test(&endpoint, Some("pw"), Side::Destination).await.failed, None);
}

#[tokio::test]
async fn an_account_that_may_do_nothing_else_is_granted_all_that_is_written_at_once() {
    let server = Server::start(&[]).await;
    server.tell("ACL SETUSER mover on >pw +ping +info +select +multi +discard").await;
    let endpoint = server.endpoint(Some("mover"));
    let report = test(&endpoint, Some("pw"), Side::Destination).await;
    server.tell(&report.fix).await;
    assert_eq!(test(&endpoint, Some("pw"), Side::Destination).await.failed, None);
}

#[tokio::test]
async fn a_renamed_psync_is_named() {
    let server = Server::start(&["--rename-command", "PSYNC", "secret-psync"]).await;
    let report = test(&server.endpoint(None), None, Side::Source).await;
    assert_eq!(failure(&report), (ConnectivityStage::Permission, "command_unknown"));
    assert!(report.failed.unwrap().error.message.contains("PSYNC"));
}

#[tokio::test]
async fn a_closed_port_and_an_unknown_name_fail_at_once_at_their_stage() {
    let asked = Instant::now();
    let address = Address::Tcp { host: "127.0.0.1".into(), port: CLOSED_PORT };
    let report = test(&Endpoint { address, account: None }, None, Side::Source).await;
    assert_eq!(failure(&report), (ConnectivityStage::Tcp, "connect_failed"));
    assert_eq!(passed(&report), [ConnectivityStage::Dns]);
    assert!(asked.elapsed() < Duration::from_secs(2));

    let address = Address::Tcp { host: "no such name".into(), port: 6379 };
    let report = test(&Endpoint { address, account: None }, None, Side::Source).await;
    assert_eq!(failure(&report), (ConnectivityStage::Dns, "name_not_resolved"));
}

#[tokio::test]
async fn what_answers_without_speaking_resp_is_told() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let web = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 512];
            if stream.read(&mut asked).await.is_ok_and(|count| count > 0) {
                let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
            }
        }
    });
    let address = Address::Tcp { host: "127.0.0.1".into(), port };
    let endpoint = Endpoint { address, account: None };
    let report = test(&endpoint, None, Side::Source).await;
    assert_eq!(failure(&report), (ConnectivityStage::Ping, "not_redis"));
    let report = test(&endpoint, Some("pw"), Side::Source).await;
    assert_eq!(failure(&report).1, "not_redis");
    web.abort();
}

#[tokio::test]
async fn a_unix_socket_works_like_a_port() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("redis.sock");
    let _server = Server::start(&["--unixsocket", path.to_str().unwrap()]).await;
    let endpoint = Endpoint { address: Address::Unix { path }, account: None };
    assert_eq!(test(&endpoint, None, Side::Source).await.failed, None);
}

/// A server of one answer, for what no real one does on this host; tells when a client has gone.
async fn listen(
    answer: &'static [u8],
) -> (Endpoint, tokio::sync::mpsc::UnboundedReceiver<&'static str>, tokio::task::JoinHandle<()>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (told, tell) = tokio::sync::mpsc::unbounded_channel();
    let server = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let told = told.clone();
            tokio::spawn(async move {
                let mut asked = [0; 512];
                while stream.read(&mut asked).await.is_ok_and(|count| count > 0) {
                    let _ = told.send("asked");
                    let _ = stream.write_all(answer).await;
                }
                let _ = told.send("gone");
            });
        }
    });
    let address = Address::Tcp { host: "127.0.0.1".into(), port };
    (Endpoint { address, account: None }, tell, server)
}

#[tokio::test]
async fn a_test_that_is_dropped_closes_its_connection() {
    let (endpoint, mut told, server) = listen(b"").await;
    let test = connectivity::test(&endpoint, None, Side::Source, &|_| {});
    tokio::select! {
        report = test => panic!("nothing was answered: {report:?}"),
        () = async { while told.recv().await != Some("asked") {} } => {}
    }
    let gone = async { while told.recv().await != Some("gone") {} };
    tokio::time::timeout(Duration::from_secs(5), gone).await.expect("the connection is closed");
    server.abort();
}

#[tokio::test]
async fn a_server_in_protected_mode_is_told_in_its_own_words() {
    // What 7.0 answers to those who come from elsewhere.
    let words = b"-DENIED Redis is running in protected mode because protected mode is enabled\r\n";
    let (endpoint, _told, server) = listen(words).await;
    let report = test(&endpoint, None, Side::Source).await;
    assert_eq!(failure(&report).1, "protected_mode");
    assert!(report.failed.unwrap().error.message.contains("DENIED"));
    server.abort();
}

#[tokio::test]
async fn a_server_with_as_many_clients_as_it_takes_is_told() {
    let server = Server::start(&[]).await;
    let held = server.control().await;
    server.tell("CONFIG SET maxclients 1").await;
    let report = test(&server.endpoint(None), None, Side::Source).await;
    assert_eq!(failure(&report).1, "too_many_clients");
    drop(held);
}

#[tokio::test]
async fn a_server_that_expects_tls_is_told_from_one_that_is_no_redis() {
    let folder = tempfile::tempdir().unwrap();
    let made = std::process::Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=test", "-days", "1"])
        .args(["-keyout", "key.pem", "-out", "cert.pem"])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (certificate, key) = (path("cert.pem"), path("key.pem"));
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let _server = Server::start(&[
        "--tls-port",
        &free.to_string(),
        "--tls-cert-file",
        &certificate,
        "--tls-key-file",
        &key,
        "--tls-ca-cert-file",
        &certificate,
    ])
    .await;
    let address = Address::Tcp { host: "127.0.0.1".into(), port: free };
    let report = test(&Endpoint { address, account: None }, None, Side::Source).await;
    assert_eq!(failure(&report).1, "tls_expected", "{report:?}");
}

#[tokio::test]
async fn what_is_wrong_with_an_account_is_told_apart() {
    let server = Server::start(&["--requirepass", "right"]).await;
    let endpoint = server.endpoint(None);
    let cause = async |endpoint: &Endpoint, password| {
        test(endpoint, password, Side::Source).await.failed.unwrap().cause.key
    };
    assert_eq!(cause(&endpoint, None).await, "cause.password_needed");
    assert_eq!(cause(&endpoint, Some("wrong")).await, "cause.wrong_password");
    let open = Server::start(&[]).await;
    assert_eq!(cause(&open.endpoint(None), Some("needless")).await, "cause.no_password_set");
}
