//! The lines with which a source answers a replica.
//!
//! Source: `replication.c` of Redis 5.0 to 8.2 (`syncWithMaster`, `readSyncBulkPayload`).

use std::fmt;
use std::str::FromStr;

/// Names a history of writes: 40 hexadecimal digits, made by the primary that began it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReplicationId([u8; 40]);

impl ReplicationId {
    /// As the server wrote it.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for ReplicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ReplicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is no replication id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a replication id is 40 hexadecimal digits")]
pub struct ReplicationIdError;

impl FromStr for ReplicationId {
    type Err = ReplicationIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes: [u8; 40] = text.as_bytes().try_into().map_err(|_| ReplicationIdError)?;
        if bytes.iter().all(u8::is_ascii_hexdigit) {
            Ok(Self(bytes))
        } else {
            Err(ReplicationIdError)
        }
    }
}

/// A place in one history: an offset means nothing without its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReplicationPosition {
    /// Whose history.
    pub id: ReplicationId,
    /// Bytes of the stream up to here, this many included.
    pub offset: u64,
}

/// How a source answers PSYNC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PsyncReply {
    /// A snapshot follows; the stream begins behind this position.
    FullResync(ReplicationPosition),
    /// The stream goes on from the byte that was asked for; a promoted source tells its new id.
    Continue(Option<ReplicationId>),
    /// `-…`: refused, or not now. Without the dash.
    Error(String),
    /// Nothing that a Redis says here.
    Unexpected(String),
}

impl PsyncReply {
    /// Reads the answer's line, without its line ending.
    pub fn parse(line: &str) -> Self {
        let unexpected = || Self::Unexpected(line.chars().take(200).collect());
        if let Some(error) = line.strip_prefix('-') {
            return Self::Error(error.to_owned());
        }
        let mut words = line.split_ascii_whitespace();
        match words.next() {
            Some("+FULLRESYNC") => {
                match (words.next().map(str::parse), words.next().map(str::parse)) {
                    (Some(Ok(id)), Some(Ok(offset))) => {
                        Self::FullResync(ReplicationPosition { id, offset })
                    }
                    _ => unexpected(),
                }
            }
            Some("+CONTINUE") => match words.next().map(str::parse) {
                None => Self::Continue(None),
                Some(Ok(id)) => Self::Continue(Some(id)),
                Some(Err(_)) => unexpected(),
            },
            _ => unexpected(),
        }
    }
}

/// How the end of a snapshot is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotFraming {
    /// `$<length>`: that many bytes, nothing behind them.
    Length(u64),
    /// `$EOF:<mark>`: the 40 bytes of the mark stand behind the last byte.
    Mark([u8; 40]),
}

impl SnapshotFraming {
    /// Reads the line before a snapshot, without its line ending.
    pub fn parse(line: &[u8]) -> Option<Self> {
        let body = line.strip_prefix(b"$")?;
        if let Some(mark) = body.strip_prefix(b"EOF:") {
            return mark.try_into().ok().map(Self::Mark);
        }
        std::str::from_utf8(body).ok()?.parse().ok().map(Self::Length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef01234567";

    #[test]
    fn each_answer_is_told_apart() {
        let id: ReplicationId = ID.parse().unwrap();
        assert_eq!(
            PsyncReply::parse(&format!("+FULLRESYNC {ID} 42")),
            PsyncReply::FullResync(ReplicationPosition { id, offset: 42 })
        );
        assert_eq!(PsyncReply::parse("+CONTINUE"), PsyncReply::Continue(None));
        assert_eq!(PsyncReply::parse(&format!("+CONTINUE {ID}")), PsyncReply::Continue(Some(id)));
        assert_eq!(
            PsyncReply::parse("-NOMASTERLINK Can't SYNC while not connected"),
            PsyncReply::Error("NOMASTERLINK Can't SYNC while not connected".into())
        );
        for odd in ["+FULLRESYNC", "+FULLRESYNC x 1", "+CONTINUE short", "HTTP/1.1 400", ""] {
            assert!(matches!(PsyncReply::parse(odd), PsyncReply::Unexpected(_)), "{odd}");
        }
    }

    #[test]
    fn a_snapshot_is_framed_by_length_or_by_mark() {
        assert_eq!(SnapshotFraming::parse(b"$123"), Some(SnapshotFraming::Length(123)));
        assert_eq!(
            SnapshotFraming::parse(format!("$EOF:{ID}").as_bytes()),
            Some(SnapshotFraming::Mark(ID.as_bytes().try_into().unwrap()))
        );
        for odd in [&b"$EOF:short"[..], b"$-1", b"$", b"*1"] {
            assert_eq!(SnapshotFraming::parse(odd), None);
        }
    }
}
