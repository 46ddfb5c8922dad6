//! Saved connection settings.

use keyferry_engine::error::{ErrorReport, Side};
use keyferry_engine::precheck::connectivity::ServerSummary;
use keyferry_engine::spec::EndpointDraft;
use keyferry_engine::task::TaskState;
use serde::{Deserialize, Serialize};

use super::PasswordInput;

/// Settings of one server under a name, to be selected for a side of a task. A task has a copy of
/// them: changing or deleting the template afterwards does not concern it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct Template {
    /// Names it for good.
    pub id: String,
    /// The user's name for it; several may have one.
    pub name: String,
    /// The settings.
    pub endpoint: EndpointDraft,
    /// Whether a password is kept with it.
    pub has_password: bool,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339: when name, settings or password were last changed.
    pub updated_at: String,
    /// What the last connectivity test with these settings found.
    pub last_test: Option<LastTest>,
    /// The tasks that were made from it and are still here.
    pub uses: Vec<TemplateUse>,
}

/// The outcome of a test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct LastTest {
    /// RFC 3339.
    pub at: String,
    /// Whether every stage passed.
    pub ok: bool,
    /// What the server told.
    pub server: Option<ServerSummary>,
    /// Why not.
    pub error: Option<ErrorReport>,
}

/// A task that was made from a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TemplateUse {
    /// Its id.
    pub task_id: String,
    /// Its name.
    pub task_name: String,
    /// On which side.
    pub side: Side,
    /// Where in its life it is.
    pub state: TaskState,
}

/// A template as its form sends it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct TemplateInput {
    /// Needs not be unique, must not be empty.
    pub name: String,
    /// May be incomplete.
    pub endpoint: EndpointDraft,
    /// Kept in the keychain.
    pub password: PasswordInput,
}
