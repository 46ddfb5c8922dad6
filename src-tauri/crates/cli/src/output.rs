//! What is printed, and where: results to stdout, words for people to stderr.

use std::io::{IsTerminal, Write, stderr, stdout};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{
    HumanBytes, HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle,
};
use keyferry_workbench::engine::precheck::{ItemReport, VerdictKind};
use keyferry_workbench::engine::report::{EventLevel, Stage, TaskEvent, TaskReport};
use keyferry_workbench::engine::task::TaskState;
use keyferry_workbench::runner::Follower;
use serde_json::Value;

/// How often figures are printed where there is no terminal to draw on.
const PLAIN_EVERY: Duration = Duration::from_secs(10);

/// A line to stderr. A reader that went away is no reason to end a migration.
pub(crate) fn say(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}

/// A line to stdout; see [`say`].
pub(crate) fn print(line: &str) {
    let mut out = stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// A report as the contract has it: figures for the window left out.
pub(crate) fn json_line(report: &TaskReport) -> String {
    let mut value = without_phrases(report);
    if let Some(object) = value.as_object_mut() {
        object.remove("detail");
        // The window tells more states apart than the contract has words for.
        let state = match report.state {
            TaskState::PrecheckFailed => TaskState::Failed,
            TaskState::NotConfigured | TaskState::NotStarted | TaskState::PrecheckPassed => {
                TaskState::Paused
            }
            other => other,
        };
        object.insert("state".to_owned(), serde_json::to_value(state).unwrap_or_default());
    }
    value.to_string()
}

/// A report with all its figures, to be read.
pub(crate) fn json_text(report: &TaskReport) -> String {
    serde_json::to_string_pretty(&without_phrases(report)).unwrap_or_default()
}

/// A terminal speaks English: what is there to be translated is the window's.
fn without_phrases(report: &TaskReport) -> Value {
    let mut value = serde_json::to_value(report).unwrap_or_default();
    if let Some(error) = value.get_mut("error").and_then(Value::as_object_mut) {
        error.remove("phrases");
    }
    value
}

/// A verdict in one line, with what to do where something is to be done.
pub(crate) fn item_lines(item: &ItemReport) -> String {
    let mark = match item.verdict {
        VerdictKind::Passed => "passed ",
        VerdictKind::Warning => "warning",
        VerdictKind::Failed => "FAILED ",
        VerdictKind::Ignored => "ignored",
        VerdictKind::CouldNotCheck => "unknown",
    };
    let mut text = format!("  {mark}  {}: {}", item.id, item.found);
    if matches!(item.verdict, VerdictKind::Failed | VerdictKind::Warning) {
        if !item.expected.is_empty() {
            text += &format!("\n           expected: {}", item.expected);
        }
        if !item.fix.is_empty() {
            text += &format!("\n           fix: {}", item.fix);
        }
    }
    text
}

/// Shows a run: JSON lines, a bar, or now and then a line.
pub(crate) struct Show {
    json: bool,
    bar: Option<ProgressBar>,
    last: Mutex<Option<(Instant, TaskState, Option<Stage>)>>,
}

impl Show {
    pub(crate) fn new(json: bool) -> Self {
        let bar = (!json && stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(8));
            bar.enable_steady_tick(Duration::from_millis(250));
            bar
        });
        Self { json, bar, last: Mutex::new(None) }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say(text)),
            None => say(text),
        }
    }

    fn draw(&self, bar: &ProgressBar, report: &TaskReport) {
        let style = |template: &str| {
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
        };
        match report.stage {
            Some(Stage::Full) => {
                bar.set_style(style("{msg:.bold} [{wide_bar}] {human_pos}/{human_len} keys"));
                bar.set_length(report.keys_total.unwrap_or(0).max(report.keys_done.unwrap_or(0)));
                bar.set_position(report.keys_done.unwrap_or(0));
                bar.set_message("full");
            }
            _ => {
                bar.set_style(style("{spinner} {msg}"));
                bar.set_message(figures(report));
            }
        }
    }
}

/// The figures of a report in a line.
fn figures(report: &TaskReport) -> String {
    let state = serde_json::to_value(report.state).unwrap_or_default();
    let mut words = vec![state.as_str().unwrap_or_default().to_owned()];
    match report.stage {
        Some(Stage::Full) => {
            let done = HumanCount(report.keys_done.unwrap_or(0));
            match report.keys_total {
                Some(total) => words.push(format!("full {done}/{} keys", HumanCount(total))),
                None => words.push(format!("full {done} keys")),
            }
        }
        Some(Stage::Incremental) => {
            words.push(if report.caught_up { "caught up" } else { "incremental" }.to_owned());
            if let Some(bytes) = report.lag_bytes {
                words.push(format!("lag {}", HumanBytes(bytes)));
            }
            if let Some(ms) = report.lag_ms {
                words.push(format!("{:.1} s", ms as f64 / 1000.0));
            }
            if let Some(commands) = report.commands_applied {
                words.push(format!("{} commands", HumanCount(commands)));
            }
        }
        Some(Stage::Precheck) => words.push("precheck".to_owned()),
        None => {}
    }
    if let Some(rate) = report.detail.records_per_second {
        words.push(format!("{}/s", HumanCount(rate as u64)));
    }
    if let Some(since) = report.detail.source_idle_ms.filter(|ms| *ms > 5000) {
        words.push(format!("source idle {}", HumanDuration(Duration::from_millis(since))));
    }
    if let Some(error) = &report.error {
        words.push(format!("{}: {} → {}", error.side.name(), error.message, error.remedy));
    }
    words.join(" · ")
}

impl Follower for Show {
    fn report(&self, report: &TaskReport) {
        if self.json {
            print(&json_line(report));
            return;
        }
        if let Some(bar) = &self.bar {
            self.draw(bar, report);
        }
        let Ok(mut last) = self.last.lock() else { return };
        let due = match &*last {
            None => true,
            Some((at, state, stage)) => {
                *state != report.state
                    || *stage != report.stage
                    || (self.bar.is_none() && at.elapsed() >= PLAIN_EVERY)
            }
        };
        if due {
            *last = Some((Instant::now(), report.state, report.stage));
            self.line(&figures(report));
        }
    }

    fn event(&self, event: &TaskEvent) {
        if !self.json && event.level != EventLevel::Info {
            self.line(&format!("! {}", event.message));
        }
    }

    fn item(&self, item: &ItemReport) {
        if !self.json || item.verdict == VerdictKind::Failed {
            self.line(&item_lines(item));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use keyferry_workbench::engine::error::{Error, ErrorKind, Side};
    use keyferry_workbench::engine::words::Phrase;
    use keyferry_workbench::store::bare_report;

    use super::*;

    #[test]
    fn an_error_has_the_four_fields_of_the_contract_and_no_more() {
        let error = Error::new(ErrorKind::Busy, Side::Source, Phrase::plain("BUSY"));
        let report = TaskReport {
            error: Some(error.report()),
            ..bare_report("orders", TaskState::Retrying)
        };
        for text in [json_line(&report), json_text(&report)] {
            let value: Value = serde_json::from_str(&text).unwrap();
            let fields: BTreeSet<&str> =
                value["error"].as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(fields, BTreeSet::from(["code", "message", "remedy", "side"]));
        }
    }
}
