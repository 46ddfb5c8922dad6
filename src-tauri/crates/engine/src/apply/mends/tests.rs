//! What is owed over several connections.

use keyferry_protocol::psync::ReplicationPosition;

use super::*;
use crate::apply::batch::{BatchBuilder, Reached};
use crate::checkpoint::Heard;
use crate::record::Counts;
use crate::report::{Observer, TaskEvent, TaskReport};

fn checkpoint(snapshot: u32, offset: u64) -> Checkpoint {
    Checkpoint {
        epoch: 1,
        writer: 1,
        sequence: 1,
        position: ReplicationPosition { id: "a".repeat(40).parse().unwrap(), offset },
        database: 0,
        lane: 0,
        lanes: 1,
        snapshot,
        snapshot_progress: SnapshotProgress::Whole,
        keys_done: 0,
        commands_applied: 0,
        heard: Heard { offset, database: 0 },
    }
}

struct Nobody;

impl Observer for Nobody {
    fn report(&self, _: TaskReport) {}

    fn event(&self, _: TaskEvent) {}
}

#[test]
fn what_a_broken_connection_left_is_done_by_the_next_and_then_nothing_is_owed() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Arc::new(Spool::open(folder.path()).unwrap());
    let figures = Arc::new(Figures::new(Counts::default(), Arc::new(Nobody)));
    let mends = Mends::new(Arc::clone(&figures));
    mends.begin(None, &checkpoint(1, 5), None);
    let odd_at = |offset: u64, key: &[u8]| {
        let mut builder = BatchBuilder::default();
        builder.command(&[b"PEXPIREAT", key, b"1"]);
        let reached = Reached {
            offset,
            database: 0,
            snapshot: SnapshotProgress::Whole,
            keys_done: 0,
            commands_applied: 0,
        };
        let batch = builder.finish(true, reached);
        mends.add(&batch, &[Odd { command: 0, refusal: None }], &spool).unwrap();
    };
    let taken = || -> Vec<Vec<u8>> { mends.take().into_iter().map(|m| m.of.key).collect() };
    odd_at(10, b"taken");
    assert_eq!(taken(), [b"taken"]);
    odd_at(20, b"found");
    odd_at(30, b"sent again");
    assert!(!figures.owes_nothing(100));

    // The destination stands at 20: what lies behind will be sent again by itself.
    mends.begin(Some(&checkpoint(1, 20)), &checkpoint(1, 20), None);
    assert!(!figures.owes_nothing(100));
    assert_eq!(taken(), [&b"found"[..], b"taken"]);
    assert!(mends.take_doubts().is_empty());
    mends.settle();
    assert!(figures.owes_nothing(100) && !mends.has_taken());

    // What nobody heard the answer of may have been odd.
    mends.begin(Some(&checkpoint(1, 20)), &checkpoint(1, 25), None);
    assert!(!figures.owes_nothing(100));
    let unheard: Vec<_> = mends
        .take_doubts()
        .iter()
        .map(|doubt| (doubt.span.from, doubt.span.to, doubt.why))
        .collect();
    assert_eq!(unheard, [(20, 25, Why::Unheard)]);

    // Another snapshot brings everything anew.
    odd_at(25, b"old");
    mends.begin(Some(&checkpoint(1, 25)), &checkpoint(2, 90), None);
    assert!(figures.owes_nothing(100) && taken().is_empty());
}

#[test]
fn a_key_may_be_missed_often_but_its_value_be_refused_only_so_many_times() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Arc::new(Spool::open(folder.path()).unwrap());
    let figures = Arc::new(Figures::new(Counts::default(), Arc::new(Nobody)));
    let mends = Mends::new(Arc::clone(&figures));
    let mut renewed = BatchBuilder::default();
    for _ in 0..20 {
        renewed.command(&[b"PEXPIREAT", b"session", b"1"]);
    }
    let mut restored = BatchBuilder::default();
    restored.command(&[b"RESTORE", b"session", b"0", b"value", b"REPLACE"]);
    let reached = Reached::in_stream(9);
    let renewed = renewed.finish(true, reached);
    let restored = restored.finish(true, reached);
    let missed: Vec<Odd> = (0..20).map(|command| Odd { command, refusal: None }).collect();
    mends.add(&renewed, &missed, &spool).unwrap();
    let refuse = || {
        let error = Error::reply(Side::Destination, "RESTORE", "ERR Bad data format");
        let refusal = Some(Refusal { why: error.message, text: String::new() });
        mends.add(&restored, &[Odd { command: 0, refusal }], &spool)
    };
    for _ in 0..TRIES_MAX {
        refuse().unwrap();
    }
    let error = refuse().unwrap_err();
    assert_eq!(error.kind, ErrorKind::WriteRefused);
    // It stays owed.
    assert_eq!(mends.take().len(), 20 + usize::try_from(TRIES_MAX).unwrap() + 1);
    mends.settle();
    refuse().unwrap();
}

#[test]
fn nothing_counts_as_heard_before_it_is_made_up_for() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Arc::new(Spool::open(folder.path()).unwrap());
    let figures = Arc::new(Figures::new(Counts::default(), Arc::new(Nobody)));
    let mends = Mends::new(figures);
    let answer = |from: u64, to: u64, odd: &[Odd]| {
        let mut builder = BatchBuilder::default();
        builder.command(&[b"INCR", b"visits"]);
        let reached = Reached {
            offset: to,
            database: 2,
            snapshot: SnapshotProgress::Whole,
            keys_done: 0,
            commands_applied: 0,
        };
        let mut batch = builder.finish(true, reached);
        batch.span = Some(Span { from, database: 1, to, judged_at: Moment::now() });
        if !odd.is_empty() {
            mends.add(&batch, odd, &spool).unwrap();
        }
        mends.hear(&batch);
        mends.heard()
    };
    let place = |offset, database| Heard { offset, database };
    mends.begin(None, &checkpoint(1, 10), None);
    assert_eq!(mends.heard(), place(10, 0));
    assert_eq!(answer(10, 20, &[]), place(20, 2));
    let odd = [Odd { command: 0, refusal: None }];
    assert_eq!(answer(20, 30, &odd), place(20, 1));
    assert_eq!(answer(30, 40, &[]), place(20, 1));
    assert_eq!(mends.take().len(), 1);
    assert_eq!(answer(40, 50, &odd), place(20, 1));
    mends.settle();
    // What was found since it was taken is still owed.
    assert_eq!(mends.heard(), place(40, 1));

    // Another run knows nothing but what the checkpoint says.
    let killed = Checkpoint { heard: place(20, 1), ..checkpoint(1, 40) };
    let next = Mends::new(Arc::new(Figures::new(Counts::default(), Arc::new(Nobody))));
    next.begin(None, &killed, None);
    assert_eq!(next.heard(), place(20, 1));
    let doubts = next.take_doubts();
    let [Doubt { span, why: Why::Unheard }] = doubts.as_slice() else { panic!("{doubts:?}") };
    assert_eq!((span.from, span.database, span.to), (20, 1, 40));
    assert_eq!(next.heard(), place(20, 1));
    next.settle();
    assert_eq!(next.heard(), place(40, 0));

    // A destination that fell back may have lost what made up for something.
    mends.take();
    mends.settle();
    mends.begin(Some(&checkpoint(1, 50)), &killed, None);
    assert_eq!(mends.heard(), place(20, 1));
}

#[test]
fn what_was_executed_outside_of_a_transaction_is_in_doubt_until_it_is_not_written_down_any_more() {
    let mends = Mends::new(Arc::new(Figures::new(Counts::default(), Arc::new(Nobody))));
    let in_doubt = || -> Vec<(u64, u64, Why)> {
        mends
            .take_doubts()
            .iter()
            .map(|doubt| (doubt.span.from, doubt.span.to, doubt.why))
            .collect()
    };
    mends.begin(None, &checkpoint(1, 10), None);
    let span = |from, to| Span { from, database: from as u32, to, judged_at: Moment::now() };
    mends.unguarded([span(20, 30), span(30, 40)].into_iter());
    let noted = mends.take_unguarded().unwrap();
    assert_eq!(noted, Unguarded { from: 20, database: 20, to: 40 });
    assert_eq!(mends.take_unguarded(), None);

    // The destination stands before it, in the middle of it, or behind it.
    for place in [15, 30, 50] {
        let here = checkpoint(1, place);
        mends.begin(Some(&here), &here, Some(noted));
        assert_eq!(in_doubt(), [(20, 40, Why::Unguarded)], "{place}");
        assert_eq!(mends.heard().offset, 20.min(place));
    }
    let later = Unguarded { from: 35, database: 1, to: 60 };
    assert_eq!(later.with(Some(noted)), Unguarded { from: 20, database: 20, to: 60 });
    mends.settle();
    mends.begin(Some(&checkpoint(1, 50)), &checkpoint(1, 50), None);
    assert_eq!(in_doubt(), []);
}
