//! The connection over which a source believes to feed a replica.

use std::time::Duration;

use keyferry_protocol::psync::{PsyncReply, ReplicationPosition, SnapshotFraming};
use keyferry_protocol::resp;
use tokio::io::AsyncReadExt;
use tokio::time::Instant;

use super::spool::SpoolBuffer;
use crate::control::Info;
use crate::dialogue::{Dialogue, SILENCE_MAX};
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;
use crate::secret::Secret;
use crate::spec::Endpoint;
use crate::words::Phrase;

/// What we tell the source as our port: nothing listens there, so nobody who finds us in its
/// INFO (Sentinel does) mistakes another server for us.
const LISTENING_PORT: &[u8] = b"1";

/// A section of INFO is a few kilobytes, with hundreds of replicas some more.
const INFO_BYTES_MAX: usize = 1024 * 1024;

/// What is worth waking up for while a snapshot arrives.
const GATHERED_BYTES: usize = 128 * 1024;
/// How long more of it is waited for: much less than the socket's buffer takes to fill.
const GATHERING: Duration = Duration::from_millis(1);

/// Lets more come after a short read. A source hands its snapshot over in pieces of 16 KiB: to be woken
/// for each, and to wake whoever applies it, costs more than all else that is done with them.
async fn gather(read: usize) {
    if read < GATHERED_BYTES {
        tokio::time::sleep(GATHERING).await;
    } else {
        // Others are to have their turn: a socket that is looked at takes nothing of the task's by itself.
        tokio::task::coop::consume_budget().await;
    }
}

/// A link that is authenticated and has introduced itself.
pub(crate) struct Link {
    dialogue: Dialogue,
    /// When the source was heard last.
    heard: Instant,
}

impl Link {
    /// Connects and introduces itself as a replica that takes diskless snapshots and follows a
    /// failover. `without_keys` asks for a snapshot that has none, where the source knows how.
    pub(crate) async fn open(
        endpoint: &Endpoint,
        password: Option<&Secret>,
        without_keys: bool,
    ) -> Result<Self> {
        let dialogue = Dialogue::open(endpoint, password, Side::Source).await?;
        let mut link = Self { dialogue, heard: Instant::now() };
        let pong = link.dialogue.ask(&[b"PING"]).await?;
        if !pong.starts_with('+') {
            return Err(link.refused("PING", &pong));
        }
        link.tell(&[b"REPLCONF", b"listening-port", LISTENING_PORT]).await?;
        // Servers that do not know a capability ignore it.
        link.tell(&[b"REPLCONF", b"capa", b"eof", b"capa", b"psync2"]).await?;
        if without_keys {
            // An error means a source before 7.0: its snapshot has keys, which are then skipped.
            link.dialogue.ask(&[b"REPLCONF", b"rdb-filter-only", b""]).await?;
        }
        let peer = link.dialogue.peer.map(tracing::field::display);
        tracing::info!(address = %endpoint.address, peer, "the source has taken the link");
        Ok(link)
    }

    /// What the source tells of its histories, on the very connection that will ask for one: behind
    /// a moving address, another could reach another server. `None` where it may not be asked.
    pub(crate) async fn replication(&mut self) -> Result<Option<Info>> {
        let head = self.dialogue.ask(&[b"INFO", b"replication"]).await?;
        if let Some(error) = head.strip_prefix('-') {
            let error = Error::reply(Side::Source, "INFO", error);
            return match error.kind {
                ErrorKind::NoPermission | ErrorKind::CommandUnknown => Ok(None),
                _ => Err(error),
            };
        }
        let text = self.dialogue.bulk(&head, INFO_BYTES_MAX).await?;
        Ok(Some(Info::parse(&String::from_utf8_lossy(&text))))
    }

    /// How long nothing came.
    pub(crate) fn silent_for(&self) -> Duration {
        self.heard.elapsed()
    }

    /// Asks for the stream behind `position`, or for a snapshot.
    pub(crate) async fn psync(
        &mut self,
        position: Option<ReplicationPosition>,
    ) -> Result<PsyncReply> {
        let line = match position {
            Some(position) => {
                let next = (position.offset + 1).to_string();
                let id = position.id.as_str().as_bytes();
                self.dialogue.ask(&[b"PSYNC", id, next.as_bytes()]).await?
            }
            None => self.dialogue.ask(&[b"PSYNC", b"?", b"-1"]).await?,
        };
        match position {
            Some(ReplicationPosition { id, offset }) => {
                tracing::info!("PSYNC {} {} is answered: {line}", id.as_str(), offset + 1);
            }
            None => tracing::info!("PSYNC ? -1 is answered: {line}"),
        }
        match PsyncReply::parse(&line) {
            PsyncReply::Error(error) => Err(self.refused("PSYNC", &format!("-{error}"))),
            PsyncReply::Unexpected(_) => Err(self.dialogue.not_redis()),
            reply => Ok(reply),
        }
    }

    /// Waits until the source begins to send its snapshot: it may have to wait for other replicas,
    /// to fork, and to save first.
    pub(crate) async fn snapshot_framing(&mut self) -> Result<SnapshotFraming> {
        let line = self.dialogue.line().await?;
        if let Some(error) = line.strip_prefix('-') {
            return Err(Error::new(ErrorKind::SourceNotReady, Side::Source, Phrase::plain(error)));
        }
        SnapshotFraming::parse(line.as_bytes()).ok_or_else(|| {
            Error::new(ErrorKind::NotRedis, Side::Source, phrase!("failure.snapshot_announced"))
        })
    }

    /// Receives the snapshot to its end; each part goes to `take`.
    pub(crate) async fn receive_snapshot(
        &mut self,
        framing: SnapshotFraming,
        mut take: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        self.dialogue.gather(true)?;
        match framing {
            SnapshotFraming::Length(mut left) => {
                while left > 0 {
                    let held = self.dialogue.fill().await?;
                    let count = usize::try_from(left).unwrap_or(usize::MAX).min(held.len());
                    take(held.get(..count).unwrap_or_default())?;
                    self.dialogue.consume(count);
                    left -= count as u64;
                    if left > 0 {
                        gather(count).await;
                    }
                }
            }
            SnapshotFraming::Mark(mark) => {
                // The last bytes may be the mark: they stay unread until more have come. Nothing
                // follows before we acknowledge, so the mark is the end of a read.
                while self.dialogue.held() != mark {
                    let held = self.dialogue.fill_beyond(mark.len()).await?;
                    let count = held.len() - mark.len();
                    take(held.get(..count).unwrap_or_default())?;
                    self.dialogue.consume(count);
                    if self.dialogue.held() != mark {
                        gather(count).await;
                    }
                }
                self.dialogue.consume(mark.len());
            }
        }
        self.dialogue.gather(false)?;
        self.heard = Instant::now();
        Ok(())
    }

    /// Waits for stream bytes, at most until `deadline`: how many are in `buffer`'s space, `None`
    /// when the deadline came first.
    pub(crate) async fn read_stream(
        &mut self,
        buffer: &mut SpoolBuffer,
        deadline: Instant,
    ) -> Result<Option<usize>> {
        // What came behind the snapshot in the same read.
        let held = self.dialogue.held();
        if !held.is_empty() {
            let space = buffer.space();
            let count = held.len().min(space.len());
            if let (Some(to), Some(from)) = (space.get_mut(..count), held.get(..count)) {
                to.copy_from_slice(from);
            }
            self.dialogue.consume(count);
            return Ok(Some(count));
        }
        let read = self.dialogue.connection.read(buffer.space());
        match tokio::time::timeout_at(deadline, read).await {
            Ok(Ok(0)) => Err(self.dialogue.hung_up()),
            Ok(Ok(count)) => {
                self.heard = Instant::now();
                Ok(Some(count))
            }
            Ok(Err(cause)) => Err(self.dialogue.lost(cause)),
            Err(_) if self.heard.elapsed() > SILENCE_MAX => Err(self.dialogue.silent()),
            Err(_) => Ok(None),
        }
    }

    /// Tells the source what is durable here.
    pub(crate) async fn acknowledge(&mut self, offset: u64) -> Result<()> {
        let mut command = Vec::with_capacity(64);
        let mut text = itoa::Buffer::new();
        resp::put_command(&mut command, &[b"REPLCONF", b"ACK", text.format(offset).as_bytes()]);
        self.dialogue.send(&command).await
    }

    async fn tell(&mut self, command: &[&[u8]]) -> Result<()> {
        let reply = self.dialogue.ask(command).await?;
        if reply == "+OK" { Ok(()) } else { Err(self.refused("REPLCONF", &reply)) }
    }

    /// An answer that is not the expected one; a refusal of a replica's own commands has a remedy
    /// of its own.
    fn refused(&self, command: &str, reply: &str) -> Error {
        let error = self.dialogue.refused(command, reply);
        match error.kind {
            ErrorKind::NoPermission | ErrorKind::CommandUnknown | ErrorKind::WriteRefused => {
                Error { kind: ErrorKind::PsyncRefused, ..error }
            }
            _ => error,
        }
    }
}
