//! The reader against RDB files that real servers wrote, beside what those servers answered.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use keyferry_protocol::crc::Crc64;
use keyferry_protocol::rdb::{Item, OBJECT_TYPES, RdbReader, ValueWalker, Walk};
use proptest::prelude::*;

/// Database and key → type and expiry.
type Keys = BTreeMap<(u32, Vec<u8>), (String, Option<i64>)>;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/rdb")
}

fn files() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder())
        .expect("the folder shared/rdb, beside the project, has the files")
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "rdb"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// Reads a file in windows that grow by `step` bytes.
fn read(bytes: &[u8], step: usize) -> Result<Keys, String> {
    let mut keys = Keys::new();
    let (mut reader, mut database) = (RdbReader::new(), 0);
    let (mut from, mut to) = (0, 0);
    let walk = |mut walker: ValueWalker, from: &mut usize, to: &mut usize| loop {
        match walker.advance(&bytes[*from..*to]).map_err(|error| error.to_string())? {
            Walk::Done { consumed } => {
                *from += consumed;
                return Ok::<_, String>(());
            }
            Walk::More { consumed } => {
                *from += consumed;
                if *to == bytes.len() {
                    return Err("truncated".into());
                }
                *to = (*to + step).min(bytes.len());
            }
        }
    };
    loop {
        let next = reader.next(&bytes[from..to]).map_err(|error| error.to_string())?;
        let Some((consumed, item)) = next else {
            if to == bytes.len() {
                return Err("truncated".into());
            }
            to = (to + step).min(bytes.len());
            continue;
        };
        from += consumed;
        match item {
            Item::SelectDatabase(number) => database = number,
            Item::Entry { key, value_type, expire_at_ms, .. } => {
                let key = key.to_vec().map_err(|error| error.to_string())?;
                let data_type = OBJECT_TYPES
                    .iter()
                    .flat_map(|types| types.iter())
                    .find(|found| found.byte == value_type)
                    .map_or("?", |found| found.data_type);
                keys.insert((database, key), (data_type.to_owned(), expire_at_ms));
                let walker = ValueWalker::new(value_type, reader.flavour())
                    .map_err(|error| error.to_string())?;
                walk(walker, &mut from, &mut to)?;
            }
            Item::ModuleAux => walk(ValueWalker::module_aux(), &mut from, &mut to)?,
            Item::End { checksum } => {
                if let Some(checksum) = checksum {
                    let mut crc = Crc64::new();
                    crc.update(&bytes[..from - 8]);
                    assert_eq!(crc.value(), checksum, "the file's checksum");
                }
                assert_eq!(from, bytes.len());
                return Ok(keys);
            }
            Item::Aux { .. }
            | Item::ResizeDatabase { .. }
            | Item::SlotInfo
            | Item::Function { .. } => {}
        }
    }
}

#[test]
fn every_key_of_every_server_is_found_with_its_type_and_expiry() {
    for (name, bytes) in files() {
        let keys = read(&bytes, usize::MAX / 2).unwrap_or_else(|error| panic!("{name}: {error}"));
        let told = std::fs::File::open(folder().join(format!("{name}.jsonl.gz"))).unwrap();
        let mut count = 0;
        for line in BufReader::new(flate2::read::GzDecoder::new(told)).lines() {
            let told: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
            let hex = told["key"].as_str().unwrap();
            let key: Vec<u8> = (0..hex.len())
                .step_by(2)
                .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
                .collect();
            let database = told["db"].as_u64().unwrap() as u32;
            let (data_type, expire_at_ms) = keys
                .get(&(database, key))
                .unwrap_or_else(|| panic!("{name}: database {database} lacks {hex}"));
            if told["module"].as_bool() == Some(true) {
                assert_eq!(data_type, "module", "{name} {hex}");
            } else {
                assert_eq!(data_type, told["type"].as_str().unwrap(), "{name} {hex}");
            }
            assert_eq!(
                expire_at_ms.is_some(),
                told["has_ttl"].as_bool().unwrap_or(false),
                "{name} {hex}"
            );
            if let Some(at) = told["expire_at_ms"].as_i64() {
                assert_eq!(*expire_at_ms, Some(at), "{name} {hex}");
            }
            count += 1;
        }
        assert_eq!(count, keys.len(), "{name}: keys that the server did not tell of");
    }
}

#[test]
fn a_file_read_in_pieces_of_any_size_reads_the_same() {
    for (name, bytes) in files() {
        let whole = read(&bytes, usize::MAX / 2).unwrap();
        // Growing by one byte is quadratic in an item's size: it is left to the smallest files.
        for step in [7, 61, 1024, 65_536] {
            assert!(read(&bytes, step).unwrap() == whole, "{name} in steps of {step}");
        }
    }
}

#[test]
fn a_file_cut_anywhere_is_truncated_not_whole() {
    for (name, bytes) in files() {
        for cut in (0..bytes.len()).step_by(bytes.len() / 300 + 1) {
            assert!(read(&bytes[..cut], usize::MAX / 2).is_err(), "{name} cut at {cut}");
        }
    }
}

proptest! {
    #[test]
    fn a_damaged_file_never_makes_it_panic(
        pick in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let files = files();
        let mut bytes = pick.get(&files).1.clone();
        // The checksum is asserted on whole files only: it lies in the last eight bytes.
        let end = bytes.len() - 8;
        bytes[end..].fill(0);
        for (at, byte) in changes {
            let at = at.index(end);
            bytes[at] = byte;
        }
        let _ = read(&bytes, 4096);
    }
}
