//! What a task is to do: a draft may be wrong, a spec cannot.

mod draft;
mod uri;

use std::collections::{BTreeMap, BTreeSet};

use keyferry_protocol::glob;
use serde::{Deserialize, Serialize};

pub use draft::{
    EndpointDraft, FieldError, RETRY_MINUTES, RETRY_MINUTES_DEFAULT, SPOOL_BYTES_MIN, TaskDraft,
};
pub use uri::{UriError, parse_uri};

/// How a server is reached and as whom. Passwords travel apart, in [`crate::secret::Credentials`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// Where.
    pub address: Address,
    /// The ACL user; `None` authenticates with the password alone.
    pub account: Option<String>,
}

/// A server's address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Address {
    /// A host name or IP literal, resolved again at each attempt.
    Tcp {
        /// Without brackets, also for IPv6.
        host: String,
        /// 1–65535.
        port: u16,
    },
    /// A unix socket.
    Unix {
        /// Absolute.
        path: std::path::PathBuf,
    },
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp { host, port } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port } => write!(f, "{host}:{port}"),
            Self::Unix { path } => write!(f, "unix:{}", path.display()),
        }
    }
}

/// What a server is for: a label that people give it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Environment {
    /// Not said.
    #[default]
    Unspecified,
    /// Development.
    Dev,
    /// The rehearsal before production.
    Staging,
    /// What clients depend on.
    Production,
}

impl Environment {
    /// The word in drafts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Dev => "dev",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }

    /// The environment with that word; an unknown one says nothing.
    pub fn named(name: &str) -> Self {
        [Self::Dev, Self::Staging, Self::Production]
            .into_iter()
            .find(|environment| environment.name() == name)
            .unwrap_or_default()
    }
}

/// Which parts of a migration run. At least one is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Stages {
    /// The snapshot.
    pub full: bool,
    /// The stream.
    pub incremental: bool,
}

/// What happens to keys that are at the destination before the task begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ConflictPolicy {
    /// They fail the precheck.
    #[default]
    Report,
    /// They stay as they are, in the snapshot and in the stream.
    Keep,
    /// They are replaced.
    Overwrite,
}

/// What happens when the source cannot continue the stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum OnHistoryLost {
    /// Wait for a person.
    #[default]
    Hold,
    /// Copy everything again; keys the source no longer has are removed.
    Recopy,
}

/// When an incremental task ends by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Until {
    /// When it is told to.
    #[default]
    Told,
    /// When everything up to the source's offset at the end of the full stage is applied.
    CaughtUp,
}

/// This machine's budget for a task; `None` is unlimited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default)]
pub struct Limits {
    /// Keys of the snapshot and commands of the stream, written a second.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub records_per_second: Option<u64>,
    /// Bytes written to the destination a second.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub bytes_per_second: Option<u64>,
}

/// The budgets with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub enum InstanceClass {
    /// 2,000 records/s.
    #[serde(rename = "small")]
    Small,
    /// 5,000 records/s.
    #[serde(rename = "medium")]
    Medium,
    /// 6,000 records/s.
    #[serde(rename = "large")]
    Large,
    /// 7,000 records/s.
    #[serde(rename = "xlarge")]
    XLarge,
    /// 11,000 records/s.
    #[serde(rename = "2xlarge")]
    XXLarge,
    /// As fast as both servers allow.
    #[serde(rename = "unlimited")]
    Unlimited,
}

impl InstanceClass {
    /// In rising order.
    pub const ALL: &[Self] =
        &[Self::Small, Self::Medium, Self::Large, Self::XLarge, Self::XXLarge, Self::Unlimited];

    /// The console's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Medium => "medium",
            Self::Large => "large",
            Self::XLarge => "xlarge",
            Self::XXLarge => "2xlarge",
            Self::Unlimited => "unlimited",
        }
    }

    /// The class with that word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|class| class.name() == name)
    }

    /// Its budget.
    pub fn limits(self) -> Limits {
        let records_per_second = match self {
            Self::Small => Some(2_000),
            Self::Medium => Some(5_000),
            Self::Large => Some(6_000),
            Self::XLarge => Some(7_000),
            Self::XXLarge => Some(11_000),
            Self::Unlimited => None,
        };
        Limits { records_per_second, bytes_per_second: None }
    }
}

/// Which databases move, and where each goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Databases {
    /// `None` is all of them.
    selected: Option<BTreeSet<u32>>,
    /// Those that change their number.
    map: BTreeMap<u32, u32>,
}

impl Databases {
    /// All databases, each under its own number.
    pub fn all() -> Self {
        Self { selected: None, map: BTreeMap::new() }
    }

    /// The destination's number of a source database; `None` when it is not selected.
    pub fn destination_of(&self, source: u32) -> Option<u32> {
        if self.selected.as_ref().is_some_and(|selected| !selected.contains(&source)) {
            return None;
        }
        Some(self.map.get(&source).copied().unwrap_or(source))
    }

    /// The selected numbers, `None` for all.
    pub fn selected(&self) -> Option<&BTreeSet<u32>> {
        self.selected.as_ref()
    }

    /// The source's number of a destination database; `None` when none of the task's goes there.
    pub fn source_of(&self, destination: u32) -> Option<u32> {
        let mapped = self.map.iter().find(|(_, to)| **to == destination).map(|(from, _)| *from);
        let source = mapped.unwrap_or(destination);
        (self.destination_of(source) == Some(destination)).then_some(source)
    }

    /// The databases whose number changes.
    pub fn map(&self) -> &BTreeMap<u32, u32> {
        &self.map
    }
}

/// Which keys move, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyFilter {
    /// A key must be like one of these, if there are any.
    include: Vec<Vec<u8>>,
    /// And like none of these.
    exclude: Vec<Vec<u8>>,
}

impl KeyFilter {
    /// By Redis's own patterns.
    pub fn new<'a>(
        include: impl IntoIterator<Item = &'a str>,
        exclude: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let bytes = |globs: &str| globs.as_bytes().to_vec();
        Self {
            include: include.into_iter().map(bytes).collect(),
            exclude: exclude.into_iter().map(bytes).collect(),
        }
    }

    /// Whether every key moves.
    pub fn is_open(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }

    /// Whether a key moves.
    pub fn takes(&self, key: &[u8]) -> bool {
        let like = |globs: &[Vec<u8>]| globs.iter().any(|glob| glob::matches(glob, key));
        (self.include.is_empty() || like(&self.include)) && !like(&self.exclude)
    }
}

/// A complete, consistent order for the engine. Made by [`TaskDraft::validate`] only.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskSpec {
    /// Read.
    pub source: Endpoint,
    /// Written.
    pub destination: Endpoint,
    /// What the source is for.
    pub source_environment: Environment,
    /// What the destination is for.
    pub destination_environment: Environment,
    /// At least one.
    pub stages: Stages,
    /// What moves.
    pub databases: Databases,
    /// Of these databases.
    pub keys: KeyFilter,
    /// Upper-case names of commands that are left out of the stream.
    pub skip_commands: BTreeSet<String>,
    /// By source database: names of commands that are left out of the stream there as well.
    pub skip_commands_in: BTreeMap<u32, BTreeSet<String>>,
    /// For keys that are already there.
    pub conflict: ConflictPolicy,
    /// The throttle at the start.
    pub limits: Limits,
    /// 10–1440.
    pub retry_minutes: u32,
    /// When the stream cannot be continued.
    pub on_history_lost: OnHistoryLost,
    /// How much disk the spool may use; `None` is bounded by free space only.
    pub spool_bytes_max: Option<u64>,
    /// When it ends.
    pub until: Until,
    /// Ids of precheck items that the user chose to ignore.
    pub ignored_checks: BTreeSet<String>,
}
