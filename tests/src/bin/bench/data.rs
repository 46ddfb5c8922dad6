//! What is moved.

use anyhow::Result;

use crate::client::Client;

/// A small generator that is the same in every run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(crate) fn text(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| b'a' + (self.next() % 26) as u8).collect()
    }
}

/// What a source is filled with.
#[derive(Clone, Copy)]
pub(crate) enum Data {
    Strings,
    Hashes,
    Mix,
    /// One hash of this many fields.
    BigHash(u32),
    /// So many strings of 100 bytes.
    Many(u32),
}

impl Data {
    pub(crate) fn name(self) -> String {
        match self {
            Self::Strings => "2 M strings of 100 B".to_owned(),
            Self::Hashes => "200 k hashes of 10 × 20 B".to_owned(),
            Self::Mix => "1 GB mix of all types".to_owned(),
            Self::BigHash(fields) => format!("one hash of {} M fields", fields / 1_000_000),
            Self::Many(keys) => format!("{} M strings of 100 B", keys / 1_000_000),
        }
    }

    /// Fills a source; `quick` with a tenth.
    pub(crate) fn fill(self, client: &mut Client, quick: bool) -> Result<()> {
        let scale = if quick { 10 } else { 1 };
        let mut random = Random(0x9E37_79B9_7F4A_7C15);
        match self {
            Self::Strings => {
                let count = (2_000_000 / scale).to_string();
                client.ask(&["DEBUG", "POPULATE", &count, "key", "100"])?;
            }
            Self::Many(keys) => {
                let count = (keys / scale).to_string();
                client.ask(&["DEBUG", "POPULATE", &count, "key", "100"])?;
            }
            Self::BigHash(fields) => {
                for start in (0..fields / scale).step_by(100) {
                    let mut words = vec![b"HSET".to_vec(), b"big".to_vec()];
                    for field in start..start + 100 {
                        words.push(format!("field:{field}").into_bytes());
                        words.push(random.text(10));
                    }
                    let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
                    client.queue(&words)?;
                }
            }
            Self::Hashes => {
                for number in 0..200_000 / scale {
                    let key = format!("hash:{number}");
                    let mut words = vec![b"HSET".to_vec(), key.into_bytes()];
                    for field in 0..10 {
                        words.push(format!("field:{field}").into_bytes());
                        words.push(random.text(20));
                    }
                    let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
                    client.queue(&words)?;
                }
            }
            Self::Mix => {
                for number in 0..140_000 / scale {
                    mixed(client, &mut random, number)?;
                }
            }
        }
        client.flush()
    }
}

/// One key of each type: about 7 KB together.
fn mixed(client: &mut Client, random: &mut Random, number: u32) -> Result<()> {
    let key = |kind: &str| format!("{kind}:{number}").into_bytes();
    let value = random.text(2000);
    client.queue(&[b"SET", &key("string"), &value])?;
    let parts: Vec<Vec<u8>> = (0..30).map(|_| random.text(40)).collect();
    let mut list: Vec<&[u8]> = vec![b"RPUSH"];
    let mut set: Vec<&[u8]> = vec![b"SADD"];
    let (list_key, set_key) = (key("list"), key("set"));
    list.push(&list_key);
    set.push(&set_key);
    list.extend(parts.iter().map(Vec::as_slice));
    set.extend(parts.iter().map(Vec::as_slice));
    client.queue(&list)?;
    client.queue(&set)?;
    let scores: Vec<Vec<u8>> =
        (0..30).map(|_| (random.next() % 1_000_000).to_string().into_bytes()).collect();
    let (zset_key, hash_key, stream_key) = (key("zset"), key("hash"), key("stream"));
    let mut zset: Vec<&[u8]> = vec![b"ZADD", &zset_key];
    let mut hash: Vec<&[u8]> = vec![b"HSET", &hash_key];
    for (part, score) in parts.iter().zip(&scores) {
        zset.extend([score.as_slice(), part]);
        hash.extend([part.as_slice(), score]);
    }
    client.queue(&zset)?;
    client.queue(&hash)?;
    for part in parts.iter().take(5) {
        client.queue(&[b"XADD", &stream_key, b"*", b"field", part])?;
    }
    Ok(())
}
