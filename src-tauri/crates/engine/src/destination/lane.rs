//! One connection that writes: batches in, answers out, checkpoints with the data.
//!
//! Snapshot batches are plain pipelines, since repeating them does no harm; their checkpoint is
//! written once the answers are in. Stream batches are MULTI/EXEC with the checkpoint inside. The
//! commands of the next transaction are queued at the server while the last one runs, but its EXEC
//! is held back until the last one's answer is in: a transaction that the server discards can so
//! never be followed by one that it applies.

use std::sync::Arc;
use std::time::Duration;

use keyferry_protocol::resp::{self, ReplyScanner, RespError, Token};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, timeout};

use crate::apply::batch::{Batch, Form, Part, Reached};
use crate::apply::throttle::Throttle;
use crate::checkpoint::{CHECKPOINT_DATABASE, Checkpoint, checkpoint_key};
use crate::durable;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::source::snapshot::SnapshotFile;
use crate::source::spool::Spool;
use crate::task::figures::Figures;

/// How many batches may be unanswered.
const IN_FLIGHT_MAX: usize = 16;
/// A destination that answers nothing for so long, with something to answer, is taken for dead.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// How often a snapshot's progress is written to the destination.
const SNAPSHOT_CHECKPOINT_EVERY: Duration = Duration::from_millis(200);
/// What is copied from a file to the socket at once.
const COPY_BYTES: usize = 256 * 1024;

/// What a lane is given.
pub(crate) enum LaneInput {
    /// To be applied, in this order.
    Batch(Batch),
    /// Answered once everything before it is applied and checkpointed.
    Flush(oneshot::Sender<()>),
}

/// What a lane needs to know.
pub(crate) struct LaneContext {
    pub(crate) task_id: String,
    /// The checkpoint that the destination holds: what each new one replaces.
    pub(crate) last: Checkpoint,
    /// As it is stored.
    pub(crate) last_bytes: Vec<u8>,
    pub(crate) throttle: Throttle,
    pub(crate) figures: Arc<Figures>,
    /// For parts that are copied from it.
    pub(crate) snapshot: Option<SnapshotFile>,
    /// For parts that are copied from it.
    pub(crate) spool: Arc<Spool>,
}

/// What the next answers belong to.
enum Expected {
    /// The answers of a plain batch.
    Plain(Arc<Batch>),
    /// SELECT and GETSET outside a transaction.
    Checkpoint { old: Option<Vec<u8>>, new: Checkpoint },
    /// MULTI, the queued commands, EXEC.
    Transaction { batch: Arc<Batch>, old: Option<Vec<u8>>, new: Checkpoint },
}

/// What the reading half has seen, for the writing half.
#[derive(Clone, Copy, Debug, Default)]
struct Answered {
    /// Of what was sent.
    pieces: u64,
    /// By the last plain batch that was answered whole.
    reached: Option<Reached>,
}

/// Applies what comes until `inputs` is closed and everything is answered.
pub(crate) async fn run<R, W>(
    reader: R,
    writer: W,
    context: LaneContext,
    inputs: mpsc::Receiver<LaneInput>,
) -> Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let (expect, expected) = mpsc::channel(IN_FLIGHT_MAX);
    let (answer, answered) = watch::channel(Answered::default());
    let figures = Arc::clone(&context.figures);
    let reading = read_answers(reader, expected, answer, figures);
    let writing = Writing { writer, context, expect, answered, sent: 0 }.run(inputs);
    tokio::try_join!(writing, reading)?;
    Ok(())
}

struct Writing<W> {
    writer: W,
    context: LaneContext,
    expect: mpsc::Sender<Expected>,
    answered: watch::Receiver<Answered>,
    /// Pieces sent, each with an [`Expected`].
    sent: u64,
}

impl<W: AsyncWrite + Unpin> Writing<W> {
    async fn run(mut self, mut inputs: mpsc::Receiver<LaneInput>) -> Result<()> {
        let mut checkpoint_at = Instant::now() + SNAPSHOT_CHECKPOINT_EVERY;
        loop {
            // Inputs first: the checkpoint's time comes up again by itself.
            let input = tokio::select! {
                biased;
                input = inputs.recv() => input,
                () = tokio::time::sleep_until(checkpoint_at) => {
                    self.checkpoint_snapshot().await?;
                    checkpoint_at = Instant::now() + SNAPSHOT_CHECKPOINT_EVERY;
                    continue;
                }
            };
            match input {
                Some(LaneInput::Batch(batch)) => {
                    self.context.throttle.pass(batch.records, batch.bytes).await;
                    match batch.form {
                        Form::Plain => self.send_plain(batch).await?,
                        Form::Transaction { wipes_checkpoint } => {
                            self.send_transaction(batch, wipes_checkpoint).await?;
                        }
                    }
                    if Instant::now() >= checkpoint_at {
                        self.checkpoint_snapshot().await?;
                        checkpoint_at = Instant::now() + SNAPSHOT_CHECKPOINT_EVERY;
                    }
                }
                Some(LaneInput::Flush(done)) => {
                    self.flush().await?;
                    let _ = done.send(());
                }
                None => return self.flush().await,
            }
        }
    }

    /// Waits for every answer, and brings the checkpoint up to them.
    async fn flush(&mut self) -> Result<()> {
        self.wait_answered(self.sent).await?;
        self.checkpoint_snapshot().await?;
        self.wait_answered(self.sent).await
    }

    async fn send_plain(&mut self, batch: Batch) -> Result<()> {
        let batch = Arc::new(batch);
        self.announce(Expected::Plain(Arc::clone(&batch))).await?;
        self.send_parts(&batch).await
    }

    /// Writes down how far the snapshot's answers have come, unless a transaction has written a later
    /// place already: a checkpoint that went back would have the stream applied twice.
    async fn checkpoint_snapshot(&mut self) -> Result<()> {
        let Some(reached) = self.answered.borrow().reached else { return Ok(()) };
        if reached.offset < self.context.last.position.offset {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(512);
        put_select(&mut bytes);
        let Some((old, new)) = self.next_checkpoint(reached, &mut bytes) else { return Ok(()) };
        self.announce(Expected::Checkpoint { old: Some(old), new }).await?;
        self.send(&bytes).await
    }

    async fn send_transaction(&mut self, batch: Batch, wipes_checkpoint: bool) -> Result<()> {
        let mut end = Vec::with_capacity(512);
        put_select(&mut end);
        let Some((old, new)) = self.next_checkpoint(batch.reached, &mut end) else {
            return Ok(());
        };
        let batch = Arc::new(batch);
        let before = self.sent;
        self.announce(Expected::Transaction {
            batch: Arc::clone(&batch),
            old: (!wipes_checkpoint).then_some(old),
            new,
        })
        .await?;
        let mut exec = Vec::new();
        resp::put_command(&mut exec, &[b"EXEC"]);
        let mut begin = Vec::new();
        resp::put_command(&mut begin, &[b"MULTI"]);
        // The usual small batch, with nothing unanswered before it, goes in one write.
        if let [Part::Bytes(bytes)] = batch.parts.as_slice()
            && self.answered.borrow().pieces >= before
        {
            begin.reserve(bytes.len() + end.len() + exec.len());
            begin.extend_from_slice(bytes);
            begin.extend_from_slice(&end);
            begin.extend_from_slice(&exec);
            return self.send(&begin).await;
        }
        self.send(&begin).await?;
        self.send_parts(&batch).await?;
        self.send(&end).await?;
        self.wait_answered(before).await?;
        self.send(&exec).await
    }

    /// Appends a GETSET of the checkpoint at `reached`: the value it replaces, and the new one.
    /// `None` where the destination holds it already.
    fn next_checkpoint(
        &mut self,
        reached: Reached,
        out: &mut Vec<u8>,
    ) -> Option<(Vec<u8>, Checkpoint)> {
        let last = &self.context.last;
        let mut new = Checkpoint {
            sequence: last.sequence + 1,
            database: reached.database,
            snapshot_progress: reached.snapshot,
            keys_done: reached.keys_done,
            commands_applied: reached.commands_applied,
            ..*last
        };
        new.position.offset = reached.offset;
        if let Some(id) = self.context.figures.history() {
            new.position.id = id;
        }
        if (Checkpoint { sequence: last.sequence, ..new }) == *last {
            return None;
        }
        let bytes = new.to_bytes();
        let key = checkpoint_key(&self.context.task_id, new.lane);
        resp::put_command(out, &[b"GETSET", key.as_bytes(), &bytes]);
        self.context.last = new;
        Some((std::mem::replace(&mut self.context.last_bytes, bytes), new))
    }

    async fn announce(&mut self, expected: Expected) -> Result<()> {
        self.sent += 1;
        // The reading half is gone only when it failed, and then its error is the one that counts.
        self.expect.send(expected).await.map_err(|_| abandoned())
    }

    async fn wait_answered(&mut self, pieces: u64) -> Result<()> {
        self.answered
            .wait_for(|answered| answered.pieces >= pieces)
            .await
            .map(|_| ())
            .map_err(|_| abandoned())
    }

    async fn send_parts(&mut self, batch: &Batch) -> Result<()> {
        for part in &batch.parts {
            match part {
                Part::Bytes(bytes) => self.send(bytes).await?,
                Part::Snapshot { start, length } => self.copy_snapshot(*start, *length).await?,
                Part::Stream { from, to } => self.copy_stream(*from, *to).await?,
            }
        }
        Ok(())
    }

    async fn copy_snapshot(&mut self, start: u64, length: u64) -> Result<()> {
        let file = match &self.context.snapshot {
            Some(snapshot) => Arc::clone(&snapshot.file),
            None => return Err(internal("a lane without a snapshot was given a part of one")),
        };
        let mut buffer = vec![0; COPY_BYTES];
        let (mut at, end) = (start, start + length);
        while at < end {
            let count = usize::try_from(end - at).unwrap_or(COPY_BYTES).min(COPY_BYTES);
            let space = buffer.get_mut(..count).unwrap_or_default();
            let read = durable::read_at(&file, space, at)
                .map_err(|cause| Error::local_io("cannot read the snapshot", cause))?;
            if read < count {
                return Err(internal("the snapshot's file is shorter than it was"));
            }
            self.send(buffer.get(..count).unwrap_or_default()).await?;
            at += count as u64;
        }
        Ok(())
    }

    async fn copy_stream(&mut self, from: u64, to: u64) -> Result<()> {
        let mut reader = self.context.spool.reader(from);
        let mut buffer = Vec::with_capacity(COPY_BYTES);
        while reader.position() < to {
            buffer.clear();
            let before = reader.position();
            if reader.read(&mut buffer)?.is_none() {
                return Err(internal("the spool ended inside a command"));
            }
            let wanted = usize::try_from(to - before).unwrap_or(usize::MAX).min(buffer.len());
            self.send(buffer.get(..wanted).unwrap_or_default()).await?;
        }
        Ok(())
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        timeout(ANSWER_TIMEOUT, self.writer.write_all(bytes))
            .await
            .map_err(|_| silent())?
            .map_err(lost)?;
        self.context.figures.wrote(bytes.len() as u64);
        Ok(())
    }
}

async fn read_answers<R: AsyncRead + Unpin>(
    mut reader: R,
    mut expected: mpsc::Receiver<Expected>,
    answered: watch::Sender<Answered>,
    figures: Arc<Figures>,
) -> Result<()> {
    let mut scanner = ReplyScanner::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut current: Option<Answering> = None;
    loop {
        if current.is_none() {
            match expected.recv().await {
                Some(next) => current = Some(Answering::new(next)),
                None => return Ok(()),
            }
        }
        let count = timeout(ANSWER_TIMEOUT, reader.read(&mut buffer))
            .await
            .map_err(|_| silent())?
            .map_err(lost)?;
        if count == 0 {
            return Err(Error::new(
                ErrorKind::ConnectionLost,
                Side::Destination,
                "the destination closed the connection",
            ));
        }
        scanner.feed::<AnswerError>(buffer.get(..count).unwrap_or_default(), |depth, token| {
            let answering = match &mut current {
                Some(answering) => answering,
                // An answer can only belong to something that was announced before it was sent.
                none => match expected.try_recv() {
                    Ok(next) => none.insert(Answering::new(next)),
                    Err(_) => return Err(internal("an answer that nothing was asked for").into()),
                },
            };
            if answering.take(depth, token)?
                && let Some(done) = current.take()
            {
                done.settle(&answered, &figures);
            }
            Ok(())
        })?;
    }
}

/// [`Error`] as the scanner's callback may return it.
struct AnswerError(Error);

impl From<RespError> for AnswerError {
    fn from(cause: RespError) -> Self {
        Self(
            Error::new(
                ErrorKind::NotRedis,
                Side::Destination,
                "the destination's answer is not RESP",
            )
            .caused_by(cause),
        )
    }
}

impl From<Error> for AnswerError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<AnswerError> for Error {
    fn from(error: AnswerError) -> Self {
        error.0
    }
}

/// The answers of one piece while they come in.
struct Answering {
    expected: Expected,
    /// Top-level answers seen.
    seen: usize,
    /// Elements of EXEC's answer seen.
    elements: usize,
    /// Whether EXEC's answer has begun.
    executed: bool,
}

impl Answering {
    fn new(expected: Expected) -> Self {
        Self { expected, seen: 0, elements: 0, executed: false }
    }

    /// Takes a token; true when the piece is answered whole.
    fn take(&mut self, depth: usize, token: Token<'_>) -> Result<bool> {
        match &self.expected {
            Expected::Plain(batch) => {
                if depth > 0 {
                    return Ok(false);
                }
                if let Token::Error(text) = token {
                    return Err(refused(batch, self.seen, text));
                }
                self.seen += 1;
                // An array's elements would still follow, but no command of ours answers one.
                Ok(self.seen == batch.commands)
            }
            Expected::Checkpoint { old, .. } => {
                self.seen += 1;
                match (self.seen, token) {
                    (_, Token::Error(text)) => Err(Error::reply(
                        Side::Destination,
                        "writing the checkpoint",
                        &String::from_utf8_lossy(text),
                    )),
                    (1, _) => Ok(false),
                    (_, token) => check_old(old.as_deref(), token).map(|()| true),
                }
            }
            Expected::Transaction { batch, old, .. } => {
                // MULTI, the batch's commands, SELECT and GETSET; then EXEC.
                let queued = 1 + batch.commands + 2;
                if !self.executed {
                    match token {
                        Token::Error(text) => {
                            return Err(refused(batch, self.seen.saturating_sub(1), text));
                        }
                        Token::Simple(_) if self.seen < queued => {
                            self.seen += 1;
                            return Ok(false);
                        }
                        Token::Array(count) if self.seen == queued && count + 1 == queued => {
                            self.executed = true;
                            return Ok(false);
                        }
                        _ => return Err(internal("EXEC was not answered as a transaction")),
                    }
                }
                if depth > 1 {
                    return Ok(false);
                }
                self.elements += 1;
                if let Token::Error(text) = token {
                    return Err(refused(batch, self.elements - 1, text));
                }
                if self.elements + 1 < queued {
                    return Ok(false);
                }
                check_old(old.as_deref(), token).map(|()| true)
            }
        }
    }

    fn settle(self, answered: &watch::Sender<Answered>, figures: &Figures) {
        let reached = match self.expected {
            Expected::Plain(batch) => {
                figures.applied(batch.records);
                Some(batch.reached)
            }
            Expected::Checkpoint { new, .. } => {
                figures.checkpointed(new);
                None
            }
            Expected::Transaction { batch, new, .. } => {
                figures.applied(batch.records);
                figures.checkpointed(new);
                None
            }
        };
        answered.send_modify(|answered| {
            answered.pieces += 1;
            answered.reached = reached.or(answered.reached);
        });
    }
}

fn put_select(out: &mut Vec<u8>) {
    resp::put_command(
        out,
        &[b"SELECT", itoa::Buffer::new().format(CHECKPOINT_DATABASE).as_bytes()],
    );
}

/// GETSET must answer what this lane wrote last: anything else is a rollback, a flush, or somebody
/// else at work.
fn check_old(old: Option<&[u8]>, token: Token<'_>) -> Result<()> {
    let found = match token {
        Token::Bulk(found) => Some(found),
        Token::Null => None,
        _ => return Err(internal("GETSET was not answered by a value")),
    };
    match (old, found) {
        (old, found) if old == found => Ok(()),
        (Some(_), None) => Err(Error::new(
            ErrorKind::CheckpointMissing,
            Side::Destination,
            "the destination's checkpoint is gone: it was flushed or rolled back while the task ran",
        )),
        _ => Err(Error::new(
            ErrorKind::CheckpointConflict,
            Side::Destination,
            "the destination's checkpoint is not the one that this task wrote last",
        )),
    }
}

/// The error for the batch's command number `index`, named with its key but not its value.
fn refused(batch: &Batch, index: usize, text: &[u8]) -> Error {
    let what = command_at(batch, index).unwrap_or_else(|| "a batch".to_owned());
    Error::reply(Side::Destination, what, &String::from_utf8_lossy(text))
}

/// Name and key of a command of a batch, as far as they are in memory.
fn command_at(batch: &Batch, index: usize) -> Option<String> {
    let bytes: Vec<u8> = batch
        .parts
        .iter()
        .take_while(|part| matches!(part, Part::Bytes(_)))
        .flat_map(|part| match part {
            Part::Bytes(bytes) => bytes.as_slice(),
            Part::Snapshot { .. } | Part::Stream { .. } => &[],
        })
        .copied()
        .collect();
    let mut reader = resp::CommandReader::new();
    let mut at = 0;
    for number in 0..=index {
        let rest = bytes.get(at..)?;
        let step = reader.advance(rest).ok()?;
        let mut words = reader.arguments().iter().take(2).map(|argument| {
            rest.get(argument.start..argument.start + argument.length)
                .map(|word| word.escape_ascii().to_string())
        });
        match step {
            resp::CommandStep::Done { consumed } if number < index => at += consumed,
            _ if number < index => return None,
            _ => {
                let name = words.next()??;
                return Some(match words.next().flatten() {
                    Some(key) => format!("{name} {key:.200}"),
                    None => name,
                });
            }
        }
    }
    None
}

fn lost(cause: std::io::Error) -> Error {
    Error::connection(Side::Destination, "the connection to the destination broke", cause)
}

fn silent() -> Error {
    Error::new(
        ErrorKind::TimedOut,
        Side::Destination,
        format!("the destination answered nothing for {} s", ANSWER_TIMEOUT.as_secs()),
    )
}

fn abandoned() -> Error {
    Error::new(ErrorKind::ConnectionLost, Side::Destination, "the connection was given up")
}

fn internal(what: &str) -> Error {
    Error::new(ErrorKind::Internal, Side::Destination, what)
}

#[cfg(test)]
mod tests;
