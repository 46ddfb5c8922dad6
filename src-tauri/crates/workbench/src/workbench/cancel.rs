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
    /// Does `work` unless it is cancelled under `run_id` meanwhile: then its error is `cancelled`.
    pub(super) async fn run<T>(&self, run_id: &str, work: impl Future<Output = T>) -> Result<T> {
        let token = CancellationToken::new();
        self.lock().insert(run_id.to_owned(), token.clone());
        let _guard = Guard { runs: self, run_id };
        tokio::select! {
            biased;
            () = token.cancelled() => {
                Err(CommandError::usage("cancelled", phrase!("refusal.cancelled")))
            }
            done = work => Ok(done),
        }
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

/// Takes the id away, also where the work is dropped in the middle.
struct Guard<'a> {
    runs: &'a Cancellable,
    run_id: &'a str,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.runs.lock().remove(self.run_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_cancelled_ends_and_leaves_nothing_behind() {
        let runs = Cancellable::default();
        let run = runs.run("one", std::future::pending::<()>());
        let cancel = async { runs.cancel("one") };
        let (ended, ()) = tokio::join!(run, cancel);
        assert_eq!(ended.unwrap_err().code, "cancelled");
        assert!(runs.lock().is_empty());
        runs.cancel("one");
        assert_eq!(runs.run("one", async { 7 }).await.unwrap(), 7);
    }
}
