//! One enum, one transition function.

use serde::{Deserialize, Serialize};

use crate::phrase;
use crate::words::Phrase;

/// Where in its life a task is. The stored and printed words are part of the headless contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// A draft with mistakes or gaps.
    NotConfigured,
    /// Complete, never run.
    NotStarted,
    /// Looking, nothing is written.
    Prechecking,
    /// A check failed; nothing was written.
    PrecheckFailed,
    /// Every check passed or was ignored; not started yet.
    PrecheckPassed,
    /// Moving data.
    Running,
    /// A connection is gone; it tries again by itself until the retry window has passed.
    Retrying,
    /// Something needs a person; it looks again by itself.
    Holding,
    /// A password is needed that is not stored.
    WaitingForCredentials,
    /// Letting outstanding answers come in before it pauses.
    Pausing,
    /// At rest, can be resumed.
    Paused,
    /// Letting outstanding answers come in before it stops.
    Stopping,
    /// Ended by its user, for good.
    Stopped,
    /// Ended by an error; can be resumed.
    Failed,
    /// Everything asked for is done.
    Finished,
    /// Stopped or finished, and everything it held is given back.
    Released,
}

/// What can happen to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LifeEvent {
    /// The draft is complete.
    Configured,
    /// Somebody, or the start, asks for the precheck.
    PrecheckStarted,
    /// All passed or ignored.
    PrecheckPassed,
    /// At least one failed.
    PrecheckFailed,
    /// The precheck was left before its end.
    PrecheckCancelled,
    /// The engine runs: first start, resume, or an attempt that succeeded.
    Running,
    /// A connection was lost.
    ConnectionLost,
    /// A person is needed.
    PersonNeeded,
    /// A password is missing.
    CredentialsMissing,
    /// The user pauses.
    PauseRequested,
    /// Nothing is outstanding, or the process that ran it is gone.
    CameToRest,
    /// The user stops it.
    StopRequested,
    /// Stopped, nothing outstanding.
    Stopped,
    /// An error ended it.
    Failed,
    /// All done.
    Finished,
    /// The user gives back what it holds.
    Released,
}

/// An event that cannot happen in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.phrase())]
pub struct IllegalTransition {
    /// Where it was.
    pub state: TaskState,
    /// What came.
    pub event: LifeEvent,
}

impl IllegalTransition {
    /// That it cannot be done now, to be shown in another language.
    pub fn phrase(&self) -> Phrase {
        phrase!("refusal.wrong_state", state = self.state)
    }
}

impl TaskState {
    /// All states.
    pub const ALL: &[Self] = &[
        Self::NotConfigured,
        Self::NotStarted,
        Self::Prechecking,
        Self::PrecheckFailed,
        Self::PrecheckPassed,
        Self::Running,
        Self::Retrying,
        Self::Holding,
        Self::WaitingForCredentials,
        Self::Pausing,
        Self::Paused,
        Self::Stopping,
        Self::Stopped,
        Self::Failed,
        Self::Finished,
        Self::Released,
    ];

    /// For a sentence.
    pub fn phrase(self) -> Phrase {
        match self {
            Self::NotConfigured => phrase!("state.not_configured"),
            Self::NotStarted => phrase!("state.not_started"),
            Self::Prechecking => phrase!("state.prechecking"),
            Self::PrecheckFailed => phrase!("state.precheck_failed"),
            Self::PrecheckPassed => phrase!("state.precheck_passed"),
            Self::Running => phrase!("state.running"),
            Self::Retrying => phrase!("state.retrying"),
            Self::Holding => phrase!("state.holding"),
            Self::WaitingForCredentials => phrase!("state.waiting_for_credentials"),
            Self::Pausing => phrase!("state.pausing"),
            Self::Paused => phrase!("state.paused"),
            Self::Stopping => phrase!("state.stopping"),
            Self::Stopped => phrase!("state.stopped"),
            Self::Failed => phrase!("state.failed"),
            Self::Finished => phrase!("state.finished"),
            Self::Released => phrase!("state.released"),
        }
    }

    /// Whether a process must be behind it: found without one, the task was cut off.
    pub fn is_live(self) -> bool {
        match self {
            Self::Prechecking
            | Self::Running
            | Self::Retrying
            | Self::Holding
            | Self::Pausing
            | Self::Stopping => true,
            Self::NotConfigured
            | Self::NotStarted
            | Self::PrecheckFailed
            | Self::PrecheckPassed
            | Self::WaitingForCredentials
            | Self::Paused
            | Self::Stopped
            | Self::Failed
            | Self::Finished
            | Self::Released => false,
        }
    }

    /// Whether it can never run again.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Stopped | Self::Finished | Self::Released)
    }

    /// The next state.
    ///
    /// # Errors
    /// [`IllegalTransition`] if `event` cannot happen now; the caller has a fault, or came too late.
    pub fn on(self, event: LifeEvent) -> Result<Self, IllegalTransition> {
        use LifeEvent as E;
        let next = match (self, event) {
            (Self::NotConfigured, E::Configured) => Self::NotStarted,
            (
                Self::NotStarted
                | Self::PrecheckFailed
                | Self::PrecheckPassed
                | Self::Prechecking
                | Self::WaitingForCredentials
                | Self::Paused
                | Self::Failed,
                E::PrecheckStarted,
            ) => Self::Prechecking,
            (Self::Prechecking, E::PrecheckPassed) => Self::PrecheckPassed,
            (Self::Prechecking, E::PrecheckFailed) => Self::PrecheckFailed,
            (Self::Prechecking, E::PrecheckCancelled) => Self::NotStarted,
            (Self::Prechecking, E::CameToRest) => Self::Paused,
            (
                Self::NotStarted
                | Self::PrecheckFailed
                | Self::PrecheckPassed
                | Self::Running
                | Self::Retrying
                | Self::Holding
                | Self::WaitingForCredentials
                | Self::Paused
                | Self::Failed,
                E::Running,
            ) => Self::Running,
            (Self::Running | Self::Retrying | Self::Holding, E::ConnectionLost) => Self::Retrying,
            (Self::Running | Self::Retrying | Self::Holding, E::PersonNeeded) => Self::Holding,
            (
                Self::NotStarted
                | Self::PrecheckFailed
                | Self::PrecheckPassed
                | Self::Running
                | Self::Retrying
                | Self::Holding
                | Self::Paused
                | Self::Failed
                | Self::WaitingForCredentials,
                E::CredentialsMissing,
            ) => Self::WaitingForCredentials,
            (Self::Running | Self::Retrying | Self::Holding | Self::Pausing, E::PauseRequested) => {
                Self::Pausing
            }
            (Self::WaitingForCredentials | Self::Failed, E::PauseRequested) => Self::Paused,
            (
                Self::Running | Self::Retrying | Self::Holding | Self::Pausing | Self::Paused,
                E::CameToRest,
            ) => Self::Paused,
            (
                Self::Running
                | Self::Retrying
                | Self::Holding
                | Self::Pausing
                | Self::Paused
                | Self::Prechecking
                | Self::Stopping,
                E::StopRequested,
            ) => Self::Stopping,
            (
                Self::NotConfigured
                | Self::NotStarted
                | Self::PrecheckFailed
                | Self::PrecheckPassed
                | Self::WaitingForCredentials
                | Self::Failed,
                E::StopRequested,
            ) => Self::Stopped,
            (Self::Stopping | Self::Stopped, E::Stopped | E::CameToRest) => Self::Stopped,
            (
                Self::Running
                | Self::Retrying
                | Self::Holding
                | Self::Pausing
                | Self::Stopping
                | Self::Prechecking,
                E::Failed,
            ) => Self::Failed,
            (Self::Running | Self::Pausing | Self::Stopping, E::Finished) => Self::Finished,
            (
                Self::Stopped
                | Self::Finished
                | Self::Released
                | Self::Failed
                | Self::Paused
                | Self::NotConfigured
                | Self::NotStarted
                | Self::PrecheckFailed
                | Self::PrecheckPassed
                | Self::WaitingForCredentials,
                E::Released,
            ) => Self::Released,
            (state, event) => return Err(IllegalTransition { state, event }),
        };
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_words_are_pinned() {
        let words: Vec<_> =
            TaskState::ALL.iter().map(|s| serde_json::to_string(s).unwrap()).collect();
        assert_eq!(
            words.join(" "),
            "\"not_configured\" \"not_started\" \"prechecking\" \"precheck_failed\" \
             \"precheck_passed\" \"running\" \"retrying\" \"holding\" \"waiting_for_credentials\" \
             \"pausing\" \"paused\" \"stopping\" \"stopped\" \"failed\" \"finished\" \"released\""
        );
    }

    #[test]
    fn stopped_and_released_never_run_again() {
        for state in [TaskState::Stopped, TaskState::Finished, TaskState::Released] {
            assert!(state.is_final());
            assert!(state.on(LifeEvent::Running).is_err());
        }
    }

    #[test]
    fn every_live_state_can_be_cut_off_and_come_to_rest() {
        for state in TaskState::ALL.iter().filter(|s| s.is_live()) {
            let rested = state.on(LifeEvent::CameToRest).unwrap();
            assert!(!rested.is_live(), "{state:?} rests as {rested:?}");
        }
    }
}
