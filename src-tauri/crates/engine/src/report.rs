//! What a running task tells about itself: figures each second, and events.
//!
//! [`TaskReport`]'s first fields are the `--json` line of the headless contract; programs of others
//! read them, so names and meanings do not change. Unknown is `None`, never 0.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::ErrorReport;
use crate::task::TaskState;
use crate::words::Phrase;

/// A part of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Looking before anything is written.
    Precheck,
    /// The snapshot.
    Full,
    /// The replication stream.
    Incremental,
}

/// How a command-line run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Everything asked for is at the destination.
    Done,
    /// Can be resumed.
    Paused,
    /// Ended for good by its user.
    Stopped,
    /// See `error`.
    Failed,
    /// Nothing was written.
    PrecheckFailed,
}

/// A task's figures at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TaskReport {
    /// RFC 3339, UTC, milliseconds.
    pub at: String,
    /// The task's name.
    pub task: String,
    /// Where in its life it is.
    pub state: TaskState,
    /// What it is at; `None` before the first and after the last.
    pub stage: Option<Stage>,
    /// Keys in the snapshot, as far as the source told.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub keys_total: Option<u64>,
    /// Snapshot keys dealt with, skipped ones included.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub keys_done: Option<u64>,
    /// Snapshot keys not written, by reason.
    #[cfg_attr(feature = "bindings", ts(type = "Record<string, number>"))]
    pub keys_skipped: BTreeMap<String, u64>,
    /// Stream commands applied.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub commands_applied: Option<u64>,
    /// Stream commands not applied, by reason.
    #[cfg_attr(feature = "bindings", ts(type = "Record<string, number>"))]
    pub commands_skipped: BTreeMap<String, u64>,
    /// The source's replication offset when it was last asked, decimal.
    pub source_offset: Option<String>,
    /// Everything up to this offset is applied and checkpointed, decimal.
    pub applied_offset: Option<String>,
    /// `source_offset` − `applied_offset`.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub lag_bytes: Option<u64>,
    /// How long ago the source stood where the destination stands now.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub lag_ms: Option<u64>,
    /// Full stage done and applied ≥ a source offset read at most two seconds ago.
    pub caught_up: bool,
    /// While retrying, holding or failed.
    pub error: Option<ErrorReport>,
    /// In the last line of a run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,

    /// Figures beyond the contract, for the window.
    #[serde(default)]
    pub detail: ReportDetail,
}

/// Figures that the window shows beside the contract's.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default)]
pub struct ReportDetail {
    /// Keys and commands written a second, over the last second.
    pub records_per_second: Option<f64>,
    /// Bytes read from the source a second, over the last second.
    pub bytes_in_per_second: Option<f64>,
    /// Bytes written to the destination a second, over the last second.
    pub bytes_out_per_second: Option<f64>,
    /// How long the destination took to answer, over the last second; `None` where it did not.
    pub latency: Option<LatencyReport>,
    /// Bytes of the snapshot received so far.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub snapshot_bytes_received: Option<u64>,
    /// Bytes of the snapshot in all, where the source said so.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub snapshot_bytes_total: Option<u64>,
    /// Bytes of the snapshot read and applied so far.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub snapshot_bytes_applied: Option<u64>,
    /// RFC 3339: since when the destination holds the checkpoint that it holds now.
    pub checkpoint_at: Option<String>,
    /// Bytes the spool holds on disk.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub spool_bytes: Option<u64>,
    /// How long nothing but keep-alives came from the source.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub source_idle_ms: Option<u64>,
    /// What the source still holds for this task if its link is away; `None` while a break would begin
    /// the snapshot anew, and where the source does not tell.
    pub backlog: Option<BacklogReport>,
    /// When each stage began and ended, in the order they ran.
    pub stages: Vec<StageTimes>,
    /// Per selected source database.
    pub databases: Vec<DatabaseReport>,
    /// While retrying or holding.
    pub retry: Option<RetryReport>,
}

/// How long a destination takes from what is sent to its answer: a batch, a transaction with its
/// checkpoint, or a PING where nothing is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct LatencyReport {
    /// Half of the answers took no longer, microseconds.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub p50_us: u64,
    /// All but one in a hundred took no longer, microseconds.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub p99_us: u64,
}

/// How long a link may be away before the source's replication backlog no longer holds what the task
/// needs next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct BacklogReport {
    /// What it holds when it is full, bytes.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub bytes: u64,
    /// So much may still be written before it lets go of what the task needs next, bytes.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub bytes_left: u64,
    /// What the source's stream grows by, over the last minute; `None` until that was seen long enough.
    pub bytes_per_second: Option<f64>,
    /// The source writes nothing but keep-alives.
    pub is_idle: bool,
    /// How long the link may be away, or may still be; `None` while the source is idle, or its pace is
    /// not known yet.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub left_ms: Option<u64>,
    /// What ends it is not what is written but how long the source keeps a backlog without a replica.
    pub ends_by_time: bool,
    /// The link is up: the time begins only when it breaks.
    pub linked: bool,
}

/// The times of one stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct StageTimes {
    /// Which.
    pub stage: Stage,
    /// RFC 3339, UTC, milliseconds.
    pub started_at: String,
    /// `None` while it runs.
    pub ended_at: Option<String>,
}

/// The figures of one database.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct DatabaseReport {
    /// Number at the source.
    pub source: u32,
    /// Number at the destination.
    pub destination: u32,
    /// Snapshot keys dealt with.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub keys_done: u64,
    /// Of which not written.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub keys_skipped: u64,
    /// Stream commands applied.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub commands_applied: u64,
}

/// Where a retrying or holding task is in its window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct RetryReport {
    /// Attempts so far.
    pub attempts: u32,
    /// RFC 3339: when it tries next; `None` where it waits for a person.
    pub next_at: Option<String>,
    /// RFC 3339: when it gives up; `None` while holding, which has no end.
    pub until: Option<String>,
}

/// How much an event matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EventLevel {
    /// For the record.
    Info,
    /// Worth a look.
    Warning,
    /// A person must act.
    Error,
}

/// Something that happened to a task once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TaskEvent {
    /// RFC 3339, UTC, milliseconds.
    pub at: String,
    /// How much it matters.
    pub level: EventLevel,
    /// A stable word (`snapshot_started`, `caught_up`, `source_connected` …).
    pub code: String,
    /// In English, without values of keys.
    pub message: String,
    /// The same, to be shown in another language; `None` in files of earlier versions.
    #[serde(default)]
    pub phrase: Option<Phrase>,
}

impl TaskEvent {
    /// Something that happens now.
    pub fn now(level: EventLevel, code: &str, phrase: Phrase) -> Self {
        Self {
            at: rfc3339_now(),
            level,
            code: code.to_owned(),
            message: phrase.to_string(),
            phrase: Some(phrase),
        }
    }
}

/// Takes what a running task tells. Called on the engine's own tasks: must not block.
pub trait Observer: Send + Sync + 'static {
    /// New figures: at each change of state, and at least each second in between.
    fn report(&self, report: TaskReport);
    /// Something happened.
    fn event(&self, event: TaskEvent);
}

/// Now, as the reports write it.
pub fn rfc3339_now() -> String {
    rfc3339(std::time::SystemTime::now())
}

/// `time` as RFC 3339, UTC, milliseconds.
pub fn rfc3339(time: std::time::SystemTime) -> String {
    let format = time::macros::format_description!(
        "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z"
    );
    time::OffsetDateTime::from(time).format(&format).unwrap_or_default()
}
