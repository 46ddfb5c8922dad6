//! Transactions that follow each other without waiting for answers, each only behind the one before.
//!
//! To a destination far away one transaction in a round trip is little. What keeps a transaction from
//! being applied behind one that the server discarded is then the server itself: each transaction adds
//! an entry with its number to a stream of ours, and before the next one it is asked to wait
//! (`XREAD BLOCK 0`) until that entry is there. Behind a transaction that was discarded, for want of
//! memory or because somebody touched the checkpoint, there is none: the server waits, and takes
//! nothing more of this connection until it ends. To wait is to read, so that what has writes refused
//! does not refuse it.
//!
//! A server that is busy with a script refuses to wait, too, and may have ended it before the
//! transaction after the next arrives. Then there is a gap in the entries, of which more are kept than
//! can be under way: [`Chain::has_gap`] is asked before anything goes on from the checkpoint.
//!
//! The checkpoint is watched (`WATCH`) before the server waits, so that whatever happens to the data
//! in between has the next transaction refused.

use std::time::Duration;

use keyferry_protocol::resp;
use redis::{Cmd, Value, cmd, from_redis_value};

use crate::checkpoint::chain_key;
use crate::control::Control;
use crate::error::{ErrorKind, Result};

/// How long the server is made to wait before it is relied upon.
const TRIED: Duration = Duration::from_millis(20);

/// How many entries are kept: several times what is under way at once.
const KEPT: &str = "64";

/// How a server refuses to read a key that is no stream.
const OF_OTHER_TYPE: &str = "WRONGTYPE";

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

    /// Whether an earlier lane's transactions were applied behind one that was not: then nobody knows
    /// what is missing. Asked before [`Chain::begin`], once nobody else can be writing for the task.
    pub(crate) async fn has_gap(control: &mut Control, task_id: &str, lane: u32) -> Result<bool> {
        let key = chain_key(task_id, lane);
        let question = cmd("XRANGE").arg(&key).arg("-").arg("+").take();
        match control.query(&question).await {
            Ok(entries) => Ok(!follow_each_other(&entries)),
            Err(error) => match error.kind {
                // Who may not ask, or whose server does not know it, had no chain.
                ErrorKind::NoPermission | ErrorKind::CommandUnknown => Ok(false),
                // Something else has its name: nobody knows what was in it.
                ErrorKind::WriteRefused if error.message.to_string().contains(OF_OTHER_TYPE) => {
                    Ok(true)
                }
                // A server that does not say it now is asked again.
                _ => Err(error),
            },
        }
    }

    /// Removes what a lane left of it, if that is allowed.
    pub(crate) async fn forget(control: &mut Control, task_id: &str, lane: u32) -> Result<()> {
        let question = cmd("DEL").arg(chain_key(task_id, lane)).take();
        control.query_each(&[question]).await.map(|_| ())
    }

    /// Removes what an earlier lane left of it, and tries whether the server waits; `None` where it does
    /// not, does not know the commands, or does not allow them. Nobody else may be writing for the task,
    /// whose checkpoint has the number `sequence`.
    pub(crate) async fn begin(
        control: &mut Control,
        task_id: &str,
        lane: u32,
        sequence: u64,
    ) -> Result<Option<Self>> {
        let key = chain_key(task_id, lane);
        let wait = |behind: &str| {
            let millis = u64::try_from(TRIED.as_millis()).unwrap_or_default();
            let mut wait = cmd("XREAD");
            wait.arg("COUNT").arg(1).arg("BLOCK").arg(millis).arg("STREAMS").arg(&key).arg(behind);
            wait
        };
        let add =
            |id: &str| cmd("XADD").arg(&key).arg("MAXLEN").arg(KEPT).arg(id).arg("").arg("").take();
        let questions: [Cmd; 9] = [
            cmd("DEL").arg(&key).take(),
            add("1-0"),
            cmd("XRANGE").arg(&key).arg("-").arg("+").take(),
            wait("0-1"),
            cmd("TIME"),
            wait("1-1"),
            cmd("TIME"),
            cmd("DEL").arg(&key).take(),
            // The first transaction follows this one.
            add(&format!("{sequence}-0")),
        ];
        let works = match control.query_each(&questions).await?.as_slice() {
            [
                Ok(_),
                Ok(_),
                Ok(entries),
                Ok(Value::Array(_)),
                Ok(before),
                Ok(Value::Nil),
                Ok(after),
                Ok(Value::Int(1)),
                Ok(_),
            ] if numbers_of(entries).is_some_and(|numbers| numbers == [1]) => {
                time_of(before).zip(time_of(after)).is_some_and(|(before, after)| {
                    // By the server's clock, of which the wait takes some.
                    after.saturating_sub(before) >= TRIED / 2
                })
            }
            _ => false,
        };
        tracing::info!(works, "transactions follow each other without waiting for answers");
        if !works {
            Self::forget(control, task_id, lane).await?;
        }
        Ok(works.then(|| Self::new(key)))
    }

    /// Whether the server waits by itself before what is sent next.
    pub(super) fn runs(&self) -> bool {
        self.runs
    }

    /// Appends the entry of a transaction, which belongs into it.
    pub(super) fn put_entry(&self, number: u64, out: &mut Vec<u8>) {
        let id = format!("{number}-0");
        let words: [&[u8]; 7] =
            [b"XADD", &self.key, b"MAXLEN", KEPT.as_bytes(), id.as_bytes(), b"", b""];
        resp::put_command(out, &words);
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

/// The numbers in the ids of what XRANGE answers; `None` where it is of another form.
fn numbers_of(entries: &Value) -> Option<Vec<u64>> {
    let entries: Vec<(String, Value)> = from_redis_value(entries.clone()).ok()?;
    entries.iter().map(|(id, _)| id.split('-').next()?.parse().ok()).collect()
}

/// Whether no number is left out, as far back as there are entries. Others' would be a gap.
fn follow_each_other(entries: &Value) -> bool {
    numbers_of(entries)
        .is_some_and(|numbers| numbers.windows(2).all(|pair| matches!(pair, [a, b] if a + 1 == *b)))
}

/// What TIME answers.
fn time_of(answer: &Value) -> Option<Duration> {
    let (seconds, micros) = from_redis_value::<(u64, u64)>(answer.clone()).ok()?;
    Some(Duration::from_secs(seconds) + Duration::from_micros(micros))
}

/// How many tokens an answer with one entry has behind its first: the stream with its name, and its
/// entry with its id, name and value.
pub(super) const TOKENS_BEHIND: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(ids: &[&str]) -> Value {
        let entry = |id: &&str| {
            let fields = vec![Value::BulkString(Vec::new()); 2];
            Value::Array(vec![Value::BulkString(id.as_bytes().to_vec()), Value::Array(fields)])
        };
        Value::Array(ids.iter().map(entry).collect())
    }

    #[test]
    fn a_number_that_is_left_out_is_a_gap() {
        for whole in [&[][..], &["7-0"], &["7-0", "8-0", "9-0"]] {
            assert!(follow_each_other(&entries(whole)), "{whole:?}");
        }
        for gap in [&["7-0", "9-0"][..], &["7-0", "8-0", "10-0"], &["7-0", "7-1"], &["7-0", "x"]] {
            assert!(!follow_each_other(&entries(gap)), "{gap:?}");
        }
    }
}
