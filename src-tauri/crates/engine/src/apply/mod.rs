//! Turning what the source sent into what the destination is told.

pub(crate) mod batch;
pub(crate) mod existing;

pub(crate) mod throttle;
