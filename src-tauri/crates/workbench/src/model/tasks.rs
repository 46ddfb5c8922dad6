//! Tasks as lists and pages show them.

use keyferry_engine::precheck::PrecheckReport;
use keyferry_engine::report::{TaskEvent, TaskReport};
use keyferry_engine::spec::TaskDraft;
use serde::{Deserialize, Serialize};

use super::{Charts, EffectiveRetry, StoredInput, TestedSides};
use crate::error::CommandError;

/// One side of a task, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SideLabel {
    /// As `host:port`.
    pub label: String,
    /// See [`keyferry_engine::spec::EndpointDraft::environment`].
    pub environment: String,
}

/// Which process runs a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// This one.
    This,
    /// Another one: the command line, or another window.
    Other,
    /// Nobody.
    None,
}

/// A row of the task list.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TaskSummary {
    /// Names it for good.
    pub id: String,
    /// The user's name for it; several may have one.
    pub name: String,
    /// RFC 3339.
    pub created_at: String,
    /// Read.
    pub source: SideLabel,
    /// Written.
    pub destination: SideLabel,
    /// The sample migration.
    pub demo: bool,
    /// The latest figures.
    pub report: TaskReport,
    /// Who runs it.
    pub owner: Owner,
    /// RFC 3339: until when a failed task is resumed by itself; `None` where it is not.
    pub resumes_until: Option<String>,
    /// RFC 3339: when it is resumed next.
    pub resumes_next: Option<String>,
}

/// Whether this computer is kept from going to sleep for a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct KeptAwake {
    /// Its user wants it, while the task runs.
    pub wanted: bool,
    /// It is now.
    pub held: bool,
    /// Why it is not although it is wanted, in the system's words.
    pub problem: Option<String>,
}

/// A check that the user chose to go on in spite of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct IgnoredCheck {
    /// Its stable word.
    pub id: String,
    /// RFC 3339: when that was confirmed.
    pub at: String,
}

/// A task's page.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TaskDetails {
    /// Its row.
    pub summary: TaskSummary,
    /// What it is to do.
    pub draft: TaskDraft,
    /// Its form, as it was left.
    pub input: StoredInput,
    /// What the last connectivity tests found.
    pub connectivity: TestedSides,
    /// What the last precheck found.
    pub precheck: Option<PrecheckReport>,
    /// What is ignored of it, and since when.
    pub ignored: Vec<IgnoredCheck>,
    /// RFC 3339: when the terms were accepted.
    pub terms_accepted_at: Option<String>,
    /// The retry time in effect.
    pub effective_retry: EffectiveRetry,
    /// Whether this computer stays awake for it.
    pub awake: KeptAwake,
    /// Oldest first.
    pub events: Vec<TaskEvent>,
}

/// What a subscriber of a task gets: everything once, then what is new.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TaskUpdate {
    /// Everything.
    Snapshot {
        /// The page.
        details: Box<TaskDetails>,
    },
    /// New figures.
    Report {
        /// The figures.
        report: Box<TaskReport>,
    },
    /// New points of the charts: of each range they replace what is there from their first one on. All
    /// there are come once, after the snapshot.
    Charts {
        /// The points.
        charts: Charts,
    },
    /// Something happened.
    Event {
        /// What.
        event: TaskEvent,
    },
    /// The task is not there any more, or cannot be read: nothing comes after this.
    Gone {
        /// Why.
        error: CommandError,
    },
}
