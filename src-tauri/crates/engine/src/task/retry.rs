//! Trying again: when, how long, and whether at all.

use std::time::{Duration, SystemTime};

use rand::Rng;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::error::{Error, ErrorKind, ErrorReport, Handling};
use crate::phrase;
use crate::report::{RetryReport, rfc3339};
use crate::task::figures::is_worth_saying;

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How often a held task looks whether its cause was mended.
const HOLD_PAUSE: Duration = Duration::from_secs(5);
/// How often it looks whether a lost history, or a lost checkpoint, is there again: an address may
/// have led to another server for a while.
const RESYNC_PAUSE: Duration = Duration::from_secs(60);

/// How one half of a task is doing.
#[derive(Clone, Debug, Default)]
pub(crate) enum Condition {
    /// Connected, or about to be for the first time.
    #[default]
    Well,
    /// Waiting before it tries again.
    Waiting {
        error: ErrorReport,
        /// A person is needed.
        holding: bool,
        retry: RetryReport,
    },
}

impl Condition {
    /// Says in the log what is waited for, beside the event that says why.
    pub(crate) fn say(&self, kind: ErrorKind) {
        let Self::Waiting { error, holding, retry } = self else { return };
        let (code, side, attempt) = (kind.code(), error.side.name(), retry.attempts);
        let (next_at, until) = (retry.next_at.as_deref(), retry.until.as_deref());
        if *holding {
            // It looks again every few seconds, for days perhaps: that must not fill the log.
            if is_worth_saying(attempt) {
                tracing::warn!(code, side, attempt, next_at, "the task holds: {}", error.remedy);
            }
        } else {
            tracing::info!(code, side, attempt, next_at, until, "it is tried again");
        }
    }
}

/// What is done about an error.
#[derive(Debug)]
pub(crate) enum Decision {
    /// Wait so long, then try again. `None` waits for a person.
    Wait(Option<Duration>, Condition),
    /// It is over.
    GiveUp(Error),
}

/// The retry window of one half: from its first failure since it was well.
pub(crate) struct RetryWindow {
    /// Minutes; may change at any time.
    length: watch::Receiver<u32>,
    began: Option<(Instant, SystemTime)>,
    attempts: u32,
}

impl RetryWindow {
    pub(crate) fn new(minutes: watch::Receiver<u32>) -> Self {
        Self { length: minutes, began: None, attempts: 0 }
    }

    fn length(&self) -> Duration {
        Duration::from_secs(u64::from(*self.length.borrow()) * 60)
    }

    /// The connection stands: the next failure opens a new window.
    pub(crate) fn well(&mut self) {
        self.began = None;
        self.attempts = 0;
    }

    /// Whether it failed since it was well.
    pub(crate) fn is_open(&self) -> bool {
        self.began.is_some()
    }

    /// Decides by the error's kind.
    pub(crate) fn failed(&mut self, error: Error) -> Decision {
        let (began, began_at) = *self.began.get_or_insert((Instant::now(), SystemTime::now()));
        self.attempts += 1;
        let report = error.report();
        match error.kind.handling() {
            Handling::Fail => Decision::GiveUp(error),
            Handling::Retry => {
                let left = self.length().saturating_sub(began.elapsed());
                if left.is_zero() {
                    let minutes = *self.length.borrow();
                    return Decision::GiveUp(Error::new(
                        ErrorKind::RetryWindowPassed,
                        error.side,
                        phrase!("failure.retry_passed", minutes = minutes, last = error.message),
                    ));
                }
                let pause = self.pause().min(left);
                let retry = RetryReport {
                    attempts: self.attempts,
                    next_at: Some(rfc3339(SystemTime::now() + pause)),
                    until: Some(rfc3339(began_at + self.length())),
                };
                Decision::Wait(
                    Some(pause),
                    Condition::Waiting { error: report, holding: false, retry },
                )
            }
            Handling::Hold | Handling::Resync => {
                let pause = looks_again(error.kind);
                let retry = RetryReport {
                    attempts: self.attempts,
                    next_at: pause.map(|pause| rfc3339(SystemTime::now() + pause)),
                    until: None,
                };
                Decision::Wait(pause, Condition::Waiting { error: report, holding: true, retry })
            }
        }
    }

    /// Doubles up to the longest, with jitter so that many tasks do not knock at once.
    fn pause(&self) -> Duration {
        let doubled = FIRST_PAUSE.saturating_mul(1 << (self.attempts - 1).min(12));
        doubled.min(LONGEST_PAUSE).mul_f64(rand::rng().random_range(0.8..1.2))
    }
}

/// When looking again by itself does no harm: a lost history is asked after rarely, since a source
/// that does not tell it otherwise forks for the question, and a rival's checkpoint is not waited out.
fn looks_again(kind: ErrorKind) -> Option<Duration> {
    match kind.handling() {
        // Reading the same command again changes nothing.
        Handling::Resync => (kind != ErrorKind::SelectionCrossed).then_some(RESYNC_PAUSE),
        Handling::Retry | Handling::Fail => Some(HOLD_PAUSE),
        // Only a person changes these.
        Handling::Hold => {
            let asks = matches!(kind, ErrorKind::CheckpointConflict | ErrorKind::RemovalAsked);
            (!asks).then_some(HOLD_PAUSE)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Side;

    fn lost() -> Error {
        Error::new(ErrorKind::ConnectionLost, Side::Source, crate::words::Phrase::plain("gone"))
    }

    #[tokio::test(start_paused = true)]
    async fn retries_grow_longer_and_end_with_the_window() {
        let mut window = RetryWindow::new(watch::channel(10).1);
        let began = Instant::now();
        let mut longest = Duration::ZERO;
        loop {
            match window.failed(lost()) {
                Decision::Wait(Some(pause), _) => {
                    longest = longest.max(pause);
                    tokio::time::sleep(pause).await;
                }
                Decision::Wait(None, _) => unreachable!("a lost connection is tried again"),
                Decision::GiveUp(error) => {
                    assert_eq!(error.kind, ErrorKind::RetryWindowPassed);
                    break;
                }
            }
        }
        assert!(began.elapsed() >= Duration::from_secs(600));
        assert!(began.elapsed() < Duration::from_secs(610));
        assert!(longest <= LONGEST_PAUSE.mul_f64(1.2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_that_is_shortened_while_it_is_open_ends_sooner() {
        let (minutes, length) = watch::channel(60);
        let mut window = RetryWindow::new(length);
        assert!(matches!(window.failed(lost()), Decision::Wait(..)));
        tokio::time::sleep(Duration::from_secs(11 * 60)).await;
        assert!(matches!(window.failed(lost()), Decision::Wait(..)));
        minutes.send_replace(10);
        let Decision::GiveUp(error) = window.failed(lost()) else { unreachable!("it has passed") };
        assert_eq!(error.kind, ErrorKind::RetryWindowPassed);
        assert!(error.message.to_string().contains("within 10 minutes"));
    }

    #[tokio::test(start_paused = true)]
    async fn being_well_opens_a_new_window() {
        let mut window = RetryWindow::new(watch::channel(10).1);
        assert!(matches!(window.failed(lost()), Decision::Wait(..)));
        tokio::time::sleep(Duration::from_secs(599)).await;
        window.well();
        tokio::time::sleep(Duration::from_secs(599)).await;
        assert!(matches!(window.failed(lost()), Decision::Wait(..)));
    }
}
