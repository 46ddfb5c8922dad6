//! What of a task's figures is worth telling somebody, once.

use keyferry_engine::phrase;
use keyferry_engine::report::TaskReport;
use keyferry_engine::spec::FieldError;
use keyferry_engine::task::TaskState;
use keyferry_engine::words::Phrase;

use super::contacts;
use crate::model::AlertRules;

/// The longest lag that can be asked for, in seconds: a week.
const LAG_SECONDS_MAX: u64 = 7 * 24 * 3600;
/// A lag counts as gone once it is below so many hundredths of the threshold: one that hovers there
/// is told once.
const CALM_PERCENT: u64 = 80;

/// Something that somebody should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Occasion {
    /// It failed, because of this.
    Failed(Phrase),
    /// It goes on only when a person has done something about this.
    NeedsPerson(Phrase),
    /// It waits for a password.
    WaitsForPassword,
    /// It is further behind than its user wants.
    Lagging { lag_seconds: u64, threshold_seconds: u64 },
    /// For the first time, the destination has everything.
    CaughtUp,
}

/// What was told of a run already.
#[derive(Debug)]
pub(crate) struct Watch {
    state: Option<TaskState>,
    lagging: bool,
    caught_up: bool,
}

impl Watch {
    /// For a task that caught up in an earlier run, if `caught_up`.
    pub(crate) fn new(caught_up: bool) -> Self {
        Self { state: None, lagging: false, caught_up }
    }

    /// What is new in these figures.
    pub(crate) fn see(&mut self, report: &TaskReport, rules: Option<&AlertRules>) -> Vec<Occasion> {
        let mut told = Vec::new();
        if self.state != Some(report.state) {
            self.state = Some(report.state);
            let why = || match &report.error {
                Some(error) => error.message_phrase(),
                None => Phrase::plain(""),
            };
            match report.state {
                TaskState::Failed => told.push(Occasion::Failed(why())),
                TaskState::Holding => told.push(Occasion::NeedsPerson(why())),
                _ => {}
            }
        }
        if report.caught_up && !self.caught_up {
            self.caught_up = true;
            told.push(Occasion::CaughtUp);
        }
        match (report.lag_ms, rules.and_then(|rules| rules.lag_seconds)) {
            (Some(lag_ms), Some(threshold_seconds)) => {
                let threshold_ms = threshold_seconds.saturating_mul(1000);
                if lag_ms > threshold_ms && !self.lagging {
                    self.lagging = true;
                    told.push(Occasion::Lagging { lag_seconds: lag_ms / 1000, threshold_seconds });
                } else if lag_ms <= threshold_ms / 100 * CALM_PERCENT {
                    self.lagging = false;
                }
            }
            // Not known: neither longer nor shorter.
            (None, _) => {}
            (Some(_), None) => self.lagging = false,
        }
        told
    }
}

/// Whom an occasion concerns, by the ids of contacts. What a person must do something about, and
/// the first time that it caught up, is shown on the desktop in any case.
pub(crate) fn recipients(occasion: &Occasion, rules: Option<&AlertRules>) -> Vec<String> {
    let (in_any_case, by_rule) = match occasion {
        Occasion::Failed(_) => (true, true),
        Occasion::NeedsPerson(_) | Occasion::WaitsForPassword | Occasion::CaughtUp => (true, false),
        Occasion::Lagging { .. } => (false, true),
    };
    let mut found: Vec<String> =
        rules.filter(|_| by_rule).map(|rules| rules.contacts.clone()).unwrap_or_default();
    if in_any_case {
        found.push(super::DESKTOP.to_owned());
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The mistakes of a task's rules.
pub(crate) fn mistakes(rules: &AlertRules) -> Vec<FieldError> {
    let mut found = Vec::new();
    if rules.lag_seconds.is_none_or(|seconds| !(1..=LAG_SECONDS_MAX).contains(&seconds)) {
        found.push(FieldError::new(
            "alerts.lag_seconds",
            if rules.lag_seconds.is_none() { "required" } else { "out_of_range" },
            phrase!("field.alert_lag"),
        ));
    }
    let known = contacts();
    if rules.contacts.is_empty() {
        found.push(FieldError::new(
            "alerts.contacts",
            "required",
            phrase!("field.alert_contacts_required"),
        ));
    } else if rules.contacts.iter().any(|id| !known.iter().any(|contact| contact.id == *id)) {
        found.push(FieldError::new(
            "alerts.contacts",
            "unknown",
            phrase!("field.alert_contact_unknown"),
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::bare_report;

    fn rules(lag_seconds: u64) -> AlertRules {
        AlertRules { lag_seconds: Some(lag_seconds), contacts: vec!["desktop".to_owned()] }
    }

    fn lagging(lag_ms: u64) -> TaskReport {
        TaskReport { lag_ms: Some(lag_ms), ..bare_report("orders", TaskState::Running) }
    }

    #[test]
    fn a_lag_that_hovers_at_the_threshold_is_told_once() {
        let mut watch = Watch::new(false);
        let rules = rules(10);
        let mut told = 0;
        for lag_ms in [9_000, 10_500, 9_900, 10_500, 8_100, 11_000, 7_900, 10_001] {
            told += watch.see(&lagging(lag_ms), Some(&rules)).len();
        }
        assert_eq!(told, 2, "once, and once more after it was calm");
        let mut silent = Watch::new(false);
        assert!(silent.see(&lagging(u64::MAX), None).is_empty());
    }

    #[test]
    fn a_state_is_told_when_it_begins_and_catching_up_the_first_time() {
        let mut watch = Watch::new(false);
        let mut report = bare_report("orders", TaskState::Running);
        report.caught_up = true;
        assert_eq!(watch.see(&report, None), [Occasion::CaughtUp]);
        report.caught_up = false;
        assert!(watch.see(&report, None).is_empty());
        report.caught_up = true;
        assert!(watch.see(&report, None).is_empty());
        report.state = TaskState::Holding;
        assert_eq!(watch.see(&report, None), [Occasion::NeedsPerson(Phrase::plain(""))]);
        assert!(watch.see(&report, None).is_empty());
        report.state = TaskState::Failed;
        assert_eq!(watch.see(&report, None), [Occasion::Failed(Phrase::plain(""))]);
    }

    #[test]
    fn rules_decide_who_is_told_of_what() {
        let rules = AlertRules { lag_seconds: Some(5), contacts: vec!["mail".to_owned()] };
        let lag = Occasion::Lagging { lag_seconds: 9, threshold_seconds: 5 };
        assert_eq!(recipients(&lag, Some(&rules)), ["mail"]);
        assert_eq!(
            recipients(&Occasion::Failed(Phrase::plain("")), Some(&rules)),
            ["desktop", "mail"]
        );
        assert_eq!(recipients(&Occasion::CaughtUp, Some(&rules)), ["desktop"]);
        assert_eq!(recipients(&Occasion::Failed(Phrase::plain("")), None), ["desktop"]);
    }

    #[test]
    fn rules_without_a_threshold_or_with_unknown_contacts_are_mistakes() {
        let codes = |rules: &AlertRules| -> Vec<String> {
            mistakes(rules).into_iter().map(|mistake| mistake.code).collect()
        };
        assert_eq!(codes(&rules(30)), Vec::<String>::new());
        assert_eq!(codes(&AlertRules::default()), ["required", "required"]);
        let wrong = AlertRules { lag_seconds: Some(0), contacts: vec!["nobody".to_owned()] };
        assert_eq!(codes(&wrong), ["out_of_range", "unknown"]);
    }
}
