//! Transactions that follow each other without waiting for answers, each only behind the one before.
//!
//! To a destination far away one transaction in a round trip is little. What keeps a transaction from
//! being applied behind one that the server discarded is then the server itself: each transaction adds
//! an entry with its number to a stream of ours, and before the next one it is asked to wait
//! (`XREAD BLOCK 0`) until that entry is there. Behind a transaction that was discarded, for want of
//! memory or because somebody touched the checkpoint, there is none: the server waits, and takes
//! nothing more of this connection until it ends. To wait is to read, so that whatever has writes
//! refused does not refuse it.
//!
//! The checkpoint is watched (`WATCH`) before the server waits, so that whatever happens to the data
//! in between has the next transaction refused.

use std::time::Duration;

use keyferry_protocol::resp;
use redis::{Cmd, Value, cmd, from_redis_value};

use crate::checkpoint::chain_key;
use crate::control::Control;
use crate::error::Result;

/// How long the server is made to wait before it is relied upon.
const TRIED: Duration = Duration::from_millis(20);

/// The stream, and how far it is used.
pub(crate) struct Chain {
    key: Vec<u8>,
    runs: bool,
}

impl Chain {
    /// Of a stream of this name, which does not exist.
    pub(super) fn new(key: String) -> Self {
        Self { key: key.into_bytes(), runs: false }
    }

    /// Removes what an earlier lane left of it, and tries whether the server waits; `None` where it does
    /// not, does not know the commands, or does not allow them. Nobody else may be writing for the task.
    pub(crate) async fn begin(
        control: &mut Control,
        task_id: &str,
        lane: u32,
    ) -> Result<Option<Self>> {
        let key = chain_key(task_id, lane);
        let wait = |behind: &str| {
            let millis = u64::try_from(TRIED.as_millis()).unwrap_or_default();
            let mut wait = cmd("XREAD");
            wait.arg("COUNT").arg(1).arg("BLOCK").arg(millis).arg("STREAMS").arg(&key).arg(behind);
            wait
        };
        let questions: [Cmd; 7] = [
            cmd("DEL").arg(&key).take(),
            cmd("XADD").arg(&key).arg("MAXLEN").arg(1).arg("1-0").arg("").arg("").take(),
            wait("0-1"),
            cmd("TIME"),
            wait("1-1"),
            cmd("TIME"),
            cmd("DEL").arg(&key).take(),
        ];
        let works = match control.query_each(&questions).await?.as_slice() {
            [
                Ok(_),
                Ok(_),
                Ok(Value::Array(_)),
                Ok(before),
                Ok(Value::Nil),
                Ok(after),
                Ok(Value::Int(1)),
            ] => time_of(before).zip(time_of(after)).is_some_and(|(before, after)| {
                // By the server's clock, of which the wait takes some.
                after.saturating_sub(before) >= TRIED / 2
            }),
            _ => false,
        };
        tracing::info!(works, "transactions follow each other without waiting for answers");
        Ok(works.then(|| Self::new(key)))
    }

    /// Whether the server waits by itself before what is sent next.
    pub(super) fn runs(&self) -> bool {
        self.runs
    }

    /// Appends the entry of a transaction, which belongs into it.
    pub(super) fn put_entry(&self, number: u64, out: &mut Vec<u8>) {
        let id = format!("{number}-0");
        resp::put_command(out, &[b"XADD", &self.key, b"MAXLEN", b"1", id.as_bytes(), b"", b""]);
    }

    /// Appends that the server is to wait until the transaction of that number is applied. From here
    /// on it does so before whatever comes.
    pub(super) fn put_wait(&mut self, number: u64, out: &mut Vec<u8>) {
        let behind = format!("{}-1", number - 1);
        let words: [&[u8]; 8] =
            [b"XREAD", b"COUNT", b"1", b"BLOCK", b"0", b"STREAMS", &self.key, behind.as_bytes()];
        resp::put_command(out, &words);
        self.runs = true;
    }
}

/// What TIME answers.
fn time_of(answer: &Value) -> Option<Duration> {
    let (seconds, micros) = from_redis_value::<(u64, u64)>(answer.clone()).ok()?;
    Some(Duration::from_secs(seconds) + Duration::from_micros(micros))
}

/// How many tokens an answer with one entry has behind its first: the stream with its name, and its
/// entry with its id, name and value.
pub(super) const TOKENS_BEHIND: usize = 8;
