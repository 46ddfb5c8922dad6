//! Small files that survive a crash whole or not at all, and positional file access.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use crate::error::{Error, ErrorKind, Result, Side};
use crate::words::Phrase;
use crate::{failpoint, phrase};

/// Replaces `path`: written aside, synced, renamed, and the folder synced. The first line holds a
/// version and the CRC-32C of what follows.
///
/// # Errors
/// The disk refused; `path` is then what it was before.
pub fn replace(path: &Path, version: u32, body: &[u8]) -> Result<()> {
    let write = || -> io::Result<()> {
        let aside = path.with_extension("new");
        let mut file = File::create(&aside)?;
        writeln!(file, "keyferry {version} {:08x}", crc32c::crc32c(body))?;
        file.write_all(body)?;
        file.sync_all()?;
        failpoint::hit("record_written_aside");
        fs::rename(&aside, path)?;
        failpoint::hit("record_renamed");
        sync_folder(path)
    };
    write().map_err(|cause| {
        Error::local_io(phrase!("failure.cannot_write", path = path.display()), cause)
    })
}

/// What [`replace`] wrote last; `None` where there is no such file.
///
/// # Errors
/// A file that is damaged, cut or of another version is an error, never `None`.
pub fn read(path: &Path, version: u32) -> Result<Option<Vec<u8>>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => {
            return Err(Error::local_io(
                phrase!("failure.cannot_read", path = path.display()),
                cause,
            ));
        }
    };
    let damaged = |why: Phrase| {
        Error::new(
            ErrorKind::StateCorrupt,
            Side::Local,
            phrase!("failure.damaged", path = path.display(), why = why),
        )
    };
    let end = memchr::memchr(b'\n', &bytes).ok_or_else(|| damaged(phrase!("damage.no_header")))?;
    let (header, body) = bytes.split_at(end + 1);
    let header =
        std::str::from_utf8(header).map_err(|_| damaged(phrase!("damage.header_no_text")))?;
    let mut words = header.split_ascii_whitespace();
    if words.next() != Some("keyferry") {
        return Err(damaged(phrase!("damage.foreign")));
    }
    if words.next().and_then(|word| word.parse().ok()) != Some(version) {
        return Err(damaged(phrase!("damage.version")));
    }
    let sum = words.next().and_then(|word| u32::from_str_radix(word, 16).ok());
    if sum != Some(crc32c::crc32c(body)) {
        return Err(damaged(phrase!("damage.checksum")));
    }
    Ok(Some(body.to_vec()))
}

/// Makes the entries of `path`'s folder durable.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    // Windows cannot open folders as files, and its renames are durable by journal.
    if cfg!(unix)
        && let Some(folder) = path.parent()
    {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Removes a file that may not be there.
pub(crate) fn remove_if_there(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(cause) => {
            Err(Error::local_io(phrase!("failure.cannot_remove", path = path.display()), cause))
        }
    }
}

/// Writes all of `bytes` at `position`, whatever the file's cursor.
pub(crate) fn write_at(file: &File, bytes: &[u8], position: u64) -> io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::FileExt::write_all_at(file, bytes, position);
    #[cfg(windows)]
    {
        let (mut bytes, mut position) = (bytes, position);
        while !bytes.is_empty() {
            let written = std::os::windows::fs::FileExt::seek_write(file, bytes, position)?;
            bytes = &bytes[written..];
            position += written as u64;
        }
        Ok(())
    }
}

/// Holes begin and end at multiples of this: whole blocks, whatever the file system's are.
pub(crate) const HOLE_UNIT_BYTES: u64 = 64 * 1024;

/// Gives a part of a file back, on disk and in memory, without what has not been written yet being
/// written first; it reads as zeros then. Both bounds are multiples of [`HOLE_UNIT_BYTES`]. False where
/// the system or the file system cannot.
#[cfg_attr(not(target_os = "linux"), expect(unused_variables, reason = "only Linux can"))]
pub(crate) fn give_back(file: &File, from: u64, until: u64) -> bool {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{FallocateFlags, fallocate};
        let hole = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
        fallocate(file, hole, from, until - from).is_ok()
    }
    #[cfg(not(target_os = "linux"))]
    false
}

/// Where the first hole ends that [`give_back`] made behind `from`; `from` where there is none.
#[cfg_attr(not(target_os = "linux"), expect(unused_variables, reason = "only Linux can"))]
pub(crate) fn given_back_until(file: &File, from: u64) -> io::Result<u64> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{SeekFrom, seek};
        match seek(file, SeekFrom::Data(from)) {
            Ok(place) => Ok(place),
            // Nothing but a hole, or nothing at all.
            Err(rustix::io::Errno::NXIO) => Ok(file.metadata()?.len().max(from)),
            // A file system that cannot say has no holes either.
            Err(rustix::io::Errno::INVAL | rustix::io::Errno::OPNOTSUPP) => Ok(from),
            Err(cause) => Err(cause.into()),
        }
    }
    #[cfg(not(target_os = "linux"))]
    Ok(from)
}

/// Reads up to `buffer.len()` bytes at `position`; fewer at the file's end.
pub(crate) fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    let mut done = 0;
    while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty()) {
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(file, rest, position + done as u64);
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(file, rest, position + done as u64);
        match read {
            Ok(0) => break,
            Ok(count) => done += count,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_cut_anywhere_is_an_error_never_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("record");
        assert!(read(&path, 1).unwrap().is_none());
        replace(&path, 1, b"{\"a\": \"some body\"}").unwrap();
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let error = read(&path, 1).unwrap_err();
            assert_eq!(error.kind, ErrorKind::StateCorrupt, "cut at {length}");
        }
        fs::write(&path, &whole).unwrap();
        assert_eq!(read(&path, 1).unwrap().unwrap(), b"{\"a\": \"some body\"}");
        assert!(read(&path, 2).is_err());
    }
}
