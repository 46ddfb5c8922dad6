//! Some keys of the source, looked at without reading them.

use std::collections::BTreeSet;

use redis::{Cmd, Value, cmd};

use super::Fact;
use super::server::ServerState;
use crate::checkpoint::OWN_KEY_PREFIX;
use crate::control::Control;
use crate::error::Result;
use crate::spec::Databases;

/// Random keys that are asked for in each database.
const KEYS_PER_DATABASE: usize = 200;
/// Databases that are looked at: the first ones with keys.
const DATABASES_MAX: usize = 16;
/// Elements that MEMORY USAGE looks at in one value.
const ELEMENTS: usize = 5;

/// What random keys of the selected databases are like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySample {
    /// How many were looked at.
    pub keys: u64,
    /// What those that expire have left.
    pub ttls_ms: Vec<u64>,
    /// The one that takes the most memory.
    pub largest: Option<LargestKey>,
}

/// A key and what it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LargestKey {
    /// The source's number.
    pub database: u32,
    /// Its name.
    pub key: Vec<u8>,
    /// Memory at the source, estimated for values of many elements.
    pub bytes: u64,
    /// Whether it is a string, whose size in memory is its size on the way.
    pub is_string: bool,
}

/// Looks at some keys of each selected database.
pub(super) async fn look(
    source: &mut Control,
    state: &ServerState,
    databases: &Databases,
) -> Fact<KeySample> {
    let mut sample = KeySample::default();
    let keyspace = state.info.keyspace();
    let selected =
        keyspace.iter().filter(|(number, _)| databases.destination_of(*number).is_some());
    for (database, keys) in selected.take(DATABASES_MAX) {
        source.query(cmd("SELECT").arg(*database)).await?;
        // Twice as many draws as keys: of a few, most are met.
        let draws = usize::try_from(keys.saturating_mul(2)).unwrap_or(usize::MAX);
        let names = random_keys(source, draws.min(KEYS_PER_DATABASE)).await?;
        look_at(source, *database, &names, &mut sample).await?;
    }
    source.query(cmd("SELECT").arg(0)).await?;
    Ok(sample)
}

async fn random_keys(source: &mut Control, draws: usize) -> Result<BTreeSet<Vec<u8>>> {
    let answers = source.query_each(&vec![cmd("RANDOMKEY"); draws]).await?;
    let mut keys = BTreeSet::new();
    for answer in answers {
        if let Value::BulkString(key) = answer?
            && !key.starts_with(OWN_KEY_PREFIX.as_bytes())
        {
            keys.insert(key);
        }
    }
    Ok(keys)
}

async fn look_at(
    source: &mut Control,
    database: u32,
    keys: &BTreeSet<Vec<u8>>,
    sample: &mut KeySample,
) -> Result<()> {
    let ask = |words: fn(&[u8]) -> Cmd| keys.iter().map(|key| words(key)).collect::<Vec<Cmd>>();
    if keys.is_empty() {
        return Ok(());
    }
    let ttls = source.query_each(&ask(|key| cmd("PTTL").arg(key).clone())).await?;
    let sizes = ask(|key| cmd("MEMORY").arg("USAGE").arg(key).arg("SAMPLES").arg(ELEMENTS).clone());
    let sizes = source.query_each(&sizes).await?;
    let types = source.query_each(&ask(|key| cmd("TYPE").arg(key).clone())).await?;
    for (((key, ttl), size), kind) in keys.iter().zip(ttls).zip(sizes).zip(types) {
        let (ttl, size, kind) = (ttl?, size?, kind?);
        // One that is gone in the meantime has no size.
        let Value::Int(bytes) = size else { continue };
        sample.keys += 1;
        if let Value::Int(ttl) = ttl
            && let Ok(ttl) = u64::try_from(ttl)
        {
            sample.ttls_ms.push(ttl);
        }
        let bytes = u64::try_from(bytes).unwrap_or_default();
        if sample.largest.as_ref().is_none_or(|largest| largest.bytes < bytes) {
            let is_string = matches!(&kind, Value::SimpleString(name) if name == "string");
            sample.largest = Some(LargestKey { database, key: key.clone(), bytes, is_string });
        }
    }
    Ok(())
}
