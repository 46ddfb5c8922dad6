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
use crate::spec::TaskSpec;

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
    ///
    /// # Errors
    /// [`ErrorKind::RemovalAsked`] where a person has to agree first.
    pub(super) async fn purge(
        &self,
        session: &mut Session,
        current: &CurrentSnapshot,
        existing: Option<&KeySet>,
    ) -> Result<()> {
        let file = current.file.clone().ok_or_else(|| {
            let words = phrase!("failure.snapshot_file_gone");
            Error::new(ErrorKind::Internal, Side::Local, words)
        })?;
        let path = self.folder.join("snapshot.keys");
        let surplus = Surplus {
            spec: &self.spec,
            existing,
            seen: KeysSeen::collect(&file, &self.spec.databases, &path).await?,
        };
        let purged = self.purge_surplus(session, &surplus).await;
        drop(surplus);
        crate::durable::remove_if_there(&path)?;
        purged
    }

    async fn purge_surplus(&self, session: &mut Session, surplus: &Surplus<'_>) -> Result<()> {
        if self.record().get().asks_removal {
            if !self.agreement.take(ErrorKind::RemovalAsked) {
                surplus.ask(session).await?;
            }
            self.update_record(|record| record.asks_removal = false)?;
            failpoint::hit("removal_agreed");
        }
        self.figures.event(EventLevel::Info, "purge_started", phrase!("event.purge_started"));
        let mut removed = 0;
        let mut scan = session.scan(&self.spec.databases).await?;
        while let Some((database, keys)) = scan.next(&mut session.control).await? {
            let keys = surplus.of(database, keys)?;
            if !keys.is_empty() {
                session.control.query(cmd("UNLINK").arg(&keys[..])).await?;
                removed += keys.len();
            }
        }
        self.figures.event(
            EventLevel::Info,
            "purge_done",
            phrase!("event.purge_done", keys = removed),
        );
        Ok(())
    }
}

/// How many keys a question names.
const SAMPLES: usize = 10;

/// Tells which keys of the destination a copy has to remove.
struct Surplus<'a> {
    spec: &'a TaskSpec,
    existing: Option<&'a KeySet>,
    seen: KeysSeen,
}

impl Surplus<'_> {
    /// Those of `keys` that have to go.
    fn of(&self, database: u32, keys: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>> {
        let mut surplus = Vec::new();
        for key in keys {
            let hash = key_hash(database, &key);
            let before = self.existing.map_or(Ok(false), |existing| existing.contains(hash))?;
            if !before && self.spec.keys.takes(&key) && !self.seen.contains(hash)? {
                surplus.push(key);
            }
        }
        Ok(surplus)
    }

    /// Counts them.
    ///
    /// # Errors
    /// [`ErrorKind::RemovalAsked`] where there are any, with their number and some of them.
    async fn ask(&self, session: &mut Session) -> Result<()> {
        let mut count = 0;
        let mut samples = Vec::new();
        let mut scan = session.scan(&self.spec.databases).await?;
        while let Some((database, keys)) = scan.next(&mut session.control).await? {
            let keys = self.of(database, keys)?;
            count += keys.len();
            let shown = keys.iter().take(SAMPLES - samples.len());
            samples.extend(shown.map(|key| format!("db{database} \"{}\"", key.escape_ascii())));
        }
        if count == 0 {
            return Ok(());
        }
        if count > samples.len() {
            samples.push("…".to_owned());
        }
        let samples = samples.join(", ");
        let what = if count == 1 {
            phrase!("failure.removal_single", keys = count, samples = samples)
        } else {
            phrase!("failure.removal", keys = count, samples = samples)
        };
        Err(Error::new(ErrorKind::RemovalAsked, Side::Destination, what))
    }
}
