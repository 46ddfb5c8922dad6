//! A healthy pair of servers, for the items' tests.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{Clients, Conflicts, Facts, KeySample, Outcome, Permissions, RdbProbe, ServerState};
use crate::control::{Info, ServerFacts};
use crate::spec::{EndpointDraft, TaskDraft, TaskSpec};

const INFO: &str = "redis_version:7.0.15
redis_mode:standalone
role:master
loading:0
connected_slaves:0
master_replid:1111111111111111111111111111111111111111
master_replid2:0000000000000000000000000000000000000000
master_repl_offset:1000
repl_backlog_active:1
repl_backlog_size:1073741824
used_memory:110000000
used_memory_dataset:100000000
maxmemory:0
maxmemory_policy:noeviction
used_memory_rss:120000000
total_system_memory:16000000000
instantaneous_ops_per_sec:20
instantaneous_output_kbps:1.50
aof_enabled:1
number_of_libraries:0
cluster_enabled:0
db0:keys=1000,expires=10,avg_ttl=0
";

fn state(run_id: &str, info: &str) -> ServerState {
    let setting = |name, value: &str| (name, Ok(value.to_owned()));
    ServerState {
        server: ServerFacts { product: "Redis".into(), version: (7, 0, 15), run_id: run_id.into() },
        info: Info::parse(info),
        settings: BTreeMap::from([
            setting("databases", "16"),
            setting("appendfsync", "everysec"),
            setting("save", ""),
            setting("repl-timeout", "60"),
            setting(
                "client-output-buffer-limit",
                "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
            ),
            setting("repl-diskless-sync", "yes"),
            setting("repl-diskless-sync-delay", "5"),
            setting("min-replicas-to-write", "0"),
            setting("proto-max-bulk-len", "536870912"),
        ]),
        databases: Ok(16),
        shards: None,
        modules: Ok(BTreeSet::new()),
        clock_skew_ms: Ok(0),
        latency: Duration::from_micros(300),
        latency_max: Duration::from_micros(500),
    }
}

/// Both sides healthy, with nothing in common.
pub(crate) fn facts() -> Facts {
    facts_with("", "")
}

/// As [`facts`], with lines of INFO that replace those of the source and of the destination.
pub(crate) fn facts_with(source: &str, destination: &str) -> Facts {
    let allowed = |names: &[&str]| {
        Permissions(names.iter().map(|name| ((*name).to_owned(), Outcome::Allowed)).collect())
    };
    let other_history = "master_replid:2222222222222222222222222222222222222222\n";
    Facts {
        source: Ok(state("a", &format!("{INFO}{source}"))),
        destination: Ok(state("b", &format!("{INFO}{other_history}{destination}"))),
        replication: Ok(allowed(&["PING", "REPLCONF", "PSYNC"])),
        reading: Ok(allowed(&["SCAN", "DUMP", "PTTL"])),
        commands_used: Ok(BTreeMap::new()),
        watched_by_sentinel: Ok(false),
        keys_sampled: Ok(KeySample { keys: 100, ..KeySample::default() }),
        destination_clients: Ok(Clients::default()),
        destination_tasks: Ok(BTreeSet::new()),
        writing: Ok(allowed(&["SET", "RESTORE", "CLIENT KILL", "CLIENT LIST", "XADD"])),
        commands_lacking: Ok(Vec::new()),
        rdb: Ok(RdbProbe { version: 10, taken: true }),
        write_rate: Ok(0),
        disk_free_bytes: Ok(100 << 30),
        conflicts: Ok(Conflicts::default()),
    }
}

/// A task between two hosts, everything at its default but what `edit` changes.
pub(crate) fn spec_with(edit: impl FnOnce(&mut TaskDraft)) -> TaskSpec {
    let endpoint = |host: &str| EndpointDraft {
        access: "tcp".into(),
        host: host.into(),
        port: "6379".into(),
        ..EndpointDraft::default()
    };
    let mut draft = TaskDraft {
        source: endpoint("old.example.com"),
        destination: endpoint("new.example.com"),
        ..TaskDraft::default()
    };
    edit(&mut draft);
    draft.validate().unwrap()
}

/// A task between two hosts, everything at its default.
pub(crate) fn spec() -> TaskSpec {
    spec_with(|_| ())
}
