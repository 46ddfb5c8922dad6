//! What is judged before a task may start: one file per item, one line here.

mod aof_retention;
mod big_keys;
mod client_kill;
mod clock_skew;
mod conflicting_keys;
mod counts_as_replica;
mod destination_in_use;
mod destination_reachable;
mod destination_role;
mod disk_for_spool;
mod enough_databases;
mod eviction_policy;
mod fork_headroom;
mod functions;
mod latency;
mod memory_fits;
mod modules;
mod persistence_safety;
mod protocol_limits;
mod psync_permission;
mod rdb_version;
mod read_permission;
mod repl_diskless;
mod repl_timeout;
mod replica_output_buffer;
mod same_instance;
mod scripts_and_transactions;
mod server_load;
mod short_ttl;
mod sides_swapped;
mod source_backlog;
mod source_reachable;
mod source_role;
mod standalone_servers;
mod version_order;
mod write_permission;

use super::facts::{Fact, Facts, ServerState};
use super::{DatabaseKeys, IgnoreRule, VerdictKind};
use crate::error::{ErrorKind, ErrorReport, Side};
use crate::phrase;
use crate::spec::TaskSpec;
use crate::words::Phrase;

/// One thing that is judged. Its title, how it looks and what the risk is are phrases named after
/// its id: `item.<id>`, `how.<id>`, `risk.<id>`.
pub trait PrecheckItem: Sync {
    /// A stable word.
    fn id(&self) -> &'static str;

    /// Where it is mended as a rule, if it is not as it should be; a [`Verdict`] may know better.
    fn side(&self) -> Side;

    /// Whether, and how, the user may choose to go on though it failed.
    fn ignore(&self) -> IgnoreRule;

    /// Whether it judges [`Facts::conflicts`], which are found out last.
    fn needs_conflicts(&self) -> bool {
        false
    }

    /// Judges. Pure: the same facts and spec give the same verdict.
    ///
    /// # Errors
    /// A fact that it needs is not known: it could not be checked.
    fn verdict(&self, facts: &Facts, spec: &TaskSpec) -> Fact<Verdict>;
}

/// All items, in the order users see.
pub const ALL: &[&dyn PrecheckItem] = &[
    &source_reachable::SourceReachable,
    &destination_reachable::DestinationReachable,
    &psync_permission::PsyncPermission,
    &read_permission::ReadPermission,
    &write_permission::WritePermission,
    &client_kill::ClientKill,
    &source_role::SourceRole,
    &destination_role::DestinationRole,
    &standalone_servers::StandaloneServers,
    &same_instance::SameInstance,
    &sides_swapped::SidesSwapped,
    &version_order::VersionOrder,
    &rdb_version::RdbVersion,
    &modules::Modules,
    &functions::Functions,
    &scripts_and_transactions::ScriptsAndTransactions,
    &enough_databases::EnoughDatabases,
    &conflicting_keys::ConflictingKeys,
    &destination_in_use::DestinationInUse,
    &eviction_policy::EvictionPolicy,
    &memory_fits::MemoryFits,
    &protocol_limits::ProtocolLimits,
    &big_keys::BigKeys,
    &short_ttl::ShortTtl,
    &persistence_safety::PersistenceSafety,
    &aof_retention::AofRetention,
    &disk_for_spool::DiskForSpool,
    &fork_headroom::ForkHeadroom,
    &source_backlog::SourceBacklog,
    &replica_output_buffer::ReplicaOutputBuffer,
    &repl_timeout::ReplTimeout,
    &repl_diskless::ReplDiskless,
    &latency::Latency,
    &server_load::ServerLoad,
    &clock_skew::ClockSkew,
    &counts_as_replica::CountsAsReplica,
];

/// What an item found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Passed, warning or failed; the rest is decided outside the item.
    pub kind: VerdictKind,
    /// What was found.
    pub found: Phrase,
    /// What it should be.
    pub expected: Phrase,
    /// How to mend it.
    pub fix: Fix,
    /// The keys it is about.
    pub keys: Vec<DatabaseKeys>,
    /// Where it is mended, where that is another side than the item's.
    pub side: Option<Side>,
}

impl Verdict {
    fn new(kind: VerdictKind, found: Phrase, expected: Phrase, fix: Fix) -> Self {
        Self { kind, found, expected, fix, keys: Vec::new(), side: None }
    }

    /// To be mended on this side.
    fn on(self, side: Side) -> Self {
        Self { side: Some(side), ..self }
    }

    fn passed(found: Phrase, expected: Phrase) -> Self {
        Self::new(VerdictKind::Passed, found, expected, Fix::Nothing)
    }

    fn warning(found: Phrase, expected: Phrase, fix: Fix) -> Self {
        Self::new(VerdictKind::Warning, found, expected, fix)
    }

    fn failed(found: Phrase, expected: Phrase, fix: Fix) -> Self {
        Self::new(VerdictKind::Failed, found, expected, fix)
    }
}

/// How to mend what an item found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fix {
    /// There is nothing to mend.
    Nothing,
    /// What a person does.
    Words(Phrase),
    /// A command that mends it, as redis-cli takes it, and the side it is for.
    Run(Side, String),
    /// What a person does, or a command at the source instead.
    WordsOrRun(Phrase, String),
}

impl Fix {
    fn at_source(command: impl Into<String>) -> Self {
        Self::Run(Side::Source, command.into())
    }

    fn at_destination(command: impl Into<String>) -> Self {
        Self::Run(Side::Destination, command.into())
    }

    /// What a person does; of a command, where it is run.
    pub fn words(&self) -> Option<Phrase> {
        match self {
            Self::Nothing => None,
            Self::Words(words) | Self::WordsOrRun(words, _) => Some(words.clone()),
            Self::Run(Side::Source, _) => Some(phrase!("fix.at_source")),
            Self::Run(Side::Destination | Side::Local, _) => Some(phrase!("fix.at_destination")),
        }
    }

    /// The command to copy; empty where there is none.
    pub fn command(&self) -> &str {
        match self {
            Self::Nothing | Self::Words(_) => "",
            Self::Run(_, command) | Self::WordsOrRun(_, command) => command,
        }
    }

    /// Words and command in one line, in English; empty where there is nothing to mend.
    pub fn line(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Words(words) => words.to_string(),
            Self::Run(_, command) => command.clone(),
            Self::WordsOrRun(words, command) => format!("{words}: {command}"),
        }
    }
}

/// The verdict on a side that was not reached; `rules` are what its account needs to tell of itself.
fn unreachable(error: &ErrorReport, account: Option<&str>, rules: &str) -> Verdict {
    let found = error.message_phrase();
    let expected = phrase!("reachable.expected");
    if error.code == ErrorKind::Loading.code() {
        return Verdict::passed(found, expected);
    }
    let fix = if error.code == ErrorKind::NoPermission.code() {
        let command = format!("ACL SETUSER {} {rules}", account.unwrap_or("default"));
        Fix::Run(error.side, command)
    } else {
        Fix::Words(error.remedy_phrase())
    };
    Verdict::failed(found, expected, fix)
}

/// What a snapshot travels at on a usual network.
const TRANSFER_BYTES_A_SECOND: u64 = 20_000_000;

/// How long a snapshot of `bytes` is under way, seconds.
fn transfer_seconds(bytes: u64) -> u64 {
    bytes / TRANSFER_BYTES_A_SECOND + 1
}

/// How long the full stage takes at least, seconds: by the data, or by the task's own limits.
fn full_stage_seconds(source: &ServerState, spec: &TaskSpec) -> Fact<u64> {
    let data = source.data_bytes()?;
    let by = |amount: u64, limit: Option<u64>| limit.map_or(0, |limit| amount / limit.max(1));
    Ok(transfer_seconds(data)
        .max(by(data, spec.limits.bytes_per_second))
        .max(by(source.keys_total(), spec.limits.records_per_second)))
}

/// A size as people read it.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    #[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
    let mut value = bytes as f64 / 1024.0;
    let mut units = UNITS.iter();
    let mut unit = units.next().copied().unwrap_or_default();
    for larger in units {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = larger;
    }
    format!("{value:.1} {unit}")
}

/// `bytes` in whole mebibytes, rounded up, as servers take it in CONFIG SET.
fn mebibytes(bytes: u64) -> String {
    format!("{}mb", bytes.div_ceil(1 << 20).max(1))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::precheck::facts::sample;

    #[test]
    fn every_file_is_an_item_and_every_item_is_in_the_list() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/precheck/items");
        let mut files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        files.remove("mod");
        let ids: BTreeSet<String> = ALL.iter().map(|item| item.id().to_owned()).collect();
        assert_eq!(files, ids, "a file has the name of its item");
        assert_eq!(ids.len(), ALL.len());
    }

    #[test]
    fn a_healthy_pair_passes_every_item() {
        let (facts, spec) = (sample::facts(), sample::spec());
        for item in ALL {
            let verdict = item.verdict(&facts, &spec).unwrap();
            assert_eq!(verdict.kind, VerdictKind::Passed, "{}: {verdict:?}", item.id());
            assert_eq!(verdict.fix, Fix::Nothing, "{}", item.id());
        }
    }

    #[test]
    fn every_item_says_what_it_is_how_it_looks_and_what_the_risk_is() {
        let words = crate::words::all(crate::words::Language::En);
        for item in ALL {
            for what in ["item", "how", "risk"] {
                assert!(words.contains_key(&format!("{what}.{}", item.id())), "{}", item.id());
            }
        }
    }

    #[test]
    fn sizes_are_read_with_one_decimal() {
        assert_eq!(size(17), "17 B");
        assert_eq!(size(1536), "1.5 KiB");
        assert_eq!(size(3 << 30), "3.0 GiB");
        assert_eq!(mebibytes(1), "1mb");
        assert_eq!(mebibytes((5 << 20) + 1), "6mb");
    }
}
