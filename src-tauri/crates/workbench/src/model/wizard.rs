//! A task while it is being set up.

use keyferry_engine::error::Side;
use keyferry_engine::precheck::connectivity::ConnectivityReport;
use keyferry_engine::spec::{EndpointDraft, TaskDraft};
use serde::{Deserialize, Serialize};

use super::{AlertRules, PasswordInput};

/// A task while the wizard is open. Every field may be half typed: saving never validates.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TaskInput {
    /// The user's name for it.
    pub name: String,
    /// What it is to do.
    pub draft: TaskDraft,
    /// The source's.
    pub source_password: PasswordInput,
    /// The destination's.
    pub destination_password: PasswordInput,
    /// The template that the source's settings were copied from.
    pub source_template: Option<String>,
    /// The template that the destination's settings were copied from.
    pub destination_template: Option<String>,
    /// Whom to tell; `None` tells nobody.
    pub alerts: Option<AlertRules>,
    /// This computer stays awake while the task runs in its window.
    pub keep_awake: bool,
    /// The step that the user is at, 1–4.
    pub step: u8,
}

/// A [`TaskInput`] as it is stored: passwords as whether there is one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct StoredInput {
    /// See [`TaskInput::name`].
    pub name: String,
    /// See [`TaskInput::draft`].
    pub draft: TaskDraft,
    /// Whether one is kept.
    pub has_source_password: bool,
    /// Whether one is kept.
    pub has_destination_password: bool,
    /// See [`TaskInput::source_template`].
    pub source_template: Option<String>,
    /// See [`TaskInput::destination_template`].
    pub destination_template: Option<String>,
    /// See [`TaskInput::alerts`].
    pub alerts: Option<AlertRules>,
    /// See [`TaskInput::keep_awake`].
    pub keep_awake: bool,
    /// See [`TaskInput::step`].
    pub step: u8,
}

/// The last connectivity tests of a task's sides, as long as the side is what it was then.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default)]
pub struct TestedSides {
    /// The source's.
    pub source: Option<TestedSide>,
    /// The destination's.
    pub destination: Option<TestedSide>,
}

/// What a connectivity test found, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TestedSide {
    /// RFC 3339.
    pub at: String,
    /// What it found.
    #[serde(flatten)]
    pub report: ConnectivityReport,
}

impl TestedSides {
    /// That of one side, to be changed.
    pub fn of_mut(&mut self, side: Side) -> &mut Option<TestedSide> {
        match side {
            Side::Source => &mut self.source,
            Side::Destination | Side::Local => &mut self.destination,
        }
    }
}

/// A connectivity test as its form asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TestRequest {
    /// The task whose form it is: its stored password may be used, and the result is kept with it.
    pub task_id: Option<String>,
    /// The template whose form it is: its stored password may be used.
    pub template_id: Option<String>,
    /// As what the server is to be used.
    pub side: Side,
    /// The server.
    pub endpoint: EndpointDraft,
    /// Its password.
    pub password: PasswordInput,
    /// Chosen by the page, to cancel it by.
    pub run_id: String,
}

/// What a user confirms with a start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct StartOrder {
    /// The terms were read.
    pub terms_accepted: bool,
    /// The destination's label, where it is a production server that is not empty.
    pub typed_name: Option<String>,
}

/// How long a task that lost a connection tries again: the lowest value of all running tasks that
/// have a server in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct EffectiveRetry {
    /// In effect.
    pub minutes: u32,
    /// Who sets it; `None` is the task itself.
    pub set_by: Option<RetrySetter>,
}

/// The task whose retry time is in effect for another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct RetrySetter {
    /// Its id.
    pub task_id: String,
    /// Its name.
    pub task_name: String,
}
