//! Which keys a snapshot has.

use std::path::Path;

use keyferry_protocol::rdb::ValueWalker;

use super::items::{Items, Read};
use crate::apply::existing::{KeySet, KeySetBuilder, key_hash};
use crate::error::Result;
use crate::source::snapshot::SnapshotFile;
use crate::spec::Databases;

/// The keys that a snapshot has, as they are called at the destination.
pub(crate) struct KeysSeen(KeySet);

impl KeysSeen {
    /// Walks a whole snapshot for its keys.
    pub(crate) async fn collect(
        file: &SnapshotFile,
        databases: &Databases,
        path: &Path,
    ) -> Result<Self> {
        let mut items = Items::open(file.clone(), (0, 0)).await?;
        let mut keys = KeySetBuilder::create(path);
        loop {
            match items.next().await? {
                Read::Entry { value_type, .. } => {
                    if let Some(database) = databases.destination_of(items.database) {
                        keys.insert(key_hash(database, &items.key))?;
                    }
                    items.skip_value(value_type).await?;
                }
                Read::ModuleAux => items.skip(ValueWalker::module_aux()).await?,
                Read::End => return keys.finish().map(Self),
                _ => {}
            }
        }
    }

    pub(crate) fn contains(&self, hash: u128) -> Result<bool> {
        self.0.contains(hash)
    }
}
