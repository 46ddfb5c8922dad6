//! What the user prefers, on disk.

use std::path::Path;

use keyferry_engine::durable;
use keyferry_engine::error::{Error, ErrorKind, Side};
use keyferry_engine::words::Phrase;

use crate::error::Result;
use crate::model::Settings;

const VERSION: u32 = 1;
const FILE: &str = "settings";

pub(crate) fn load(folder: &Path) -> Result<Settings> {
    let Some(body) = durable::read(&folder.join(FILE), VERSION)? else {
        return Ok(Settings::default());
    };
    serde_json::from_slice(&body).map_err(|cause| {
        Error::new(ErrorKind::StateCorrupt, Side::Local, Phrase::plain(cause.to_string())).into()
    })
}

pub(crate) fn save(folder: &Path, settings: &Settings) -> Result<()> {
    let body = serde_json::to_vec_pretty(settings).map_err(|cause| Error::internal(&cause))?;
    Ok(durable::replace(&folder.join(FILE), VERSION, &body)?)
}
