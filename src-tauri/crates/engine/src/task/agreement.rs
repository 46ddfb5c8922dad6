//! What a person has agreed to while a task held.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::{ErrorKind, Handling};
use crate::spec::{ConflictPolicy, OnHistoryLost, TaskSpec};

/// The way on from a hold that a person agreed to, until one half has gone it. It is named by the
/// error that the task held at: what was agreed to is never taken for an answer to something else.
#[derive(Debug, Default)]
pub(crate) struct Agreement(Mutex<Option<ErrorKind>>);

impl Agreement {
    pub(crate) fn give(&self, kind: ErrorKind) {
        *self.slot() = Some(kind);
    }

    /// Whether `kind` was agreed to; once only.
    pub(crate) fn take(&self, kind: ErrorKind) -> bool {
        self.slot().take_if(|agreed| *agreed == kind).is_some()
    }

    /// The half is connected: what it could not connect for is over, and no answer to the next time.
    pub(crate) fn connected(&self) {
        self.slot().take_if(|agreed| {
            matches!(agreed, ErrorKind::HistoryLost | ErrorKind::CheckpointMissing)
        });
    }

    fn slot(&self) -> MutexGuard<'_, Option<ErrorKind>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a task that cannot go on, because of an error of `kind`, copies everything again: by its
/// setting, or since a person agreed just now. Then it is said whether a person is asked before
/// keys are removed that the source no longer has: the setting is an answer given beforehand.
pub(crate) fn recopies(spec: &TaskSpec, agreement: &Agreement, kind: ErrorKind) -> Option<bool> {
    let agreed = agreement.take(kind);
    match spec.on_history_lost {
        _ if !spec.stages.full => None,
        OnHistoryLost::Recopy => Some(false),
        OnHistoryLost::Hold => agreed.then_some(spec.conflict == ConflictPolicy::Report),
    }
}

impl ErrorKind {
    /// Whether a task that holds at it proposes a way on that a person has to agree to: copying
    /// everything again, or the removal of keys.
    pub fn can_be_agreed_to(self) -> bool {
        self == Self::RemovalAsked || self.handling() == Handling::Resync
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agreement_answers_its_own_question_once() {
        let agreement = Agreement::default();
        agreement.give(ErrorKind::RemovalAsked);
        assert!(!agreement.take(ErrorKind::HistoryLost));
        agreement.connected();
        assert!(agreement.take(ErrorKind::RemovalAsked));
        assert!(!agreement.take(ErrorKind::RemovalAsked));
        agreement.give(ErrorKind::HistoryLost);
        agreement.connected();
        assert!(!agreement.take(ErrorKind::HistoryLost), "it went on without a copy");
    }
}
