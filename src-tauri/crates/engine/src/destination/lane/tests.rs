//! A lane before a destination of a few lines, which keeps the checkpoint key and counts.

use std::str::FromStr as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use keyferry_protocol::psync::{ReplicationId, ReplicationPosition};
use proptest::{prop_assert, prop_assert_eq, proptest};
use tokio::io::{AsyncBufReadExt, AsyncReadExt as _, BufReader, DuplexStream, duplex};
use tokio::sync::oneshot;

use super::*;
use crate::apply::batch::Buffers;
use crate::checkpoint::SnapshotProgress;
use crate::record::Counts;
use crate::report::{Observer, TaskEvent, TaskReport};
use crate::spec::Limits;

const TASK: &str = "0123456789abcdef";
const VERSION: (u16, u16, u16) = (7, 0, 15);

struct Nobody;

impl Observer for Nobody {
    fn report(&self, _report: TaskReport) {}
    fn event(&self, _event: TaskEvent) {}
}

/// Reads one command; `None` at the connection's end, also in the middle of one.
async fn read_command(input: &mut (impl AsyncBufReadExt + Unpin)) -> Option<Vec<Vec<u8>>> {
    let mut line = String::new();
    input.read_line(&mut line).await.unwrap();
    let mut command = Vec::new();
    for _ in 0..line.strip_suffix("\r\n")?.strip_prefix('*')?.parse().unwrap() {
        line.clear();
        input.read_line(&mut line).await.unwrap();
        let length: usize = line.strip_suffix("\r\n")?.strip_prefix('$')?.parse().unwrap();
        let mut argument = vec![0; length + 2];
        input.read_exact(&mut argument).await.ok()?;
        argument.truncate(length);
        command.push(argument);
    }
    Some(command)
}

/// A checkpoint that was written, and how many commands of batches were applied before it.
type Written = (Checkpoint, u64);

/// How a destination behaves.
struct Manners {
    /// It hangs up after so many commands.
    commands: usize,
    /// It needs so long for a transaction.
    pause: Duration,
    /// It discards the transaction with this number, from 0.
    discards: usize,
    /// So many commands it has processed for others.
    others: Arc<AtomicU64>,
    /// What it does when it is asked for a key of a long name.
    long_names: Names,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            commands: usize::MAX,
            pause: Duration::ZERO,
            discards: usize::MAX,
            others: Arc::default(),
            long_names: Names::Answered,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Answered,
    Refused,
    /// As by a proxy that takes one for an attack.
    HungUpOn,
}

/// What a destination holds.
#[derive(Default)]
struct Data {
    /// The checkpoint key's value.
    stored: Vec<u8>,
    written: Vec<Written>,
    applied: u64,
    /// The number in the id of the chain's entry.
    last_entry: Option<u64>,
    /// Commands of the lane that it has processed.
    processed: u64,
    /// The long names of keys that it was asked for, bytes.
    names: Vec<usize>,
}

impl Data {
    /// Executes a command: its answer.
    fn execute(&mut self, command: &[Vec<u8>], manners: &Manners) -> Vec<u8> {
        self.processed += 1;
        let bulk =
            |value: &[u8]| [format!("${}\r\n", value.len()).as_bytes(), value, b"\r\n"].concat();
        match command.first().unwrap().as_slice() {
            b"GET" if command.get(1).unwrap().len() > 1024 => {
                self.names.push(command.get(1).unwrap().len());
                if manners.long_names == Names::Refused {
                    b"-NOPERM No permissions to access a key\r\n".to_vec()
                } else {
                    b"$-1\r\n".to_vec()
                }
            }
            b"INFO" => {
                let total = self.processed + manners.others.load(Ordering::Relaxed);
                bulk(format!("# Stats\r\ntotal_commands_processed:{total}\r\n").as_bytes())
            }
            b"GET" => bulk(&self.stored),
            b"INCR" => {
                self.applied += 1;
                b":1\r\n".to_vec()
            }
            b"FLUSHALL" => {
                self.stored.clear();
                self.last_entry = None;
                b"+OK\r\n".to_vec()
            }
            b"XADD" => {
                self.last_entry = Some(id_in(command.get(4).unwrap()));
                bulk(b"1-0")
            }
            b"GETSET" => {
                let value = command.get(2).unwrap().clone();
                let text = std::str::from_utf8(&value).unwrap();
                self.written.push((Checkpoint::from_str(text).unwrap(), self.applied));
                let old = std::mem::replace(&mut self.stored, value);
                if old.is_empty() { b"$-1\r\n".to_vec() } else { bulk(&old) }
            }
            _ => b"+OK\r\n".to_vec(),
        }
    }
}

/// Answers as a server does, until the lane hangs up; gives what it holds then.
async fn destination(stream: DuplexStream, stored: Vec<u8>, manners: Manners) -> Data {
    let (reader, mut writer) = tokio::io::split(stream);
    let mut reader = BufReader::new(reader);
    let mut queued: Option<Vec<Vec<Vec<u8>>>> = None;
    let mut data = Data { stored, ..Data::default() };
    let mut transactions = 0;
    for _ in 0..manners.commands {
        let Some(command) = read_command(&mut reader).await else { break };
        let answer = match (command.first().unwrap().as_slice(), &mut queued) {
            (b"MULTI", _) => {
                data.processed += 1;
                queued = Some(Vec::new());
                b"+OK\r\n".to_vec()
            }
            (b"EXEC", Some(commands)) => {
                let mut answer = format!("*{}\r\n", commands.len()).into_bytes();
                if transactions == manners.discards {
                    answer = b"*-1\r\n".to_vec();
                } else {
                    commands
                        .iter()
                        .for_each(|command| answer.extend(data.execute(command, &manners)));
                }
                data.processed += 1;
                transactions += 1;
                queued = None;
                tokio::time::sleep(manners.pause).await;
                answer
            }
            (_, Some(commands)) => {
                commands.push(command);
                b"+QUEUED\r\n".to_vec()
            }
            (b"XREAD", None) => {
                data.processed += 1;
                let behind = id_in(command.last().unwrap());
                if data.last_entry.is_none_or(|last| last <= behind) {
                    // It waits, and takes nothing more of this connection.
                    let _ = tokio::io::copy(&mut reader, &mut tokio::io::sink()).await;
                    break;
                }
                let entry = "*2\r\n$3\r\n1-0\r\n*2\r\n$0\r\n\r\n$0\r\n\r\n";
                format!("*1\r\n*2\r\n$1\r\nk\r\n*1\r\n{entry}").into_bytes()
            }
            (b"GET", None)
                if manners.long_names == Names::HungUpOn
                    && command.get(1).unwrap().len() > 1024 =>
            {
                break;
            }
            (_, None) => data.execute(&command, &manners),
        };
        if writer.write_all(&answer).await.is_err() {
            break;
        }
    }
    data
}

/// The number in an entry's id.
fn id_in(id: &[u8]) -> u64 {
    std::str::from_utf8(id).unwrap().split('-').next().unwrap().parse().unwrap()
}

/// A way to the destination on which `bytes_per_second` pass, and no more than `most` of them.
async fn slow_line(
    ours: DuplexStream,
    theirs: DuplexStream,
    bytes_per_second: usize,
    mut most: usize,
) {
    let (mut sent, mut answers) = tokio::io::split(ours);
    let (mut answered, mut passed) = tokio::io::split(theirs);
    let there = async {
        let mut buffer = vec![0; bytes_per_second];
        loop {
            let count = sent.read(buffer.get_mut(..most.min(bytes_per_second)).unwrap()).await;
            let count = count.unwrap_or(0);
            if count == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
            passed.write_all(buffer.get(..count).unwrap()).await.unwrap();
            most -= count;
        }
        if most == 0 {
            std::future::pending().await
        }
        passed.shutdown().await.unwrap();
    };
    let back = async { tokio::io::copy(&mut answered, &mut answers).await };
    let _ = tokio::join!(there, back);
}

/// A way to the destination on which answers take so long, however many are under way.
async fn far_line(ours: DuplexStream, theirs: DuplexStream, delay: Duration) {
    let (mut sent, mut answers) = tokio::io::split(ours);
    let (mut answered, mut passed) = tokio::io::split(theirs);
    let there = async {
        let _ = tokio::io::copy(&mut sent, &mut passed).await;
        let _ = passed.shutdown().await;
    };
    let (pieces, mut due) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    let back = async move {
        let mut buffer = vec![0; 4096];
        while let Ok(count @ 1..) = answered.read(&mut buffer).await {
            let piece = buffer.get(..count).unwrap().to_vec();
            pieces.send((Instant::now() + delay, piece)).unwrap();
        }
    };
    let late = async {
        while let Some((at, piece)) = due.recv().await {
            tokio::time::sleep_until(at).await;
            if answers.write_all(&piece).await.is_err() {
                break;
            }
        }
    };
    tokio::join!(there, back, late);
}

fn batch(form: Form, offset: u64, commands_applied: u64) -> LaneInput {
    batch_of(form, offset, commands_applied, &[b"INCR", b"counter"])
}

fn batch_of(form: Form, offset: u64, commands_applied: u64, command: &[&[u8]]) -> LaneInput {
    let mut bytes = Vec::new();
    resp::put_command(&mut bytes, command);
    LaneInput::Batch(Batch {
        commands: 1,
        records: 1,
        bytes: bytes.len() as u64,
        watched: Vec::new(),
        span: None,
        buffers: Buffers::default(),
        memory: None,
        parts: vec![Part::Bytes(bytes)],
        form,
        reached: Reached {
            offset,
            database: 0,
            snapshot: SnapshotProgress::Whole,
            keys_done: 1,
            commands_applied,
        },
    })
}

/// Before the first batch of a snapshot whose stream goes on behind offset 100.
fn start() -> Checkpoint {
    Checkpoint {
        epoch: 1,
        writer: 7,
        sequence: 1,
        heard: crate::checkpoint::Heard { offset: 100, database: 0 },
        position: ReplicationPosition {
            id: ReplicationId::from_str(&"a".repeat(40)).unwrap(),
            offset: 100,
        },
        database: 0,
        lane: 0,
        lanes: 1,
        snapshot: 1,
        snapshot_progress: SnapshotProgress::Until { byte: 0, database: 0 },
        keys_done: 0,
        commands_applied: 0,
    }
}

/// A lane before a [`destination`] that takes so many commands, over a pipe of so many bytes.
struct Scene {
    inputs: mpsc::Sender<LaneInput>,
    lane: tokio::task::JoinHandle<Result<()>>,
    server: tokio::task::JoinHandle<Data>,
    names: LongNames,
    limits: watch::Sender<Limits>,
    figures: Arc<Figures>,
    _folder: tempfile::TempDir,
}

impl Scene {
    fn new(pipe_bytes: usize, manners: Manners) -> Self {
        let (ours, theirs) = duplex(pipe_bytes);
        Self::over(ours, theirs, manners, None)
    }

    /// As to a destination far away.
    fn chained(pipe_bytes: usize, manners: Manners) -> Self {
        let (ours, theirs) = duplex(pipe_bytes);
        Self::over(ours, theirs, manners, Some(Chain::new("chain".to_owned())))
    }

    /// See [`slow_line`]; a kibibyte a second passes.
    fn with_slow_line(most: usize) -> Self {
        let (ours, near) = duplex(4096);
        let (far, theirs) = duplex(1 << 20);
        tokio::spawn(slow_line(near, far, 1024, most));
        Self::over(ours, theirs, Manners::default(), None)
    }

    fn over(
        ours: DuplexStream,
        theirs: DuplexStream,
        manners: Manners,
        chain: Option<Chain>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (limits, limits_rx) = watch::channel(Limits::default());
        let figures = Arc::new(Figures::new(Counts::default(), Arc::new(Nobody)));
        let names = LongNames::default();
        let context = LaneContext {
            task_id: TASK.to_owned(),
            last: start(),
            last_bytes: start().to_bytes(),
            throttle: Throttle::new(limits_rx),
            figures: Arc::clone(&figures),
            snapshot: None,
            gives_back: true,
            spool: Arc::new(Spool::open(folder.path()).unwrap()),
            refusals: watch::Sender::new(Vec::new()),
            mends: None,
            chain,
            intake: Intake::of(VERSION, &names),
        };
        let server = tokio::spawn(destination(theirs, start().to_bytes(), manners));
        let (inputs, taken) = mpsc::channel(8);
        let (reader, writer) = tokio::io::split(ours);
        let lane = tokio::spawn(run(reader, writer, context, taken));
        Self { inputs, lane, server, names, limits, figures, _folder: folder }
    }

    /// Everything given is applied and checkpointed, or the lane has ended.
    async fn flush(&self) {
        let (done, flushed) = oneshot::channel();
        if self.inputs.send(LaneInput::Flush(done)).await.is_ok() {
            let _ = flushed.await;
        }
    }
}

const TRANSACTION: Form = Form::Transaction { wipes_checkpoint: false };

/// A copy of so many batches of 4 MiB, each after others had the destination process `others` commands,
/// then a transaction: the names that it was asked for, of so many bytes.
async fn names_asked(others: impl Fn(u32) -> u64, long_names: Names) -> Vec<usize> {
    let manners = Manners { long_names, ..Manners::default() };
    let counted = Arc::clone(&manners.others);
    let scene = Scene::new(1 << 16, manners);
    let value = vec![b'v'; 4 * 1024 * 1024];
    for number in 0..12 {
        counted.fetch_add(others(number), Ordering::Relaxed);
        let command: &[&[u8]] = &[b"SET", b"key", &value];
        scene.inputs.send(batch_of(Form::Plain, 100, 0, command)).await.unwrap();
        scene.flush().await;
    }
    scene.inputs.send(batch_of(TRANSACTION, 200, 10, &[b"SET", b"key", &value])).await.unwrap();
    scene.flush().await;
    drop(scene.inputs);
    scene.lane.await.unwrap().unwrap();
    assert!(Intake::of(VERSION, &scene.names).is_some());
    let data = scene.server.await.unwrap();
    let (last, _) = data.written.last().unwrap();
    assert_eq!((last.position.offset, last.commands_applied), (200, 10));
    data.names
}

#[tokio::test(start_paused = true)]
async fn a_destination_that_serves_nobody_else_is_asked_to_make_room() {
    const WIDE: usize = 256 * 1024;
    const NARROW: usize = 32 * 1024;
    let alone = names_asked(|_| 0, Names::Answered).await;
    assert_eq!(alone, [WIDE, WIDE, NARROW], "each 24 MiB, and transactions need no room");
    assert_eq!(names_asked(|_| 1, Names::Answered).await, alone, "somebody looks after it");
    assert!(names_asked(|_| 1000, Names::Answered).await.is_empty());
    let late = names_asked(|number| if number < 5 { 0 } else { 1000 }, Names::Answered).await;
    assert_eq!(late, [WIDE, NARROW], "whoever comes has the room taken back");
    let refused = names_asked(|_| 0, Names::Refused).await;
    assert_eq!(refused, [WIDE, NARROW], "one that refuses is left alone");
}

#[tokio::test]
async fn a_destination_that_hangs_up_on_a_long_name_is_sent_none_again() {
    let manners = Manners { long_names: Names::HungUpOn, ..Manners::default() };
    let scene = Scene::new(1 << 16, manners);
    let value = vec![b'v'; 4 * 1024 * 1024];
    for _ in 0..6 {
        let command: &[&[u8]] = &[b"SET", b"key", &value];
        // The lane may have ended.
        let _ = scene.inputs.send(batch_of(Form::Plain, 100, 0, command)).await;
        scene.flush().await;
    }
    drop(scene.inputs);
    let error = scene.lane.await.unwrap().unwrap_err();
    assert_eq!(error.kind, ErrorKind::ConnectionLost, "{error}");
    assert!(Intake::of(VERSION, &scene.names).is_none());
}

#[tokio::test]
async fn a_checkpoint_never_goes_back_to_the_snapshot_once_the_stream_is_applied() {
    let scene = Scene::new(1 << 16, Manners::default());
    scene.inputs.send(batch(Form::Plain, 100, 0)).await.unwrap();
    for (offset, applied) in [(200, 1), (300, 2)] {
        scene.inputs.send(batch(TRANSACTION, offset, applied)).await.unwrap();
        scene.flush().await;
    }
    drop(scene.inputs);
    scene.lane.await.unwrap().unwrap();

    let written = scene.server.await.unwrap().written;
    let offsets: Vec<_> =
        written.iter().map(|(checkpoint, _)| checkpoint.position.offset).collect();
    assert!(offsets.is_sorted(), "{offsets:?}");
    assert_eq!(offsets.last(), Some(&300));
}

#[tokio::test]
async fn a_checkpoint_has_the_time_of_its_answer() {
    let scene = Scene::new(1 << 16, Manners::default());
    assert_eq!(scene.figures.checkpoint_at(), None);
    let before = SystemTime::now() - Duration::from_millis(1);
    scene.inputs.send(batch(TRANSACTION, 200, 1)).await.unwrap();
    scene.flush().await;
    let at = scene.figures.checkpoint_at().unwrap();
    assert!(before <= at && at <= SystemTime::now(), "{at:?}");
    drop(scene.inputs);
    scene.lane.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_batch_takes_from_its_last_byte_to_its_answer() {
    let pause = Duration::from_millis(30);
    let scene = Scene::new(1 << 16, Manners { pause, ..Manners::default() });
    scene.flush().await;
    scene.figures.latency.take();
    // They wait a second for their turn to be sent, which is no time of the destination's.
    scene.limits.send_replace(Limits { records_per_second: Some(1), bytes_per_second: None });
    for (offset, applied) in [(200, 1), (300, 2), (400, 3)] {
        scene.inputs.send(batch(TRANSACTION, offset, applied)).await.unwrap();
    }
    scene.flush().await;
    assert_eq!(scene.figures.latency.answers(), 4, "the first one tells what is there");
    let told = scene.figures.latency.take().unwrap();
    assert!([told.p50_us, told.p99_us].iter().all(|us| us.abs_diff(30_000) < 2000), "{told:?}");
    drop(scene.inputs);
    scene.lane.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_value_may_take_minutes_as_long_as_its_bytes_go_out() {
    let scene = Scene::with_slow_line(usize::MAX);
    let value = vec![b'v'; 300 * 1024];
    let began = Instant::now();
    let set = [&b"SET"[..], b"large", &value];
    scene.inputs.send(batch_of(Form::Plain, 100, 0, &set)).await.unwrap();
    scene.inputs.send(batch_of(TRANSACTION, 200, 1, &set)).await.unwrap();
    scene.flush().await;
    drop(scene.inputs);
    scene.lane.await.unwrap().unwrap();
    assert!(began.elapsed() > 4 * ANSWER_TIMEOUT, "{:?}", began.elapsed());
    let written = scene.server.await.unwrap().written;
    assert_eq!(written.last().unwrap().0.position.offset, 200);
}

#[tokio::test(start_paused = true)]
async fn a_destination_that_takes_and_answers_nothing_any_more_is_given_up() {
    let value = vec![b'v'; 200 * 1024];
    let set = [&b"SET"[..], b"large", &value];
    // In the middle of the value, and with all of it on its way.
    for most in [100 * 1024, 200 * 1024] {
        let scene = Scene::with_slow_line(most);
        let began = Instant::now();
        scene.inputs.send(batch_of(Form::Plain, 100, 0, &set)).await.unwrap();
        let error = scene.lane.await.unwrap().unwrap_err();
        assert_eq!(error.kind, ErrorKind::TimedOut, "{error}");
        let moved = Duration::from_secs(most as u64 / 1024);
        let took = began.elapsed();
        assert!(took >= moved + ANSWER_TIMEOUT - Duration::from_secs(10), "{most}: {took:?}");
        assert!(took <= moved + ANSWER_TIMEOUT + Duration::from_secs(10), "{most}: {took:?}");
    }
}

/// So many batches of the stream, as fast as the lane takes them.
async fn send_transactions(scene: &Scene, count: u64) {
    send_all(scene, TRANSACTION, count).await;
}

async fn send_all(scene: &Scene, form: Form, count: u64) {
    let wipes = form == Form::Transaction { wipes_checkpoint: true };
    let command: &[&[u8]] = if wipes { &[b"FLUSHALL"] } else { &[b"INCR", b"counter"] };
    for number in 1..=count {
        if scene.inputs.send(batch_of(form, 100 + number, number, command)).await.is_err() {
            break;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn far_away_transactions_do_not_wait_for_answers() {
    let pause = Duration::from_millis(100);
    let took = async |chained: bool, form: Form| {
        // Of the pause nothing is the server's: it is the way of an answer.
        let (ours, near) = duplex(1 << 20);
        let (far, theirs) = duplex(1 << 20);
        tokio::spawn(far_line(near, far, pause));
        let chain = chained.then(|| Chain::new("chain".to_owned()));
        let scene = Scene::over(ours, theirs, Manners::default(), chain);
        let began = Instant::now();
        send_all(&scene, form, 12).await;
        scene.flush().await;
        let took = began.elapsed();
        drop(scene.inputs);
        scene.lane.await.unwrap().unwrap();
        let written = scene.server.await.unwrap().written;
        assert_eq!(written.last().unwrap().0.commands_applied, 12);
        took
    };
    let (one_by_one, chained) = (took(false, TRANSACTION).await, took(true, TRANSACTION).await);
    assert!(one_by_one >= 12 * pause, "{one_by_one:?}");
    assert!(chained <= 4 * pause, "{chained:?}");
    // Those that take the chain's entries away do.
    let wiping = took(true, Form::Transaction { wipes_checkpoint: true }).await;
    assert!(wiping >= 12 * pause, "{wiping:?}");
}

#[tokio::test(start_paused = true)]
async fn behind_a_transaction_that_is_discarded_none_is_applied() {
    for discards in 0..10 {
        let scene = Scene::chained(1 << 20, Manners { discards, ..Manners::default() });
        send_transactions(&scene, 12).await;
        drop(scene.inputs);
        let error = scene.lane.await.unwrap().unwrap_err();
        assert_eq!(error.kind, ErrorKind::DestinationChanged, "{error}");
        let written = scene.server.await.unwrap().written;
        let applied: Vec<_> = written.iter().map(|(last, _)| last.commands_applied).collect();
        assert_eq!(applied, (1..=discards as u64).collect::<Vec<_>>());
    }
}

proptest! {
    /// However answers are cut, however many batches are under way and wherever the connection ends:
    /// what a checkpoint says is applied was applied before it, and in a transaction with it.
    #[test]
    fn a_checkpoint_says_no_more_than_what_is_applied(
        plain in 0u64..12,
        transactions in 0u64..12,
        flush_every in 1u64..6,
        pauses in proptest::collection::vec(0u64..400, 24),
        pipe_bytes in 1usize..2000,
        commands in 1usize..200,
        discards in 0usize..40,
        chained: bool,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        let written = runtime.block_on(async {
            let manners = Manners { commands, discards, ..Manners::default() };
            let scene = match chained {
                true => Scene::chained(pipe_bytes, manners),
                false => Scene::new(pipe_bytes, manners),
            };
            for number in 1..=plain + transactions {
                // Of the snapshot first; its batches stand before the stream's beginning.
                let form = if number <= plain { Form::Plain } else { TRANSACTION };
                let offset = 100 + number.saturating_sub(plain);
                if number == plain + 1 {
                    scene.flush().await;
                }
                if scene.inputs.send(batch(form, offset, number)).await.is_err() {
                    break;
                }
                let pause = pauses.get(number as usize % pauses.len()).copied().unwrap_or(0);
                tokio::time::sleep(std::time::Duration::from_millis(pause)).await;
                if number % flush_every == 0 {
                    scene.flush().await;
                }
            }
            drop(scene.inputs);
            let _ = scene.lane.await.unwrap();
            scene.server.await.unwrap().written
        });
        let mut last = 0;
        for (checkpoint, applied) in written {
            let said = checkpoint.commands_applied;
            prop_assert!(said <= applied, "{said} said, {applied} applied");
            if said > plain {
                prop_assert_eq!(said, applied, "a transaction says what it applies");
            }
            prop_assert!(last <= said, "{last}, then {said}");
            last = said;
        }
    }
}
