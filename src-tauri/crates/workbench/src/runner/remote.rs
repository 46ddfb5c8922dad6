//! What a run is steered by from outside.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use keyferry_engine::error::ErrorKind;
use keyferry_engine::spec::TaskSpec;
use keyferry_engine::task::{self, Controls, Steering, Wish};
use tokio::sync::mpsc;
use tracing::Span;

use crate::charts::Recorder;
use crate::control::{Amendment, Ask};

/// How many amendments may wait while one is written down.
const AMENDMENTS_WAITING: usize = 16;

/// Steers one run from outside.
#[derive(Clone, Debug)]
pub struct Remote {
    /// What the engine listens to.
    pub controls: Arc<Controls>,
    /// What its charts show.
    pub(crate) charts: Arc<Recorder>,
    /// What it happens in, once it has begun: what is said there is in its log.
    pub(crate) span: Arc<OnceLock<Span>>,
    amendments: mpsc::Sender<Amendment>,
    /// Its user ended it: it is not to go on by itself.
    ended_by_user: Arc<AtomicBool>,
}

/// The run's end of a [`Remote`].
#[derive(Debug)]
pub struct Steered {
    pub(super) steering: Steering,
    pub(super) amendments: mpsc::Receiver<Amendment>,
    /// See [`Remote`].
    pub(super) ended_by_user: Arc<AtomicBool>,
}

/// Both ends, with the spec's own limits to begin with.
pub fn remote(spec: &TaskSpec) -> (Remote, Steered) {
    let (controls, steering) = task::controls(spec);
    let (sender, amendments) = mpsc::channel(AMENDMENTS_WAITING);
    let ended_by_user = Arc::<AtomicBool>::default();
    let remote = Remote {
        controls: Arc::new(controls),
        charts: Arc::default(),
        span: Arc::default(),
        amendments: sender,
        ended_by_user: Arc::clone(&ended_by_user),
    };
    (remote, Steered { steering, amendments, ended_by_user })
}

impl Remote {
    /// Lets the run end as a pause does; the task goes on when it is its time again.
    pub(crate) fn rest(&self) {
        self.controls.wish.send_replace(Wish::Pause);
    }

    /// Does what was asked; whether it was heard.
    pub fn obey(&self, ask: Ask) -> bool {
        match ask {
            Ask::Pause => {
                self.ended_by_user.store(true, Ordering::Relaxed);
                self.rest();
            }
            Ask::Stop => {
                self.ended_by_user.store(true, Ordering::Relaxed);
                self.controls.wish.send_replace(Wish::Stop);
            }
            Ask::RetryNow => self.controls.retry_now.send_modify(|count| *count += 1),
            Ask::Agree(code) => {
                let kind = ErrorKind::of_code(&code).filter(|kind| kind.can_be_agreed_to());
                self.controls.agreed.send_replace(kind);
                return kind.is_some();
            }
            Ask::RetryMinutes(minutes) => {
                // Said again, it must not end a wait for the next attempt.
                self.controls
                    .retry_minutes
                    .send_if_modified(|held| std::mem::replace(held, minutes) != minutes);
            }
            Ask::Amend(amendment) => {
                if let Some(limits) = amendment.limits() {
                    self.controls.limits.send_replace(limits);
                }
                return self.amendments.try_send(amendment).is_ok();
            }
        }
        true
    }
}
