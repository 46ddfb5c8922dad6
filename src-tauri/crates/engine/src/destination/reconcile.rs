//! Where the task goes on: the destination's checkpoint, the local record, the spool and the
//! snapshot brought together. Asks nobody.

use keyferry_protocol::psync::ReplicationPosition;

use crate::checkpoint::{Checkpoint, Heard, SnapshotProgress};
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;
use crate::record::{Record, Written};
use crate::source::follow::{CurrentSnapshot, Wanted};
use crate::source::spool::SpoolProgress;
use crate::words::Phrase;

/// What this computer knows.
pub(super) struct Known<'a> {
    pub(super) record: &'a Record,
    pub(super) current: &'a CurrentSnapshot,
    /// `None` where it holds nothing, not even a position.
    pub(super) spool: Option<SpoolProgress>,
    pub(super) full: bool,
    pub(super) incremental: bool,
    /// This run's.
    pub(super) writer: u64,
    /// A person's word that the checkpoint of another copy of the task may be taken over.
    pub(super) adopt: bool,
}

/// What is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Go on from this checkpoint: the one that is there, with this run as its writer.
    GoOn(Checkpoint),
    /// This is the first checkpoint of the current snapshot, over whatever is there.
    Begin(Checkpoint),
    /// The stream has to be fetched from the source first.
    Fetch(Wanted),
}

/// Decides by what the destination holds.
///
/// # Errors
/// The task cannot go on from there: [`ErrorKind::CheckpointMissing`] where a copy helps,
/// [`ErrorKind::CheckpointConflict`] where a person has to look.
pub(super) fn reconcile(held: Option<&Checkpoint>, known: &Known<'_>) -> Result<Decision> {
    let Known { record, current, .. } = known;
    if let Some(why) = &record.spoilt {
        return Err(missing(why.clone()));
    }
    let Some(held) = held else {
        return match record.written {
            // Written was intended, or nothing was: what is missing was never there.
            Written::No | Written::Intended => begin(None, known),
            Written::Yes => Err(missing(phrase!("failure.checkpoint_gone"))),
        };
    };
    let ours = record.writers.contains(&held.writer);
    if !ours && !known.adopt {
        return Err(conflict(phrase!("failure.checkpoint_of_copy")));
    }
    if held.snapshot > current.number {
        return Err(conflict(phrase!("failure.checkpoint_later")));
    }
    // Places in a snapshot are places in one's own file, never in another's.
    let elsewhere = !ours && held.snapshot_progress != SnapshotProgress::Whole;
    if held.snapshot < current.number || elsewhere {
        return begin(Some(held), known);
    }
    let ReplicationPosition { id, offset } = held.position;
    if !record.follows(id.as_str(), offset) {
        return Err(conflict(phrase!("failure.checkpoint_astray")));
    }
    let needed_from = match held.snapshot_progress {
        _ if may_need_purge(held, record, current) => Some(0),
        SnapshotProgress::Until { byte, .. } => Some(byte),
        SnapshotProgress::Whole => None,
    };
    if needed_from.is_some_and(|place| !current.has(place)) {
        return Err(missing(phrase!("failure.snapshot_not_kept")));
    }
    // What nobody heard the answers of has to be looked at again.
    let from = held.heard.offset;
    if known.incremental
        && !known.spool.is_some_and(|spool| spool.start <= from && offset <= spool.written)
    {
        // A promoted source knows all of it under its newest id.
        let newest = record.history.as_deref().and_then(|id| id.parse().ok());
        let applied = ReplicationPosition { id: newest.unwrap_or(id), offset };
        return Ok(Decision::Fetch(Wanted { applied, from }));
    }
    Ok(Decision::GoOn(Checkpoint {
        epoch: record.epoch,
        writer: known.writer,
        sequence: held.sequence + 1,
        ..*held
    }))
}

/// Whether the destination may stand before the removal of keys that an earlier snapshot brought:
/// it comes between the snapshot's end and the first of the stream.
pub(super) fn may_need_purge(
    held: &Checkpoint,
    record: &Record,
    current: &CurrentSnapshot,
) -> bool {
    record.replaces
        && (held.snapshot_progress != SnapshotProgress::Whole
            || held.position.offset == current.position.offset)
}

/// From the current snapshot's beginning, where that is kept.
fn begin(held: Option<&Checkpoint>, known: &Known<'_>) -> Result<Decision> {
    if known.full && !known.current.has(0) {
        return Err(missing(phrase!("failure.snapshot_beginning_not_kept")));
    }
    Ok(Decision::Begin(first(held, known)))
}

fn first(held: Option<&Checkpoint>, known: &Known<'_>) -> Checkpoint {
    Checkpoint {
        epoch: known.record.epoch,
        writer: known.writer,
        sequence: held.map_or(0, |held| held.sequence) + 1,
        position: known.current.position,
        database: known.current.stream_database,
        lane: super::feed::LANE,
        lanes: 1,
        snapshot: known.current.number,
        snapshot_progress: if known.full {
            SnapshotProgress::Until { byte: 0, database: 0 }
        } else {
            SnapshotProgress::Whole
        },
        keys_done: 0,
        commands_applied: held.map_or(0, |held| held.commands_applied),
        heard: Heard {
            offset: known.current.position.offset,
            database: known.current.stream_database,
        },
    }
}

fn missing(why: Phrase) -> Error {
    Error::new(ErrorKind::CheckpointMissing, Side::Destination, why)
}

fn conflict(why: Phrase) -> Error {
    Error::new(ErrorKind::CheckpointConflict, Side::Destination, why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::snapshot::SnapshotWriter;

    const OURS: u64 = 1;
    const NOW: u64 = 2;
    const THEIRS: u64 = 3;

    fn id(letter: char) -> String {
        letter.to_string().repeat(40)
    }

    fn held(history: char, offset: u64) -> Checkpoint {
        Checkpoint {
            epoch: 1,
            writer: OURS,
            sequence: 9,
            position: ReplicationPosition { id: id(history).parse().unwrap(), offset },
            database: 3,
            lane: 0,
            lanes: 1,
            snapshot: 1,
            snapshot_progress: SnapshotProgress::Whole,
            keys_done: 7,
            commands_applied: 8,
            heard: Heard { offset, database: 3 },
        }
    }

    fn record() -> Record {
        let mut record = Record {
            history: Some(id('a')),
            written: Written::Yes,
            writers: vec![OURS, NOW],
            epoch: 2,
            ..Record::default()
        };
        record.promoted(id('b'), 500);
        record
    }

    /// One that is kept.
    fn snapshot(number: u32, offset: u64) -> CurrentSnapshot {
        let folder = tempfile::tempdir().unwrap();
        let writer = SnapshotWriter::create(folder.path(), number, None).unwrap();
        CurrentSnapshot { file: Some(writer.share()), ..gone(number, offset) }
    }

    fn gone(number: u32, offset: u64) -> CurrentSnapshot {
        CurrentSnapshot {
            number,
            position: ReplicationPosition { id: id('a').parse().unwrap(), offset },
            stream_database: 0,
            file: None,
        }
    }

    fn decide(
        held: Option<Checkpoint>,
        record: &Record,
        current: &CurrentSnapshot,
    ) -> Result<Decision> {
        decide_as(held, record, current, false)
    }

    fn decide_as(
        held: Option<Checkpoint>,
        record: &Record,
        current: &CurrentSnapshot,
        adopt: bool,
    ) -> Result<Decision> {
        let spool = Some(SpoolProgress { start: 100, written: 900, durable: 900 });
        let known =
            Known { record, current, spool, full: true, incremental: true, writer: NOW, adopt };
        reconcile(held.as_ref(), &known)
    }

    fn kind(decided: Result<Decision>) -> ErrorKind {
        decided.unwrap_err().kind
    }

    #[test]
    fn within_the_spool_it_goes_on_from_the_destinations_place() {
        for (history, offset) in [('a', 100), ('a', 500), ('b', 501), ('b', 900)] {
            let held = held(history, offset);
            let expected =
                Checkpoint { epoch: 2, writer: NOW, sequence: held.sequence + 1, ..held };
            let decided = decide(Some(held), &record(), &snapshot(1, 50)).unwrap();
            assert_eq!(decided, Decision::GoOn(expected));
        }
    }

    #[test]
    fn before_and_behind_the_spool_the_stream_is_fetched_from_the_destinations_place() {
        for offset in [99, 901] {
            let decided = decide(Some(held('b', offset)), &record(), &snapshot(1, 50)).unwrap();
            let applied = ReplicationPosition { id: id('b').parse().unwrap(), offset };
            assert_eq!(decided, Decision::Fetch(Wanted { applied, from: offset }));
        }
        // What was not heard is fetched with it.
        let unheard = Checkpoint { heard: Heard { offset: 90, database: 1 }, ..held('b', 500) };
        let decided = decide(Some(unheard), &record(), &snapshot(1, 50)).unwrap();
        let applied = ReplicationPosition { id: id('b').parse().unwrap(), offset: 500 };
        assert_eq!(decided, Decision::Fetch(Wanted { applied, from: 90 }));
        // The newest id is asked for, also where the place is older.
        let decided = decide(Some(held('a', 60)), &record(), &snapshot(1, 50)).unwrap();
        let applied = ReplicationPosition { id: id('b').parse().unwrap(), offset: 60 };
        assert_eq!(decided, Decision::Fetch(Wanted { applied, from: 60 }));
    }

    #[test]
    fn a_place_that_the_source_gave_up_or_never_had_is_not_gone_on_from() {
        for held in [held('a', 501), held('c', 200)] {
            let decided = decide(Some(held), &record(), &snapshot(1, 50));
            assert_eq!(kind(decided), ErrorKind::CheckpointConflict);
        }
    }

    #[test]
    fn a_missing_checkpoint_is_a_start_only_where_none_was_written() {
        for (written, start) in
            [(Written::No, true), (Written::Intended, true), (Written::Yes, false)]
        {
            let record = Record { written, ..record() };
            match decide(None, &record, &snapshot(1, 300)) {
                Ok(Decision::Begin(first)) => {
                    assert!(start);
                    assert_eq!((first.writer, first.position.offset), (NOW, 300));
                }
                decided => {
                    assert!(!start);
                    assert_eq!(kind(decided), ErrorKind::CheckpointMissing);
                }
            }
        }
    }

    #[test]
    fn another_copys_checkpoint_is_taken_over_only_on_a_persons_word() {
        let theirs = Checkpoint { writer: THEIRS, ..held('b', 700) };
        let decided = decide(Some(theirs), &record(), &snapshot(1, 50));
        assert_eq!(kind(decided), ErrorKind::CheckpointConflict);
        let decided = decide_as(Some(theirs), &record(), &snapshot(1, 50), true).unwrap();
        assert!(matches!(decided, Decision::GoOn(on) if on.position.offset == 700));
        // Its place in a snapshot is one in a file that is not here.
        let loading = Checkpoint {
            snapshot_progress: SnapshotProgress::Until { byte: 44, database: 0 },
            ..theirs
        };
        let decided = decide_as(Some(loading), &record(), &snapshot(1, 50), true).unwrap();
        assert!(matches!(decided, Decision::Begin(first) if first.position.offset == 50));
        let later = Checkpoint { snapshot: 2, ..theirs };
        let decided = decide_as(Some(later), &record(), &snapshot(1, 50), true);
        assert_eq!(kind(decided), ErrorKind::CheckpointConflict);
    }

    #[test]
    fn an_earlier_snapshots_checkpoint_gives_way_to_the_current_one() {
        let decided = decide(Some(held('c', 5)), &record(), &snapshot(2, 300)).unwrap();
        let Decision::Begin(first) = decided else { panic!("{decided:?}") };
        assert_eq!((first.sequence, first.snapshot, first.position.offset), (10, 2, 300));
    }

    #[test]
    fn a_fall_back_into_a_snapshot_that_is_gone_needs_a_copy() {
        let loading = Checkpoint {
            snapshot_progress: SnapshotProgress::Until { byte: 44, database: 0 },
            ..held('b', 300)
        };
        let decided = decide(Some(loading), &record(), &gone(1, 300));
        assert_eq!(kind(decided), ErrorKind::CheckpointMissing);
        // Before the removal of what an earlier copy brought, too.
        let whole = Checkpoint { snapshot: 2, ..held('b', 300) };
        let record = Record { replaces: true, ..record() };
        let decided = decide(Some(whole), &record, &gone(2, 300));
        assert_eq!(kind(decided), ErrorKind::CheckpointMissing);
        // And before all of it.
        let decided = decide(Some(held('c', 5)), &record, &gone(2, 300));
        assert_eq!(kind(decided), ErrorKind::CheckpointMissing);
    }

    #[tokio::test]
    async fn a_fall_back_before_what_was_given_back_needs_a_copy() {
        const MIB: u64 = 1024 * 1024;
        let folder = tempfile::tempdir().unwrap();
        let mut writer = SnapshotWriter::create(folder.path(), 1, None).unwrap();
        for _ in 0..40 {
            writer.append(&vec![1; 1024 * 1024]).unwrap();
        }
        let current = CurrentSnapshot { file: Some(writer.share()), ..gone(1, 300) };
        current.file.as_ref().unwrap().give_back(20 * MIB + 5);
        let at = |byte| {
            let progress = SnapshotProgress::Until { byte, database: 0 };
            let held = Checkpoint { snapshot_progress: progress, ..held('b', 300) };
            decide(Some(held), &record(), &current)
        };
        assert_eq!(kind(at(20 * MIB - 1)), ErrorKind::CheckpointMissing);
        assert!(matches!(at(20 * MIB), Ok(Decision::GoOn(_))));
        let fresh = Record { written: Written::No, ..record() };
        assert_eq!(kind(decide(None, &fresh, &current)), ErrorKind::CheckpointMissing);
    }

    #[test]
    fn a_spoilt_destination_is_not_gone_on_with() {
        let record = Record { spoilt: Some(phrase!("failure.data_exchanged")), ..record() };
        let decided = decide(Some(held('b', 700)), &record, &snapshot(1, 50));
        assert_eq!(kind(decided), ErrorKind::CheckpointMissing);
    }
}
