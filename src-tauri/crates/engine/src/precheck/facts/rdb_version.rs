//! Whether the destination reads values in the form in which the source writes them: shown by a
//! value in that form, restored under a name of our own with ten seconds to live.

use keyferry_protocol::crc::Crc64;
use redis::{Value, cmd};

use super::server::ServerState;
use super::{Fact, Unknown};
use crate::checkpoint::OWN_KEY_PREFIX;
use crate::control::Control;
use crate::error::ErrorKind;
use crate::phrase;

/// How long the probe lives if it cannot be removed.
const PROBE_TTL_MS: u32 = 10_000;
/// How many random keys are tried for one that is small.
const SMALL_KEY_TRIES: usize = 8;
/// The largest value that is dumped for its version.
const DUMP_BYTES_MAX: u64 = 64 * 1024;
/// A dump ends with its version (2 bytes) and its checksum (8), both little-endian.
const FOOTER_BYTES: usize = 10;

/// What the probe showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RdbProbe {
    /// The RDB version that the source writes.
    pub version: u16,
    /// Whether the destination took a value of it.
    pub taken: bool,
}

/// The RDB version that a server of this kind sends, as measured with real ones.
fn version_sent_by(product: &str, version: (u16, u16), diskless: bool) -> Option<u16> {
    match (product, version) {
        ("Redis", (4, _)) => Some(8),
        ("Redis", (5 | 6, _)) => Some(9),
        ("Redis", (7, 0 | 1)) => Some(10),
        ("Redis", (7, 2 | 3)) | ("Valkey", (7 | 8, _)) => Some(11),
        ("Redis", (7, 4) | (8, 0..=2)) => Some(12),
        // From 9.1 a link that announces no version is sent the old form, unless through a file.
        ("Valkey", (9, 1)) if diskless => Some(11),
        ("Valkey", (9, 0 | 1)) => Some(80),
        _ => None,
    }
}

/// Finds out what the source writes, and tries it on the destination.
pub(super) async fn probe(
    source: &mut Control,
    state: &ServerState,
    destination: &mut Control,
) -> Fact<RdbProbe> {
    let (major, minor, _) = state.server.version;
    let diskless = state.setting("repl-diskless-sync") != Ok("no");
    let relative = state.info.get("dragonfly_version").is_some();
    let known = version_sent_by(&state.server.product, (major, minor), diskless);
    let version = match known.filter(|_| !relative) {
        Some(version) => version,
        None => version_of_a_dump(source).await?,
    };
    let key = format!("{OWN_KEY_PREFIX}probe:{:016x}", rand::random::<u64>());
    let payload = string_payload(b"keyferry", version);
    let restored = destination.query(cmd("RESTORE").arg(&key).arg(PROBE_TTL_MS).arg(payload)).await;
    match restored {
        Ok(_) => {
            // Should that not be allowed, its time to live removes it.
            let _ = destination.query(cmd("DEL").arg(&key)).await;
            Ok(RdbProbe { version, taken: true })
        }
        Err(error) if error.kind == ErrorKind::RdbVersionRefused => {
            Ok(RdbProbe { version, taken: false })
        }
        Err(error) => Err(error.into()),
    }
}

/// The version that a value of the source itself carries.
async fn version_of_a_dump(source: &mut Control) -> Fact<u16> {
    for _ in 0..SMALL_KEY_TRIES {
        let key: Option<Vec<u8>> = source.query_as(&cmd("RANDOMKEY")).await?;
        let Some(key) = key else {
            return Err(Unknown(phrase!("unknown.no_key_to_dump")));
        };
        let bytes: Option<u64> = source.query_as(cmd("MEMORY").arg("USAGE").arg(&key)).await?;
        if bytes.is_none_or(|bytes| bytes > DUMP_BYTES_MAX) {
            continue;
        }
        if let Value::BulkString(dump) = source.query(cmd("DUMP").arg(&key)).await?
            && let Some(footer) = dump.last_chunk::<FOOTER_BYTES>()
        {
            let [low, high, ..] = *footer;
            return Ok(u16::from_le_bytes([low, high]));
        }
    }
    Err(Unknown(phrase!("unknown.no_small_key")))
}

/// A string as DUMP writes it: type 0, a length of one byte, the text, version, CRC-64.
fn string_payload(text: &[u8; 8], version: u16) -> Vec<u8> {
    let mut payload = vec![0, 8];
    payload.extend_from_slice(text);
    payload.extend_from_slice(&version.to_le_bytes());
    let mut checksum = Crc64::new();
    checksum.update(&payload);
    payload.extend_from_slice(&checksum.value().to_le_bytes());
    payload
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payload_is_what_a_server_dumps() {
        // DUMP of a key with the value "keyferry" on Redis 7.0.15.
        assert_eq!(
            string_payload(b"keyferry", 10),
            b"\x00\x08keyferry\x0a\x00\xd0\xa1\xa3\x0aI#5}"
        );
    }

    #[test]
    fn measured_versions_are_known_and_newer_ones_are_not_guessed() {
        let sent = |product, version| version_sent_by(product, version, true);
        assert_eq!(sent("Redis", (5, 0)), Some(9));
        assert_eq!(sent("Redis", (6, 2)), Some(9));
        assert_eq!(sent("Redis", (7, 0)), Some(10));
        assert_eq!(sent("Redis", (7, 2)), Some(11));
        assert_eq!(sent("Redis", (7, 4)), Some(12));
        assert_eq!(sent("Redis", (8, 2)), Some(12));
        assert_eq!(sent("Redis", (9, 0)), None);
        assert_eq!(sent("Valkey", (8, 1)), Some(11));
        assert_eq!(sent("Valkey", (9, 0)), Some(80));
        assert_eq!(sent("Valkey", (9, 1)), Some(11));
        assert_eq!(version_sent_by("Valkey", (9, 1), false), Some(80));
    }
}
