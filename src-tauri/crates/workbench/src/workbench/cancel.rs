//! Ending what a page has asked for and does not want any more.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keyferry_engine::phrase;
use tokio_util::sync::CancellationToken;

use crate::error::{CommandError, Result};

/// What runs under an id of the page's own choice.
#[derive(Clone, Default)]
pub(super) struct Cancellable(Arc<Mutex<HashMap<String, CancellationToken>>>);

impl Cancellable {
    /// From here on it can be cancelled under `run_id`, until what is given back is dropped.
    pub(super) fn begin<'a>(&'a self, run_id: &'a str) -> Run<'a> {
        let token = CancellationToken::new();
        self.lock().insert(run_id.to_owned(), token.clone());
        Run { all: self, run_id, token }
    }

    /// Ends what runs under `run_id`, if anything does.
    pub(super) fn cancel(&self, run_id: &str) {
        if let Some(token) = self.lock().get(run_id) {
            token.cancel();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something that a page waits for, in one step or in several.
pub(super) struct Run<'a> {
    all: &'a Cancellable,
    run_id: &'a str,
    token: CancellationToken,
}

impl Run<'_> {
    /// Does `work`, unless the run was cancelled before or is meanwhile: then the error is `cancelled`.
    pub(super) async fn step<T>(&self, work: impl Future<Output = T>) -> Result<T> {
        tokio::select! {
            biased;
            () = self.token.cancelled() => {
                Err(CommandError::usage("cancelled", phrase!("refusal.cancelled")))
            }
            done = work => Ok(done),
        }
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.all.lock().remove(self.run_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_cancelled_ends_and_leaves_nothing_behind() {
        let runs = Cancellable::default();
        let run = runs.begin("one");
        let cancel = async { runs.cancel("one") };
        let (ended, ()) = tokio::join!(run.step(std::future::pending::<()>()), cancel);
        assert_eq!(ended.unwrap_err().code, "cancelled");
        drop(run);
        assert!(runs.lock().is_empty());
        runs.cancel("one");
        assert_eq!(runs.begin("one").step(async { 7 }).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn what_is_cancelled_between_two_steps_does_not_take_the_next() {
        let runs = Cancellable::default();
        let run = runs.begin("one");
        assert_eq!(run.step(async { 7 }).await.unwrap(), 7);
        runs.cancel("one");
        assert_eq!(run.step(async { 8 }).await.unwrap_err().code, "cancelled");
    }
}
