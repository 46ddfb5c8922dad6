//! Reading a source: the link, and what it brings on disk.

pub(crate) mod backlog;
pub(crate) mod clock;
pub(crate) mod follow;
mod link;
mod room;
pub(crate) mod sampling;
pub(crate) mod snapshot;
pub(crate) mod spool;
mod standing;
