//! Moves the data of one Redis to another: a snapshot, then the replication stream.
//!
//! The crate knows no window, no keychain and no task list. A host validates a
//! [`spec::TaskDraft`] into a [`spec::TaskSpec`], checks it with [`precheck`], and hands it with the
//! passwords and a folder of its own to [`task::run`].

pub mod access;
mod apply;
pub mod checkpoint;
pub mod commands;
pub mod control;
mod destination;
mod dialogue;
mod distance;
pub mod durable;
pub mod error;
mod failpoint;
#[cfg(feature = "benches")]
pub mod hot;
pub mod limits;
mod moment;
pub mod precheck;
mod record;
pub mod report;
pub mod secret;
pub mod skipped;
mod source;
pub mod spec;
pub mod task;
pub mod words;
