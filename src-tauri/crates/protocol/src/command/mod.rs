//! Commands, as they arrive in a replication stream.

mod catalogue;
mod effect;
mod expiry;
mod table;

pub use catalogue::{CATALOGUE, Migratable, Topic, Version};
pub use effect::{LifeEffect, life_effect};
pub use expiry::{Expiring, can_expire, take_expiry};
pub use table::{Access, CommandInfo, Group, KeySpec, TABLE, for_each_key, lookup};
