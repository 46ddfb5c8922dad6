//! What is judged before a task may start: one file per item, one line here.

mod client_kill;
mod clock_skew;
mod conflicting_keys;
mod counts_as_replica;
mod destination_reachable;
mod destination_role;
mod disk_for_spool;
mod enough_databases;
mod eviction_policy;
mod functions;
mod memory_fits;
mod modules;
mod persistence_safety;
mod psync_permission;
mod rdb_version;
mod repl_diskless;
mod repl_timeout;
mod replica_output_buffer;
mod same_instance;
mod source_backlog;
mod source_reachable;
mod source_role;
mod standalone_servers;
mod version_order;
mod write_permission;

use super::VerdictKind;
use super::facts::{Fact, Facts};
use crate::error::ErrorReport;
use crate::spec::TaskSpec;

/// One thing that is judged.
pub trait PrecheckItem: Sync {
    /// A stable word.
    fn id(&self) -> &'static str;

    /// Whether the user may choose to go on though it failed.
    fn ignorable(&self) -> bool;

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
    &write_permission::WritePermission,
    &client_kill::ClientKill,
    &source_role::SourceRole,
    &destination_role::DestinationRole,
    &standalone_servers::StandaloneServers,
    &same_instance::SameInstance,
    &version_order::VersionOrder,
    &rdb_version::RdbVersion,
    &modules::Modules,
    &functions::Functions,
    &enough_databases::EnoughDatabases,
    &conflicting_keys::ConflictingKeys,
    &eviction_policy::EvictionPolicy,
    &memory_fits::MemoryFits,
    &persistence_safety::PersistenceSafety,
    &disk_for_spool::DiskForSpool,
    &source_backlog::SourceBacklog,
    &replica_output_buffer::ReplicaOutputBuffer,
    &repl_timeout::ReplTimeout,
    &repl_diskless::ReplDiskless,
    &clock_skew::ClockSkew,
    &counts_as_replica::CountsAsReplica,
];

/// What an item found. All texts in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Passed, warning or failed; the rest is decided outside the item.
    pub kind: VerdictKind,
    /// What was found.
    pub found: String,
    /// What it should be.
    pub expected: String,
    /// A command to copy, or words; empty when there is nothing to mend.
    pub fix: String,
}

impl Verdict {
    fn passed(found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            kind: VerdictKind::Passed,
            found: found.into(),
            expected: expected.into(),
            fix: String::new(),
        }
    }

    fn warning(
        found: impl Into<String>,
        expected: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            kind: VerdictKind::Warning,
            found: found.into(),
            expected: expected.into(),
            fix: fix.into(),
        }
    }

    fn failed(
        found: impl Into<String>,
        expected: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            kind: VerdictKind::Failed,
            found: found.into(),
            expected: expected.into(),
            fix: fix.into(),
        }
    }
}

/// The verdict on a side that was not reached; `rules` are what its account needs to tell of itself.
fn unreachable(error: &ErrorReport, account: Option<&str>, rules: &str, expected: &str) -> Verdict {
    if error.code == "loading" {
        return Verdict::passed(error.message.as_str(), expected);
    }
    let fix = if error.code == "no_permission" {
        format!("ACL SETUSER {} {rules}", account.unwrap_or("default"))
    } else {
        error.remedy.clone()
    };
    Verdict::failed(error.message.as_str(), expected, fix)
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
            assert!(verdict.fix.is_empty(), "{}", item.id());
            assert!(!verdict.found.is_empty() && !verdict.expected.is_empty(), "{}", item.id());
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
