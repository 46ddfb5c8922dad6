//! What a use case answers when it cannot.

use keyferry_engine::error::{Error, ErrorPhrases, ErrorReport, Side};
use keyferry_engine::phrase;
use keyferry_engine::spec::FieldError;
use keyferry_engine::words::Phrase;
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
    /// What to do, in English.
    pub remedy: Option<String>,
    /// Both texts for translation.
    pub phrases: Box<ErrorPhrases>,
    /// The mistakes of a form.
    pub fields: Vec<FieldError>,
}

/// The result of a use case.
pub type Result<T, E = CommandError> = std::result::Result<T, E>;

impl CommandError {
    /// A refusal that lies in what was asked.
    pub fn usage(code: &str, message: Phrase) -> Self {
        Self {
            code: code.to_owned(),
            message: message.to_string(),
            side: None,
            remedy: None,
            phrases: Box::new(ErrorPhrases { message, remedy: None }),
            fields: Vec::new(),
        }
    }

    /// A refusal that only a terminal ever shows, which speaks English.
    pub fn terminal(code: &str, message: impl Into<String>) -> Self {
        Self::usage(code, Phrase::plain(message))
    }

    /// With what to do about it.
    #[must_use]
    pub fn with_remedy(mut self, remedy: Phrase) -> Self {
        self.remedy = Some(remedy.to_string());
        self.phrases.remedy = Some(remedy);
        self
    }

    /// There is no such task.
    pub fn no_such_task(name: &str) -> Self {
        Self::usage("no_such_task", phrase!("refusal.no_such_task", name = name))
    }

    /// A form with mistakes.
    pub fn form(fields: Vec<FieldError>) -> Self {
        let mut told = fields
            .iter()
            .rev()
            .map(|error| phrase!("refusal.field", field = error.field, what = error.phrase));
        let last = told.next().unwrap_or_else(|| Phrase::plain(""));
        let told =
            told.fold(last, |others, one| phrase!("refusal.more", one = one, others = others));
        Self { fields, ..Self::usage("invalid", told) }
    }
}

impl From<Error> for CommandError {
    fn from(error: Error) -> Self {
        let report = error.report();
        let phrases = Box::new(ErrorPhrases {
            message: report.message_phrase(),
            remedy: Some(report.remedy_phrase()),
        });
        let ErrorReport { code, message, side, remedy, .. } = report;
        Self { code, message, side: Some(side), remedy: Some(remedy), phrases, fields: Vec::new() }
    }
}
