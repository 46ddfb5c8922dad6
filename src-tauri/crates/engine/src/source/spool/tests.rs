use super::*;

fn append(spool: &Spool, bytes: &[u8]) {
    let mut buffer = SpoolBuffer::new();
    buffer.space()[..bytes.len()].copy_from_slice(bytes);
    spool.append(&mut buffer, bytes.len(), 1).unwrap();
}

fn read_all(spool: &Arc<Spool>, from: u64) -> Vec<u8> {
    let mut reader = spool.reader(from);
    let mut bytes = Vec::new();
    while reader.read(&mut bytes).unwrap().is_some() {}
    bytes
}

#[test]
fn what_was_appended_is_read_from_any_position_also_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Arc::new(Spool::open(folder.path()).unwrap());
    assert!(spool.is_empty());
    spool.reset(100).unwrap();
    for part in [&b"hello "[..], b"wide", b" world"] {
        append(&spool, part);
    }
    assert_eq!(read_all(&spool, 100), b"hello wide world");
    assert_eq!(read_all(&spool, 108), b"de world");
    drop(spool);
    let spool = Arc::new(Spool::open(folder.path()).unwrap());
    assert_eq!(spool.progress().written, 116);
    append(&spool, b"!");
    assert_eq!(read_all(&spool, 111), b"world!");
}

#[test]
fn a_tail_torn_anywhere_is_cut_at_a_record_and_the_spool_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::open(folder.path()).unwrap();
    spool.reset(0).unwrap();
    append(&spool, b"first");
    append(&spool, b"second");
    drop(spool);
    let path = segment::path(folder.path(), 0);
    let whole = fs::read(&path).unwrap();
    let first = HEADER_BYTES + 5;
    let second = first + HEADER_BYTES + 6;
    for length in 0..second {
        fs::write(&path, &whole[..length]).unwrap();
        let spool = Arc::new(Spool::open(folder.path()).unwrap());
        let expected: &[u8] = if length < first { b"" } else { b"first" };
        assert_eq!(read_all(&spool, 0), expected, "cut at {length}");
        append(&spool, b"+");
        assert_eq!(read_all(&spool, 0), [expected, b"+"].concat(), "cut at {length}");
    }
}

#[test]
fn segments_roll_over_and_are_trimmed_from_the_front() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Arc::new(Spool::open(folder.path()).unwrap());
    spool.reset(0).unwrap();
    let mut buffer = SpoolBuffer::new();
    let records = 2 * SEGMENT_BYTES / RECORD_BYTES_MAX as u64 + 3;
    for number in 0..records {
        buffer.space().fill(number as u8);
        spool.append(&mut buffer, RECORD_BYTES_MAX, 1).unwrap();
    }
    spool.sync().unwrap();
    let end = spool.progress();
    assert_eq!(end.written, records * RECORD_BYTES_MAX as u64);
    assert_eq!(end.durable, end.written);
    assert_eq!(read_all(&spool, end.written - 10), [records as u8 - 1; 10]);
    spool.trim(end.written - 1, Margin::NONE).unwrap();
    let start = spool.progress().start;
    assert!(start > 0 && start < end.written);
    drop(spool);
    let spool = Arc::new(Spool::open(folder.path()).unwrap());
    assert_eq!((spool.progress().start, spool.progress().written), (start, end.written));
    assert_eq!(read_all(&spool, start).len() as u64, end.written - start);
}

#[test]
fn a_hole_makes_everything_before_it_useless() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::open(folder.path()).unwrap();
    spool.reset(0).unwrap();
    append(&spool, b"old");
    drop(spool);
    let newer = segment::path(folder.path(), 50);
    fs::write(&newer, []).unwrap();
    let spool = Spool::open(folder.path()).unwrap();
    assert_eq!((spool.progress().start, spool.progress().written), (50, 50));
}

#[test]
fn cut_at_any_position_it_holds_what_came_before_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    for at in 100..=116 {
        let spool = Arc::new(Spool::open(folder.path()).unwrap());
        spool.reset(100).unwrap();
        for part in [&b"hello "[..], b"wide", b" world"] {
            append(&spool, part);
        }
        spool.cut(at).unwrap();
        let kept = &b"hello wide world"[..(at - 100) as usize];
        assert_eq!(read_all(&spool, 100), kept, "cut at {at}");
        assert_eq!((spool.progress().start, spool.progress().written), (100, at));
        append(&spool, b"!");
        drop(spool);
        let spool = Arc::new(Spool::open(folder.path()).unwrap());
        assert_eq!(read_all(&spool, 100), [kept, b"!"].concat(), "cut at {at} and reopened");
    }
}

#[test]
fn cut_before_a_segment_boundary_later_segments_go() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Arc::new(Spool::open(folder.path()).unwrap());
    spool.reset(0).unwrap();
    let mut buffer = SpoolBuffer::new();
    for number in 0..2 * SEGMENT_BYTES / RECORD_BYTES_MAX as u64 {
        buffer.space().fill(number as u8);
        spool.append(&mut buffer, RECORD_BYTES_MAX, 1).unwrap();
    }
    let second = *spool.lock().segments.get(1).unwrap();
    for at in [second + 5, second, second - 5, 7] {
        spool.cut(at).unwrap();
        assert_eq!(read_all(&spool, 0).len() as u64, at);
        append(&spool, b"+++++");
        assert!(read_all(&spool, at - 1).ends_with(b"+++++"));
        spool.cut(at).unwrap();
    }
}

#[test]
fn a_byte_changed_anywhere_is_damage_there_and_never_other_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::open(folder.path()).unwrap();
    spool.reset(0).unwrap();
    append(&spool, b"first");
    append(&spool, b"second");
    drop(spool);
    let path = segment::path(folder.path(), 0);
    let mut whole = fs::read(&path).unwrap();
    whole.truncate(4096);
    let first = HEADER_BYTES + 5;
    for at in 0..first + HEADER_BYTES + 6 {
        let spool = Arc::new(Spool::open(folder.path()).unwrap());
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        fs::write(&path, &changed).unwrap();
        // Under the running task: what was written is not there any more.
        let mut reader = spool.reader(0);
        let mut bytes = Vec::new();
        let error = loop {
            match reader.read(&mut bytes) {
                Ok(Some(_)) => {}
                Ok(None) => unreachable!("byte {at} was not missed"),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind, ErrorKind::StateCorrupt);
        let expected: &[u8] = if at < first { b"" } else { b"first" };
        assert_eq!(bytes, expected, "byte {at}");
        let damage = spool.take_damage().unwrap();
        assert_eq!(damage, expected.len() as u64, "byte {at}");
        spool.cut(damage).unwrap();
        assert_eq!(read_all(&spool, 0), expected, "byte {at}");
        drop(spool);
        // Found by the next start, it is cut there and then.
        fs::write(&path, &changed).unwrap();
        let spool = Arc::new(Spool::open(folder.path()).unwrap());
        assert_eq!(read_all(&spool, 0), expected, "byte {at}");
        drop(spool);
        fs::write(&path, &whole).unwrap();
    }
}

#[test]
fn the_margin_keeps_a_least_amount_and_what_is_young_up_to_a_most() {
    let margin = Margin { least: 100, age: Duration::from_secs(60), most: 1000 };
    let old = SystemTime::now().checked_sub(Duration::from_secs(3600));
    for (behind, written_last, covered) in [
        (99, old, true),
        (100, old, false),
        (999, Some(SystemTime::now()), true),
        (1000, Some(SystemTime::now()), false),
    ] {
        assert_eq!(margin.covers(behind, written_last), covered, "{behind}");
    }
    assert!(!Margin::NONE.covers(0, Some(SystemTime::now())));
}

/// What is synced, as far as it can be told here.
#[cfg(unix)]
pub(super) mod synced {
    use std::cell::RefCell;
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    thread_local! {
        /// The inodes of the files that this thread synced.
        static SYNCED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
    }

    pub(in super::super) fn note(file: &File) {
        let inode = file.metadata().unwrap().ino();
        SYNCED.with_borrow_mut(|synced| synced.push(inode));
    }

    /// Whether every segment on disk was synced since the last call.
    fn all(folder: &Path) -> bool {
        let synced = SYNCED.take();
        let mut files = fs::read_dir(folder).unwrap();
        files.all(|entry| synced.contains(&entry.unwrap().metadata().unwrap().ino()))
    }

    /// A spool of three segments of which nothing is synced.
    fn unsynced(folder: &Path) -> Spool {
        let spool = Spool::open(folder).unwrap();
        spool.reset(0).unwrap();
        let mut buffer = SpoolBuffer::new();
        for _ in 0..2 * SEGMENT_BYTES / RECORD_BYTES_MAX as u64 {
            spool.append(&mut buffer, RECORD_BYTES_MAX, 1).unwrap();
        }
        assert_eq!(spool.lock().segments.len(), 3);
        assert!(!all(folder));
        spool
    }

    #[test]
    fn what_an_earlier_run_did_not_sync_is_on_disk_before_it_is_told_to_be() {
        let folder = tempfile::tempdir().unwrap();
        drop(unsynced(folder.path()));
        let spool = Spool::open(folder.path()).unwrap();
        assert!(all(folder.path()));
        assert_eq!(spool.progress().durable, spool.progress().written);
    }

    #[test]
    fn what_was_filled_is_synced_also_where_the_tail_behind_it_is_cut() {
        let folder = tempfile::tempdir().unwrap();
        let spool = unsynced(folder.path());
        let third = *spool.lock().segments.last().unwrap();
        spool.cut(third + 5).unwrap();
        assert!(all(folder.path()));
        assert_eq!(spool.progress().durable, third + 5);
    }
}
