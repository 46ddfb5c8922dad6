//! Folders that only this user can look into, and locks in them.

use std::fs::{self, File, TryLockError};
use std::path::Path;

use keyferry_engine::error::Error;

use crate::error::Result;

pub(crate) fn io(what: &Path, cause: std::io::Error) -> Error {
    Error::local_io(what.display(), cause)
}

pub(super) fn open_lock(folder: &Path) -> Result<File> {
    let path = folder.join("lock");
    let open = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    Ok(open.map_err(|cause| io(&path, cause))?)
}

pub(super) fn try_lock(folder: &Path) -> Result<Option<File>> {
    let file = open_lock(folder)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(cause)) => Err(io(folder, cause).into()),
    }
}

/// Makes a folder that only this user can look into.
pub(crate) fn make_private(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(folder).map_err(|cause| io(folder, cause))?)
}
