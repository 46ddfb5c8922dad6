//! Whom a task tells.

use super::Workbench;
use crate::alerts::{self, Occasion};
use crate::control::Amendment;
use crate::error::{CommandError, Result};
use crate::language::language_of;
use crate::model::{AlertContact, AlertRules};

impl Workbench {
    /// Everybody who can be told of a task.
    pub fn list_contacts(&self) -> Vec<AlertContact> {
        alerts::contacts()
    }

    /// Changes whom a task tells, also while it runs.
    ///
    /// # Errors
    /// The rules have mistakes, or the process that runs the task does not answer.
    pub async fn set_alerts(&self, id: &str, rules: Option<AlertRules>) -> Result<()> {
        let mistakes = rules.as_ref().map(alerts::mistakes).unwrap_or_default();
        if !mistakes.is_empty() {
            return Err(CommandError::form(mistakes));
        }
        self.amend(id, Amendment::Alerts(rules)).await
    }

    /// Tells whom it concerns, beside what goes on; nobody where the user wants no notifications.
    pub(crate) fn tell_of(
        &self,
        task_id: &str,
        task_name: &str,
        occasion: Occasion,
        rules: Option<AlertRules>,
    ) {
        let Some(notifier) = self.options.notifier.clone() else { return };
        let settings = self.settings().unwrap_or_default();
        if !settings.notifications {
            return;
        }
        let language = language_of(settings.language);
        let task = (task_id.to_owned(), task_name.to_owned());
        tokio::task::spawn_blocking(move || {
            let task = (task.0.as_str(), task.1.as_str());
            alerts::deliver(notifier.as_ref(), language, task, &occasion, rules.as_ref());
        });
    }
}
