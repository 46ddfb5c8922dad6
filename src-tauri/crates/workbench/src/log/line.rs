//! One line of a log, as its file has it:
//! `2026-11-26T10:43:47.123Z WARN keyferry_engine::task::figures: words<TAB>code=timed_out attempt=3`.

use std::fmt::{self, Write as _};

use keyferry_engine::report::rfc3339_now;
use keyferry_engine::secret::Secret;
use tracing::field::{Field, Visit};
use tracing::{Event, Level};

use crate::model::{LogLevel, LogLine};

/// A server's answer may be long: more of it says no more.
const WORDS_CHARS_MAX: usize = 4096;

/// What was said, before it is a line.
#[derive(Debug)]
pub(super) struct Said {
    at: String,
    level: Level,
    target: String,
    words: String,
    fields: String,
}

impl Said {
    pub(super) fn of(event: &Event<'_>) -> Self {
        let metadata = event.metadata();
        let mut said = Self::now(*metadata.level(), metadata.target(), String::new());
        event.record(&mut said);
        said
    }

    /// Something that the log itself has to say.
    pub(super) fn now(level: Level, target: &str, words: String) -> Self {
        Self { at: rfc3339_now(), level, target: target.to_owned(), words, fields: String::new() }
    }

    /// The line, with its end.
    pub(super) fn line(&self, secrets: &[Secret]) -> String {
        let clean = |text: &str| {
            let told = secrets.iter().fold(text.to_owned(), |text, secret| secret.redact(&text));
            let (mut line, mut chars) = (String::with_capacity(told.len()), told.chars());
            for char in chars.by_ref().take(WORDS_CHARS_MAX) {
                if char.is_control() { line.extend(char.escape_default()) } else { line.push(char) }
            }
            if chars.next().is_some() {
                line.push('…');
            }
            line
        };
        let Self { at, level, target, words, fields } = self;
        let mut line = format!("{at} {level} {target}: {}", clean(words));
        if !fields.is_empty() {
            line.push('\t');
            line.push_str(&clean(fields));
        }
        line.push('\n');
        line
    }
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Writing into memory does not fail.
        let _ = if field.name() == "message" {
            write!(self.words, "{value:?}")
        } else {
            let gap = if self.fields.is_empty() { "" } else { " " };
            write!(self.fields, "{gap}{}={value:?}", field.name())
        };
    }
}

/// What a line of a file says; `None` for what is no line of ours, or only a part of one.
pub(super) fn parse(text: &str, position: u64) -> Option<LogLine> {
    let (at, rest) = text.split_once(' ')?;
    let (level, rest) = rest.split_once(' ')?;
    let (target, rest) = rest.split_once(": ")?;
    let (words, fields) = rest.split_once('\t').unwrap_or((rest, ""));
    Some(LogLine {
        position,
        at: at.to_owned(),
        level: level_of(level.parse().ok()?),
        target: target.to_owned(),
        message: words.to_owned(),
        fields: fields.to_owned(),
    })
}

fn level_of(level: Level) -> LogLevel {
    match level {
        Level::TRACE => LogLevel::Trace,
        Level::DEBUG => LogLevel::Debug,
        Level::INFO => LogLevel::Info,
        Level::WARN => LogLevel::Warn,
        Level::ERROR => LogLevel::Error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_and_comes_back_without_the_secrets() {
        let mut said =
            Said::now(Level::WARN, "keyferry_engine::x", "ERR `AUTH pw`\n\tgo: on".into());
        said.fields = "code=auth_failed words=pw pw".into();
        let line = said.line(&[Secret::new("pw")]);
        assert_eq!(line.matches('\n').count(), 1);
        let back = parse(line.trim_end(), 7).unwrap();
        assert_eq!(back.message, "ERR `AUTH <secret>`\\n\\tgo: on");
        assert_eq!(back.fields, "code=auth_failed words=<secret> <secret>");
        assert_eq!((back.level, back.target.as_str()), (LogLevel::Warn, "keyferry_engine::x"));
        assert_eq!((back.at, back.position), (said.at, 7));
        for torn in ["", "2026", "2026 WARN", "2026 LOUD x: y", "# from 12"] {
            assert_eq!(parse(torn, 0), None, "{torn}");
        }
    }

    #[test]
    fn a_very_long_line_is_cut() {
        let said = Said::now(Level::INFO, "x", "字".repeat(10_000));
        let line = said.line(&[]);
        assert!(line.len() < 3 * WORDS_CHARS_MAX + 100, "{}", line.len());
        assert!(line.ends_with("字…\n"));
    }
}
