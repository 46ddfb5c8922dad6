use std::sync::Mutex;
use std::time::{Duration, Instant};

use keyferry_engine::precheck::{self, ItemReport, PrecheckReport, Scope, VerdictKind};
use keyferry_engine::secret::{Credentials, Secret};
use keyferry_engine::spec::{ConflictPolicy, TaskDraft};
use tokio::io::AsyncWriteExt;

use super::server::{CLOSED_PORT, Server, tell};

async fn precheck_with(
    source: &Server,
    destination: &Server,
    edit: impl FnOnce(&mut TaskDraft),
) -> PrecheckReport {
    let mut draft = TaskDraft {
        source: source.draft(),
        destination: destination.draft(),
        ..TaskDraft::default()
    };
    edit(&mut draft);
    let told = Mutex::new(Vec::new());
    let folder = source.folder.path().join("not/there/yet");
    let report = precheck::run(
        "t1",
        &draft.validate().unwrap(),
        &Credentials::default(),
        &folder,
        Scope::All,
        &|item| told.lock().unwrap().push(item.clone()),
    )
    .await;
    let mut told: Vec<ItemReport> = told.into_inner().unwrap();
    let place = |id: &str| report.items.iter().position(|item| item.id == id);
    told.sort_by_key(|item| place(&item.id));
    assert_eq!(told, report.items, "each item is told once");
    report
}

async fn precheck(source: &Server, destination: &Server) -> PrecheckReport {
    precheck_with(source, destination, |_| {}).await
}

fn item<'a>(report: &'a PrecheckReport, id: &str) -> &'a ItemReport {
    report.items.iter().find(|item| item.id == id).unwrap()
}

fn kind(report: &PrecheckReport, id: &str) -> VerdictKind {
    item(report, id).verdict
}

#[tokio::test]
async fn two_fresh_servers_pass_and_nothing_is_left_behind() {
    let (source, destination) = (Server::start(&[]).await, Server::start(&[]).await);
    source.tell("SET k v").await;
    let report = precheck(&source, &destination).await;
    assert!(report.passed());
    let odd: Vec<&ItemReport> =
        report.items.iter().filter(|item| item.verdict != VerdictKind::Passed).collect();
    let ids: Vec<&str> = odd.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["persistence_safety", "aof_retention"], "{odd:#?}");
    let keys = destination.control().await.info("keyspace").await.unwrap().keyspace();
    assert_eq!(keys, [], "the probe is removed");
    let stats = source.control().await.info("stats").await.unwrap();
    assert_eq!(stats.number("sync_full"), Some(0));
}

#[tokio::test]
async fn each_failure_is_mended_by_its_own_command() {
    let source = Server::start(&[
        "--repl-timeout",
        "5",
        "--repl-diskless-sync",
        "yes",
        "--repl-diskless-sync-delay",
        "60",
    ])
    .await;
    let destination =
        Server::start(&["--maxmemory", "20mb", "--maxmemory-policy", "allkeys-lru"]).await;
    source.tell("SET big \"\"").await;
    source.tell("SETRANGE big 40000000 x").await;
    let report = precheck(&source, &destination).await;
    assert!(!report.passed());
    for (id, server, expected) in [
        ("eviction_policy", &destination, VerdictKind::Failed),
        ("memory_fits", &destination, VerdictKind::Failed),
        ("persistence_safety", &destination, VerdictKind::Warning),
        ("aof_retention", &source, VerdictKind::Warning),
        ("repl_timeout", &source, VerdictKind::Warning),
        ("repl_diskless", &source, VerdictKind::Warning),
    ] {
        let found = item(&report, id);
        assert_eq!(found.verdict, expected, "{found:?}");
        server.tell(&found.fix).await;
    }
    let again = precheck(&source, &destination).await;
    let odd: Vec<&ItemReport> =
        again.items.iter().filter(|item| item.verdict != VerdictKind::Passed).collect();
    assert!(odd.is_empty(), "{odd:#?}");
}

#[tokio::test]
async fn the_output_buffer_s_command_is_one_that_servers_take() {
    // The item's own test has the figures; here the form is tried.
    let source = Server::start(&[]).await;
    source.tell("CONFIG SET client-output-buffer-limit \"slave 482mb 482mb 60\"").await;
    source.tell("CONFIG SET repl-backlog-size 6mb").await;
}

#[tokio::test]
async fn a_dead_destination_is_told_at_once_and_hides_only_its_own_items() {
    let source = Server::start(&[]).await;
    let asked = Instant::now();
    let report = precheck_with(&source, &source, |draft| {
        draft.destination.port = CLOSED_PORT.to_string();
    })
    .await;
    assert!(asked.elapsed() < Duration::from_secs(3), "{:?}", asked.elapsed());
    assert_eq!(kind(&report, "destination_reachable"), VerdictKind::Failed);
    assert_eq!(kind(&report, "rdb_version"), VerdictKind::CouldNotCheck);
    assert_eq!(kind(&report, "conflicting_keys"), VerdictKind::CouldNotCheck);
    assert_eq!(kind(&report, "source_role"), VerdictKind::Passed);
    assert_eq!(kind(&report, "psync_permission"), VerdictKind::Passed);
}

#[tokio::test]
async fn conflicts_are_counted_by_database_and_the_policy_decides() {
    let (source, destination) = (Server::start(&[]).await, Server::start(&[]).await);
    let (mut from, mut to) = (source.control().await, destination.control().await);
    tell(&mut from, "SELECT 3").await;
    tell(&mut to, "SELECT 5").await;
    for number in 0..700 {
        tell(&mut from, &format!("SET key:{number} here")).await;
        tell(&mut to, &format!("SET key:{} there", number + 600)).await;
    }
    tell(&mut from, "SET __keyferry:x here").await;
    tell(&mut to, "SET __keyferry:x there").await;
    let map = |draft: &mut TaskDraft| {
        draft.databases = Some(vec![3]);
        draft.map_databases = [(3, 5)].into();
    };
    let report = precheck_with(&source, &destination, map).await;
    let found = item(&report, "conflicting_keys");
    assert_eq!(found.verdict, VerdictKind::Failed);
    assert!(
        found.found.starts_with("100 keys are on both sides: db3 → db5 100 (key:6"),
        "{found:?}"
    );
    assert_eq!((found.keys[0].count, found.keys[0].samples.len()), (100, 20));
    assert!(found.keys[0].samples[0].hex.starts_with("6b65793a36"), "{found:?}");
    let ignored = precheck_with(&source, &destination, |draft| {
        map(draft);
        draft.ignored_checks = vec!["conflicting_keys".into()];
    })
    .await;
    assert_eq!(kind(&ignored, "conflicting_keys"), VerdictKind::Ignored);
    for policy in [ConflictPolicy::Keep, ConflictPolicy::Overwrite] {
        let report = precheck_with(&source, &destination, |draft| {
            map(draft);
            draft.conflict = policy;
        })
        .await;
        assert_eq!(kind(&report, "conflicting_keys"), VerdictKind::Warning);
    }
    let elsewhere = precheck_with(&source, &destination, |draft| {
        draft.databases = Some(vec![3]);
    })
    .await;
    assert_eq!(kind(&elsewhere, "conflicting_keys"), VerdictKind::Passed);
}

#[tokio::test]
async fn many_keys_on_both_sides_are_compared_to_the_last_one() {
    let (source, destination) = (Server::start(&[]).await, Server::start(&[]).await);
    for server in [&source, &destination] {
        server
            .tell("EVAL \"for i = 1, 100000 do redis.call('SET', 'key:' .. i, 'x') end\" 0")
            .await;
    }
    let report = precheck(&source, &destination).await;
    assert!(item(&report, "conflicting_keys").found.starts_with("100000 keys"));
}

#[tokio::test]
async fn a_server_is_not_migrated_to_itself_nor_to_its_replica() {
    let source = Server::start(&["--repl-diskless-sync-delay", "0"]).await;
    let report = precheck_with(&source, &source, |draft| {
        draft.destination.host = "localhost".into();
    })
    .await;
    assert_eq!(kind(&report, "same_instance"), VerdictKind::Failed);

    let replica = Server::start(&["--replicaof", "127.0.0.1", &source.port.to_string()]).await;
    wait_for_link(&replica).await;
    let report = precheck(&source, &replica).await;
    assert_eq!(kind(&report, "same_instance"), VerdictKind::Failed);
    assert_eq!(kind(&report, "destination_role"), VerdictKind::Failed);
    // A replica in touch with its primary is a good source, though.
    let other = Server::start(&[]).await;
    assert_eq!(kind(&precheck(&replica, &other).await, "source_role"), VerdictKind::Passed);
    drop(source);
    wait_until(&replica, "master_link_status", "down").await;
    assert_eq!(kind(&precheck(&replica, &other).await, "source_role"), VerdictKind::Failed);
}

async fn wait_for_link(replica: &Server) {
    wait_until(replica, "master_link_status", "up").await;
}

async fn wait_until(server: &Server, field: &str, value: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    let mut control = server.control().await;
    while control.info("replication").await.unwrap().get(field) != Some(value) {
        assert!(Instant::now() < deadline, "{field} did not become {value}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn databases_clusters_and_disabled_commands_are_told() {
    let source = Server::start(&["--databases", "20"]).await;
    let mut from = source.control().await;
    tell(&mut from, "SELECT 18").await;
    tell(&mut from, "SET k v").await;
    let small = Server::start(&["--rename-command", "FLUSHALL", ""]).await;
    let report = precheck(&source, &small).await;
    assert_eq!(kind(&report, "enough_databases"), VerdictKind::Failed);
    let lacking = item(&report, "version_order");
    assert_eq!(lacking.verdict, VerdictKind::Warning);
    assert!(lacking.found.contains("no FLUSHALL;"), "{lacking:?}");

    let cluster = Server::start(&["--cluster-enabled", "yes"]).await;
    let report = precheck(&source, &cluster).await;
    assert_eq!(kind(&report, "standalone_servers"), VerdictKind::Failed);
    assert_eq!(kind(&report, "enough_databases"), VerdictKind::Failed);
}

#[tokio::test]
async fn databases_are_counted_where_config_may_not_be_asked() {
    let source = Server::start(&[]).await;
    let destination = Server::start(&["--databases", "9"]).await;
    destination.tell("ACL SETUSER default -config").await;
    let mut from = source.control().await;
    tell(&mut from, "SELECT 9").await;
    tell(&mut from, "SET k v").await;
    let report = precheck(&source, &destination).await;
    let found = item(&report, "enough_databases");
    assert_eq!(found.verdict, VerdictKind::Failed);
    assert_eq!(found.found, "the destination has 9 databases");
}

#[tokio::test]
async fn a_source_of_an_unknown_version_is_judged_by_what_it_dumps() {
    // Speaks for a newer source: a dump that ends with RDB version 99.
    let destination = Server::start(&[]).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let newer = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(newer_server(stream));
        }
    });
    let report = precheck_with(&destination, &destination, |draft| {
        draft.source.port = port.to_string();
    })
    .await;
    newer.abort();
    let found = item(&report, "rdb_version");
    assert_eq!(found.verdict, VerdictKind::Failed, "{found:?}");
    assert!(found.found.starts_with("RDB version 99 is refused by "));
}

/// As much of a server as the precheck of a source needs.
async fn newer_server(stream: tokio::net::TcpStream) -> std::io::Result<()> {
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    let bulk = |text: &str| format!("${}\r\n{text}\r\n", text.len()).into_bytes();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let count: usize = line.trim_start_matches('*').trim().parse().unwrap();
        let mut words = Vec::new();
        for _ in 0..count {
            line.clear();
            reader.read_line(&mut line).await?;
            let mut word =
                vec![0; line.trim_start_matches('$').trim().parse::<usize>().unwrap() + 2];
            reader.read_exact(&mut word).await?;
            words.push(String::from_utf8_lossy(&word[..word.len() - 2]).into_owned());
        }
        let answer = match words[0].to_ascii_uppercase().as_str() {
            "PING" => b"+PONG\r\n".to_vec(),
            "TIME" => b"*2\r\n$1\r\n1\r\n$1\r\n0\r\n".to_vec(),
            "INFO" => bulk(
                "redis_version:99.0.0\r\nrun_id:abc\r\nrole:master\r\nmaster_replid:1\r\n\
                 master_repl_offset:1\r\nrepl_backlog_active:1\r\n",
            ),
            "RANDOMKEY" => bulk("k"),
            "MEMORY" => b":50\r\n".to_vec(),
            "DUMP" => [b"$13\r\n\x00\x01v".as_slice(), &[99, 0], &[0; 8], b"\r\n"].concat(),
            _ => b"-ERR unknown command\r\n".to_vec(),
        };
        writer.write_all(&answer).await?;
    }
}

#[tokio::test]
async fn passwords_of_both_sides_are_used_and_never_told() {
    let source = Server::start(&["--requirepass", "from-pw"]).await;
    let destination = Server::start(&["--requirepass", "to-pw"]).await;
    let draft = TaskDraft {
        source: source.draft(),
        destination: destination.draft(),
        ..TaskDraft::default()
    };
    let spec = draft.validate().unwrap();
    let run = async |from: &str, to: &str| {
        let credentials =
            Credentials { source: Some(Secret::new(from)), destination: Some(Secret::new(to)) };
        precheck::run("t1", &spec, &credentials, source.folder.path(), Scope::NotIgnorable, &|_| {})
            .await
    };
    assert!(run("from-pw", "to-pw").await.passed());
    let swapped = run("to-pw", "from-pw").await;
    assert_eq!(kind(&swapped, "source_reachable"), VerdictKind::Failed);
    assert_eq!(kind(&swapped, "destination_reachable"), VerdictKind::Failed);
    let text = format!("{swapped:?}");
    assert!(!text.contains("from-pw") && !text.contains("to-pw"));
}
