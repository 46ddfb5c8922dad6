//! Asking a server line by line, before a connection turns into a link or a lane.

use std::net::SocketAddr;
use std::time::Duration;

use keyferry_protocol::resp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::access::{self, Connection};
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;
use crate::secret::Secret;
use crate::spec::Endpoint;
use crate::words::ToValue;

/// A source pings its replicas every ten seconds by default, and while it saves every second:
/// silence for as long as its own `repl-timeout` is a dead connection.
pub(crate) const SILENCE_MAX: Duration = Duration::from_secs(60);
/// What is read from a socket at once.
pub(crate) const READ_BYTES: usize = 256 * 1024;

/// A connection that is asked and answers in lines.
pub(crate) struct Dialogue {
    pub(crate) side: Side,
    pub(crate) connection: Connection,
    /// The address that the server's name led to, where it has one.
    pub(crate) peer: Option<SocketAddr>,
    buffer: Vec<u8>,
    /// The unread part of `buffer`.
    from: usize,
    to: usize,
}

impl Dialogue {
    /// Connects and authenticates.
    pub(crate) async fn open(
        endpoint: &Endpoint,
        password: Option<&Secret>,
        side: Side,
    ) -> Result<Self> {
        let mut dialogue = Self::over(access::connect(endpoint, side).await?, side);
        if let Some(password) = password {
            dialogue.authenticate(endpoint.account.as_deref(), password).await?;
        }
        Ok(dialogue)
    }

    /// A dialogue over a connection that was not used yet.
    pub(crate) fn over(connection: Connection, side: Side) -> Self {
        let peer = connection.peer();
        Self { side, connection, peer, buffer: vec![0; READ_BYTES], from: 0, to: 0 }
    }

    /// Whether it is enough to hear a little later of what comes ([`access::Transport::gather`]).
    pub(crate) fn gather(&mut self, on: bool) -> Result<()> {
        self.connection.gather(on).map_err(|cause| self.lost(cause))
    }

    /// Authenticates.
    pub(crate) async fn authenticate(
        &mut self,
        account: Option<&str>,
        secret: &Secret,
    ) -> Result<()> {
        let password = secret.expose().as_bytes();
        let reply = match account {
            Some(account) => self.ask(&[b"AUTH", account.as_bytes(), password]).await?,
            None => self.ask(&[b"AUTH", password]).await?,
        };
        if reply == "+OK" {
            return Ok(());
        }
        let error = self.refused("AUTH", &reply);
        let kind = match error.kind {
            ErrorKind::WriteRefused | ErrorKind::CommandUnknown => ErrorKind::AuthFailed,
            kind => kind,
        };
        // A server that does not know AUTH repeats its arguments.
        Err(Error::new(kind, self.side, error.message.without(secret)))
    }

    /// Sends a command; its answer's first line with its type byte.
    pub(crate) async fn ask(&mut self, command: &[&[u8]]) -> Result<String> {
        let mut bytes = Vec::with_capacity(256);
        resp::put_command(&mut bytes, command);
        self.send(&bytes).await?;
        self.line().await
    }

    /// Sends bytes as they are.
    pub(crate) async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        timeout(SILENCE_MAX, self.connection.write_all(bytes))
            .await
            .map_err(|_| self.silent())?
            .map_err(|cause| self.lost(cause))
    }

    /// One line without its ending; blank ones before it are keep-alives and skipped.
    pub(crate) async fn line(&mut self) -> Result<String> {
        let mut line = Vec::new();
        loop {
            let held = self.fill().await?;
            match memchr::memchr(b'\n', held) {
                Some(end) => {
                    line.extend_from_slice(held.get(..end).unwrap_or_default());
                    self.consume(end + 1);
                    let text = line.strip_suffix(b"\r").unwrap_or(&line);
                    if !text.is_empty() {
                        return Ok(String::from_utf8_lossy(text).into_owned());
                    }
                    line.clear();
                }
                None => {
                    line.extend_from_slice(held);
                    let all = held.len();
                    self.consume(all);
                }
            }
            if line.len() > resp::LINE_BYTES_MAX {
                return Err(self.not_redis());
            }
        }
    }

    /// The bulk answer whose first line is `head`, at most `bytes_max` long.
    pub(crate) async fn bulk(&mut self, head: &str, bytes_max: usize) -> Result<Vec<u8>> {
        let length = head.strip_prefix('$').and_then(|digits| digits.parse::<usize>().ok());
        let Some(length) = length.filter(|length| *length <= bytes_max) else {
            return Err(self.not_redis());
        };
        let mut body = Vec::with_capacity(length + 2);
        while body.len() < length + 2 {
            let held = self.fill().await?;
            let count = held.len().min(length + 2 - body.len());
            body.extend_from_slice(held.get(..count).unwrap_or_default());
            self.consume(count);
        }
        body.truncate(length);
        Ok(body)
    }

    /// What was read and not consumed yet.
    pub(crate) fn held(&self) -> &[u8] {
        self.buffer.get(self.from..self.to).unwrap_or_default()
    }

    /// The unread bytes: at least one.
    pub(crate) async fn fill(&mut self) -> Result<&[u8]> {
        self.fill_beyond(0).await
    }

    /// The unread bytes: more than `count`, which must be far below [`READ_BYTES`].
    pub(crate) async fn fill_beyond(&mut self, count: usize) -> Result<&[u8]> {
        while self.to - self.from <= count {
            self.buffer.copy_within(self.from..self.to, 0);
            (self.from, self.to) = (0, self.to - self.from);
            let room = self.buffer.get_mut(self.to..).unwrap_or_default();
            match timeout(SILENCE_MAX, self.connection.read(room)).await {
                Ok(Ok(0)) => return Err(self.hung_up()),
                Ok(Ok(read)) => self.to += read,
                Ok(Err(cause)) => return Err(self.lost(cause)),
                Err(_) => return Err(self.silent()),
            }
        }
        Ok(self.held())
    }

    /// The first `count` of the unread bytes are done with.
    pub(crate) fn consume(&mut self, count: usize) {
        self.from = (self.from + count).min(self.to);
    }

    /// An error unless `reply` to `command` is `+OK`.
    pub(crate) fn expect_ok(&self, command: &str, reply: &str) -> Result<()> {
        if reply == "+OK" { Ok(()) } else { Err(self.refused(command, reply)) }
    }

    /// The error that an unexpected answer is.
    pub(crate) fn refused(&self, command: impl ToValue, reply: &str) -> Error {
        match reply.strip_prefix('-') {
            Some(error) => Error::reply(self.side, command, error),
            None => self.not_redis(),
        }
    }

    pub(crate) fn lost(&self, cause: std::io::Error) -> Error {
        Error::connection(self.side, phrase!("failure.link_broke", side = self.side), cause)
    }

    pub(crate) fn hung_up(&self) -> Error {
        let words = phrase!("failure.hung_up", side = self.side);
        Error::new(ErrorKind::ConnectionLost, self.side, words)
    }

    pub(crate) fn silent(&self) -> Error {
        Error::new(
            ErrorKind::TimedOut,
            self.side,
            phrase!("failure.silent", side = self.side, seconds = SILENCE_MAX.as_secs()),
        )
    }

    pub(crate) fn not_redis(&self) -> Error {
        Error::new(ErrorKind::NotRedis, self.side, phrase!("failure.not_resp"))
    }
}
