//! Telling somebody that a task failed, is behind, needs them, or has caught up.

mod channels;
mod rules;
mod words;

use std::sync::{Arc, Mutex, PoisonError, Weak};

use keyferry_engine::report::TaskReport;

pub use self::channels::Notifier;
pub(crate) use self::rules::{Occasion, mistakes};
use self::rules::{Watch, recipients};
use crate::language::Language;
use crate::model::{AlertContact, AlertRules};
use crate::runner::Follower;
use crate::workbench::Workbench;

/// The one contact that is always there.
const DESKTOP: &str = "desktop";

/// What somebody is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The task it is about.
    pub task_id: String,
    /// In a few words, in the user's language.
    pub title: String,
    /// The rest.
    pub text: String,
}

/// Everybody who can be told.
pub(crate) fn contacts() -> Vec<AlertContact> {
    channels::ALL.iter().flat_map(|channel| channel.contacts()).collect()
}

/// Tells whom an occasion concerns. May block.
pub(crate) fn deliver(
    host: &dyn Notifier,
    language: Language,
    (task_id, task_name): (&str, &str),
    occasion: &Occasion,
    rules: Option<&AlertRules>,
) {
    let (title, text) = words::words(language, task_name, occasion);
    let notice = Notice { task_id: task_id.to_owned(), title, text };
    let ids = recipients(occasion, rules);
    for channel in channels::ALL {
        for contact in channel.contacts().iter().filter(|contact| ids.contains(&contact.id)) {
            if let Err(reason) = channel.deliver(host, contact, &notice) {
                tracing::warn!(contact = %contact.id, %reason, "somebody could not be told");
            }
        }
    }
}

/// Follows one run and tells what is worth telling.
pub(crate) struct Alerter {
    workbench: Weak<Workbench>,
    task_id: String,
    rules: Mutex<Option<AlertRules>>,
    watch: Mutex<Watch>,
}

impl Alerter {
    pub(crate) fn new(
        workbench: &Arc<Workbench>,
        task_id: &str,
        rules: Option<AlertRules>,
        caught_up: bool,
    ) -> Self {
        Self {
            workbench: Arc::downgrade(workbench),
            task_id: task_id.to_owned(),
            rules: Mutex::new(rules),
            watch: Mutex::new(Watch::new(caught_up)),
        }
    }

    /// From now on these are the rules.
    pub(crate) fn set_rules(&self, rules: Option<AlertRules>) {
        *self.rules.lock().unwrap_or_else(PoisonError::into_inner) = rules;
    }
}

impl Follower for Alerter {
    fn report(&self, report: &TaskReport) {
        let rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        for occasion in watch.see(report, rules.as_ref()) {
            if let Some(workbench) = self.workbench.upgrade() {
                workbench.tell_of(&self.task_id, &report.task, occasion, rules.clone());
            }
        }
    }
}
