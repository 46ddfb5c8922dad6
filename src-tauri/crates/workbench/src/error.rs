//! What a use case answers when it cannot.

use keyferry_engine::error::{Error, Side};
use keyferry_engine::spec::FieldError;
use serde::Serialize;

/// A refusal, for a person and for a page.
#[derive(Clone, Debug, Serialize, thiserror::Error)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[error("{message}")]
pub struct CommandError {
    /// A stable word.
    pub code: String,
    /// What is the matter, in English.
    pub message: String,
    /// Where, if it lies at a server or at this computer.
    pub side: Option<Side>,
    /// What to do.
    pub remedy: Option<String>,
    /// The mistakes of a form.
    pub fields: Vec<FieldError>,
}

/// The result of a use case.
pub type Result<T, E = CommandError> = std::result::Result<T, E>;

impl CommandError {
    /// A refusal that lies in what was asked.
    pub fn usage(code: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            message: message.into(),
            side: None,
            remedy: None,
            fields: Vec::new(),
        }
    }

    /// There is no such task.
    pub fn no_such_task(name: &str) -> Self {
        Self::usage("no_such_task", format!("there is no task “{name}”"))
    }

    /// A form with mistakes.
    pub fn form(fields: Vec<FieldError>) -> Self {
        let told: Vec<String> =
            fields.iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
        Self { fields, ..Self::usage("invalid", told.join("\n")) }
    }
}

impl From<Error> for CommandError {
    fn from(error: Error) -> Self {
        let report = error.report();
        Self {
            code: report.code,
            message: report.message,
            side: Some(report.side),
            remedy: Some(report.remedy),
            fields: Vec::new(),
        }
    }
}
