//! The templates page.

use keyferry_engine::error::Side;
use keyferry_engine::phrase;
use keyferry_engine::precheck::connectivity::{
    self, ConnectivityReport, ConnectivityStage, StageProgress,
};
use keyferry_engine::report::rfc3339_now;
use keyferry_engine::secret::Secret;
use keyferry_engine::spec::{Endpoint, FieldError};

use super::Workbench;
use super::passwords::SIDES;
use crate::credentials::EntryName;
use crate::error::{CommandError, Result};
use crate::model::{LastTest, PasswordInput, Template, TemplateInput, TemplateUse};
use crate::names;
use crate::store::{PasswordOrigin, StoredTask};
use crate::templates::{StoredTemplate, TemplateStore};

impl Workbench {
    /// All templates, by name, each with its uses.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn list_templates(&self) -> Result<Vec<Template>> {
        let tasks = self.store.list()?;
        let show = |template| self.shown_template(template, &tasks);
        Ok(self.templates.list()?.into_iter().map(show).collect())
    }

    /// Keeps settings as a template; its id.
    ///
    /// # Errors
    /// It has no name, or the disk refused.
    pub async fn create_template(&self, input: TemplateInput) -> Result<String> {
        let template = TemplateStore::draft(&checked_name(&input)?, input.endpoint);
        self.put_template(template, input.password).await
    }

    /// Changes a template. Tasks that were made from it keep what they have.
    ///
    /// # Errors
    /// There is none, it has no name, or the disk refused.
    pub async fn update_template(&self, id: &str, input: TemplateInput) -> Result<()> {
        let mut template = self.templates.get(id)?;
        template.name = checked_name(&input)?;
        if template.endpoint != input.endpoint || input.password != PasswordInput::Keep {
            // What was found is of what it was.
            template.last_test = None;
        }
        template.endpoint = input.endpoint;
        template.updated_at = rfc3339_now();
        self.put_template(template, input.password).await.map(drop)
    }

    /// Makes a template like another one, with its password; its id.
    ///
    /// # Errors
    /// There is none, or the disk refused.
    pub async fn duplicate_template(&self, id: &str) -> Result<String> {
        let original = self.templates.get(id)?;
        let names: Vec<_> = self.templates.list()?.into_iter().map(|one| one.name).collect();
        let name = names::first_free(&original.name, |name| names.iter().any(|one| one == name));
        let template = TemplateStore::draft(&name, original.endpoint);
        self.put_template(template, PasswordInput::Template { id: original.id }).await
    }

    /// Removes a template and its password. Tasks that were made from it keep what they have.
    ///
    /// # Errors
    /// There is none, or keychain or disk refused.
    pub async fn delete_template(&self, id: &str) -> Result<()> {
        self.templates.get(id)?;
        self.credentials.forget(&EntryName::of_template(id)).await?;
        self.templates.delete(id)
    }

    /// Tests a template's settings, and keeps the result with it.
    ///
    /// # Errors
    /// There is none, its settings have mistakes, the keychain refused, or it was cancelled. A server
    /// that cannot be reached is a report.
    pub async fn test_template(
        &self,
        id: &str,
        run_id: &str,
        on_stage: &(dyn Fn(StageProgress) + Send + Sync),
    ) -> Result<ConnectivityReport> {
        let template = self.templates.get(id)?;
        let endpoint = template.endpoint.validate("endpoint").map_err(CommandError::form)?;
        let run = self.cancellable.begin(run_id);
        let password = run.step(self.credentials.find(&EntryName::of_template(id))).await??;
        let test = either_way(&endpoint, password.as_ref(), on_stage);
        let report = run.step(test).await?;
        // It may have been changed meanwhile: then this says nothing about it.
        let mut now = self.templates.get(id)?;
        if now.updated_at == template.updated_at {
            now.last_test = Some(LastTest {
                at: rfc3339_now(),
                ok: report.failed.is_none(),
                server: report.server.clone(),
                error: report.failed.as_ref().map(|failed| failed.error.clone()),
            });
            self.templates.save(&now)?;
        }
        Ok(report)
    }

    async fn put_template(
        &self,
        mut template: StoredTemplate,
        password: PasswordInput,
    ) -> Result<String> {
        let name = EntryName::of_template(&template.id);
        template.password = self.take_password(&name, password, &template.password).await?;
        self.templates.save(&template)?;
        Ok(template.id)
    }

    fn shown_template(&self, template: StoredTemplate, tasks: &[StoredTask]) -> Template {
        let mut uses = Vec::new();
        for task in tasks {
            for side in SIDES {
                let from = match side {
                    Side::Source => &task.source_template,
                    Side::Destination | Side::Local => &task.destination_template,
                };
                if from.as_ref() == Some(&template.id) {
                    uses.push(TemplateUse {
                        task_id: task.id.clone(),
                        task_name: task.name.clone(),
                        side,
                        state: self.store.report(task).state,
                    });
                }
            }
        }
        Template {
            has_password: template.password != PasswordOrigin::None
                && self
                    .credentials
                    .holds(&EntryName::of_template(&template.id), &template.password),
            id: template.id,
            name: template.name,
            endpoint: template.endpoint,
            created_at: template.created_at,
            updated_at: template.updated_at,
            last_test: template.last_test,
            uses,
        }
    }
}

/// A template is for either side: what may not be read like a replica may be written still.
async fn either_way(
    endpoint: &Endpoint,
    password: Option<&Secret>,
    on_stage: &(dyn Fn(StageProgress) + Send + Sync),
) -> ConnectivityReport {
    let report = connectivity::test(endpoint, password, Side::Source, on_stage).await;
    let failed = report.failed.as_ref().map(|failed| failed.stage);
    if failed != Some(ConnectivityStage::Permission) {
        return report;
    }
    let other = connectivity::test(endpoint, password, Side::Destination, &|_| {}).await;
    if other.failed.is_some() {
        return report;
    }
    if let Some(passed) = other.passed.last() {
        on_stage(StageProgress { stage: passed.stage, ms: Some(passed.ms) });
    }
    other
}

fn checked_name(input: &TemplateInput) -> Result<String> {
    let name = input.name.trim();
    if name.is_empty() {
        return Err(CommandError::form(vec![FieldError::new(
            "name",
            "required",
            phrase!("field.template_name_required"),
        )]));
    }
    Ok(name.to_owned())
}
