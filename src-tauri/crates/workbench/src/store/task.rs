//! A task as it is stored.

use keyferry_engine::error::{ErrorReport, Side};
use keyferry_engine::precheck::PrecheckReport;
use keyferry_engine::report::{TaskReport, rfc3339_now};
use keyferry_engine::spec::{EndpointDraft, TaskDraft};
use keyferry_engine::task::{LifeEvent, TaskState};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use crate::model::{AlertRules, IgnoredCheck, TestedSides};

/// A task as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredTask {
    /// Random, for good.
    pub id: String,
    /// The user's name for it.
    pub name: String,
    /// RFC 3339.
    pub created_at: String,
    /// What it is to do.
    pub draft: TaskDraft,
    /// Where the passwords come from.
    #[serde(default)]
    pub passwords: PasswordOrigins,
    /// The template that the source's settings were copied from.
    #[serde(default)]
    pub source_template: Option<String>,
    /// The template that the destination's settings were copied from.
    #[serde(default)]
    pub destination_template: Option<String>,
    /// Whom to tell when it fails or falls behind.
    #[serde(default)]
    pub alerts: Option<AlertRules>,
    /// The computer stays awake while a window runs it.
    #[serde(default = "usually")]
    pub keep_awake: bool,
    /// The step of its form that the user was at, 1–4.
    #[serde(default = "first_step")]
    pub step: u8,
    /// What the last connectivity tests found.
    #[serde(default, deserialize_with = "unless_of_another_version")]
    pub connectivity: TestedSides,
    /// Where in its life it is; a live state without a process behind it was cut off.
    pub state: TaskState,
    /// Why it failed.
    #[serde(default)]
    pub error: Option<ErrorReport>,
    /// Since when it fails again and again; `None` once it ran well, and where nobody resumes it.
    #[serde(default)]
    pub failing: Option<Failing>,
    /// What the last precheck found.
    #[serde(default, deserialize_with = "unless_of_another_version")]
    pub precheck: Option<PrecheckReport>,
    /// Checks that the user chose to go on in spite of, and since when.
    #[serde(default)]
    pub ignored: Vec<IgnoredCheck>,
    /// RFC 3339: when the terms were accepted.
    #[serde(default)]
    pub terms_accepted_at: Option<String>,
    /// It belongs to the window, which resumes it when it starts again.
    #[serde(default)]
    pub resume: bool,
    /// The sample migration, which ends with its servers.
    #[serde(default)]
    pub demo: bool,
    /// Its precheck runs alone, and not as the beginning of a run.
    #[serde(default)]
    pub only_checked: bool,
}

impl StoredTask {
    /// How it stands with no process behind it: what is live then was cut off. A check alone has
    /// started nothing.
    pub fn at_rest(&self) -> TaskState {
        match self.state {
            TaskState::Prechecking if self.only_checked => TaskState::NotStarted,
            state if state.is_live() => {
                state.on(LifeEvent::CameToRest).unwrap_or(TaskState::Paused)
            }
            state => state,
        }
    }

    /// Its user ended it: it does not go on by itself.
    pub fn do_not_resume(&mut self) {
        self.resume = false;
        self.failing = None;
    }
}

fn usually() -> bool {
    true
}

fn first_step() -> u8 {
    1
}

/// What is only remembered may be forgotten: what another version found, and this one cannot read,
/// is found again, and must not make the whole task unreadable.
fn unless_of_another_version<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

/// A row of failures of a task that is resumed by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failing {
    /// RFC 3339: the first failure since it ran well.
    pub since: String,
    /// How often it was resumed since.
    pub attempts: u32,
    /// RFC 3339: when it is resumed next.
    pub next_at: String,
}

/// Where each side's password comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PasswordOrigins {
    /// The source's.
    pub source: PasswordOrigin,
    /// The destination's.
    pub destination: PasswordOrigin,
}

impl PasswordOrigins {
    /// That of one side.
    pub fn of(&self, side: Side) -> &PasswordOrigin {
        match side {
            Side::Source => &self.source,
            Side::Destination | Side::Local => &self.destination,
        }
    }

    /// That of one side, to be changed.
    pub fn of_mut(&mut self, side: Side) -> &mut PasswordOrigin {
        match side {
            Side::Source => &mut self.source,
            Side::Destination | Side::Local => &mut self.destination,
        }
    }
}

/// Where one password comes from; the password itself is never here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordOrigin {
    /// The server asks for none.
    #[default]
    None,
    /// The keychain.
    Keychain,
    /// The memory of the process that it was given to: there was no keychain.
    Session,
    /// The environment variable of this name.
    Environment(String),
    /// It was given with the command and is not kept.
    GivenAtStart,
}

/// A report of a task of which nothing is known but its state.
pub fn bare_report(name: &str, state: TaskState) -> TaskReport {
    TaskReport {
        at: rfc3339_now(),
        task: name.to_owned(),
        state,
        stage: None,
        keys_total: None,
        keys_done: None,
        keys_skipped: Default::default(),
        commands_applied: None,
        commands_skipped: Default::default(),
        source_offset: None,
        applied_offset: None,
        lag_bytes: None,
        lag_ms: None,
        caught_up: false,
        error: None,
        outcome: None,
        detail: Default::default(),
    }
}

/// Takes out of figures what is true only while the run goes on that they are of.
pub(crate) fn forget_the_moment(report: &mut TaskReport) {
    report.caught_up = false;
    report.detail.retry = None;
    report.detail.backlog = None;
    report.detail.latency = None;
    report.lag_ms = None;
    report.detail.records_per_second = None;
    report.detail.bytes_in_per_second = None;
    report.detail.bytes_out_per_second = None;
}

/// `host:port` of one side, or `unix:/path`, as far as it is filled in. What people type to confirm a
/// destination is compared with this; the page says it in the same form (`ui/src/forms/connection.ts`).
pub fn label_of(endpoint: &EndpointDraft) -> String {
    endpoint.validate("").map_or_else(|_| "—".to_owned(), |endpoint| endpoint.address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page's tests read this file, too: both name a server alike, however it was typed.
    const LABELS: &str = include_str!("../../../../../ui/src/forms/labels.json");

    #[test]
    fn a_server_has_one_label_however_it_was_typed() {
        #[derive(Deserialize)]
        struct Case {
            typed: EndpointDraft,
            label: String,
        }
        for Case { typed, label } in serde_json::from_str::<Vec<Case>>(LABELS).unwrap() {
            assert_eq!(label_of(&typed), label, "{typed:?}");
        }
    }
}
