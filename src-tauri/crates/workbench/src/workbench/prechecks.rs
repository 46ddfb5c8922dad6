//! Which tasks are being checked by this process: who saves a task's form waits for the end of it.

use std::collections::HashSet;

use tokio::sync::watch;

/// The ids of tasks whose precheck runs.
pub(super) struct Prechecks(watch::Sender<HashSet<String>>);

impl Default for Prechecks {
    fn default() -> Self {
        Self(watch::Sender::new(HashSet::new()))
    }
}

impl Prechecks {
    /// The task is checked until the guard is dropped.
    pub(super) fn begin(&self, id: &str) -> Guard<'_> {
        self.0.send_modify(|running| {
            running.insert(id.to_owned());
        });
        Guard { prechecks: self, id: id.to_owned() }
    }

    /// Waits until the task is not checked any more.
    pub(super) async fn ended(&self, id: &str) {
        // The sender is ours, so there is always an answer.
        let _ = self.0.subscribe().wait_for(|running| !running.contains(id)).await;
    }
}

/// See [`Prechecks::begin`].
pub(super) struct Guard<'a> {
    prechecks: &'a Prechecks,
    id: String,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.prechecks.0.send_modify(|running| {
            running.remove(&self.id);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_waits_for_a_check_waits_for_its_end_and_no_other() {
        let prechecks = Prechecks::default();
        let one = prechecks.begin("one");
        prechecks.ended("other").await;
        let mut waiting = Box::pin(prechecks.ended("one"));
        let came_too_early = tokio::select! {
            biased;
            () = &mut waiting => true,
            () = tokio::task::yield_now() => false,
        };
        assert!(!came_too_early);
        drop(one);
        waiting.await;
    }
}
