//! One connection that writes: batches in, answers out, checkpoints with the data.
//!
//! Snapshot batches are plain pipelines, since repeating them does no harm; their checkpoint is
//! written once the answers are in. Stream batches are MULTI/EXEC with the checkpoint inside. The
//! commands of the next transaction are queued at the server while the last one runs, but its EXEC
//! is held back until the last one's answer is in: a transaction that the server discards can so
//! never be followed by one that it applies.
//!
//! Before each transaction the checkpoint key is watched (WATCH) and read (GET), and EXEC is sent
//! only if it holds what this lane wrote last. Whatever happens to the key in between, be it a second
//! writer, a flush, or a dataset that a failover or a restore put in its place, makes the server
//! answer EXEC with null: nothing is applied on top of something it was not made for. WATCH and GET
//! travel right behind the EXEC before them and cost no round trip.
//!
//! To a destination far away transactions do not wait for answers: see [`chain`].

mod answers;
mod chain;
mod company;
mod inputs;
mod intake;
mod refused;
mod times;

use std::sync::Arc;
use std::time::Duration;

use answers::{Answered, Expected, Mending, Next, Telling};
pub(crate) use chain::Chain;
pub(crate) use inputs::{Inputs, LaneInput};
use intake::Question;
pub(crate) use intake::{Intake, LongNames};
use keyferry_protocol::resp;
pub(crate) use refused::Refused;
use times::SentTimes;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout};

use crate::apply::batch::{BATCH_BYTES, Batch, Form, Part, Reached};
use crate::apply::mends::Mends;
use crate::apply::throttle::Throttle;
use crate::checkpoint::{CHECKPOINT_DATABASE, Checkpoint, SnapshotProgress, checkpoint_key};
use crate::durable;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::source::snapshot::SnapshotFile;
use crate::source::spool::Spool;
use crate::task::figures::Figures;
use crate::words::Phrase;
use crate::{failpoint, phrase};

/// How many batches may be unanswered, where none waits for the one before.
const IN_FLIGHT_MAX: usize = 16;
/// A destination that answers nothing for so long, with something to answer, and takes nothing either,
/// is taken for dead.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);
/// How often a snapshot's progress is written to the destination.
const SNAPSHOT_CHECKPOINT_EVERY: Duration = Duration::from_millis(200);
/// A batch up to this is copied, to go with what is around it, bytes.
const ONE_WRITE_MAX: usize = 2 * BATCH_BYTES;
/// What is copied from a file to the socket at once.
const COPY_BYTES: usize = 256 * 1024;

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
    /// Whether what is applied of it for good may go: nobody will ask which keys it had.
    pub(crate) gives_back: bool,
    /// For parts that are copied from it.
    pub(crate) spool: Arc<Spool>,
    /// Told what was refused inside a transaction that was applied, before the lane ends by it.
    pub(crate) refusals: watch::Sender<Vec<Refused>>,
    /// Where commands are told of whose keys the destination turned out to lack or to hold
    /// differently; `None` refuses at the first.
    pub(crate) mends: Option<Arc<Mends>>,
    /// For a destination far away.
    pub(crate) chain: Option<Chain>,
    /// For one nearby that takes more at once where it is asked to.
    pub(crate) intake: Option<Intake>,
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
    let refusals = context.refusals.clone();
    let spool = Arc::clone(&context.spool);
    let mending = context.mends.clone().map(|mends| Mending { mends, spool });
    let times = Arc::new(SentTimes::new());
    let told = Telling { answered: answer, figures, refusals, times: Arc::clone(&times) };
    let reading = answers::read(reader, expected, told, mending);
    let key = checkpoint_key(&context.task_id, context.last.lane).into_bytes();
    let copying = Vec::new();
    let writing =
        Writing { writer, context, key, expect, answered, copying, times, sent: 0, armed: 0 };
    let writing = writing.run(inputs);
    tokio::try_join!(writing, reading)?;
    Ok(())
}

struct Writing<W> {
    writer: W,
    context: LaneContext,
    /// The checkpoint's.
    key: Vec<u8>,
    expect: mpsc::Sender<Expected>,
    answered: watch::Receiver<Answered>,
    /// For what is copied from files; none until there is something.
    copying: Vec<u8>,
    times: Arc<SentTimes>,
    /// Pieces sent, each with an [`Expected`].
    sent: u64,
    /// The piece whose answer shows that the checkpoint is watched, and what it was.
    armed: u64,
}

impl<W: AsyncWrite + Unpin> Writing<W> {
    async fn run(mut self, mut inputs: mpsc::Receiver<LaneInput>) -> Result<()> {
        let mut checkpoint_at = Instant::now() + SNAPSHOT_CHECKPOINT_EVERY;
        self.arm().await?;
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
                None => {
                    self.flush().await?;
                    return self.checkpoint_heard().await;
                }
            }
        }
    }

    /// Watches the checkpoint before the first transaction; later ones do it for their successors.
    async fn arm(&mut self) -> Result<()> {
        let mut bytes = Vec::with_capacity(256);
        put_select(&mut bytes);
        self.put_watch(&mut bytes);
        self.announce(Expected::Arm { held: self.context.last_bytes.clone() }).await?;
        self.armed = self.sent;
        self.send(&bytes).await
    }

    /// Appends WATCH and GET of the checkpoint, whose database must be selected.
    fn put_watch(&self, out: &mut Vec<u8>) {
        resp::put_command(out, &[b"WATCH", &self.key]);
        resp::put_command(out, &[b"GET", &self.key]);
    }

    /// Waits for every answer, and brings the checkpoint up to them.
    async fn flush(&mut self) -> Result<()> {
        self.wait_answered(self.sent).await?;
        self.checkpoint_snapshot().await?;
        self.wait_answered(self.sent).await
    }

    async fn send_plain(&mut self, batch: Batch) -> Result<()> {
        let company = self.answered.borrow().company;
        if let Some(intake) = &mut self.context.intake
            && let Some(question) = intake.before(batch.bytes, company)
        {
            self.ask(question).await?;
        }
        let batch = Arc::new(batch);
        self.announce(Expected::Plain(Arc::clone(&batch))).await?;
        self.send_parts(&batch).await?;
        failpoint::hit("batch_sent");
        Ok(())
    }

    async fn ask(&mut self, question: Question) -> Result<()> {
        if question.by_itself {
            self.wait_answered(self.sent).await?;
        }
        self.announce(Expected::Count { name: question.name }).await?;
        self.send(&question.bytes).await?;
        if question.by_itself {
            self.wait_answered(self.sent).await?;
        }
        sleep(question.rest).await;
        Ok(())
    }

    /// Writes down how far the snapshot's answers have come, unless a transaction has written a later
    /// place already: a checkpoint that went back would have the stream applied twice.
    async fn checkpoint_snapshot(&mut self) -> Result<()> {
        let Some(reached) = self.answered.borrow().reached else { return Ok(()) };
        if reached.offset < self.context.last.position.offset {
            return Ok(());
        }
        self.write_checkpoint(reached).await?;
        self.give_back();
        Ok(())
    }

    /// Gives back what no state that the destination can fall back to needs of the snapshot.
    fn give_back(&self) {
        let LaneContext { snapshot, figures, gives_back, .. } = &self.context;
        if let (true, Some(file), Some(kept)) = (*gives_back, snapshot, figures.kept_checkpoint())
            && kept.snapshot == self.context.last.snapshot
            && let SnapshotProgress::Until { byte, .. } = kept.snapshot_progress
        {
            file.give_back(byte);
        }
    }

    /// Writes down that everything was heard: whoever goes on from here need not look again.
    async fn checkpoint_heard(&mut self) -> Result<()> {
        let last = &self.context.last;
        if last.snapshot_progress != SnapshotProgress::Whole {
            return Ok(());
        }
        let reached = Reached {
            offset: last.position.offset,
            database: last.database,
            snapshot: last.snapshot_progress,
            keys_done: last.keys_done,
            commands_applied: last.commands_applied,
        };
        self.write_checkpoint(reached).await?;
        self.wait_answered(self.sent).await
    }

    /// Writes a checkpoint without a batch, if it is another one than the last.
    async fn write_checkpoint(&mut self, reached: Reached) -> Result<()> {
        let mut bytes = Vec::with_capacity(1024);
        resp::put_command(&mut bytes, &[b"MULTI"]);
        put_select(&mut bytes);
        let Some((old, new)) = self.next_checkpoint(reached, false, &mut bytes) else {
            return Ok(());
        };
        let follows = self.follows();
        let next = self.put_exec(&mut bytes);
        if !follows {
            // What was answered last may still be followed by plain batches: only the watch has to
            // stand.
            self.wait_answered(self.armed).await?;
        }
        failpoint::hit("batches_answered");
        self.expect_transaction(None, Some(old), new, next).await?;
        self.send(&bytes).await?;
        failpoint::hit("checkpoint_sent");
        Ok(())
    }

    /// Whether the server makes what is sent next wait for what was sent before.
    fn follows(&self) -> bool {
        self.context.chain.as_ref().is_some_and(Chain::runs)
    }

    /// EXEC, and the next transaction's watch: what its answer has to be.
    fn put_exec(&mut self, out: &mut Vec<u8>) -> Next {
        resp::put_command(out, &[b"EXEC"]);
        match &mut self.context.chain {
            None => {
                self.put_watch(out);
                Next::Holds(self.context.last_bytes.clone())
            }
            Some(chain) => {
                resp::put_command(out, &[b"WATCH", &self.key]);
                chain.put_wait(self.context.last.sequence, out);
                Next::Follows
            }
        }
    }

    async fn expect_transaction(
        &mut self,
        batch: Option<Arc<Batch>>,
        old: Option<Vec<u8>>,
        new: Checkpoint,
        next: Next,
    ) -> Result<()> {
        self.announce(Expected::Transaction { batch, old, new, next }).await?;
        self.armed = self.sent;
        Ok(())
    }

    async fn send_transaction(&mut self, batch: Batch, wipes_checkpoint: bool) -> Result<()> {
        if let Some(question) =
            self.context.intake.as_mut().and_then(|intake| intake.take_back(Duration::ZERO))
        {
            self.ask(question).await?;
        }
        let mut end = Vec::with_capacity(1024);
        put_select(&mut end);
        let carries = batch.commands > 0;
        let Some((old, new)) = self.next_checkpoint(batch.reached, carries, &mut end) else {
            return Ok(());
        };
        let batch = Arc::new(batch);
        // What has to be answered before EXEC goes out. With the checkpoint the chain's entries go: a gap
        // before could not be seen any more.
        let before = if self.follows() && !wipes_checkpoint { 0 } else { self.sent };
        let mut exec = Vec::with_capacity(256);
        let next = self.put_exec(&mut exec);
        let old = (!wipes_checkpoint).then_some(old);
        self.expect_transaction(Some(Arc::clone(&batch)), old, new, next).await?;
        let mut begin = Vec::new();
        resp::put_command(&mut begin, &[b"MULTI"]);
        // The usual small batch, with nothing unanswered before it, goes in one write.
        if let [Part::Bytes(bytes)] = batch.parts.as_slice()
            && bytes.len() <= ONE_WRITE_MAX
            && self.answered.borrow().pieces >= before
        {
            begin.reserve(bytes.len() + end.len() + exec.len());
            begin.extend_from_slice(bytes);
            begin.extend_from_slice(&end);
            begin.extend_from_slice(&exec);
            self.send(&begin).await?;
            failpoint::hit("transaction_sent");
            return Ok(());
        }
        self.send(&begin).await?;
        self.send_parts(&batch).await?;
        self.send(&end).await?;
        failpoint::hit("transaction_queued");
        self.wait_answered(before).await?;
        self.send(&exec).await?;
        failpoint::hit("transaction_sent");
        Ok(())
    }

    /// Appends a GETSET of the checkpoint at `reached`, and what the chain has of it: the value it
    /// replaces, and the new one. `None` where the destination holds it already and nothing `carries` on it.
    fn next_checkpoint(
        &mut self,
        reached: Reached,
        carries: bool,
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
        new.heard = match &self.context.mends {
            Some(mends) => mends.heard(),
            None => new.here(),
        };
        if !carries && (Checkpoint { sequence: last.sequence, ..new }) == *last {
            return None;
        }
        let bytes = new.to_bytes();
        resp::put_command(out, &[b"GETSET", &self.key, &bytes]);
        if let Some(chain) = &self.context.chain {
            chain.put_entry(new.sequence, out);
        }
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
                Part::File { file, start, length } => {
                    self.copy_file(file, *start, *length).await?;
                }
                Part::Stream { from, to } => self.copy_stream(*from, *to).await?,
            }
        }
        Ok(())
    }

    async fn copy_snapshot(&mut self, start: u64, length: u64) -> Result<()> {
        let file = match &self.context.snapshot {
            Some(snapshot) => Arc::clone(&snapshot.file),
            None => return Err(internal(phrase!("failure.lane_without_snapshot"))),
        };
        self.copy_file(&file, start, length).await
    }

    async fn copy_file(&mut self, file: &std::fs::File, start: u64, length: u64) -> Result<()> {
        let mut buffer = std::mem::take(&mut self.copying);
        buffer.resize(COPY_BYTES, 0);
        let (mut at, end) = (start, start + length);
        while at < end {
            let count = usize::try_from(end - at).unwrap_or(COPY_BYTES).min(COPY_BYTES);
            let space = buffer.get_mut(..count).unwrap_or_default();
            let read = durable::read_at(file, space, at)
                .map_err(|cause| Error::local_io(phrase!("failure.cannot_read_to_send"), cause))?;
            if read < count {
                return Err(internal(phrase!("failure.file_shorter")));
            }
            self.send(buffer.get(..count).unwrap_or_default()).await?;
            at += count as u64;
        }
        self.copying = buffer;
        Ok(())
    }

    async fn copy_stream(&mut self, from: u64, to: u64) -> Result<()> {
        let mut reader = self.context.spool.reader(from);
        let mut buffer = Vec::with_capacity(COPY_BYTES);
        while reader.position() < to {
            buffer.clear();
            let before = reader.position();
            if reader.read(&mut buffer)?.is_none() {
                return Err(internal(phrase!("failure.spool_ended")));
            }
            let wanted = usize::try_from(to - before).unwrap_or(usize::MAX).min(buffer.len());
            self.send(buffer.get(..wanted).unwrap_or_default()).await?;
        }
        Ok(())
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.times.sent(self.sent);
        let mut left = bytes;
        while !left.is_empty() {
            // However slow the way is: only one on which nothing moves is given up.
            let count = timeout(ANSWER_TIMEOUT, self.writer.write(left))
                .await
                .map_err(|_| silent())?
                .map_err(lost)?;
            if count == 0 {
                return Err(lost(std::io::ErrorKind::WriteZero.into()));
            }
            self.times.moved();
            self.context.figures.wrote(count as u64);
            left = left.get(count..).unwrap_or_default();
        }
        Ok(())
    }
}

fn put_select(out: &mut Vec<u8>) {
    resp::put_command(
        out,
        &[b"SELECT", itoa::Buffer::new().format(CHECKPOINT_DATABASE).as_bytes()],
    );
}

fn lost(cause: std::io::Error) -> Error {
    let side = Side::Destination;
    Error::connection(side, phrase!("failure.link_broke", side = side), cause)
}

fn silent() -> Error {
    Error::new(
        ErrorKind::TimedOut,
        Side::Destination,
        phrase!("failure.answer_timeout", seconds = ANSWER_TIMEOUT.as_secs()),
    )
}

fn abandoned() -> Error {
    Error::new(ErrorKind::ConnectionLost, Side::Destination, phrase!("failure.given_up"))
}

/// For whoever had something for a lane that takes nothing more.
pub(crate) fn gone() -> Error {
    Error::new(ErrorKind::ConnectionLost, Side::Destination, phrase!("failure.lane_ended"))
}

fn internal(what: Phrase) -> Error {
    Error::new(ErrorKind::Internal, Side::Destination, what)
}

#[cfg(test)]
mod tests;
