//! The precheck and the connectivity test against real servers.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod connectivity;
mod fixes;
mod items;
mod server;
