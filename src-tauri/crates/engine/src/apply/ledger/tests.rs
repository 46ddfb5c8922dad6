//! The table against a model that remembers everything.

use std::collections::BTreeMap;

use keyferry_protocol::psync::{ReplicationId, ReplicationPosition};
use proptest::prelude::*;
use redb::ReadableTable;

use super::*;
use crate::checkpoint::Heard;

fn at(snapshot: u32, offset: u64) -> Checkpoint {
    let id: ReplicationId = "a".repeat(40).parse().unwrap();
    Checkpoint {
        epoch: 1,
        writer: 1,
        sequence: 1,
        heard: Heard { offset, database: 0 },
        position: ReplicationPosition { id, offset },
        database: 0,
        lane: 0,
        lanes: 1,
        snapshot,
        snapshot_progress: SnapshotProgress::Whole,
        keys_done: 0,
        commands_applied: 0,
    }
}

/// Two follow each other with the same name in two databases.
fn key(number: u8) -> KeyOf {
    KeyOf::new(u32::from(number % 2), &vec![b'k'; usize::from(number / 2)])
}

#[derive(Clone, Debug)]
enum Step {
    Withhold(u8, i64),
    Free(u8),
    Settle(u8),
    Fence(u8, u64),
    /// Both databases change places.
    Swap,
    /// A batch ends here.
    Commit,
    /// The program is killed, and the destination holds the checkpoint of this many batches ago.
    FallBack(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..6u8, 1..1000i64).prop_map(|(key, at)| Step::Withhold(key, at)),
        2 => (0..6u8).prop_map(Step::Free),
        1 => (0..6u8).prop_map(Step::Settle),
        1 => (0..6u8, 1..40u64).prop_map(|(key, far)| Step::Fence(key, far)),
        1 => Just(Step::Swap),
        4 => Just(Step::Commit),
        1 => (0..4usize).prop_map(Step::FallBack),
    ];
    prop::collection::vec(step, 1..60)
}

/// What must be owed at one checkpoint.
#[derive(Clone, Debug, Default, PartialEq)]
struct Owed {
    withheld: BTreeMap<KeyOf, i64>,
    fences: BTreeMap<KeyOf, u64>,
}

fn check(ledger: &Ledger, owed: &Owed, offset: u64) {
    for number in 0..6 {
        let of = key(number);
        assert_eq!(ledger.withheld(&of).unwrap(), owed.withheld.get(&of).copied(), "{of:?}");
        let fenced = owed.fences.get(&of).is_some_and(|until| *until > offset);
        assert_eq!(ledger.is_fenced(&of, Place::in_stream(offset)).unwrap(), fenced, "{of:?}");
    }
    assert_eq!(ledger.withheld_count(), owed.withheld.len() as u64);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_checkpoint_the_destination_holds_the_table_is_what_it_was_there(
        steps in steps(),
        most in 1..5usize,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path()).unwrap();
        let mut offset = 100;
        ledger.rewind(&at(1, offset)).unwrap();
        let mut owed = Owed::default();
        // What was owed at each checkpoint, the oldest first.
        let mut past = vec![(offset, Owed::default())];
        for step in steps {
            match step {
                Step::Withhold(number, date) => {
                    offset += 1;
                    ledger.withhold(key(number), date, Place::in_stream(offset)).unwrap();
                    owed.withheld.insert(key(number), date);
                }
                Step::Free(number) => {
                    offset += 1;
                    ledger.free(&key(number), Place::in_stream(offset)).unwrap();
                    owed.withheld.remove(&key(number));
                }
                Step::Settle(number) => {
                    // Given at the end of what is committed; the next checkpoint lies behind it.
                    ledger.commit().unwrap();
                    past.push((offset, owed.clone()));
                    ledger.settle(&key(number), Place::in_stream(offset)).unwrap();
                    owed.withheld.remove(&key(number));
                    ledger.commit().unwrap();
                    offset += 1;
                }
                Step::Fence(number, far) => {
                    offset += 1;
                    ledger.fence(
                        key(number),
                        Place::in_stream(offset),
                        Place::in_stream(offset + far),
                        HistoryMark::of("a"),
                    );
                    owed.fences.insert(key(number), offset + far);
                }
                Step::Swap => {
                    offset += 1;
                    ledger.swap_by(0, 1, Place::in_stream(offset), most).unwrap();
                    let there = |of: KeyOf| KeyOf { database: 1 - of.database, ..of };
                    owed.withheld = owed.withheld.into_iter().map(|(of, at)| (there(of), at)).collect();
                }
                Step::Commit => {
                    ledger.commit().unwrap();
                    offset += 1;
                    past.push((offset, owed.clone()));
                }
                Step::FallBack(batches) => {
                    past.truncate((past.len() - batches.min(past.len() - 1)).max(1));
                    (offset, owed) = past.last().unwrap().clone();
                    drop(ledger);
                    ledger = Ledger::open(folder.path()).unwrap();
                    ledger.rewind_by(&at(1, offset), most).unwrap();
                }
            }
            check(&ledger, &owed, offset);
        }
    }
}

#[test]
fn a_table_whose_making_was_cut_off_is_made_anew_and_a_damaged_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    drop(Ledger::open(folder.path()).unwrap());
    let whole = std::fs::read(&path).unwrap();
    for length in [1, 9, 4096, whole.len()] {
        let mut cut = whole[..length].to_vec();
        cut.iter_mut().take(9).for_each(|byte| *byte = 0);
        std::fs::write(&path, cut).unwrap();
        Ledger::open(folder.path()).unwrap();
    }
    // A table that was whole once is never taken for one that holds nothing.
    let mut damaged = whole;
    damaged[0] ^= 1;
    std::fs::write(&path, &damaged).unwrap();
    assert!(Ledger::open(folder.path()).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), damaged);
}

#[test]
fn another_snapshot_owes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path()).unwrap();
    ledger.rewind(&at(1, 5)).unwrap();
    ledger.withhold(key(1), 7, Place::in_snapshot(5)).unwrap();
    ledger.fence(key(2), Place::in_stream(6), Place::in_stream(90), HistoryMark::of("a"));
    ledger.commit().unwrap();
    ledger.rewind(&at(2, 50)).unwrap();
    check(&ledger, &Owed::default(), 50);
    assert!(ledger.page(None, 9).unwrap().is_empty());
}

#[test]
fn what_ended_long_ago_is_removed_and_what_holds_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path()).unwrap();
    ledger.rewind(&at(1, 5)).unwrap();
    for number in 0..6 {
        ledger.withhold(key(number), i64::from(number), Place::in_stream(10)).unwrap();
    }
    ledger.commit().unwrap();
    for number in 0..4 {
        ledger.free(&key(number), Place::in_stream(20 + u64::from(number))).unwrap();
    }
    ledger.commit().unwrap();
    ledger.purge(Place::in_stream(21)).unwrap();
    let rows = ledger.rows.as_ref().unwrap().iter().unwrap().count();
    assert_eq!(rows, 4);
    let page = ledger.page(None, 1).unwrap();
    let rest = ledger.page(page.last().map(|(of, _)| of), 9).unwrap();
    let dates: Vec<i64> = page.iter().chain(&rest).map(|(_, at_ms)| *at_ms).collect();
    assert_eq!(dates, [4, 5]);
}

/// Every row as it is on disk.
fn rows(ledger: &Ledger) -> Vec<(u8, KeyOf, u64, u64, i64)> {
    let rows = ledger.rows.as_ref().unwrap().iter().unwrap();
    rows.map(|row| {
        let (key, value) = row.unwrap();
        let (kind, database, name, born) = key.value();
        let (gone, at_ms) = value.value();
        (kind, KeyOf::new(database, name), born, gone, at_ms)
    })
    .collect()
}

#[test]
fn in_pages_the_table_becomes_what_it_becomes_at_once() {
    let place = Place::in_stream;
    let states: Vec<_> = [usize::MAX, 1, 7, 32, 64]
        .into_iter()
        .map(|most| {
            let folder = tempfile::tempdir().unwrap();
            let mut ledger = Ledger::open(folder.path()).unwrap();
            ledger.rewind(&at(1, 5)).unwrap();
            // 64 in the first database, 32 in the other one, half of them with the same names.
            let of = |number: u8| match number.checked_sub(64) {
                None => KeyOf::new(0, &[number]),
                Some(other) => KeyOf::new(1, &[other * 4]),
            };
            for number in 0..96 {
                ledger.withhold(of(number), i64::from(number), place(10)).unwrap();
                if number % 9 == 0 {
                    let (history, until) = (HistoryMark::of("a"), place(40 + u64::from(number)));
                    ledger.fence(of(number), place(10), until, history);
                }
            }
            ledger.commit().unwrap();
            ledger.swap_by(0, 1, place(20), most).unwrap();
            ledger.commit().unwrap();
            let swapped = (rows(&ledger), ledger.meta);
            assert_eq!(ledger.withheld_count(), 96);
            // Half of it ends before the destination falls back, half behind that.
            for (number, (_, of, ..)) in (0..).zip(rows(&ledger)) {
                ledger.free(&of, place(30 + number % 2)).unwrap();
            }
            ledger.commit().unwrap();
            ledger.rewind_by(&at(1, 30), most).unwrap();
            let ended = (rows(&ledger), ledger.meta);
            ledger.rewind_by(&at(1, 15), most).unwrap();
            let back = (rows(&ledger), ledger.meta);
            assert_eq!(ledger.withheld_count(), 96);
            // What holds again has no end by which it would go.
            for _ in 0..9 {
                ledger.purge(place(1000)).unwrap();
            }
            assert_eq!(ledger.page(None, usize::MAX).unwrap().len(), 96);
            [swapped, ended, back]
        })
        .collect();
    for state in &states {
        assert_eq!(Some(state), states.first());
    }
}

#[test]
fn a_database_that_is_emptied_owes_nothing_however_much_it_owed() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path()).unwrap();
    ledger.rewind(&at(1, 5)).unwrap();
    for number in 0..2 * CHANGED_AT_ONCE as u32 + 7 {
        let of = KeyOf::new(number % 2 * 3, &number.to_be_bytes());
        ledger.withhold_new(of, 9, Place::in_stream(10));
    }
    ledger.free_database(3, Place::in_stream(20)).unwrap();
    let kept = CHANGED_AT_ONCE as u64 + 4;
    assert_eq!(ledger.withheld_count(), kept);
    ledger.free_database(0, Place::in_stream(21)).unwrap();
    ledger.commit().unwrap();
    assert!(ledger.owes_nothing());
    assert!(ledger.page(None, 9).unwrap().is_empty());
    ledger.rewind(&at(1, 20)).unwrap();
    assert_eq!(ledger.withheld_count(), kept);
}

#[test]
fn a_fence_of_a_history_that_the_source_lost_is_told_and_waited_for_no_longer() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path()).unwrap();
    ledger.rewind(&at(1, 5)).unwrap();
    let (old, new) = (HistoryMark::of("old"), HistoryMark::of("new"));
    // The new history shares what the old one had up to here.
    let holds = |history: HistoryMark, until: u64| history == new || until <= 50;
    let place = Place::in_stream;
    ledger.fence(key(1), place(10), place(40), old);
    ledger.fence(key(2), place(10), place(90), old);
    ledger.fence(key(3), place(10), place(95), old);
    // Read again since.
    ledger.fence(key(3), place(12), place(60), new);
    assert_eq!(ledger.lost_fences(place(20), holds).unwrap(), [key(2)]);
    assert_eq!(ledger.fenced_until(), 60);
    ledger.fence(key(2), place(20), place(70), new);
    assert!(ledger.lost_fences(place(20), holds).unwrap().is_empty());
    assert_eq!(ledger.fenced_until(), 70);

    // Where the destination falls back to before that, the lost value is there again.
    drop(ledger);
    let mut ledger = Ledger::open(folder.path()).unwrap();
    ledger.rewind(&at(1, 15)).unwrap();
    assert_eq!(ledger.lost_fences(place(15), holds).unwrap(), [key(2)]);
    assert_eq!(ledger.fenced_until(), 60);
}

#[test]
fn a_fence_that_is_put_up_again_at_one_place_stays_as_long_as_the_later_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path()).unwrap();
    ledger.rewind(&at(1, 5)).unwrap();
    let (place, history) = (Place::in_stream, HistoryMark::of("a"));
    for until in [20, 30] {
        ledger.fence(key(1), place(10), place(until), history);
        ledger.commit().unwrap();
    }
    ledger.purge(place(25)).unwrap();
    assert!(ledger.is_fenced(&key(1), place(25)).unwrap());
    ledger.purge(place(30)).unwrap();
    assert!(ledger.fenced_beyond(place(0)).unwrap().is_empty());
}

#[test]
fn a_key_that_is_owed_whole_stays_so_until_it_is_given_whatever_becomes_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path()).unwrap();
    ledger.rewind(&at(1, 5)).unwrap();
    let place = Place::in_stream;
    ledger.withhold(key(1), 7, place(6)).unwrap();
    ledger.owe_whole(key(1), place(7)).unwrap();
    ledger.withhold(key(1), 8, place(8)).unwrap();
    assert_eq!(ledger.free(&key(1), place(9)).unwrap(), Some(WHOLE));
    ledger.commit().unwrap();
    assert_eq!(ledger.page(None, 9).unwrap(), [(key(1), WHOLE)]);
    ledger.settle(&key(1), place(10)).unwrap();
    ledger.commit().unwrap();
    assert!(ledger.owes_nothing());
    // A destination that stands there may not have it yet.
    drop(ledger);
    let mut ledger = Ledger::open(folder.path()).unwrap();
    ledger.rewind(&at(1, 10)).unwrap();
    assert_eq!(ledger.withheld(&key(1)).unwrap(), Some(WHOLE));
    // A database that is emptied owes nothing.
    ledger.free_database(key(1).database, place(11)).unwrap();
    assert!(ledger.owes_nothing());
}
