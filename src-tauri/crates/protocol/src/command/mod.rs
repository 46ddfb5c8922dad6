//! Commands, as they arrive in a replication stream.

mod expiry;
mod table;

pub use expiry::{Dated, date_relative};
pub use table::{Access, CommandInfo, Group, KeySpec, TABLE, for_each_key, lookup};
