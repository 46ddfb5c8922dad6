//! A bundle for whoever is to find out what went wrong: what this is and what happened, without any
//! password and without any value of a key.

use std::io::{Cursor, Write};

use keyferry_engine::error::Error;
use keyferry_engine::report::{TaskEvent, TaskReport};
use keyferry_engine::secret::Secret;
use serde_json::Value;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::error::Result;
use crate::model::{AppInfo, DiagnosticsFile, Settings};
use crate::store::StoredTask;

/// What the bundle is made of.
pub(crate) struct Contents<'a> {
    pub(crate) about: &'a AppInfo,
    pub(crate) settings: &'a Settings,
    pub(crate) task: &'a StoredTask,
    pub(crate) report: &'a TaskReport,
    pub(crate) events: &'a [TaskEvent],
    /// See [`crate::store::Store::log`].
    pub(crate) log: String,
    /// What must not be in it, wherever it comes from: servers repeat what they were sent.
    pub(crate) secrets: &'a [Secret],
}

/// The files, as they will be written.
pub(crate) fn files(contents: &Contents<'_>) -> Vec<DiagnosticsFile> {
    let json = |value: Value| serde_json::to_string_pretty(&value).unwrap_or_default();
    let mut task = serde_json::to_value(contents.task).unwrap_or_default();
    hide_samples(&mut task);
    let events: Vec<String> = contents
        .events
        .iter()
        .map(|event| serde_json::to_string(event).unwrap_or_default())
        .collect();
    let files = [
        ("about.json", json(about(contents))),
        ("settings.json", json(serde_json::to_value(contents.settings).unwrap_or_default())),
        ("task.json", json(task)),
        ("figures.json", json(serde_json::to_value(contents.report).unwrap_or_default())),
        ("events.jsonl", events.join("\n")),
        ("log.txt", contents.log.clone()),
    ];
    let redact = |text: String| {
        contents.secrets.iter().fold(text, |text, secret| {
            // As it is, and as JSON writes it.
            let quoted = serde_json::to_string(secret.expose()).unwrap_or_default();
            let bare = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            let quoted = Secret::new(bare.unwrap_or_default());
            quoted.redact(&secret.redact(&text))
        })
    };
    files
        .into_iter()
        .map(|(name, text)| DiagnosticsFile { name: name.to_owned(), text: redact(text) })
        .collect()
}

fn about(contents: &Contents<'_>) -> Value {
    serde_json::json!({
        "version": contents.about.version,
        "system": format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
        "keychain": contents.about.keychain,
        "demo_problem": contents.about.demo_problem,
    })
}

/// The names of sample keys that a check has told are the user's data: how many there were is enough.
fn hide_samples(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match (name.as_str(), field) {
                    // Figures of databases are called so too, and are figures.
                    ("keys", Value::Array(samples)) if samples.iter().any(Value::is_object) => {
                        let count = samples.len();
                        *samples = vec![Value::from(format!("{count} left out"))];
                    }
                    (_, field) => hide_samples(field),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(hide_samples),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The files as one.
///
/// # Errors
/// It does not fit into memory.
pub(crate) fn bundle(files: &[DiagnosticsFile]) -> Result<Vec<u8>> {
    let pack = || -> zip::result::ZipResult<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for file in files {
            zip.start_file(file.name.as_str(), options)?;
            zip.write_all(file.text.as_bytes())?;
        }
        Ok(zip.finish()?.into_inner())
    };
    Ok(pack().map_err(|cause| Error::internal(&cause))?)
}
