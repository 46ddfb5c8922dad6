//! Each item's own command mends what it found: run as it is, the item passes afterwards.

use std::time::Duration;

use keyferry_engine::precheck::{self, ItemReport, PrecheckReport, Scope, VerdictKind};
use keyferry_engine::secret::{Credentials, Secret};
use keyferry_engine::spec::TaskDraft;
use tokio::task::JoinHandle;

use super::server::{CLOSED_PORT, Server, tell};

const PASSWORD: &str = "pw";

/// Checks as `mover`, where an account is set.
async fn check(source: &Server, destination: &Server, account: Option<&str>) -> PrecheckReport {
    let draft_of = |server: &Server| {
        let mut draft = server.draft();
        draft.account = account.unwrap_or_default().to_owned();
        draft
    };
    let draft = TaskDraft {
        source: draft_of(source),
        destination: draft_of(destination),
        retry_minutes: 10,
        ..TaskDraft::default()
    };
    let password = || account.map(|_| Secret::new(PASSWORD));
    let credentials = Credentials { source: password(), destination: password() };
    let spec = draft.validate().unwrap();
    precheck::run("t1", &spec, &credentials, source.folder.path(), Scope::All, &|_| {}).await
}

fn item<'a>(report: &'a PrecheckReport, id: &str) -> &'a ItemReport {
    report.items.iter().find(|item| item.id == id).unwrap()
}

/// Runs the item's command where it says, and sees it pass.
async fn mend(source: &Server, destination: &Server, account: Option<&str>, id: &str) {
    let report = check(source, destination, account).await;
    let found = item(&report, id);
    assert!(matches!(found.verdict, VerdictKind::Failed | VerdictKind::Warning), "{found:#?}");
    assert!(!found.fix_command.is_empty(), "{found:#?}");
    let side = found.phrases.as_ref().unwrap().fix.as_ref().unwrap().key.clone();
    let server = if side == "fix.at_destination" { destination } else { source };
    server.tell(&found.fix_command).await;
    let again = check(source, destination, account).await;
    let mended = item(&again, id);
    assert_eq!(mended.verdict, VerdictKind::Passed, "{found:#?} {mended:#?}");
}

#[tokio::test]
async fn settings_are_mended_by_the_items_own_commands() {
    let source = Server::start(&[
        "--repl-timeout",
        "5",
        "--repl-diskless-sync",
        "yes",
        "--repl-diskless-sync-delay",
        "60",
    ])
    .await;
    let destination = Server::start(&[
        "--maxmemory",
        "20mb",
        "--maxmemory-policy",
        "allkeys-lru",
        "--proto-max-bulk-len",
        "1mb",
    ])
    .await;
    source.tell("SET big \"\"").await;
    source.tell("SETRANGE big 40000000 x").await;
    for id in [
        "eviction_policy",
        "memory_fits",
        "big_keys",
        "protocol_limits",
        "persistence_safety",
        "aof_retention",
        "repl_timeout",
        "repl_diskless",
    ] {
        mend(&source, &destination, None, id).await;
    }
}

#[tokio::test]
async fn accounts_are_granted_what_they_lack_by_the_items_own_commands() {
    let (source, destination) = (Server::start(&[]).await, Server::start(&[]).await);
    source.tell(&format!("ACL SETUSER mover on >{PASSWORD}")).await;
    destination.tell(&format!("ACL SETUSER mover on >{PASSWORD}")).await;
    for id in [
        "source_reachable",
        "destination_reachable",
        "read_permission",
        "write_permission",
        "client_kill",
    ] {
        mend(&source, &destination, Some("mover"), id).await;
    }
    source.tell("ACL SETUSER mover -psync").await;
    mend(&source, &destination, Some("mover"), "psync_permission").await;
}

#[tokio::test]
async fn replicas_are_promoted_by_the_items_own_command() {
    let elsewhere = ["--replicaof", "127.0.0.1", &CLOSED_PORT.to_string()];
    let (source, destination) = (Server::start(&elsewhere).await, Server::start(&elsewhere).await);
    mend(&source, &destination, None, "source_role").await;
    mend(&source, &destination, None, "destination_role").await;
}

/// Writes about 200 kB a second until it is dropped.
struct Writer(JoinHandle<()>);

impl Writer {
    async fn start(server: &Server) -> Self {
        let mut control = server.control().await;
        let line = format!("SET k {}", "x".repeat(2000));
        Self(tokio::spawn(async move {
            let mut tick = tokio::time::interval(Duration::from_millis(10));
            // A burst after a stall would be another rate.
            tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tick.tick().await;
                tell(&mut control, &line).await;
            }
        }))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[tokio::test]
async fn buffers_are_raised_to_what_a_written_source_needs() {
    let source = Server::start(&[
        "--repl-backlog-size",
        "16kb",
        "--client-output-buffer-limit",
        "replica",
        "16384",
        "16384",
        "60",
    ])
    .await;
    let destination = Server::start(&[]).await;
    let _writer = Writer::start(&source).await;
    mend(&source, &destination, None, "source_backlog").await;
    mend(&source, &destination, None, "replica_output_buffer").await;
}
