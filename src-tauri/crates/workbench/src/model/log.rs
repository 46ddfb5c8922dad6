//! A task's log, as its page shows it.

use serde::{Deserialize, Serialize};

/// How much a line matters, from the least to the worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LogLevel {
    /// Every step; only where it was asked for.
    #[default]
    Trace,
    /// For whoever looks for a mistake of the program; only where it was asked for.
    Debug,
    /// For the record.
    Info,
    /// Worth a look.
    Warn,
    /// A person must act.
    Error,
}

/// Which lines are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct LogFilter {
    /// Of this level, and worse.
    pub least: LogLevel,
    /// With these words in them, in whatever case; empty wants all.
    pub text: String,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct LogLine {
    /// Its place in all that the task ever logged; later lines have higher ones.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub position: u64,
    /// RFC 3339, UTC, milliseconds.
    pub at: String,
    /// How much it matters.
    pub level: LogLevel,
    /// Which part of the program says it, as `keyferry_engine::source::link`.
    pub target: String,
    /// What it says, in English.
    pub message: String,
    /// Details as `name=value`, with spaces between.
    pub fields: String,
}

/// A part of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct LogPage {
    /// Oldest first.
    pub lines: Vec<LogLine>,
    /// What to ask for older ones with; `None` where there are none.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub before: Option<u64>,
}
