//! The keys that were at the destination before the task, and those that a copy has to remove.

use std::path::PathBuf;

use redis::cmd;

use super::feed::DestinationHalf;
use super::session::Session;
use crate::apply::existing::{KeySet, key_hash};
use crate::apply::snapshot::KeysSeen;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::failpoint;
use crate::phrase;
use crate::report::EventLevel;
use crate::source::follow::CurrentSnapshot;

impl DestinationHalf {
    pub(super) async fn note_existing(&self, session: &mut Session) -> Result<()> {
        if self.record().get().existing_keys.is_some() {
            return Ok(());
        }
        let path = self.existing_path();
        let set = session.note_existing(&self.spec.databases, &path).await?;
        let count = set.len();
        failpoint::hit("existing_keys_on_disk");
        if count > 0 {
            self.figures.event(
                EventLevel::Info,
                "existing_keys",
                phrase!("event.existing_keys", keys = count),
            );
        }
        self.update_record(|record| record.existing_keys = Some(count))
    }

    /// The keys that were there before, where there are any.
    pub(super) fn existing_keys(&self) -> Result<Option<KeySet>> {
        match self.record().get().existing_keys {
            None | Some(0) => Ok(None),
            Some(_) => KeySet::open(&self.existing_path()).map(Some),
        }
    }

    fn existing_path(&self) -> PathBuf {
        self.folder.join("existing.keys")
    }

    /// Removes what an earlier snapshot brought and the current one does not have; never a key that
    /// was there before the task.
    pub(super) async fn purge(
        &self,
        session: &mut Session,
        current: &CurrentSnapshot,
        existing: Option<&KeySet>,
    ) -> Result<()> {
        let file = current.file.clone().ok_or_else(|| {
            Error::new(ErrorKind::Internal, Side::Local, "the snapshot's file is gone")
        })?;
        self.figures.event(EventLevel::Info, "purge_started", phrase!("event.purge_started"));
        let path = self.folder.join("snapshot.keys");
        let seen = KeysSeen::collect(&file, &self.spec.databases, &path).await?;
        let mut removed = 0u64;
        let mut scan = session.scan(&self.spec.databases).await?;
        while let Some((database, keys)) = scan.next(&mut session.control).await? {
            let mut unlink = cmd("UNLINK");
            let mut count = 0;
            for key in &keys {
                let hash = key_hash(database, key);
                let before = existing.map_or(Ok(false), |existing| existing.contains(hash))?;
                if !before && self.spec.keys.takes(key) && !seen.contains(hash)? {
                    unlink.arg(key);
                    count += 1;
                }
            }
            if count > 0 {
                session.control.query(&unlink).await?;
                removed += count;
            }
        }
        crate::durable::remove_if_there(&path)?;
        self.figures.event(
            EventLevel::Info,
            "purge_done",
            phrase!("event.purge_done", keys = removed),
        );
        Ok(())
    }
}
