//! What a server is used for, and by whom.

use std::collections::{BTreeMap, BTreeSet};

use redis::{Value, cmd};

use super::Fact;
use crate::checkpoint::OWN_KEY_PREFIX;
use crate::control::Control;

/// Where Sentinel's processes talk to each other on each server that they watch.
const SENTINEL_CHANNEL: &str = "__sentinel__:hello";
/// What a task's connections are named by, before its id.
const CLIENT_NAME_PREFIX: &str = "keyferry:";
/// Keys that one SCAN looks at.
const SCAN_COUNT: usize = 10_000;
/// How often SCAN is asked: a few million keys, a second or two of a server's time in all.
const SCANS_MAX: usize = 300;
/// A younger connection may be one of our own that is just being closed.
const CLIENT_AGE_SECONDS_MIN: u64 = 1;

/// Who is connected to a server, beside this precheck.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clients {
    /// Clients that are neither ours nor replicas.
    pub others: u64,
    /// Ids of tasks of Keyferry.
    pub tasks: BTreeSet<String>,
}

/// How often each command ran since the server started, by its name in upper case.
pub(super) async fn commands_used(control: &mut Control) -> Fact<BTreeMap<String, u64>> {
    let text: String = control.query_as(cmd("INFO").arg("commandstats")).await?;
    Ok(calls(&text))
}

fn calls(commandstats: &str) -> BTreeMap<String, u64> {
    let lines = commandstats.lines().filter_map(|line| line.strip_prefix("cmdstat_"));
    lines
        .filter_map(|line| {
            let (name, figures) = line.split_once(':')?;
            let calls = figures.split(',').find_map(|field| field.strip_prefix("calls="))?;
            Some((name.to_ascii_uppercase(), calls.parse().ok()?))
        })
        .collect()
}

/// Whether a Sentinel watches the server.
pub(super) async fn watched_by_sentinel(control: &mut Control) -> Fact<bool> {
    let (_, listeners): (String, u64) =
        control.query_as(cmd("PUBSUB").arg("NUMSUB").arg(SENTINEL_CHANNEL)).await?;
    Ok(listeners > 0)
}

/// Who is connected.
pub(super) async fn clients(control: &mut Control) -> Fact<Clients> {
    let own: u64 = control.query_as(cmd("CLIENT").arg("ID")).await?;
    let list: String = match control.query(cmd("CLIENT").arg("LIST")).await? {
        Value::BulkString(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Value::VerbatimString { text, .. } | Value::SimpleString(text) => text,
        _ => String::new(),
    };
    Ok(read_clients(&list, own))
}

fn read_clients(list: &str, own: u64) -> Clients {
    let mut clients = Clients::default();
    for line in list.lines() {
        let fields: BTreeMap<&str, &str> =
            line.split(' ').filter_map(|field| field.split_once('=')).collect();
        let number = |name| fields.get(name).and_then(|value: &&str| value.parse::<u64>().ok());
        if let Some(name) =
            fields.get("name").and_then(|name| name.strip_prefix(CLIENT_NAME_PREFIX))
        {
            let task = name.split(':').next().unwrap_or(name);
            clients.tasks.insert(task.to_owned());
            continue;
        }
        let flags = fields.get("flags").copied().unwrap_or_default();
        let replicates = flags.contains(['S', 'M']);
        let ours = number("id") == Some(own)
            || number("age").is_some_and(|age| age < CLIENT_AGE_SECONDS_MIN);
        if !replicates && !ours && !fields.is_empty() {
            clients.others += 1;
        }
    }
    clients
}

/// Tasks that have keys of their own in database 0, but for `task_id`.
pub(super) async fn tasks_with_keys(
    control: &mut Control,
    task_id: &str,
) -> Fact<BTreeSet<String>> {
    let mut tasks = BTreeSet::new();
    let count = control.at_once(SCAN_COUNT);
    let mut cursor = 0u64;
    for _ in 0..SCANS_MAX {
        let mut scan = cmd("SCAN");
        scan.arg(cursor).arg("MATCH").arg(format!("{OWN_KEY_PREFIX}*"));
        let (next, keys): (u64, Vec<String>) =
            control.query_as(scan.arg("COUNT").arg(count)).await?;
        for key in keys {
            let task = key.strip_prefix(OWN_KEY_PREFIX).and_then(|rest| rest.split(':').next());
            tasks.extend(task.filter(|task| !matches!(*task, "probe" | "")).map(str::to_owned));
        }
        cursor = next;
        if cursor == 0 {
            break;
        }
    }
    tasks.remove(task_id);
    Ok(tasks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_read_by_command() {
        let used = calls(
            "# Commandstats\r\ncmdstat_eval:calls=3,usec=10,usec_per_call=3.33\r\n\
             cmdstat_client|list:calls=1,usec=4\r\n",
        );
        assert_eq!(used, BTreeMap::from([("EVAL".into(), 3), ("CLIENT|LIST".into(), 1)]));
    }

    #[test]
    fn clients_are_told_apart_from_replicas_tasks_and_ourselves() {
        let clients = read_clients(
            "id=3 addr=127.0.0.1:1 name= age=9 idle=0 flags=N db=0 cmd=client|list\n\
             id=4 addr=127.0.0.1:2 name=app age=90 idle=0 flags=N db=0 cmd=get\n\
             id=5 addr=127.0.0.1:3 name= age=90 idle=0 flags=S db=0 cmd=replconf\n\
             id=6 addr=127.0.0.1:4 name=keyferry:t7:0 age=90 idle=0 flags=N db=0 cmd=exec\n\
             id=7 addr=127.0.0.1:5 name= age=0 idle=0 flags=N db=0 cmd=ping\n",
            3,
        );
        assert_eq!(clients, Clients { others: 1, tasks: ["t7".into()].into() });
    }
}
