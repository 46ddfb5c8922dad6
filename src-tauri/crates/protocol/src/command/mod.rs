//! Commands, as they arrive in a replication stream.

mod catalogue;
mod effect;
mod expiry;
mod fields;
mod table;

pub use catalogue::{CATALOGUE, Migratable, Topic, Version};
pub use effect::{LifeEffect, life_effect};
pub use expiry::{Expiring, can_expire, take_expiry};
pub use fields::{FieldLife, can_expire_fields, field_life};
pub use table::{
    Access, CommandInfo, Group, KeySpec, TABLE, for_each_key, for_each_likely_key, lookup,
};
