//! What crosses between the workbench and a page.

use keyferry_engine::error::Side;
use keyferry_engine::precheck::PrecheckReport;
use keyferry_engine::report::{TaskEvent, TaskReport};
use keyferry_engine::spec::{EndpointDraft, TaskDraft};
use serde::{Deserialize, Serialize};

/// Whether passwords can be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct KeychainStatus {
    /// A canary was written, read and deleted.
    pub available: bool,
    /// Why not; empty where it is.
    pub reason: String,
}

/// The application and this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AppInfo {
    /// As `0.1.0`.
    pub version: String,
    /// Where tasks are kept.
    pub state_dir: String,
    /// Where passwords are kept.
    pub keychain: KeychainStatus,
    /// Whether sample servers can be started.
    pub demo_available: bool,
    /// Why not; empty where they can.
    pub demo_problem: String,
}

/// One side of a task, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SideLabel {
    /// As `host:port`.
    pub label: String,
    /// See [`EndpointDraft::environment`].
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
}

/// A point of the charts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Sample {
    /// Ms since 1970.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub at_ms: u64,
    /// See [`TaskReport::lag_ms`].
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub lag_ms: Option<u64>,
    /// See [`TaskReport::lag_bytes`].
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub lag_bytes: Option<u64>,
    /// Keys and commands written.
    pub records_per_second: Option<f64>,
    /// Bytes written.
    pub bytes_per_second: Option<f64>,
}

/// A task's page.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TaskDetails {
    /// Its row.
    pub summary: TaskSummary,
    /// What it is to do.
    pub draft: TaskDraft,
    /// What the last precheck found.
    pub precheck: Option<PrecheckReport>,
    /// Oldest first.
    pub events: Vec<TaskEvent>,
    /// Oldest first, at most an hour.
    pub samples: Vec<Sample>,
}

/// A task as its form sends it.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct NewTask {
    /// The user's name for it.
    pub name: String,
    /// What it is to do.
    pub draft: TaskDraft,
    /// `None` leaves a stored one as it is; an empty one means that there is none.
    pub source_password: Option<String>,
    /// As `source_password`.
    pub destination_password: Option<String>,
}

/// A connectivity test as its form asks for it.
#[derive(Clone, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TestRequest {
    /// As what the server is to be used.
    pub side: Side,
    /// The server.
    pub endpoint: EndpointDraft,
    /// `None` uses the one that `task_id` has stored, if any.
    pub password: Option<String>,
    /// The task whose form it is.
    pub task_id: Option<String>,
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
        /// Their point in the charts; `None` where less than a second passed.
        sample: Option<Sample>,
    },
    /// Something happened.
    Event {
        /// What.
        event: TaskEvent,
    },
}

/// The window's colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    /// As the desktop has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The window's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LanguageChoice {
    /// As the desktop has it.
    System,
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

/// What the user prefers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default)]
pub struct Settings {
    /// The window's colours.
    pub theme: ThemeChoice,
    /// The window's language.
    pub language: LanguageChoice,
    /// Whether tasks that ran when the application ended go on when it starts.
    pub resume_on_start: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { theme: ThemeChoice::System, language: LanguageChoice::System, resume_on_start: true }
    }
}

impl std::fmt::Debug for NewTask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewTask").field("name", &self.name).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for TestRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TestRequest").field("side", &self.side).finish_non_exhaustive()
    }
}
