//! A lane before a destination of a few lines, which keeps the checkpoint key and counts.

use std::str::FromStr as _;

use keyferry_protocol::psync::{ReplicationId, ReplicationPosition};
use tokio::io::{AsyncBufReadExt, AsyncReadExt as _, BufReader, DuplexStream, duplex};

use super::*;
use crate::checkpoint::SnapshotProgress;
use crate::record::Counts;
use crate::report::{Observer, TaskEvent, TaskReport};
use crate::spec::Limits;

const TASK: &str = "0123456789abcdef";

struct Nobody;

impl Observer for Nobody {
    fn report(&self, _report: TaskReport) {}
    fn event(&self, _event: TaskEvent) {}
}

/// Reads one command; `None` at the connection's end.
async fn read_command(input: &mut (impl AsyncBufReadExt + Unpin)) -> Option<Vec<Vec<u8>>> {
    let mut line = String::new();
    if input.read_line(&mut line).await.unwrap() == 0 {
        return None;
    }
    let mut command = Vec::new();
    for _ in 0..line.trim().strip_prefix('*').unwrap().parse().unwrap() {
        line.clear();
        input.read_line(&mut line).await.unwrap();
        let length: usize = line.trim().strip_prefix('$').unwrap().parse().unwrap();
        let mut argument = vec![0; length + 2];
        input.read_exact(&mut argument).await.unwrap();
        argument.truncate(length);
        command.push(argument);
    }
    Some(command)
}

/// Answers as a server does until the lane hangs up; gives every checkpoint that was written.
async fn destination(stream: DuplexStream, mut stored: Vec<u8>) -> Vec<Checkpoint> {
    let (reader, mut writer) = tokio::io::split(stream);
    let mut reader = BufReader::new(reader);
    let mut queued: Option<Vec<Vec<Vec<u8>>>> = None;
    let mut written = Vec::new();
    let mut apply = |command: &[Vec<u8>]| {
        match command.first().unwrap().as_slice() {
            b"GETSET" => {}
            b"GET" => {
                return [format!("${}\r\n", stored.len()).as_bytes(), &stored, b"\r\n"].concat();
            }
            _ => return b"+OK\r\n".to_vec(),
        }
        let value = command.get(2).unwrap().clone();
        written.push(Checkpoint::from_str(std::str::from_utf8(&value).unwrap()).unwrap());
        let old = std::mem::replace(&mut stored, value);
        [format!("${}\r\n", old.len()).as_bytes(), &old, b"\r\n"].concat()
    };
    while let Some(command) = read_command(&mut reader).await {
        let answer = match (command.first().unwrap().as_slice(), &mut queued) {
            (b"MULTI", _) => {
                queued = Some(Vec::new());
                b"+OK\r\n".to_vec()
            }
            (b"EXEC", Some(commands)) => {
                let mut answer = format!("*{}\r\n", commands.len()).into_bytes();
                commands.iter().for_each(|command| answer.extend(apply(command)));
                queued = None;
                answer
            }
            (_, Some(commands)) => {
                commands.push(command);
                b"+QUEUED\r\n".to_vec()
            }
            (_, None) => apply(&command),
        };
        writer.write_all(&answer).await.unwrap();
    }
    written
}

fn batch(form: Form, offset: u64, commands_applied: u64) -> LaneInput {
    let mut bytes = Vec::new();
    resp::put_command(&mut bytes, &[b"INCR", b"counter"]);
    LaneInput::Batch(Batch {
        commands: 1,
        records: 1,
        bytes: bytes.len() as u64,
        watched: Vec::new(),
        span: None,
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

#[tokio::test]
async fn a_checkpoint_never_goes_back_to_the_snapshot_once_the_stream_is_applied() {
    let folder = tempfile::tempdir().unwrap();
    let id = ReplicationId::from_str(&"a".repeat(40)).unwrap();
    let start = Checkpoint {
        epoch: 1,
        writer: 7,
        sequence: 1,
        heard: crate::checkpoint::Heard { offset: 100, database: 0 },
        position: ReplicationPosition { id, offset: 100 },
        database: 0,
        lane: 0,
        lanes: 1,
        snapshot: 1,
        snapshot_progress: SnapshotProgress::Until { byte: 0, database: 0 },
        keys_done: 0,
        commands_applied: 0,
    };
    let (_limits, limits) = watch::channel(Limits::default());
    let context = LaneContext {
        task_id: TASK.to_owned(),
        last: start,
        last_bytes: start.to_bytes(),
        throttle: Throttle::new(limits),
        figures: Arc::new(Figures::new(Counts::default(), Arc::new(Nobody))),
        snapshot: None,
        spool: Arc::new(Spool::open(folder.path()).unwrap()),
        refusals: watch::Sender::new(Vec::new()),
        mends: None,
    };
    let (ours, theirs) = duplex(1 << 16);
    let server = tokio::spawn(destination(theirs, start.to_bytes()));
    let (inputs, taken) = mpsc::channel(8);
    let (reader, writer) = tokio::io::split(ours);
    let lane = tokio::spawn(run(reader, writer, context, taken));

    let transaction = Form::Transaction { wipes_checkpoint: false };
    inputs.send(batch(Form::Plain, 100, 0)).await.unwrap();
    for (offset, applied) in [(200, 1), (300, 2)] {
        inputs.send(batch(transaction, offset, applied)).await.unwrap();
        let (done, flushed) = oneshot::channel();
        inputs.send(LaneInput::Flush(done)).await.unwrap();
        flushed.await.unwrap();
    }
    drop(inputs);
    lane.await.unwrap().unwrap();

    let written = server.await.unwrap();
    let offsets: Vec<_> = written.iter().map(|checkpoint| checkpoint.position.offset).collect();
    assert!(offsets.is_sorted(), "{offsets:?}");
    assert_eq!(offsets.last(), Some(&300));
}
