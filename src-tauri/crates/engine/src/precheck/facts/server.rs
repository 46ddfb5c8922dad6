//! One server, as it describes itself.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use redis::{Value, cmd};

use super::{Fact, Unknown};
use crate::control::{Control, Info, ServerFacts};
use crate::error::{ErrorKind, Result};
use crate::moment::now_ms;
use crate::phrase;

/// Settings that an item needs and INFO does not tell.
const SETTINGS: &[&str] = &[
    "databases",
    "appendfsync",
    "save",
    "repl-timeout",
    "client-output-buffer-limit",
    "repl-diskless-sync",
    "repl-diskless-sync-delay",
    "min-replicas-to-write",
    "proto-max-bulk-len",
    "lua-replicate-commands",
];
/// How often the round trip is measured,
const PINGS: usize = 11;
/// and to a server far away: there it varies by less of itself, and each takes long.
const PINGS_FAR: usize = 5;
/// No server that we know of has more databases unless told to.
const DATABASES_LOOKED_FOR: u32 = 1024;

/// A server at one moment.
#[derive(Clone, Debug)]
pub struct ServerState {
    /// What it is.
    pub server: ServerFacts,
    /// INFO's default sections.
    pub info: Info,
    /// By name; those that CONFIG GET may not be asked for are unknown.
    pub settings: BTreeMap<&'static str, Fact<String>>,
    /// How many databases it has.
    pub databases: Fact<u32>,
    /// How many shards its cluster has; `None` for one that is in no cluster.
    pub shards: Option<Fact<u64>>,
    /// Names of its modules.
    pub modules: Fact<BTreeSet<String>>,
    /// Its clock minus ours.
    pub clock_skew_ms: Fact<i64>,
    /// Median round trip.
    pub latency: Duration,
    /// The longest round trip that was measured.
    pub latency_max: Duration,
}

impl ServerState {
    /// Asks everything that can be asked without writing.
    ///
    /// # Errors
    /// INFO and PING must be allowed, and the connection must hold.
    pub(in crate::precheck) async fn look(control: &mut Control) -> Result<Self> {
        let server = control.server().await?;
        let info = control.info("default").await?;
        let mut settings = BTreeMap::new();
        for (name, answer) in SETTINGS.iter().zip(control.configs(SETTINGS).await?) {
            settings.insert(*name, fact(answer)?);
        }
        let databases = match settings.get("databases") {
            Some(Ok(count)) => count.parse().map_err(|_| {
                Unknown(phrase!("unknown.odd_setting", name = "databases", value = count))
            }),
            _ => fact(count_databases(control).await)?,
        };
        let shards = match info.get("cluster_enabled") {
            Some("1") => {
                Some(fact(control.query_as::<String>(cmd("CLUSTER").arg("INFO")).await)?.and_then(
                    |text| {
                        Info::parse(&text)
                            .number("cluster_size")
                            .ok_or_else(|| Unknown(phrase!("unknown.cluster_size")))
                    },
                ))
            }
            _ => None,
        };
        let modules = fact(control.query(cmd("MODULE").arg("LIST")).await)?.map(names_of_modules);
        let clock_skew_ms = clock_skew(control).await?;
        let (latency, latency_max) = latency(control).await?;
        Ok(Self {
            server,
            info,
            settings,
            databases,
            shards,
            modules,
            clock_skew_ms,
            latency,
            latency_max,
        })
    }

    /// A field of INFO.
    ///
    /// # Errors
    /// The server does not tell it.
    pub fn text(&self, name: &str) -> Fact<&str> {
        self.info.get(name).ok_or_else(|| Unknown(phrase!("unknown.info_lacks", name = name)))
    }

    /// A field of INFO that is a number.
    ///
    /// # Errors
    /// The server does not tell it.
    pub fn number(&self, name: &str) -> Fact<u64> {
        self.info.number(name).ok_or_else(|| Unknown(phrase!("unknown.info_lacks", name = name)))
    }

    /// A setting.
    ///
    /// # Errors
    /// CONFIG GET may not be asked, or there is no such setting.
    pub fn setting(&self, name: &str) -> Fact<&str> {
        match self.settings.get(name) {
            Some(Ok(value)) => Ok(value),
            Some(Err(unknown)) => Err(unknown.clone()),
            None => Err(Unknown(phrase!("unknown.setting_not_asked", name = name))),
        }
    }

    /// A setting that is a number.
    ///
    /// # Errors
    /// As [`ServerState::setting`], or it is no number.
    pub fn setting_number(&self, name: &str) -> Fact<u64> {
        let value = self.setting(name)?;
        value
            .parse()
            .map_err(|_| Unknown(phrase!("unknown.odd_setting", name = name, value = value)))
    }

    /// Host and port of the server that it follows.
    pub fn primary(&self) -> String {
        let field = |name| self.info.get(name).unwrap_or("?");
        format!("{}:{}", field("master_host"), field("master_port"))
    }

    /// Whether it follows another server.
    pub fn is_replica(&self) -> bool {
        self.info.get("role") == Some("slave")
    }

    /// As `Redis 7.0.15`.
    pub fn name(&self) -> String {
        format!("{} {}", self.server.product, self.version())
    }

    /// As `7.0.15`.
    pub fn version(&self) -> String {
        let (major, minor, patch) = self.server.version;
        format!("{major}.{minor}.{patch}")
    }

    /// The Redis version that it is compatible with: its own, or the one a relative names.
    pub fn compatible_with(&self) -> (u16, u16, u16) {
        match self.info.get("redis_version") {
            Some(version) => {
                let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
                let mut next = || parts.next().unwrap_or(0);
                (next(), next(), next())
            }
            None => self.server.version,
        }
    }

    /// Keys in all databases.
    pub fn keys_total(&self) -> u64 {
        self.info.keyspace().iter().map(|(_, keys)| keys).sum()
    }

    /// Bytes of its data, without the server's own overhead where it tells them apart.
    ///
    /// # Errors
    /// The server does not tell.
    pub fn data_bytes(&self) -> Fact<u64> {
        self.number("used_memory_dataset").or_else(|_| self.number("used_memory"))
    }
}

/// Tells what may not be asked from a connection that broke.
fn fact<T>(answer: Result<T>) -> Result<Fact<T>> {
    match answer {
        Ok(value) => Ok(Ok(value)),
        Err(error) => match error.kind {
            ErrorKind::ConnectionLost
            | ErrorKind::ConnectFailed
            | ErrorKind::TimedOut
            | ErrorKind::AuthFailed => Err(error),
            _ => Ok(Err(error.into())),
        },
    }
}

/// How many databases SELECT takes, where CONFIG does not tell.
async fn count_databases(control: &mut Control) -> Result<u32> {
    let (mut exists, mut missing) = (0, DATABASES_LOOKED_FOR);
    while missing - exists > 1 {
        let middle = exists + (missing - exists) / 2;
        match control.query(cmd("SELECT").arg(middle)).await {
            Ok(_) => exists = middle,
            Err(error) => match error.kind {
                // A cluster's node says "SELECT is not allowed in cluster mode".
                ErrorKind::DatabaseMissing | ErrorKind::WriteRefused => missing = middle,
                _ => return Err(error),
            },
        }
    }
    control.query(cmd("SELECT").arg(0)).await?;
    Ok(exists + 1)
}

async fn clock_skew(control: &mut Control) -> Result<Fact<i64>> {
    let before = now_ms();
    let asked = Instant::now();
    let theirs = control.time_ms().await;
    let half = i64::try_from(asked.elapsed().as_millis() / 2).unwrap_or(i64::MAX);
    fact(theirs.map(|theirs| theirs - before - half))
}

/// The median and the longest of several round trips.
async fn latency(control: &mut Control) -> Result<(Duration, Duration)> {
    let count = if control.is_far() { PINGS_FAR } else { PINGS };
    let mut trips = Vec::with_capacity(count);
    for _ in 0..count {
        let asked = Instant::now();
        control.query(&cmd("PING")).await?;
        trips.push(asked.elapsed());
    }
    trips.sort_unstable();
    let trip = |place: usize| trips.get(place).copied().unwrap_or_default();
    Ok((trip(count / 2), trip(count - 1)))
}

/// MODULE LIST: a list of lists of names and values, among them `name`.
fn names_of_modules(answer: Value) -> BTreeSet<String> {
    let Value::Array(modules) = answer else { return BTreeSet::new() };
    modules
        .into_iter()
        .filter_map(|module| match module {
            Value::Array(fields) => {
                let mut texts = fields.into_iter().map(|field| match field {
                    Value::BulkString(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                    Value::SimpleString(text) => text,
                    _ => String::new(),
                });
                texts.find(|text| text == "name").and_then(|_| texts.next())
            }
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_read_by_name_whatever_else_is_told_of_them() {
        let text = |text: &str| Value::BulkString(text.as_bytes().to_vec());
        let answer = Value::Array(vec![
            Value::Array(vec![text("name"), text("bf"), text("ver"), Value::Int(20_612)]),
            Value::Array(vec![text("ver"), Value::Int(1), text("name"), text("ReJSON")]),
        ]);
        assert_eq!(names_of_modules(answer), BTreeSet::from(["bf".into(), "ReJSON".into()]));
        assert_eq!(names_of_modules(Value::Nil), BTreeSet::new());
    }
}
