//! Reading a source: the link, and what it brings on disk.

pub(crate) mod spool;
