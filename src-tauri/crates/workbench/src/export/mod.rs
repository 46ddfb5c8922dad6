//! Files for people: a task's report, and a bundle for whoever is to find out what went wrong.

pub(crate) mod diagnostics;
pub(crate) mod report;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::names::first_free;
use crate::store::io;

/// Where the user looks for files that a program has made.
pub(crate) fn default_folder(otherwise: &Path) -> PathBuf {
    directories::UserDirs::new()
        .map(|folders| folders.download_dir().unwrap_or(folders.home_dir()).to_owned())
        .unwrap_or_else(|| otherwise.to_owned())
}

/// Writes a new file called `keyferry-<task>-<date>.<ending>`, beside those that are there already;
/// its path.
pub(crate) fn write(
    folder: &Path,
    what: &str,
    at: &str,
    ending: &str,
    body: &[u8],
) -> Result<PathBuf> {
    fs::create_dir_all(folder).map_err(|cause| io(folder, cause))?;
    let date: String = at.chars().take(10).collect();
    let base = format!("keyferry-{}-{date}", slug(what));
    let path_of = |name: &str| folder.join(format!("{name}.{ending}"));
    let name = first_free(&base, |name| path_of(name).exists());
    let path = path_of(&name);
    let mut file = fs::File::create_new(&path).map_err(|cause| io(&path, cause))?;
    file.write_all(body).map_err(|cause| io(&path, cause))?;
    Ok(path)
}

/// A name that every file system takes.
fn slug(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect();
    let cut: String = plain.trim_matches('-').chars().take(60).collect();
    if cut.is_empty() { "task".to_owned() } else { cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_never_written_over_and_its_name_goes_nowhere_else() {
        let folder = tempfile::tempdir().unwrap();
        let at = "2026-11-23T14:02:00.000Z";
        let names = [0, 1].map(|_| {
            let path = write(folder.path(), "../orders: eu/1", at, "csv", b"x").unwrap();
            assert_eq!(path.parent(), Some(folder.path()));
            path.file_name().unwrap().to_str().unwrap().to_owned()
        });
        assert_eq!(
            names,
            ["keyferry-orders--eu-1-2026-11-23.csv", "keyferry-orders--eu-1-2026-11-23_2.csv"]
        );
        assert_eq!(slug("订单"), "订单");
        assert_eq!(slug("//"), "task");
    }
}
