//! Which commands of a source can be chosen, and what a choice leaves out of its stream.
//!
//! The rule: a stream is cut by the names in it. A command that arrives under its own name is left
//! out when it was not chosen; so is everything else that arrives under that name. A command that
//! arrives only under other names cannot be told apart from those: it follows their choice.

use std::collections::BTreeSet;

use keyferry_protocol::command::{CATALOGUE, Migratable, Topic};
use serde::{Deserialize, Serialize};

/// The Redis version that every Valkey sends its stream like.
const VALKEY_SENDS_LIKE: (u16, u16) = (7, 2);

/// The groups of the command dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named after what they hold")]
pub enum CommandGroup {
    Keys,
    String,
    Bitmap,
    List,
    Hash,
    Set,
    SortedSet,
    Geo,
    Stream,
    Hyperloglog,
    VectorSet,
    Pubsub,
    Transaction,
    Scripting,
    Function,
    Server,
}

impl From<Topic> for CommandGroup {
    fn from(topic: Topic) -> Self {
        match topic {
            Topic::Keys => Self::Keys,
            Topic::Strings => Self::String,
            Topic::Bitmaps => Self::Bitmap,
            Topic::Lists => Self::List,
            Topic::Hashes => Self::Hash,
            Topic::Sets => Self::Set,
            Topic::SortedSets => Self::SortedSet,
            Topic::Geo => Self::Geo,
            Topic::Streams => Self::Stream,
            Topic::HyperLogLogs => Self::Hyperloglog,
            Topic::VectorSets => Self::VectorSet,
            Topic::PubSub => Self::Pubsub,
            Topic::Transactions => Self::Transaction,
            Topic::Scripts => Self::Scripting,
            Topic::Functions => Self::Function,
            Topic::Server => Self::Server,
        }
    }
}

/// A command in the dialog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct CommandInfo {
    /// In upper case.
    pub name: String,
    /// Where it stands.
    pub group: CommandGroup,
    /// Whether it is one of the 72 that the cloud console migrates.
    pub reference: bool,
    /// The version that brought it, as `Redis 6.2` or `Valkey 9.0`.
    pub since: String,
    /// Whether this source has it.
    pub available: bool,
    /// The names under which this source sends it; empty where it sends what a script did, or
    /// nothing.
    pub arrives_as: Vec<String>,
    /// Whether it arrives only under names of other commands, whose choice it follows.
    pub indistinguishable: bool,
    /// Whether it holds the stream together and is always chosen.
    pub locked: bool,
}

/// Every command that can be migrated from a source of this product (`Redis` or `Valkey`) and
/// version; without a version, from the newest Redis.
pub fn catalogue(product: &str, version: Option<(u16, u16, u16)>) -> Vec<CommandInfo> {
    let source = Source::of(product, version);
    CATALOGUE
        .iter()
        .map(|command| CommandInfo {
            name: command.name.to_owned(),
            group: command.topic.into(),
            reference: command.reference,
            since: since(command),
            available: source.has(command),
            arrives_as: names(command.arrives_as(source.sends_like)),
            indistinguishable: !command.is_distinguishable(source.sends_like),
            locked: command.is_locked(),
        })
        .collect()
}

/// As [`catalogue`], of a source as it is written: `Redis 7.0.15`, `Valkey 8.1.8`, or a version
/// alone, which is a Redis's. What is no version is the newest.
pub fn catalogue_of(source: Option<&str>) -> Vec<CommandInfo> {
    let source = source.unwrap_or_default();
    let (product, text) = source.split_once(' ').unwrap_or(("Redis", source));
    let mut parts = text.split('.').map(|part| part.parse().ok());
    let mut next = || parts.next().flatten();
    let version = next().map(|major| (major, next().unwrap_or(0), next().unwrap_or(0)));
    catalogue(product, version)
}

/// The names to leave out of the stream of a source of this product and version, so that only the
/// commands `chosen` are migrated, as far as a stream can be told apart.
pub fn skip_names(
    product: &str,
    version: Option<(u16, u16, u16)>,
    chosen: &BTreeSet<String>,
) -> BTreeSet<String> {
    let source = Source::of(product, version);
    CATALOGUE
        .iter()
        .filter(|command| !command.is_locked() && command.is_distinguishable(source.sends_like))
        .map(|command| command.name.to_owned())
        .filter(|name| !chosen.contains(name))
        .collect()
}

/// What a source has, and how it sends.
struct Source {
    valkey: bool,
    version: (u16, u16),
    sends_like: (u16, u16),
}

impl Source {
    fn of(product: &str, version: Option<(u16, u16, u16)>) -> Self {
        let valkey = product == "Valkey";
        let version = version.map_or((u16::MAX, 0), |(major, minor, _)| (major, minor));
        let sends_like = if valkey { VALKEY_SENDS_LIKE } else { version };
        Self { valkey, version, sends_like }
    }

    fn has(&self, command: &Migratable) -> bool {
        let since = if self.valkey { command.since_valkey() } else { command.since };
        since.is_some_and(|since| since <= self.version)
    }
}

fn since(command: &Migratable) -> String {
    match (command.since, command.since_valkey()) {
        (Some((major, minor)), _) => format!("Redis {major}.{minor}"),
        (None, Some((major, minor))) => format!("Valkey {major}.{minor}"),
        (None, None) => String::new(),
    }
}

fn names(names: Vec<&str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(product: &str, version: (u16, u16, u16), name: &str) -> CommandInfo {
        let all = catalogue(product, Some(version));
        all.into_iter().find(|command| command.name == name).unwrap()
    }

    #[test]
    fn a_command_that_arrives_as_another_follows_that_one() {
        let expire = find("Redis", (7, 0, 15), "EXPIRE");
        assert_eq!((expire.indistinguishable, expire.arrives_as), (true, vec!["PEXPIREAT".into()]));
        assert!(!find("Redis", (6, 2, 14), "EXPIRE").indistinguishable);
        assert!(find("Redis", (7, 0, 15), "EVAL").arrives_as.is_empty());
        assert!(find("Redis", (7, 0, 15), "MULTI").locked);
    }

    #[test]
    fn a_source_has_the_commands_of_its_version_and_product() {
        assert!(!find("Redis", (7, 0, 15), "HSETEX").available);
        assert!(find("Redis", (8, 2, 3), "HSETEX").available);
        assert!(!find("Valkey", (8, 1, 8), "HSETEX").available);
        assert!(find("Valkey", (9, 0, 0), "HSETEX").available);
        assert!(!find("Redis", (8, 2, 3), "DELIFEQ").available);
        assert_eq!(find("Valkey", (9, 0, 0), "DELIFEQ").since, "Valkey 9.0");
        // A Valkey sends like Redis 7.2, whatever its own number.
        assert_eq!(find("Valkey", (8, 1, 8), "HINCRBYFLOAT").arrives_as, ["HSET"]);
        assert_eq!(find("Redis", (8, 2, 3), "HINCRBYFLOAT").arrives_as, ["HSETEX"]);
    }

    #[test]
    fn a_source_is_read_as_it_is_written() {
        assert_eq!(catalogue_of(Some("7.0.15")), catalogue("Redis", Some((7, 0, 15))));
        assert_eq!(catalogue_of(Some("Valkey 8.1")), catalogue("Valkey", Some((8, 1, 0))));
        assert_eq!(catalogue_of(Some("?")), catalogue("Redis", None));
        assert_eq!(catalogue_of(None), catalogue("Redis", None));
    }

    #[test]
    fn only_names_that_arrive_as_themselves_are_left_out() {
        let all: BTreeSet<String> =
            catalogue("Redis", Some((7, 0, 15))).into_iter().map(|command| command.name).collect();
        assert!(skip_names("Redis", Some((7, 0, 15)), &all).is_empty());
        let without = |names: &[&str], version| {
            let chosen =
                all.iter().filter(|name| !names.contains(&name.as_str())).cloned().collect();
            skip_names("Redis", Some(version), &chosen).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(without(&["FLUSHALL", "EXPIRE", "SELECT"], (7, 0, 15)), ["FLUSHALL"]);
        assert_eq!(without(&["FLUSHALL", "EXPIRE"], (6, 2, 14)), ["EXPIRE", "FLUSHALL"]);
    }
}
