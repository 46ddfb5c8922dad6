//! The keys that the destination held before the task began, on disk.
//!
//! A key is kept as the 128-bit XXH3 of its database and name, sorted, so that the set takes
//! 16 bytes a key on disk and next to nothing in memory however many there are. Two keys with one
//! hash would need some 10^17 keys to be likely.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::Xxh3;

use crate::durable;
use crate::error::{Error, Result};
use crate::phrase;

const ENTRY_BYTES: usize = 16;
/// Keys are first dealt into this many files by their first byte, each of which is then sorted in
/// memory.
const BUCKETS: usize = 256;
/// Every so many entries one is kept in memory, to find the place of the rest with one read.
const INDEX_EVERY: usize = 256;

/// The hash of a key in a destination database.
pub(crate) fn key_hash(database: u32, key: &[u8]) -> u128 {
    let mut hasher = Xxh3::new();
    hasher.update(&database.to_le_bytes());
    hasher.update(key);
    hasher.digest128()
}

/// Collects keys in any order.
pub(crate) struct KeySetBuilder {
    path: PathBuf,
    /// Files are made for those that get keys.
    buckets: Vec<Option<BufWriter<File>>>,
}

impl KeySetBuilder {
    /// Begins the set that will be in `path`.
    pub(crate) fn create(path: &Path) -> Self {
        Self { path: path.to_owned(), buckets: (0..BUCKETS).map(|_| None).collect() }
    }

    pub(crate) fn insert(&mut self, hash: u128) -> Result<()> {
        let bytes = hash.to_be_bytes();
        let number = usize::from(bytes[0]);
        let Some(bucket) = self.buckets.get_mut(number) else { return Ok(()) };
        let mut write = || -> std::io::Result<()> {
            let file = match bucket {
                Some(file) => file,
                None => bucket.insert(BufWriter::with_capacity(
                    4096,
                    File::create(bucket_path(&self.path, number))?,
                )),
            };
            file.write_all(&bytes)
        };
        write().map_err(|cause| Error::local_io(phrase!("failure.cannot_write_keys"), cause))
    }

    /// Sorts, and makes the set durable.
    pub(crate) fn finish(self) -> Result<KeySet> {
        let Self { path, buckets } = self;
        let build = || -> std::io::Result<()> {
            let aside = path.with_extension("new");
            let mut out = BufWriter::new(File::create(&aside)?);
            for (number, bucket) in buckets.into_iter().enumerate() {
                let Some(bucket) = bucket else { continue };
                bucket.into_inner().map_err(std::io::IntoInnerError::into_error)?;
                let place = bucket_path(&path, number);
                let mut bytes = Vec::new();
                File::open(&place)?.read_to_end(&mut bytes)?;
                let mut entries: Vec<[u8; ENTRY_BYTES]> =
                    bytes.as_chunks::<ENTRY_BYTES>().0.to_vec();
                entries.sort_unstable();
                entries.dedup();
                for entry in entries {
                    out.write_all(&entry)?;
                }
                fs::remove_file(place)?;
            }
            out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
            fs::rename(&aside, &path)?;
            durable::sync_folder(&path)
        };
        build().map_err(|cause| {
            Error::local_io(phrase!("failure.cannot_make", path = path.display()), cause)
        })?;
        KeySet::open(&path)
    }
}

fn bucket_path(path: &Path, bucket: usize) -> PathBuf {
    path.with_extension(format!("bucket-{bucket:02x}"))
}

/// A finished set.
pub(crate) struct KeySet {
    file: File,
    entries: u64,
    /// The first entry of every [`INDEX_EVERY`].
    index: Vec<u128>,
}

impl KeySet {
    /// The set in `path`.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let read = || -> std::io::Result<Self> {
            let file = File::open(path)?;
            let entries = file.metadata()?.len() / ENTRY_BYTES as u64;
            let mut reader = BufReader::with_capacity(ENTRY_BYTES * INDEX_EVERY, &file);
            let mut index = Vec::new();
            let mut block = vec![0; ENTRY_BYTES * INDEX_EVERY];
            let mut left = entries;
            while left > 0 {
                let count = left.min(INDEX_EVERY as u64);
                let block = block.get_mut(..count as usize * ENTRY_BYTES).unwrap_or_default();
                reader.read_exact(block)?;
                if let Some((first, _)) = block.split_first_chunk::<ENTRY_BYTES>() {
                    index.push(u128::from_be_bytes(*first));
                }
                left -= count;
            }
            Ok(Self { file, entries, index })
        };
        read().map_err(|cause| {
            Error::local_io(phrase!("failure.cannot_read", path = path.display()), cause)
        })
    }

    pub(crate) fn len(&self) -> u64 {
        self.entries
    }

    /// Whether `hash` is in it.
    pub(crate) fn contains(&self, hash: u128) -> Result<bool> {
        let block = self.index.partition_point(|first| *first <= hash);
        let Some(block) = block.checked_sub(1) else { return Ok(false) };
        let mut bytes = [0; ENTRY_BYTES * INDEX_EVERY];
        let place = (block * bytes.len()) as u64;
        let read = durable::read_at(&self.file, &mut bytes, place)
            .map_err(|cause| Error::local_io(phrase!("failure.cannot_read_keys"), cause))?;
        let entries = bytes.get(..read).unwrap_or_default().as_chunks::<ENTRY_BYTES>().0;
        Ok(entries.binary_search(&hash.to_be_bytes()).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("existing.keys");
        let mut builder = KeySetBuilder::create(&path);
        let key = |number: u32| format!("key:{number}").into_bytes();
        for number in (0..5000).rev().chain(0..10) {
            builder.insert(key_hash(3, &key(number))).unwrap();
        }
        let built = builder.finish().unwrap();
        assert_eq!(built.len(), 5000);
        let set = KeySet::open(&path).unwrap();
        for number in 0..6000 {
            assert_eq!(set.contains(key_hash(3, &key(number))).unwrap(), number < 5000, "{number}");
            assert!(!set.contains(key_hash(4, &key(number))).unwrap());
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_empty_set_is_a_set() {
        let folder = tempfile::tempdir().unwrap();
        let set = KeySetBuilder::create(&folder.path().join("none")).finish().unwrap();
        assert!(set.len() == 0 && !set.contains(7).unwrap());
    }
}
