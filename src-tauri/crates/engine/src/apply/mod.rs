//! Turning what the source sent into what the destination is told.

pub(crate) mod batch;
pub(crate) mod existing;
mod frames;
pub(crate) mod ledger;
pub(crate) mod mends;
mod reread;
pub(crate) mod snapshot;
pub(crate) mod stream;
pub(crate) mod throttle;
