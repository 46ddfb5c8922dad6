//! Reading keys from the source anew: their values and the place in the stream at which they had
//! them, in one transaction there.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keyferry_protocol::{rdb, resp};

use crate::control::Info;
use crate::dialogue::Dialogue;
use crate::durable;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;
use crate::secret::Secret;
use crate::spec::Endpoint;

/// So many keys are asked for in one transaction: it holds up the source.
pub(crate) const KEYS_AT_ONCE: usize = 100;
/// Longer values go through a file, bytes.
const HELD_BYTES_MAX: usize = 16 * 1024;
/// The same where much is held already.
const HELD_BYTES_LEAST: usize = 256;
/// So much is much, bytes.
const HELD_TOGETHER_MAX: u64 = 2 * 1024 * 1024;
/// The first version that tells when a key expires.
const EXPIRETIME_FROM: (u16, u16, u16) = (7, 0, 0);

/// A key of a database of the source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SourceKey {
    pub(crate) database: u32,
    pub(crate) key: Vec<u8>,
}

/// A value as DUMP gives it.
#[derive(Debug)]
pub(crate) enum Payload {
    /// In memory.
    Held(Vec<u8>),
    /// In a file that nobody else sees.
    File {
        /// Gone with its last user.
        file: Arc<File>,
        /// Where in it.
        start: u64,
        /// Bytes.
        length: u64,
    },
}

impl Payload {
    pub(crate) fn bytes(&self) -> u64 {
        match self {
            Self::Held(bytes) => bytes.len() as u64,
            Self::File { length, .. } => *length,
        }
    }

    /// When the first field of a hash ends, at the earliest.
    pub(crate) fn first_field_expiry(&self) -> Result<Option<i64>> {
        let mut head = [0; 9];
        let head = match self {
            Self::Held(bytes) => bytes.as_slice(),
            Self::File { file, start, .. } => {
                let read = durable::read_at(file, &mut head, *start).map_err(|cause| {
                    Error::local_io(phrase!("failure.cannot_read_aside"), cause)
                })?;
                head.get(..read).unwrap_or_default()
            }
        };
        Ok(head
            .split_first()
            .and_then(|(value_type, rest)| rdb::first_field_expiry(*value_type, rest)))
    }
}

/// A key that the source has.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) payload: Payload,
    /// Ms since 1970; `None` where it does not expire.
    pub(crate) expires_at_ms: Option<i64>,
}

/// What the source said about some keys.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The source's offset at which the keys were like this.
    pub(crate) offset: u64,
    /// The replication id of the history in which it is that offset.
    pub(crate) history: String,
    /// In the order asked for; `None` where there is no such key.
    pub(crate) values: Vec<Option<Found>>,
}

/// The connection for it.
pub(crate) struct Rereader {
    dialogue: Dialogue,
    folder: PathBuf,
    /// Asks PEXPIRETIME, which is exact; else PTTL and TIME.
    knows_dates: bool,
    /// Longer values go through a file now, bytes.
    held_max: usize,
}

impl Rereader {
    pub(crate) async fn open(
        endpoint: &Endpoint,
        password: Option<&Secret>,
        version: (u16, u16, u16),
        folder: &Path,
    ) -> Result<Self> {
        Ok(Self {
            dialogue: Dialogue::open(endpoint, password, Side::Source).await?,
            folder: folder.to_owned(),
            knows_dates: version >= EXPIRETIME_FROM,
            held_max: HELD_BYTES_MAX,
        })
    }

    /// Reads at most [`KEYS_AT_ONCE`] keys, for a batch that holds so many bytes already.
    pub(crate) async fn read(&mut self, keys: &[SourceKey], held: u64) -> Result<Answer> {
        self.held_max = if held < HELD_TOGETHER_MAX { HELD_BYTES_MAX } else { HELD_BYTES_LEAST };
        let mut bytes = Vec::with_capacity(4096);
        resp::put_command(&mut bytes, &[b"MULTI"]);
        let mut queued = 0;
        let mut ask = |words: &[&[u8]]| {
            resp::put_command(&mut bytes, words);
            queued += 1;
        };
        let mut selected = None;
        for SourceKey { database, key } in keys {
            if selected != Some(*database) {
                ask(&[b"SELECT", itoa::Buffer::new().format(*database).as_bytes()]);
                selected = Some(*database);
            }
            ask(&[b"DUMP", key]);
            if self.knows_dates {
                ask(&[b"PEXPIRETIME", key]);
            } else {
                ask(&[b"PTTL", key]);
                ask(&[b"TIME"]);
            }
        }
        ask(&[b"INFO", b"replication"]);
        resp::put_command(&mut bytes, &[b"EXEC"]);
        self.dialogue.send(&bytes).await?;

        let begun = self.dialogue.line().await?;
        let mut refused = (begun != "+OK").then_some(begun);
        for _ in 0..queued {
            let line = self.dialogue.line().await?;
            if line != "+QUEUED" {
                refused.get_or_insert(line);
            }
        }
        let executed = self.dialogue.line().await?;
        if let Some(reply) = refused {
            return Err(self.dialogue.refused("reading a key again", &reply));
        }
        if executed != format!("*{queued}") {
            return Err(self.dialogue.refused("reading a key again", &executed));
        }
        self.answers(keys).await
    }

    async fn answers(&mut self, keys: &[SourceKey]) -> Result<Answer> {
        let mut file = None;
        let mut values = Vec::with_capacity(keys.len());
        let mut selected = None;
        for SourceKey { database, .. } in keys {
            if selected != Some(*database) {
                let reply = self.dialogue.line().await?;
                self.dialogue.expect_ok("SELECT", &reply)?;
                selected = Some(*database);
            }
            let payload = self.bulk(&mut file).await?;
            let left = self.number(":").await?;
            let expires_at_ms = if self.knows_dates {
                left
            } else {
                let parts = self.dialogue.line().await?;
                if parts != "*2" {
                    return Err(self.dialogue.refused("TIME", &parts));
                }
                let (seconds, micros) = (self.text_number().await?, self.text_number().await?);
                if left < 0 { left } else { seconds * 1000 + micros / 1000 + left }
            };
            values.push(payload.map(|payload| Found {
                payload,
                expires_at_ms: (expires_at_ms >= 0).then_some(expires_at_ms.max(1)),
            }));
        }
        let info = match self.bulk(&mut file).await? {
            Some(Payload::Held(info)) => info,
            _ => return Err(self.dialogue.not_redis()),
        };
        let info = Info::parse(std::str::from_utf8(&info).unwrap_or_default());
        let offset = info.number("master_repl_offset").ok_or_else(|| {
            Error::new(ErrorKind::NotRedis, Side::Source, phrase!("failure.no_offset"))
        })?;
        let history = info.get("master_replid").unwrap_or_default().to_owned();
        Ok(Answer { offset, history, values })
    }

    async fn number(&mut self, prefix: &str) -> Result<i64> {
        let line = self.dialogue.line().await?;
        line.strip_prefix(prefix)
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| self.dialogue.refused(phrase!("what.reread"), &line))
    }

    /// A number that comes as a bulk string.
    async fn text_number(&mut self) -> Result<i64> {
        self.number("$").await?;
        self.number("").await
    }

    async fn bulk(&mut self, file: &mut Option<(Arc<File>, u64)>) -> Result<Option<Payload>> {
        let length = self.number("$").await?;
        let Ok(length) = usize::try_from(length) else { return Ok(None) };
        let payload = if length <= self.held_max {
            let mut bytes = Vec::with_capacity(length);
            self.take(length, |part| {
                bytes.extend_from_slice(part);
                Ok(())
            })
            .await?;
            Payload::Held(bytes)
        } else {
            let (handle, start) = match file {
                Some(file) => file.clone(),
                None => file.insert((self.aside()?, 0)).clone(),
            };
            let mut at = start;
            self.take(length, |part| {
                durable::write_at(&handle, part, at).map_err(|cause| {
                    Error::local_io(phrase!("failure.cannot_keep_aside"), cause)
                })?;
                at += part.len() as u64;
                Ok(())
            })
            .await?;
            *file = Some((Arc::clone(&handle), at));
            Payload::File { file: handle, start, length: length as u64 }
        };
        self.take(2, |_| Ok(())).await?;
        Ok(Some(payload))
    }

    async fn take(
        &mut self,
        mut left: usize,
        mut each: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        while left > 0 {
            let held = self.dialogue.fill().await?;
            let count = left.min(held.len());
            each(held.get(..count).unwrap_or_default())?;
            self.dialogue.consume(count);
            left -= count;
        }
        Ok(())
    }

    /// A file that has no name any more, so that nothing stays of it.
    fn aside(&self) -> Result<Arc<File>> {
        let path = self.folder.join("reread");
        let open = || {
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(true)
                .open(&path)?;
            // Where an open file keeps its name, the next one takes the name over.
            if cfg!(unix) {
                std::fs::remove_file(&path)?;
            }
            Ok(Arc::new(file))
        };
        open().map_err(|cause| {
            Error::local_io(phrase!("failure.cannot_make", path = path.display()), cause)
        })
    }
}
