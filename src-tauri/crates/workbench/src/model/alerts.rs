//! Whom to tell when a task fails or falls behind.

use serde::{Deserialize, Serialize};

/// When somebody is told, and who.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AlertRules {
    /// Told when the lag is longer than this; `None` is not typed yet.
    #[cfg_attr(feature = "bindings", ts(type = "number | null"))]
    pub lag_seconds: Option<u64>,
    /// Ids of [`AlertContact`]s.
    pub contacts: Vec<String>,
}

/// How an alert travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ChannelId {
    /// A notification on this desktop.
    Desktop,
}

/// Somebody who can be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AlertContact {
    /// Named by [`AlertRules::contacts`].
    pub id: String,
    /// For people.
    pub name: String,
    /// How.
    pub channel: ChannelId,
}
