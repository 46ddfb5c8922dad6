//! The log of each task: what the engine says while it runs, in two bounded files of its folder.
//!
//! A run is a span, `task{id}`. A host that wants logs adds [`layer`] to its subscriber: what is said
//! within such a span goes to that task's file, whatever task of the runtime says it. Whoever says it
//! never waits: a thread for each run writes, and what it cannot keep up with is counted and said.

mod file;
mod layer;
mod line;
mod run;

use std::path::{Path, PathBuf};

use keyferry_engine::secret::Secret;
use tracing::Span;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

pub use file::News;
pub(crate) use file::{FILES, news, page, text};
pub(crate) use run::{say_how_it_ended, say_what_changes, say_what_runs, say_what_was_found};

use self::layer::{TaskLogs, Wanted};

/// Writes what is said within a task's run to the log in its folder: everything from `info` on, and
/// what the environment variable `KEYFERRY_LOG` asks for, as `debug` or `keyferry_engine=debug`.
pub fn layer<S>() -> impl Layer<S>
where
    S: tracing::Subscriber + for<'span> LookupSpan<'span>,
{
    TaskLogs::default().with_filter(Wanted::from_environment())
}

/// The log of one run, until it is dropped; by then all that was said is in its file.
pub(crate) struct TaskLog {
    span: Span,
}

impl TaskLog {
    /// Begins, in the task's `folder`. `secrets` are what no line may hold: servers repeat what they
    /// were sent.
    pub(crate) fn begin(folder: &Path, id: &str, secrets: Vec<Secret>) -> Self {
        let span = tracing::info_span!(target: "keyferry", "task", id);
        let folder: PathBuf = folder.to_owned();
        span.with_subscriber(|(span, dispatch)| {
            if let Some(logs) = dispatch.downcast_ref::<TaskLogs>() {
                logs.begin(span, &folder, secrets);
            }
        });
        Self { span }
    }

    /// What the run is to happen in.
    pub(crate) fn span(&self) -> &Span {
        &self.span
    }
}

impl Drop for TaskLog {
    fn drop(&mut self) {
        self.span.with_subscriber(|(span, dispatch)| {
            if let Some(logs) = dispatch.downcast_ref::<TaskLogs>() {
                logs.end(span);
            }
        });
    }
}
