//! What a task left out, as its page lists it.

use keyferry_engine::skipped::{self, SkippedKind};
use serde::{Deserialize, Serialize};

/// A part of the list that a page asks for.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SkippedQuery {
    /// Behind this row; 0 begins.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub after: u64,
    /// Only of this kind.
    pub kind: Option<SkippedKind>,
    /// Only for this reason.
    pub reason: Option<String>,
    /// At most so many rows.
    pub limit: u32,
}

/// Something that was not written to the destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SkippedRow {
    /// Counts from 1 over the task's life.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub number: u64,
    /// Where in the data it was.
    pub kind: SkippedKind,
    /// Why, as in the report's counts.
    pub reason: String,
    /// The stream's offset behind it, decimal, where it is known.
    pub offset: Option<String>,
    /// The command's name.
    pub command: Option<String>,
    /// Of the source.
    pub database: u32,
    /// The key, what is not printable escaped; `None` where the command has none.
    pub key_text: Option<String>,
    /// The same in hexadecimal digits. A long key is cut.
    pub key_hex: Option<String>,
}

/// A part of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct SkippedPage {
    /// Oldest first.
    pub rows: Vec<SkippedRow>,
    /// What to ask for next as `after`; `None` where the list ends.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub next: Option<u64>,
    /// How many fell out of the list, which is bounded.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub lost: u64,
}

impl From<skipped::Skipped> for SkippedRow {
    fn from(entry: skipped::Skipped) -> Self {
        Self {
            number: entry.number,
            kind: entry.kind,
            offset: entry.offset.map(|offset| offset.to_string()),
            database: entry.database,
            key_text: entry.key_text(),
            reason: entry.reason,
            command: entry.command,
            key_hex: entry.key_hex,
        }
    }
}

impl From<skipped::SkippedPage> for SkippedPage {
    fn from(page: skipped::SkippedPage) -> Self {
        let last = page.entries.last().map(|entry| entry.number);
        Self {
            next: last.filter(|_| page.more),
            rows: page.entries.into_iter().map(SkippedRow::from).collect(),
            lost: page.fallen_out,
        }
    }
}
