//! The precheck and the connectivity test against real servers.

mod connectivity;
mod items;
mod server;
