//! Keys that both sides have, counted in constant memory.

use redis::{Cmd, Value, cmd};

use super::server::ServerState;
use super::{Fact, Unknown};
use crate::checkpoint::OWN_KEY_PREFIX;
use crate::control::Control;
use crate::error::Result;
use crate::precheck::{DatabaseKeys, KeyName};
use crate::spec::{KeyFilter, TaskSpec};

/// Keys that one SCAN of a server nearby looks at: about a millisecond of a server's time.
const SCAN_COUNT: usize = 5000;
/// Keys that one EXISTS asks for.
const EXISTS_KEYS: usize = 250;
/// Names that are shown of each database.
const SAMPLES: usize = 20;

/// Keys that both sides have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conflicts {
    /// Those with any.
    pub databases: Vec<DatabaseKeys>,
    /// Keys in all destination databases of the task, own ones included.
    pub destination_keys: u64,
}

/// Looks through the smaller side of each selected database, and asks the other for what it finds.
pub(super) async fn find(
    source: &mut Control,
    source_state: &ServerState,
    destination: &mut Control,
    destination_state: &ServerState,
    spec: &TaskSpec,
) -> Fact<Conflicts> {
    let there = destination_state.info.keyspace();
    let mut conflicts = Conflicts::default();
    for (from, source_keys) in source_state.info.keyspace() {
        let Some(to) = spec.databases.destination_of(from) else { continue };
        let Some((_, destination_keys)) = there.iter().find(|(number, _)| *number == to) else {
            continue;
        };
        conflicts.destination_keys += destination_keys;
        source.query(cmd("SELECT").arg(from)).await?;
        destination.query(cmd("SELECT").arg(to)).await?;
        // Several keys in one command must share a slot in a cluster.
        let (count, samples) = if source_keys < *destination_keys {
            common(source, destination, keys_at_once(destination_state), &spec.keys).await?
        } else {
            common(destination, source, keys_at_once(source_state), &spec.keys).await?
        };
        if count > 0 {
            conflicts.databases.push(DatabaseKeys {
                source: from,
                destination: to,
                count,
                samples,
            });
        }
    }
    Ok(conflicts)
}

fn keys_at_once(asked: &ServerState) -> usize {
    if asked.shards.is_some() { 1 } else { EXISTS_KEYS }
}

/// How many keys of `walked` are at `asked` too. One batch is asked for while the next is fetched.
async fn common(
    walked: &mut Control,
    asked: &mut Control,
    keys_at_once: usize,
    filter: &KeyFilter,
) -> Result<(u64, Vec<KeyName>), Unknown> {
    let (mut count, mut samples) = (0, Vec::new());
    let (mut cursor, mut keys) = scan(walked, 0, filter).await?;
    loop {
        if cursor == 0 {
            count += present(asked, &keys, keys_at_once, &mut samples).await?;
            return Ok((count, samples));
        }
        let (next, found) = tokio::try_join!(
            scan(walked, cursor, filter),
            present(asked, &keys, keys_at_once, &mut samples)
        )?;
        count += found;
        (cursor, keys) = next;
    }
}

async fn scan(
    walked: &mut Control,
    cursor: u64,
    filter: &KeyFilter,
) -> Result<(u64, Vec<Vec<u8>>)> {
    let count = walked.at_once(SCAN_COUNT);
    let (next, mut keys): (u64, Vec<Vec<u8>>) =
        walked.query_as(cmd("SCAN").arg(cursor).arg("COUNT").arg(count)).await?;
    keys.retain(|key| !key.starts_with(OWN_KEY_PREFIX.as_bytes()) && filter.takes(key));
    // SCAN may tell a key twice.
    keys.sort_unstable();
    keys.dedup();
    Ok((next, keys))
}

async fn present(
    asked: &mut Control,
    keys: &[Vec<u8>],
    keys_at_once: usize,
    samples: &mut Vec<KeyName>,
) -> Result<u64> {
    let groups: Vec<&[Vec<u8>]> = keys.chunks(keys_at_once).collect();
    let mut total = 0;
    for (group, found) in groups.iter().zip(exists(asked, &groups).await?) {
        total += found;
        if found > 0 && samples.len() < SAMPLES {
            let each: Vec<&[Vec<u8>]> = group.chunks(1).collect();
            for (key, found) in each.iter().zip(exists(asked, &each).await?) {
                if found > 0 && samples.len() < SAMPLES {
                    samples.extend(key.iter().map(|key| KeyName::of(key)));
                }
            }
        }
    }
    Ok(total)
}

/// How many of each group's keys exist.
async fn exists(asked: &mut Control, groups: &[&[Vec<u8>]]) -> Result<Vec<u64>> {
    let commands: Vec<Cmd> = groups
        .iter()
        .map(|group| {
            let mut command = cmd("EXISTS");
            for key in *group {
                command.arg(key);
            }
            command
        })
        .collect();
    if commands.is_empty() {
        return Ok(Vec::new());
    }
    let answers = asked.query_each(&commands).await?;
    answers
        .into_iter()
        .map(|answer| {
            answer.map(|value| match value {
                Value::Int(count) => u64::try_from(count).unwrap_or_default(),
                _ => 0,
            })
        })
        .collect()
}
