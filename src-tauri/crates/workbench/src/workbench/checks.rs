//! Looking before a task starts: connectivity, precheck, and what is ignored of it.

use keyferry_engine::error::Side;
use keyferry_engine::phrase;
use keyferry_engine::precheck::connectivity::{self, ConnectivityReport, StageProgress};
use keyferry_engine::precheck::items::ALL as ITEMS;
use keyferry_engine::precheck::{self, IgnoreRule, ItemReport, PrecheckReport, Scope};
use keyferry_engine::report::rfc3339_now;
use keyferry_engine::spec::Endpoint;
use keyferry_engine::task::LifeEvent;

use super::{Workbench, drafts};
use crate::credentials::EntryName;
use crate::error::{CommandError, Result};
use crate::model::{IgnoredCheck, TestRequest, TestedSide};
use crate::store::{StoredTask, label_of};

impl Workbench {
    /// Tests one side, and keeps the result with the task whose form it is.
    ///
    /// # Errors
    /// The form has mistakes, the keychain refused, or it was cancelled. A server that cannot be
    /// reached is a report.
    pub async fn test_connectivity(
        &self,
        request: TestRequest,
        on_stage: &(dyn Fn(StageProgress) + Send + Sync),
    ) -> Result<ConnectivityReport> {
        let side = request.side;
        let endpoint = request.endpoint.validate(side.name()).map_err(CommandError::form)?;
        let kept = match (&request.task_id, &request.template_id) {
            (Some(id), _) => Some(EntryName::of_task(id, side)),
            (None, Some(id)) => Some(EntryName::of_template(id)),
            (None, None) => None,
        };
        // The keychain may wait for somebody to unlock it.
        let run = self.cancellable.begin(&request.run_id);
        let password = run.step(self.password_of(request.password, kept)).await??;
        let test = connectivity::test(&endpoint, password.as_ref(), side, on_stage);
        let report = run.step(test).await?;
        if let Some(id) = &request.task_id {
            self.keep_test(id, &endpoint, &report);
        }
        Ok(report)
    }

    /// Ends a connectivity test or a precheck; the call that waits for it fails with `cancelled`.
    pub fn cancel_run(&self, run_id: &str) {
        self.cancellable.cancel(run_id);
    }

    /// The result belongs to the task's form; a task that is busy has no use for it, nor one whose
    /// side was changed meanwhile.
    fn keep_test(&self, id: &str, tested: &Endpoint, report: &ConnectivityReport) {
        let side = report.side;
        let keep = || -> Result<()> {
            let mut locked = self.store.lock(id)?;
            let draft = &locked.task.draft;
            let now = if side == Side::Source { &draft.source } else { &draft.destination };
            if now.validate(side.name()).ok().as_ref() != Some(tested) {
                return Ok(());
            }
            locked.update(|task| {
                *task.connectivity.of_mut(report.side) =
                    Some(TestedSide { at: rfc3339_now(), report: report.clone() });
            })
        };
        match keep() {
            Ok(()) => self.changed(),
            Err(error) => tracing::warn!(%error, "the result of a test is not kept"),
        }
    }

    /// Checks whether a task could start, and keeps what was found.
    ///
    /// # Errors
    /// The form has mistakes, a password is missing, another process has the task, or it was
    /// cancelled.
    pub async fn run_precheck(
        &self,
        id: &str,
        run_id: &str,
        on_item: &(dyn Fn(&ItemReport) + Send + Sync),
    ) -> Result<PrecheckReport> {
        // Dropped last, when the task is free again.
        let _running = self.prechecks.begin(id);
        let mut locked = self.store.lock(id)?;
        drafts::configure(&mut locked)?;
        let spec = locked.task.draft.validate().map_err(CommandError::form)?;
        // The keychain may wait for somebody to unlock it.
        let run = self.cancellable.begin(run_id);
        let passwords = run.step(self.passwords(&locked.task)).await??;
        locked.on_with(LifeEvent::PrecheckStarted, |task| task.only_checked = true)?;
        self.changed();
        let folder = locked.engine_folder();
        let look = Box::pin(precheck::run(id, &spec, &passwords, &folder, Scope::All, on_item));
        let looked = run.step(look).await;
        let event = match &looked {
            Ok(report) if report.passed() => LifeEvent::PrecheckPassed,
            Ok(_) => LifeEvent::PrecheckFailed,
            Err(_) => LifeEvent::PrecheckCancelled,
        };
        locked.on_with(event, |task| {
            task.only_checked = false;
            if let Ok(report) = &looked {
                task.precheck = Some(report.clone());
            }
        })?;
        drop(locked);
        self.changed();
        looked
    }

    /// Chooses to go on though these checks fail; replaces an earlier choice. `typed_name` is the
    /// destination's label, which some of them ask for.
    ///
    /// # Errors
    /// One of them cannot be ignored, the label does not fit, or another process has the task.
    pub fn ignore_checks(
        &self,
        id: &str,
        checks: Vec<String>,
        typed_name: Option<&str>,
    ) -> Result<()> {
        let mut locked = self.store.lock(id)?;
        drafts::must_not_have_begun(&locked)?;
        let newly: Vec<&String> =
            checks.iter().filter(|id| !locked.task.draft.ignored_checks.contains(id)).collect();
        for check in newly {
            match rule_of(check)? {
                IgnoreRule::Never => {
                    return Err(CommandError::usage(
                        "not_ignorable",
                        phrase!("refusal.not_ignorable", check = check),
                    ));
                }
                IgnoreRule::Confirm => {}
                IgnoreRule::TypeName => confirmed(&locked.task, typed_name)?,
            }
        }
        let at = rfc3339_now();
        locked.update(|task| {
            task.ignored.retain(|ignored| checks.contains(&ignored.id));
            for id in &checks {
                if !task.ignored.iter().any(|ignored| ignored.id == *id) {
                    task.ignored.push(IgnoredCheck { id: id.clone(), at: at.clone() });
                }
            }
            task.draft.ignored_checks = checks;
        })?;
        drop(locked);
        self.changed();
        Ok(())
    }
}

/// How a check may be ignored.
fn rule_of(check: &str) -> Result<IgnoreRule> {
    let item = ITEMS.iter().find(|item| item.id() == check).ok_or_else(|| {
        CommandError::usage("no_such_check", phrase!("refusal.no_such_check", check = check))
    })?;
    Ok(item.ignore())
}

/// Refuses where the user has not typed the destination's label.
pub(super) fn confirmed(task: &StoredTask, typed: Option<&str>) -> Result<()> {
    let label = label_of(&task.draft.destination);
    if typed.is_some_and(|typed| typed.trim() == label) {
        return Ok(());
    }
    let asked = phrase!("refusal.confirmation_needed", label = label);
    Err(CommandError {
        side: Some(Side::Destination),
        ..CommandError::usage("confirmation_needed", asked)
            .with_remedy(phrase!("advice.confirmation_needed", label = label))
    })
}
