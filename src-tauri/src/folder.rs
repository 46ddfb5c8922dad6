//! Shows a folder in the desktop's file manager.

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use keyferry_workbench::engine::phrase;
use keyferry_workbench::error::{CommandError, Result};
use tokio::process::Command;
use tokio::time::timeout;

#[cfg(target_os = "linux")]
const OPENER: &str = "xdg-open";
#[cfg(target_os = "macos")]
const OPENER: &str = "open";
#[cfg(target_os = "windows")]
const OPENER: &str = "explorer";

/// Some openers end at once, some with the window that they open: what runs so long has opened it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Shows `folder`, or the nearest one above it that is there.
///
/// # Errors
/// The desktop has no file manager, or it refuses (`folder_not_opened`).
pub(crate) async fn open(folder: &Path) -> Result<()> {
    open_with(OPENER, folder).await.map_err(|cause| {
        CommandError::usage(
            "folder_not_opened",
            phrase!("refusal.open_folder", path = folder.display(), cause = cause),
        )
    })
}

async fn open_with(opener: &str, folder: &Path) -> io::Result<()> {
    let there = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(folder);
    let mut opening = Command::new(opener)
        .arg(there)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|cause| io::Error::new(cause.kind(), format!("{opener}: {cause}")))?;
    match timeout(PATIENCE, opening.wait()).await {
        // Explorer says 1 where all went well.
        Ok(ended) if !cfg!(windows) => match ended? {
            status if status.success() => Ok(()),
            status => Err(io::Error::other(format!("{opener}: {status}"))),
        },
        Ok(_) | Err(_) => Ok(()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_desktop_that_opens_nothing_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let absent = folder.path().join("not/there");
        open_with("true", &absent).await.unwrap();
        let error = open_with("false", &absent).await.unwrap_err();
        assert!(error.to_string().starts_with("false: exit"), "{error}");
        let error = open_with("keyferry-no-such-opener", &absent).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
