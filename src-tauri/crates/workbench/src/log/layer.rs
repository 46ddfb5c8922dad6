//! What is said within a task's span goes to the thread that writes its file.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;

use keyferry_engine::secret::Secret;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber, span};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Filter, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::file::LogFile;
use super::line::Said;

/// Says what is wanted beyond that, here and on stderr.
const WANTED: &str = "KEYFERRY_LOG";
/// The beginning of what our crates are called: others may say what nobody looked through for secrets.
const OURS: &str = "keyferry";
/// How many lines may wait for the disk.
const LINES_WAITING: usize = 1024;

/// Which of all that is said belongs into logs.
pub(super) struct Wanted(Targets);

impl Wanted {
    pub(super) fn from_environment() -> Self {
        let said = std::env::var(WANTED).ok().and_then(|text| text.parse().ok());
        Self(said.unwrap_or_default())
    }

    fn wants(&self, metadata: &Metadata<'_>) -> bool {
        self.wants_of(metadata.target(), metadata.level())
    }

    /// What is asked for adds to a log; nobody makes it silent by it.
    fn wants_of(&self, target: &str, level: &Level) -> bool {
        target.starts_with(OURS) && (*level <= Level::INFO || self.0.would_enable(target, level))
    }
}

impl<S> Filter<S> for Wanted {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        self.wants(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.wants(metadata) { Interest::always() } else { Interest::never() }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Filter::<S>::max_level_hint(&self.0).map(|level| level.max(LevelFilter::INFO))
    }
}

/// The runs whose lines are kept, by their spans.
#[derive(Default)]
pub(super) struct TaskLogs(RwLock<HashMap<span::Id, Writer>>);

impl TaskLogs {
    /// A run's lines go to `folder` from now on.
    pub(super) fn begin(&self, span: &span::Id, folder: &Path, secrets: Vec<Secret>) {
        match Writer::start(folder, secrets) {
            Ok(writer) => {
                self.0.write().unwrap_or_else(PoisonError::into_inner).insert(span.clone(), writer);
            }
            Err(error) => tracing::warn!(%error, "the task has no log"),
        }
    }

    /// The run is over; what it said is written when this returns.
    pub(super) fn end(&self, span: &span::Id) {
        let writer = self.0.write().unwrap_or_else(PoisonError::into_inner).remove(span);
        if let Some(writer) = writer {
            writer.finish();
        }
    }
}

impl<S> Layer<S> for TaskLogs
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let Some(scope) = context.event_scope(event) else { return };
        let writers = self.0.read().unwrap_or_else(PoisonError::into_inner);
        for span in scope {
            if let Some(writer) = writers.get(&span.id()) {
                writer.take(Said::of(event));
                return;
            }
        }
    }
}

/// A thread that writes one run's lines.
struct Writer {
    lines: SyncSender<Said>,
    /// How many found no room since the last one that did.
    dropped: Arc<AtomicU64>,
    thread: JoinHandle<()>,
}

impl Writer {
    fn start(folder: &Path, secrets: Vec<Secret>) -> std::io::Result<Self> {
        let file = LogFile::open(folder)?;
        let (lines, waiting) = sync_channel(LINES_WAITING);
        let dropped = Arc::new(AtomicU64::new(0));
        let lost = Arc::clone(&dropped);
        let thread = std::thread::Builder::new()
            .name("keyferry-log".to_owned())
            .spawn(move || write(&waiting, &lost, file, &secrets))?;
        Ok(Self { lines, dropped, thread })
    }

    fn take(&self, said: Said) {
        if self.lines.try_send(said).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn finish(self) {
        drop(self.lines);
        // A thread that broke has nothing more to write.
        let _ = self.thread.join();
    }
}

/// Writes until nobody can say anything more. A disk that refuses loses lines, and stops nothing.
fn write(waiting: &Receiver<Said>, dropped: &AtomicU64, mut file: LogFile, secrets: &[Secret]) {
    let mut lost = 0;
    let mut put = |said: &Said| {
        let before = lost + dropped.swap(0, Ordering::Relaxed);
        lost = before;
        if before > 0 {
            let words = format!("{before} lines are missing here: the disk did not keep up");
            let note = Said::now(Level::WARN, module_path!(), words);
            if file.append(note.line(&[]).as_bytes()).is_ok() {
                lost = 0;
            }
        }
        if file.append(said.line(secrets).as_bytes()).is_err() {
            lost += 1;
        }
    };
    while let Ok(said) = waiting.recv() {
        put(&said);
    }
}

#[cfg(test)]
mod tests {
    use super::super::file::text;
    use super::*;

    #[test]
    fn what_finds_no_room_is_counted_and_said() {
        let folder = tempfile::tempdir().unwrap();
        let (lines, waiting) = sync_channel(2);
        let dropped = Arc::new(AtomicU64::new(0));
        let said = |words: &str| Said::now(Level::INFO, "x", words.to_owned());
        // The thread is not there yet: its queue is all the room there is.
        let writer = Writer { lines, dropped, thread: std::thread::spawn(|| {}) };
        for words in ["one", "two", "three", "four"] {
            writer.take(said(words));
        }
        let lost = Arc::clone(&writer.dropped);
        writer.finish();
        write(&waiting, &lost, LogFile::open(folder.path()).unwrap(), &[]);
        let text = text(folder.path());
        assert!(text.contains("2 lines are missing here"), "{text}");
        assert!(text.contains("x: one\n") && text.contains("x: two\n"), "{text}");
        assert!(!text.contains("three"), "{text}");
    }

    #[test]
    fn everything_of_ours_from_info_on_is_wanted_and_nothing_of_others() {
        let wants =
            |said: &str, target, level| Wanted(said.parse().unwrap()).wants_of(target, &level);
        let engine = "keyferry_engine::task";
        assert!(wants("debug", engine, Level::DEBUG) && wants("error", engine, Level::INFO));
        assert!(wants("keyferry_workbench=trace", engine, Level::INFO));
        assert!(!wants("keyferry_workbench=trace", engine, Level::DEBUG));
        assert!(!wants("trace", "redis::aio", Level::ERROR));
    }
}
