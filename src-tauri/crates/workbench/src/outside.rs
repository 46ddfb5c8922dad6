//! What other processes do to the tasks is seen as it happens, so that nobody has to look again and
//! again.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use tokio::sync::watch;
use tokio_util::task::AbortOnDropHandle;

use crate::control;
use crate::store::Store;

/// Bumps a count with every change of a task's files, for as long as it lives.
pub(crate) struct Outside(#[expect(dead_code, reason = "it ends with it")] AbortOnDropHandle<()>);

impl Outside {
    /// Watches the tasks of `store`; `None` where the system cannot, and then what others do is seen
    /// with the next change of our own.
    ///
    /// `runs` is bumped when a process begins or ends to run a task.
    pub(crate) fn watch(
        store: &Store,
        changes: watch::Sender<u64>,
        runs: watch::Sender<u64>,
    ) -> Option<Self> {
        let folder = store.folder().join("tasks");
        let touched = watch::Sender::new(0_u64);
        let mut touches = touched.subscribe();
        let start = || {
            let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
                let Ok(event) = event else { return };
                if concerns_somebody(&event) {
                    touched.send_modify(|count| *count += 1);
                }
                if event.paths.iter().any(|path| path.ends_with(control::POINTER)) {
                    runs.send_modify(|count| *count += 1);
                }
            })?;
            watcher.watch(&folder, RecursiveMode::NonRecursive)?;
            Ok::<_, notify::Error>(watcher)
        };
        let mut watcher = start()
            .inspect_err(|error| tracing::warn!(%error, "what other processes do is not seen"))
            .ok()?;
        Some(Self(AbortOnDropHandle::new(tokio::spawn(async move {
            let mut watched = HashSet::new();
            loop {
                watch_new_folders(&folder, &mut watcher, &mut watched);
                if touches.changed().await.is_err() {
                    return;
                }
                changes.send_modify(|count| *count += 1);
            }
        }))))
    }
}

/// Each task's folder is watched by itself and not what is below it: the engine writes there many
/// times a second.
fn watch_new_folders(
    folder: &Path,
    watcher: &mut RecommendedWatcher,
    watched: &mut HashSet<PathBuf>,
) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let there: HashSet<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    watched.retain(|path| there.contains(path));
    for path in there {
        if !watched.contains(&path) && watcher.watch(&path, RecursiveMode::NonRecursive).is_ok() {
            watched.insert(path);
        }
    }
}

/// Whether lists and pages show what has changed. Looking at a lock touches it: that says nothing.
fn concerns_somebody(event: &Event) -> bool {
    if event.kind.is_access() {
        return false;
    }
    event.paths.iter().any(|path| {
        let shown = path.file_name().and_then(OsStr::to_str).is_some_and(|name| {
            matches!(name, "task" | "status.json" | "events.jsonl" | "log" | control::POINTER)
        });
        shown || path.parent().and_then(Path::file_name) == Some(OsStr::new("tasks"))
    })
}
