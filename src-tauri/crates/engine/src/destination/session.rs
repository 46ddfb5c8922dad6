//! Before anything is written: fence off what may still write, and ask how far the destination is.

use std::collections::VecDeque;
use std::time::Duration;

use redis::cmd;
use tokio::time::{Instant, sleep};

use crate::apply::existing::{KeySet, KeySetBuilder, key_hash};
use crate::checkpoint::{CHECKPOINT_DATABASE, Checkpoint, OWN_KEY_PREFIX, checkpoint_key};
use crate::control::Control;
use crate::dialogue::Dialogue;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::record::ClientRecord;
use crate::secret::Secret;
use crate::spec::{Databases, Endpoint};

/// Connections of ours at the destination are named with this and the task's id.
const CLIENT_NAME_PREFIX: &str = "keyferry:";
/// How long an old connection may take to go once it was ended.
const FENCE_TIMEOUT: Duration = Duration::from_secs(10);
/// Keys a SCAN looks at in one go.
const SCAN_COUNT: u32 = 1000;

/// A destination that can be trusted: nobody but us writes this task's keys.
pub(crate) struct Session {
    pub(crate) control: Control,
    pub(crate) run_id: String,
    /// Major, minor, patch.
    pub(crate) version: (u16, u16, u16),
    /// What this task's checkpoint key holds, and its bytes.
    pub(crate) checkpoint: Option<(Checkpoint, Vec<u8>)>,
    /// The largest value that it takes, bytes; unknown where CONFIG is not allowed.
    pub(crate) value_bytes_max: Option<u64>,
    /// How many databases it has.
    pub(crate) databases: u32,
    /// Old connections could neither be ended nor be shown to be gone.
    pub(crate) unfenced: bool,
}

/// The name under which this task's lane shows in CLIENT LIST.
fn lane_name(task_id: &str, lane: u32) -> String {
    format!("{CLIENT_NAME_PREFIX}{task_id}:{lane}")
}

impl Session {
    /// Connects, checks that it is a primary, ends old connections, and reads the checkpoint.
    pub(crate) async fn open(
        endpoint: &Endpoint,
        password: Option<&Secret>,
        task_id: &str,
        old_clients: &[ClientRecord],
    ) -> Result<Self> {
        let mut control = Control::open(endpoint, password, Side::Destination, None).await?;
        let server = control.server().await?;
        let replication = control.info("replication").await?;
        if replication.get("role") == Some("slave") {
            return Err(Error::new(
                ErrorKind::ReadOnly,
                Side::Destination,
                "the destination is a replica",
            ));
        }
        let unfenced = fence(&mut control, task_id, &server.run_id, old_clients).await?;
        let key = checkpoint_key(task_id, 0);
        let stored: Option<Vec<u8>> = control.query_as(cmd("GET").arg(key)).await?;
        let checkpoint = match stored {
            None => None,
            Some(bytes) => {
                let parsed = std::str::from_utf8(&bytes)
                    .ok()
                    .and_then(|text| text.parse::<Checkpoint>().ok())
                    .ok_or_else(|| {
                        Error::new(
                            ErrorKind::CheckpointConflict,
                            Side::Destination,
                            "the task's checkpoint key holds something that is no checkpoint",
                        )
                    })?;
                Some((parsed, bytes))
            }
        };
        let value_bytes_max = config_number(&mut control, "proto-max-bulk-len").await?;
        let databases = match config_number(&mut control, "databases").await? {
            Some(count) => u32::try_from(count).unwrap_or(u32::MAX),
            None => count_databases(&mut control).await?,
        };
        Ok(Self {
            control,
            run_id: server.run_id,
            version: server.version,
            checkpoint,
            value_bytes_max,
            databases,
            unfenced,
        })
    }

    /// Opens the connection that will write; its id is to be made durable before it does.
    pub(crate) async fn open_lane(
        &self,
        endpoint: &Endpoint,
        password: Option<&Secret>,
        task_id: &str,
        lane: u32,
    ) -> Result<(Dialogue, ClientRecord)> {
        let mut dialogue = Dialogue::open(endpoint, password, Side::Destination).await?;
        let name = lane_name(task_id, lane);
        let reply = dialogue.ask(&[b"CLIENT", b"SETNAME", name.as_bytes()]).await?;
        dialogue.expect_ok("CLIENT SETNAME", &reply)?;
        let reply = dialogue.ask(&[b"CLIENT", b"ID"]).await?;
        let client_id = reply
            .strip_prefix(':')
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| dialogue.refused("CLIENT ID", &reply))?;
        Ok((dialogue, ClientRecord { run_id: self.run_id.clone(), client_id }))
    }

    /// Writes the first checkpoint of a task, or of a new snapshot of it: GETSET on the control
    /// connection, before any lane exists.
    pub(crate) async fn begin_checkpoint(
        &mut self,
        task_id: &str,
        checkpoint: Checkpoint,
    ) -> Result<Vec<u8>> {
        let bytes = checkpoint.to_bytes();
        let key = checkpoint_key(task_id, checkpoint.lane);
        self.control.query(cmd("SELECT").arg(CHECKPOINT_DATABASE)).await?;
        let old: Option<Vec<u8>> =
            self.control.query_as(cmd("GETSET").arg(key).arg(&bytes)).await?;
        if old.as_deref() != self.checkpoint.as_ref().map(|(_, bytes)| bytes.as_slice()) {
            return Err(Error::new(
                ErrorKind::CheckpointConflict,
                Side::Destination,
                "somebody else wrote this task's checkpoint",
            ));
        }
        self.checkpoint = Some((checkpoint, bytes.clone()));
        Ok(bytes)
    }

    /// Begins to look at every key of the destination databases that `databases` leads to.
    pub(crate) async fn scan(&mut self, databases: &Databases) -> Result<Scan> {
        let keyspace = self.control.info("keyspace").await?.keyspace();
        let reached: Option<Vec<u32>> = databases.selected().map(|selected| {
            selected.iter().filter_map(|source| databases.destination_of(*source)).collect()
        });
        // With all selected, whatever is not the image of a mapped database keeps its number.
        let left = keyspace
            .into_iter()
            .map(|(number, _)| number)
            .filter(|number| reached.as_ref().is_none_or(|reached| reached.contains(number)))
            .collect();
        Ok(Scan { left, cursor: None })
    }

    /// Writes down which keys are there before the task writes any.
    pub(crate) async fn note_existing(
        &mut self,
        databases: &Databases,
        path: &std::path::Path,
    ) -> Result<KeySet> {
        let mut builder = KeySetBuilder::create(path)?;
        let mut scan = self.scan(databases).await?;
        while let Some((database, keys)) = scan.next(&mut self.control).await? {
            keys.iter().try_for_each(|key| builder.insert(key_hash(database, key)))?;
        }
        builder.finish()
    }
}

/// A walk over the keys of some databases, own keys left out.
pub(crate) struct Scan {
    left: VecDeque<u32>,
    /// Where SCAN goes on in the first of `left`; `None` before it began there.
    cursor: Option<u64>,
}

impl Scan {
    /// The next keys and their database, which is then selected on `control`; `None` at the end,
    /// when the checkpoints' database is selected again.
    pub(crate) async fn next(
        &mut self,
        control: &mut Control,
    ) -> Result<Option<(u32, Vec<Vec<u8>>)>> {
        while let Some(database) = self.left.front().copied() {
            if self.cursor.is_none() {
                control.query(cmd("SELECT").arg(database)).await?;
            }
            let (next, mut keys): (u64, Vec<Vec<u8>>) = control
                .query_as(cmd("SCAN").arg(self.cursor.unwrap_or(0)).arg("COUNT").arg(SCAN_COUNT))
                .await?;
            self.cursor = Some(next);
            if next == 0 {
                self.left.pop_front();
                self.cursor = None;
            }
            keys.retain(|key| !key.starts_with(OWN_KEY_PREFIX.as_bytes()));
            if !keys.is_empty() {
                return Ok(Some((database, keys)));
            }
        }
        control.query(cmd("SELECT").arg(CHECKPOINT_DATABASE)).await?;
        Ok(None)
    }
}

/// Ends this task's earlier connections, since what still lies in their sockets could be applied
/// after the checkpoint was read. True when that could not be had.
async fn fence(
    control: &mut Control,
    task_id: &str,
    run_id: &str,
    old_clients: &[ClientRecord],
) -> Result<bool> {
    let mut allowed = true;
    for client in old_clients.iter().filter(|client| client.run_id == run_id) {
        match control.query(cmd("CLIENT").arg("KILL").arg("ID").arg(client.client_id)).await {
            Ok(_) => {}
            Err(error) if error.kind == ErrorKind::NoPermission => allowed = false,
            Err(error) => return Err(error),
        }
    }
    // Named connections are found too where the local record is gone, or another computer's.
    let ours = format!("name={CLIENT_NAME_PREFIX}{task_id}:");
    let deadline = Instant::now() + FENCE_TIMEOUT;
    loop {
        let list: String = match control.query_as(cmd("CLIENT").arg("LIST")).await {
            Ok(list) => list,
            Err(error) if error.kind == ErrorKind::NoPermission => {
                return Ok(!allowed && !old_clients.is_empty());
            }
            Err(error) => return Err(error),
        };
        let mut left = false;
        for line in list.lines() {
            let mut words = line.split(' ');
            if !words.clone().any(|word| word.starts_with(&ours)) {
                continue;
            }
            left = true;
            if let Some(id) = words.find_map(|word| word.strip_prefix("id=")) {
                match control.query(cmd("CLIENT").arg("KILL").arg("ID").arg(id)).await {
                    Ok(_) => {}
                    Err(error) if error.kind == ErrorKind::NoPermission => {}
                    Err(error) => return Err(error),
                }
            }
        }
        if !left {
            return Ok(false);
        }
        if Instant::now() > deadline {
            return Err(Error::new(
                ErrorKind::CheckpointConflict,
                Side::Destination,
                "an earlier connection of this task cannot be ended",
            ));
        }
        sleep(Duration::from_millis(20)).await;
    }
}

/// A number that CONFIG GET tells; `None` where it may not be asked.
async fn config_number(control: &mut Control, name: &str) -> Result<Option<u64>> {
    match control.query_as::<Vec<String>>(cmd("CONFIG").arg("GET").arg(name)).await {
        Ok(pair) => Ok(pair.get(1).and_then(|value| value.parse().ok())),
        Err(error) => match error.kind {
            ErrorKind::NoPermission | ErrorKind::CommandUnknown | ErrorKind::WriteRefused => {
                Ok(None)
            }
            _ => Err(error),
        },
    }
}

/// How many databases SELECT takes, where CONFIG does not tell.
async fn count_databases(control: &mut Control) -> Result<u32> {
    let (mut exists, mut missing) = (0u32, 1024u32);
    while missing - exists > 1 {
        let middle = exists + (missing - exists) / 2;
        match control.query(cmd("SELECT").arg(middle)).await {
            Ok(_) => exists = middle,
            Err(error) => match error.kind {
                ErrorKind::DatabaseMissing | ErrorKind::WriteRefused | ErrorKind::NoPermission => {
                    missing = middle;
                }
                _ => return Err(error),
            },
        }
    }
    control.query(cmd("SELECT").arg(CHECKPOINT_DATABASE)).await?;
    Ok(exists + 1)
}
