//! Reads every key on both servers and tells what differs.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use redis::{Connection, FromRedisValue, Value};

use crate::server::Server;

/// Keys looked at in one round trip.
const BATCH: usize = 500;
/// How many differences are described; the rest is only counted.
const DESCRIBED_MAX: usize = 20;
/// A task's own keys at a destination.
const OWN: &[u8] = b"__keyferry:";

/// What differs between two servers.
#[derive(Debug, Default)]
pub struct Differences {
    /// The first of them, for a reader.
    pub described: Vec<String>,
    /// How many there are.
    pub count: usize,
    /// How many keys the source has.
    pub keys: usize,
}

impl Differences {
    fn add(&mut self, text: impl FnOnce() -> String) {
        self.count += 1;
        if self.described.len() < DESCRIBED_MAX {
            self.described.push(text());
        }
    }

    /// An error that shows the first differences, unless both are equal and hold something.
    pub fn none(&self) -> Result<()> {
        if self.keys == 0 {
            bail!("nothing was compared: the source is empty");
        }
        if self.count > 0 {
            bail!("{} differences:\n{}", self.count, self.described.join("\n"));
        }
        Ok(())
    }
}

/// Compares these databases of the source, each with the one it is mapped to (itself by default);
/// absolute expiries may differ by `tolerance_ms`.
pub fn compare(
    source: &Server,
    destination: &Server,
    databases: &[u32],
    mapping: &BTreeMap<u32, u32>,
    tolerance_ms: i64,
) -> Result<Differences> {
    let mut here = Side::new(source)?;
    let mut there = Side::new(destination)?;
    let field_expiry = here.version >= (7, 4) && there.version >= (7, 4);
    let mut found = Differences::default();
    for database in databases {
        let mapped = *mapping.get(database).unwrap_or(database);
        here.select(*database)?;
        there.select(mapped)?;
        here.each_batch(|here, keys| {
            found.keys += keys.len();
            let ours = here.read(keys, field_expiry)?;
            let theirs = there.read(keys, field_expiry)?;
            for ((key, ours), theirs) in keys.iter().zip(ours).zip(theirs) {
                if let Some(how) = ours.differs(&theirs, tolerance_ms) {
                    found.add(|| format!("db {database} {}: {how}", key.escape_ascii()));
                }
            }
            Ok(())
        })?;
        there.each_batch(|_, keys| {
            for (key, kind) in keys.iter().zip(here.kinds(keys)?) {
                if kind == "none" {
                    let name = key.escape_ascii();
                    found.add(|| format!("db {database} {name}: only at the destination"));
                }
            }
            Ok(())
        })?;
    }
    Ok(found)
}

/// One key as read.
#[derive(Debug, PartialEq)]
struct Entry {
    kind: String,
    /// Milliseconds since 1970; `None` without expiry.
    expires_ms: Option<i64>,
    /// The value in an order that says nothing about its encoding.
    parts: Vec<Vec<u8>>,
}

impl Entry {
    fn differs(&self, other: &Self, tolerance_ms: i64) -> Option<String> {
        if self.kind == "none" {
            // It expired while it was being read; one that stays there is found from the other side.
            return None;
        }
        if other.kind == "none" {
            return Some("only at the source".to_owned());
        }
        if self.kind != other.kind {
            return Some(format!("a {} became a {}", self.kind, other.kind));
        }
        match (self.expires_ms, other.expires_ms) {
            (Some(a), Some(b)) if (a - b).abs() > tolerance_ms => {
                return Some(format!("its expiry is {} ms off", b - a));
            }
            (Some(_), None) => return Some("its expiry is missing".to_owned()),
            (None, Some(_)) => return Some("it expires only at the destination".to_owned()),
            _ => {}
        }
        let (ours, theirs) = (&self.parts, &other.parts);
        let place = (0..ours.len().max(theirs.len())).find(|n| ours.get(*n) != theirs.get(*n))?;
        let show = |part: Option<&Vec<u8>>| match part {
            None => "nothing".to_owned(),
            Some(part) => {
                let head = part.get(..part.len().min(80)).unwrap_or_default();
                format!("\"{}\" ({} bytes)", head.escape_ascii(), part.len())
            }
        };
        Some(format!(
            "{}: part {place} of {}/{}: {} became {}",
            self.kind,
            ours.len(),
            theirs.len(),
            show(ours.get(place)),
            show(theirs.get(place))
        ))
    }
}

/// A server being read.
struct Side {
    connection: Connection,
    version: (u32, u32),
}

impl Side {
    fn new(server: &Server) -> Result<Self> {
        let text = server.info("server", "redis_version")?;
        let mut numbers = text.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
        let version = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        Ok(Self { connection: server.connect()?, version })
    }

    fn select(&mut self, database: u32) -> Result<()> {
        Ok(redis::cmd("SELECT").arg(database).query(&mut self.connection)?)
    }

    /// Calls `read` with the keys of the selected database, a batch at a time, own keys left out.
    fn each_batch(
        &mut self,
        mut read: impl FnMut(&mut Self, &[Vec<u8>]) -> Result<()>,
    ) -> Result<()> {
        let mut cursor = 0_u64;
        loop {
            let (next, mut keys): (u64, Vec<Vec<u8>>) = redis::cmd("SCAN")
                .arg(cursor)
                .arg("COUNT")
                .arg(BATCH)
                .query(&mut self.connection)?;
            keys.retain(|key| !key.starts_with(OWN));
            if !keys.is_empty() {
                read(self, &keys)?;
            }
            if next == 0 {
                return Ok(());
            }
            cursor = next;
        }
    }

    fn kinds(&mut self, keys: &[Vec<u8>]) -> Result<Vec<String>> {
        let mut pipe = redis::pipe();
        for key in keys {
            pipe.cmd("TYPE").arg(key);
        }
        Ok(pipe.query(&mut self.connection)?)
    }

    fn read(&mut self, keys: &[Vec<u8>], field_expiry: bool) -> Result<Vec<Entry>> {
        let kinds = self.kinds(keys)?;
        let mut pipe = redis::pipe();
        for (key, kind) in keys.iter().zip(&kinds) {
            match kind.as_str() {
                "string" => pipe.cmd("GET").arg(key),
                "list" => pipe.cmd("LRANGE").arg(key).arg(0).arg(-1),
                "set" => pipe.cmd("SMEMBERS").arg(key),
                "zset" => pipe.cmd("ZRANGE").arg(key).arg(0).arg(-1).arg("WITHSCORES"),
                "hash" => pipe.cmd("HGETALL").arg(key),
                "stream" => pipe.cmd("XRANGE").arg(key).arg("-").arg("+"),
                "none" => pipe.cmd("EXISTS").arg(key),
                other => bail!("{}: cannot compare a {other}", key.escape_ascii()),
            };
        }
        let values: Vec<Value> = pipe.query(&mut self.connection)?;
        // What is left of a life is as old as the answer: on a busy machine that is not now.
        let absolute = self.version >= (7, 0);
        let mut pipe = redis::pipe();
        for key in keys {
            pipe.cmd(if absolute { "PEXPIRETIME" } else { "PTTL" }).arg(key);
        }
        let now_ms = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
        let left_ms: Vec<i64> = pipe.query(&mut self.connection)?;
        let mut entries = Vec::with_capacity(keys.len());
        for (((key, kind), value), left_ms) in keys.iter().zip(kinds).zip(values).zip(left_ms) {
            let mut parts = canonical(&kind, value)
                .with_context(|| format!("{}: a {kind}", key.escape_ascii()))?;
            if kind == "stream" {
                parts.extend(self.groups(key)?);
            }
            if kind == "hash" && field_expiry {
                parts.extend(self.field_expiries(key, &parts)?);
            }
            entries.push(Entry {
                kind,
                expires_ms: (left_ms >= 0)
                    .then(|| if absolute { left_ms } else { now_ms + left_ms }),
                parts,
            });
        }
        Ok(entries)
    }

    /// Last id, groups and their pending entries. Idle times, and consumers without pending entries,
    /// are not kept equal by native replication either.
    fn groups(&mut self, key: &[u8]) -> Result<Vec<Vec<u8>>> {
        let about =
            fields(redis::cmd("XINFO").arg("STREAM").arg(key).query(&mut self.connection)?)?;
        let mut parts = vec![format!("last id {:?}", about.get("last-generated-id")).into_bytes()];
        let groups: Vec<Value> =
            redis::cmd("XINFO").arg("GROUPS").arg(key).query(&mut self.connection)?;
        for group in groups {
            let group = fields(group)?;
            let name = group.get("name").cloned().unwrap_or(Value::Nil);
            let name = Vec::<u8>::from_redis_value(name)?;
            let last = group.get("last-delivered-id");
            parts.push(format!("group {} at {last:?}", name.escape_ascii()).into_bytes());
            let pending: Vec<(String, Vec<u8>, i64, i64)> = redis::cmd("XPENDING")
                .arg(key)
                .arg(&name)
                .arg("-")
                .arg("+")
                .arg(100_000)
                .query(&mut self.connection)?;
            for (id, consumer, _idle_ms, deliveries) in pending {
                let consumer = consumer.escape_ascii();
                parts.push(format!("pending {id} {consumer} × {deliveries}").into_bytes());
            }
        }
        Ok(parts)
    }

    fn field_expiries(&mut self, key: &[u8], parts: &[Vec<u8>]) -> Result<Vec<Vec<u8>>> {
        let names: Vec<_> = parts.iter().step_by(2).collect();
        let times: Vec<i64> = redis::cmd("HPEXPIRETIME")
            .arg(key)
            .arg("FIELDS")
            .arg(names.len())
            .arg(names)
            .query(&mut self.connection)?;
        Ok(times.iter().map(|time| format!("expires at {time}").into_bytes()).collect())
    }
}

/// Alternating names and values, as XINFO answers.
fn fields(value: Value) -> Result<BTreeMap<String, Value>> {
    let flat = Vec::<Value>::from_redis_value(value)?;
    let mut found = BTreeMap::new();
    let mut rest = flat.into_iter();
    while let (Some(name), Some(value)) = (rest.next(), rest.next()) {
        found.insert(String::from_redis_value(name)?, value);
    }
    Ok(found)
}

fn canonical(kind: &str, value: Value) -> Result<Vec<Vec<u8>>> {
    let pairs = |value: Value| -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let mut flat = Vec::<Vec<u8>>::from_redis_value(value)?.into_iter();
        let mut pairs = Vec::new();
        while let (Some(name), Some(value)) = (flat.next(), flat.next()) {
            pairs.push((name, value));
        }
        pairs.sort();
        Ok(pairs)
    };
    Ok(match kind {
        "string" => vec![Vec::<u8>::from_redis_value(value)?],
        "list" => Vec::from_redis_value(value)?,
        "set" => {
            let mut members = Vec::<Vec<u8>>::from_redis_value(value)?;
            members.sort();
            members
        }
        "hash" => pairs(value)?.into_iter().flat_map(|(name, value)| [name, value]).collect(),
        "zset" => {
            let mut parts = Vec::new();
            for (member, score) in pairs(value)? {
                // Versions print the same score in different lengths: its bits decide, −0 included.
                let score: f64 = std::str::from_utf8(&score)?.parse()?;
                parts.extend([member, format!("{:016x} {score}", score.to_bits()).into_bytes()]);
            }
            parts
        }
        "stream" => Vec::<Value>::from_redis_value(value)?
            .iter()
            .map(|entry| format!("{entry:?}").into_bytes())
            .collect(),
        _ => Vec::new(),
    })
}
