//! Saved connection settings, a file each: `templates/<id>`, replaced whole, with checksum.

use std::fs;
use std::path::PathBuf;

use keyferry_engine::durable;
use keyferry_engine::error::{Error, ErrorKind, Side};
use keyferry_engine::phrase;
use keyferry_engine::report::rfc3339_now;
use keyferry_engine::spec::EndpointDraft;
use serde::{Deserialize, Serialize};

use crate::error::{CommandError, Result};
use crate::model::LastTest;
use crate::store::{PasswordOrigin, Store, io, is_id, make_private, new_id};

const VERSION: u32 = 1;

/// A template as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredTemplate {
    /// Random, for good.
    pub id: String,
    /// The user's name for it; several may have one.
    pub name: String,
    /// The settings; may be incomplete.
    pub endpoint: EndpointDraft,
    /// Where its password is.
    #[serde(default)]
    pub password: PasswordOrigin,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub updated_at: String,
    /// What the last test found.
    #[serde(default)]
    pub last_test: Option<LastTest>,
}

/// The templates of this user.
#[derive(Clone, Debug)]
pub struct TemplateStore {
    store: Store,
}

impl TemplateStore {
    /// The templates beside the tasks of `store`.
    pub fn beside(store: &Store) -> Self {
        Self { store: store.clone() }
    }

    /// All, by name. One that cannot be read does not hide the others.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn list(&self) -> Result<Vec<StoredTemplate>> {
        Ok(self.read_all()?.0)
    }

    fn read_all(&self) -> Result<(Vec<StoredTemplate>, Option<CommandError>)> {
        let (mut templates, mut damaged) = (Vec::new(), None);
        let folder = self.folder();
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                return Ok((templates, damaged));
            }
            Err(cause) => return Err(io(&folder, cause).into()),
        };
        for entry in entries {
            let name = entry.map_err(|cause| io(&folder, cause))?.file_name();
            let Some(id) = name.to_str().filter(|name| is_id(name)) else { continue };
            match self.get(id) {
                Ok(template) => templates.push(template),
                Err(error) => {
                    tracing::error!(%error, "a template cannot be read");
                    damaged = Some(error);
                }
            }
        }
        templates.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
        Ok((templates, damaged))
    }

    /// The template with this id.
    ///
    /// # Errors
    /// There is none (`no_such_template`), or it cannot be read.
    pub fn get(&self, id: &str) -> Result<StoredTemplate> {
        let unknown = || no_such_template(id);
        if !is_id(id) {
            return Err(unknown());
        }
        let path = self.folder().join(id);
        let body = durable::read(&path, VERSION)?.ok_or_else(unknown)?;
        serde_json::from_slice(&body).map_err(|cause| {
            Error::new(
                ErrorKind::StateCorrupt,
                Side::Local,
                phrase!("failure.unreadable", path = path.display(), cause = cause.to_string()),
            )
            .into()
        })
    }

    /// The template with this id or, if there is none, the only one with this name.
    ///
    /// # Errors
    /// There is none, or several have that name (`ambiguous_name`): their ids are told.
    pub fn find(&self, name: &str) -> Result<StoredTemplate> {
        let (templates, damaged) = self.read_all()?;
        if let Some(found) = templates.iter().find(|template| template.id == name) {
            return Ok(found.clone());
        }
        let named: Vec<_> = templates.into_iter().filter(|found| found.name == name).collect();
        match (<[_; 1]>::try_from(named), damaged) {
            (Ok([found]), _) => Ok(found),
            (Err(named), _) if !named.is_empty() => {
                let ids: Vec<_> = named.into_iter().map(|template| template.id).collect();
                Err(CommandError::usage(
                    "ambiguous_name",
                    phrase!("refusal.ambiguous_template", name = name, ids = ids.join(", ")),
                ))
            }
            (Err(_), Some(error)) => Err(error),
            (Err(_), None) => Err(no_such_template(name)),
        }
    }

    /// A new template, not on disk yet.
    pub fn draft(name: &str, endpoint: EndpointDraft) -> StoredTemplate {
        let now = rfc3339_now();
        StoredTemplate {
            id: new_id(),
            name: name.to_owned(),
            endpoint,
            password: PasswordOrigin::None,
            created_at: now.clone(),
            updated_at: now,
            last_test: None,
        }
    }

    /// Keeps a template, new or changed.
    ///
    /// # Errors
    /// The disk refused.
    pub fn save(&self, template: &StoredTemplate) -> Result<()> {
        make_private(&self.folder())?;
        let body = serde_json::to_vec_pretty(template).map_err(|cause| Error::internal(&cause))?;
        Ok(durable::replace(&self.folder().join(&template.id), VERSION, &body)?)
    }

    /// Removes a template.
    ///
    /// # Errors
    /// There is none, or the disk refused.
    pub fn delete(&self, id: &str) -> Result<()> {
        let template = self.get(id)?;
        let path = self.folder().join(template.id);
        Ok(fs::remove_file(&path).map_err(|cause| io(&path, cause))?)
    }

    fn folder(&self) -> PathBuf {
        self.store.folder().join("templates")
    }
}

fn no_such_template(name: &str) -> CommandError {
    CommandError::usage("no_such_template", phrase!("refusal.no_such_template", name = name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, TemplateStore) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let templates = TemplateStore::beside(&store);
        (folder, templates)
    }

    #[test]
    fn a_name_that_several_have_is_told_with_their_ids() {
        let (_folder, templates) = store();
        let [a, b] = ["orders", "orders"].map(|name| {
            let template = TemplateStore::draft(name, EndpointDraft::default());
            templates.save(&template).unwrap();
            template.id
        });
        let error = templates.find("orders").unwrap_err();
        assert_eq!(error.code, "ambiguous_name");
        assert!(error.message.contains(&a) && error.message.contains(&b), "{error}");
        assert_eq!(templates.find(&a).unwrap().id, a);
        assert_eq!(templates.find("carts").unwrap_err().code, "no_such_template");
    }

    #[test]
    fn a_template_file_cut_anywhere_is_an_error_and_hides_no_other() {
        let (_folder, templates) = store();
        let [cut, whole] = ["cut", "whole"].map(|name| {
            let template = TemplateStore::draft(name, EndpointDraft::default());
            templates.save(&template).unwrap();
            template
        });
        let path = templates.folder().join(&cut.id);
        let body = fs::read(&path).unwrap();
        for length in 0..body.len() {
            fs::write(&path, &body[..length]).unwrap();
            assert_eq!(templates.get(&cut.id).unwrap_err().code, "state_corrupt");
            assert_eq!(templates.list().unwrap(), std::slice::from_ref(&whole));
        }
    }
}
