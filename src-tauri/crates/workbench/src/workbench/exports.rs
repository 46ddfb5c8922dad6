//! Files that a user takes along.

use keyferry_engine::report::rfc3339_now;

use super::Workbench;
use super::passwords::SIDES;
use crate::credentials::EntryName;
use crate::error::Result;
use crate::export::{self, diagnostics, report};
use crate::language::language_of;
use crate::model::{DiagnosticsFile, ReportFormat};

impl Workbench {
    /// Writes a task's report; the path of the file.
    ///
    /// # Errors
    /// There is no such task, or the disk refused.
    pub fn export_report(&self, id: &str, format: ReportFormat) -> Result<String> {
        let details = self.show_task(id)?;
        let now = rfc3339_now();
        let (ending, body) = match format {
            ReportFormat::Html => {
                let language = language_of(self.settings()?.language);
                ("html", report::html(&details, language, &now)?)
            }
            ReportFormat::Csv => ("csv", report::csv(&details, &now)),
        };
        self.write_export(&details.summary.name, &now, ending, body.as_bytes())
    }

    /// The files of a task's diagnostics, as [`Self::export_diagnostics`] would write them now.
    ///
    /// # Errors
    /// There is no such task, or the store cannot be read.
    pub async fn diagnostics_preview(&self, id: &str) -> Result<Vec<DiagnosticsFile>> {
        let task = self.store.get(id)?;
        let mut names: Vec<EntryName> =
            SIDES.iter().map(|side| EntryName::of_task(id, *side)).collect();
        for template in [&task.source_template, &task.destination_template].into_iter().flatten() {
            names.push(EntryName::of_template(template));
        }
        let mut secrets = Vec::new();
        for name in names {
            // Where the keychain is closed nothing of it can have come here either.
            secrets.extend(self.credentials.find(&name).await.unwrap_or_default());
        }
        Ok(diagnostics::files(&diagnostics::Contents {
            about: &self.app_info(),
            settings: &self.settings()?,
            report: &self.summary(&task).report,
            task: &task,
            events: &self.store.events(id),
            log: self.store.log(id),
            secrets: &secrets,
        }))
    }

    /// Writes a task's diagnostics; the path of the file.
    ///
    /// # Errors
    /// There is no such task, or the disk refused.
    pub async fn export_diagnostics(&self, id: &str) -> Result<String> {
        let files = self.diagnostics_preview(id).await?;
        let name = format!("diagnostics-{}", self.store.get(id)?.name);
        self.write_export(&name, &rfc3339_now(), "zip", &diagnostics::bundle(&files)?)
    }

    fn write_export(&self, what: &str, at: &str, ending: &str, body: &[u8]) -> Result<String> {
        let folder = self
            .options
            .exports
            .clone()
            .unwrap_or_else(|| export::default_folder(self.store.folder()));
        Ok(export::write(&folder, what, at, ending, body)?.display().to_string())
    }
}
