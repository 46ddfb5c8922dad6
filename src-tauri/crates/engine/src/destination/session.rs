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
use crate::moment::now_ms;
use crate::phrase;
use crate::record::{ClientRecord, Record};
use crate::secret::Secret;
use crate::spec::{Databases, Endpoint};
use crate::words::Phrase;

/// Connections of ours at the destination are named with this and the task's id.
const CLIENT_NAME_PREFIX: &str = "keyferry:";
/// How long an old connection may take to go once it was ended.
const FENCE_TIMEOUT: Duration = Duration::from_secs(10);
/// Keys a SCAN looks at in one go.
const SCAN_COUNT: usize = 1000;

/// Who this run is at the destination.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity<'a> {
    pub(crate) task_id: &'a str,
    /// This run's.
    pub(crate) writer: u64,
}

impl Identity<'_> {
    /// What all connections of the task's names begin with, whichever run's and whoever's.
    fn prefix(&self) -> String {
        format!("{CLIENT_NAME_PREFIX}{}:", self.task_id)
    }

    /// The name under which a connection shows in CLIENT LIST; `part` is a lane's number or a word.
    fn name(&self, part: &str) -> String {
        format!("{}{part}:{:016x}", self.prefix(), self.writer)
    }
}

/// Whether this task's earlier connections are ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fenced {
    /// The server's list has none of them.
    Seen,
    /// Those that are known of are; the list may not be asked for.
    Told,
    /// That is not allowed.
    No,
}

/// A destination that is being asked. It can be trusted once it was fenced and claimed.
pub(crate) struct Session {
    pub(crate) control: Control,
    pub(crate) run_id: String,
    /// The history that it writes as a primary.
    pub(crate) history: String,
    /// Major, minor, patch.
    pub(crate) version: (u16, u16, u16),
    /// The largest value that it takes, bytes; unknown where CONFIG is not allowed.
    pub(crate) value_bytes_max: Option<u64>,
    /// How many databases it has.
    pub(crate) databases: u32,
    /// How far its clock is ahead of this computer's.
    pub(crate) clock_ahead_ms: i64,
    /// How long the lane's last question took before it began to write.
    pub(crate) round_trip: Duration,
    /// Connections of this session.
    own_clients: Vec<u64>,
}

/// A checkpoint as it is stored, and what it says.
pub(crate) type Held = Option<(Checkpoint, Vec<u8>)>;

impl Session {
    /// Connects, checks that it is a primary, and asks what it is.
    pub(crate) async fn open(
        endpoint: &Endpoint,
        password: Option<&Secret>,
        identity: Identity<'_>,
    ) -> Result<Self> {
        let name = identity.name("control");
        let mut control = Control::open(endpoint, password, Side::Destination, Some(&name)).await?;
        let server = control.server().await?;
        let replication = control.info("replication").await?;
        if replication.get("role") == Some("slave") {
            return Err(Error::new(
                ErrorKind::ReadOnly,
                Side::Destination,
                phrase!("failure.destination_replica"),
            ));
        }
        let history = replication.get("master_replid").unwrap_or_default().to_owned();
        let own_clients = vec![control.query_as(cmd("CLIENT").arg("ID")).await?];
        let value_bytes_max = config_number(&mut control, "proto-max-bulk-len").await?;
        let databases = match config_number(&mut control, "databases").await? {
            Some(count) => u32::try_from(count).unwrap_or(u32::MAX),
            None => count_databases(&mut control).await?,
        };
        let clock_ahead_ms = match control.time_ms().await {
            Ok(theirs) => theirs - now_ms(),
            Err(error) if error.kind == ErrorKind::NoPermission => 0,
            Err(error) => return Err(error),
        };
        Ok(Self {
            control,
            clock_ahead_ms,
            run_id: server.run_id,
            history,
            version: server.version,
            value_bytes_max,
            databases,
            round_trip: Duration::ZERO,
            own_clients,
        })
    }

    /// Opens the connection that will write. It is named before this session claims the checkpoint,
    /// so that a rival that claims it later finds and ends it; the ids of both connections are to be
    /// made durable before either writes.
    pub(crate) async fn open_lane(
        &mut self,
        endpoint: &Endpoint,
        password: Option<&Secret>,
        identity: Identity<'_>,
        lane: u32,
    ) -> Result<(Dialogue, Vec<ClientRecord>)> {
        let mut dialogue = Dialogue::open(endpoint, password, Side::Destination).await?;
        let name = identity.name(&lane.to_string());
        let reply = dialogue.ask(&[b"CLIENT", b"SETNAME", name.as_bytes()]).await?;
        dialogue.expect_ok("CLIENT SETNAME", &reply)?;
        let asked = Instant::now();
        let reply = dialogue.ask(&[b"CLIENT", b"ID"]).await?;
        self.round_trip = asked.elapsed();
        let client_id = reply
            .strip_prefix(':')
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| dialogue.refused("CLIENT ID", &reply))?;
        self.own_clients.push(client_id);
        let (major, minor, patch) = self.version;
        tracing::info!(
            address = %endpoint.address,
            peer = dialogue.peer.map(tracing::field::display),
            version = %format_args!("{major}.{minor}.{patch}"),
            run_id = self.run_id,
            "the destination has taken the lane"
        );
        let records = self
            .own_clients
            .iter()
            .map(|id| ClientRecord { run_id: self.run_id.clone(), client_id: *id })
            .collect();
        Ok((dialogue, records))
    }

    /// Ends this task's earlier connections, since what still lies in their sockets could be applied
    /// after the checkpoint was read.
    ///
    /// # Errors
    /// [`ErrorKind::CheckpointConflict`]: a connection of another copy of this task is there. It is
    /// left alone unless the checkpoint was `claimed`: then it came too late, and has to go.
    pub(crate) async fn fence(
        &mut self,
        identity: Identity<'_>,
        record: &Record,
        claimed: bool,
    ) -> Result<Fenced> {
        let mut allowed = true;
        for client in record.clients.iter().filter(|client| client.run_id == self.run_id) {
            if !self.own_clients.contains(&client.client_id) {
                let client = client.client_id;
                allowed &= kill(&mut self.control, client).await?;
                tracing::info!(client, allowed, "a connection of an earlier session is ended");
            }
        }
        // Named connections are found too where the local record is gone, or another computer's.
        let prefix = identity.prefix();
        let deadline = Instant::now() + FENCE_TIMEOUT;
        loop {
            let list: String = match self.control.query_as(cmd("CLIENT").arg("LIST")).await {
                Ok(list) => list,
                Err(error) if error.kind == ErrorKind::NoPermission => {
                    let told = allowed || record.clients.is_empty();
                    return Ok(if told { Fenced::Told } else { Fenced::No });
                }
                Err(error) => return Err(error),
            };
            let (own, others): (Vec<_>, Vec<_>) = task_clients(&list, &prefix)
                .into_iter()
                .partition(|(id, _)| self.own_clients.contains(id));
            if own.len() < self.own_clients.len() {
                // An address that leads to several servers led to two of them.
                return Err(Error::new(
                    ErrorKind::DestinationChanged,
                    Side::Destination,
                    phrase!("failure.two_servers"),
                ));
            }
            if others.is_empty() {
                return Ok(Fenced::Seen);
            }
            for (id, writer) in others {
                if !claimed && writer.is_some_and(|writer| !record.writers.contains(&writer)) {
                    return Err(conflict(phrase!("failure.rival_connected")));
                }
                kill(&mut self.control, id).await?;
                tracing::info!(client = id, "an earlier connection of this task is ended");
            }
            if Instant::now() > deadline {
                return Err(conflict(phrase!("failure.connection_stays")));
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// The checkpoint that it holds now.
    pub(crate) async fn checkpoint(&mut self, task_id: &str, lane: u32) -> Result<Held> {
        let key = checkpoint_key(task_id, lane);
        let stored: Option<Vec<u8>> = self.control.query_as(cmd("GET").arg(key)).await?;
        let Some(bytes) = stored else { return Ok(None) };
        let parsed =
            std::str::from_utf8(&bytes).ok().and_then(|text| text.parse::<Checkpoint>().ok());
        match parsed {
            Some(parsed) => Ok(Some((parsed, bytes))),
            None => Err(conflict(phrase!("failure.checkpoint_unreadable"))),
        }
    }

    /// Makes this run the checkpoint's writer, if nobody wrote it since it was read as `held`.
    ///
    /// Two copies of a task that start at once are told apart here. Each opens its lane, claims, ends
    /// the other's connections, and looks whether its claim still stands. Whoever claimed last ends
    /// the other's lane before writing; what the other wrote until then carried the checkpoint with
    /// it, so that the claim no longer stands and the last one reads anew. A claim changes no place:
    /// in neither order is anything applied twice.
    pub(crate) async fn claim(
        &mut self,
        task_id: &str,
        held: &Held,
        new: &Checkpoint,
    ) -> Result<Vec<u8>> {
        let key = checkpoint_key(task_id, new.lane);
        let bytes = new.to_bytes();
        self.control.query(cmd("SELECT").arg(CHECKPOINT_DATABASE)).await?;
        self.control.query(cmd("WATCH").arg(&key)).await?;
        let now: Option<Vec<u8>> = self.control.query_as(cmd("GET").arg(&key)).await?;
        if now.as_ref() != held.as_ref().map(|(_, bytes)| bytes) {
            return Err(rewritten());
        }
        self.control.query(&cmd("MULTI")).await?;
        self.control.query(cmd("SET").arg(&key).arg(&bytes)).await?;
        match self.control.query(&cmd("EXEC")).await? {
            redis::Value::Array(_) => Ok(bytes),
            _ => Err(rewritten()),
        }
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
        let mut builder = KeySetBuilder::create(path);
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
            let count = control.at_once(SCAN_COUNT);
            let (next, mut keys): (u64, Vec<Vec<u8>>) = control
                .query_as(cmd("SCAN").arg(self.cursor.unwrap_or(0)).arg("COUNT").arg(count))
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

/// Ends a connection; false where that is not allowed. One that is gone already is as good.
async fn kill(control: &mut Control, id: u64) -> Result<bool> {
    match control.query(cmd("CLIENT").arg("KILL").arg("ID").arg(id)).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind == ErrorKind::NoPermission => Ok(false),
        Err(error) => Err(error),
    }
}

fn conflict(why: Phrase) -> Error {
    Error::new(ErrorKind::CheckpointConflict, Side::Destination, why)
}

pub(crate) fn rewritten() -> Error {
    Error::new(
        ErrorKind::DestinationChanged,
        Side::Destination,
        phrase!("failure.checkpoint_rewritten"),
    )
}

/// Connections of one task in CLIENT LIST's text: their ids, and their writers where they have one.
fn task_clients(list: &str, prefix: &str) -> Vec<(u64, Option<u64>)> {
    list.lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            let id = words.find_map(|word| word.strip_prefix("id="))?.parse().ok()?;
            let name = words.find_map(|word| word.strip_prefix("name="))?.strip_prefix(prefix)?;
            let writer =
                name.split_once(':').and_then(|(_, hex)| u64::from_str_radix(hex, 16).ok());
            Some((id, writer))
        })
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_known_by_task_and_writer() {
        let identity = Identity { task_id: "ab", writer: 0xfeed };
        let list = format!(
            "id=3 addr=1.2.3.4:5 name={} db=0\nid=4 addr=x name=keyferry:ab:1 db=0\n\
             id=5 addr=x name=keyferry:abc:0:01 db=0\nid=6 addr=x name= db=0\n",
            identity.name("0")
        );
        assert_eq!(task_clients(&list, &identity.prefix()), [(3, Some(0xfeed)), (4, None)]);
    }
}
