//! Starting with the desktop.

use tauri::AppHandle;

/// From now on the application starts when its user logs in, or no longer does.
///
/// # Errors
/// The desktop's folder, or its settings, cannot be written: why, in the system's words.
pub(crate) fn set(app: &AppHandle, on: bool) -> Result<(), String> {
    system::set(app, on)
}

/// An entry in the folder that the desktop reads at each login:
/// <https://specifications.freedesktop.org/autostart-spec/latest/>. Written here, since the plugin for
/// it looks past `XDG_CONFIG_HOME` and leaves a path with a blank in it unquoted.
#[cfg(target_os = "linux")]
mod system {
    use std::io::ErrorKind;
    use std::path::Path;
    use std::{env, fs};

    use tauri::{AppHandle, Manager as _};

    const ENTRY: &str = "Keyferry.desktop";

    pub(super) fn set(app: &AppHandle, on: bool) -> Result<(), String> {
        let folder = app.path().config_dir().map_err(|error| error.to_string())?.join("autostart");
        let path = folder.join(ENTRY);
        let done = if on { write(&folder, &path) } else { remove(&path) };
        done.map_err(|error| format!("{}: {error}", path.display()))
    }

    fn write(folder: &Path, path: &Path) -> std::io::Result<()> {
        let program = env::current_exe()?;
        let program = program.to_str().ok_or(ErrorKind::InvalidFilename)?;
        fs::create_dir_all(folder)?;
        fs::write(path, entry(program))
    }

    fn remove(path: &Path) -> std::io::Result<()> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn entry(program: &str) -> String {
        format!(
            "[Desktop Entry]\nType=Application\nName=Keyferry\nIcon=keyferry-desktop\nExec={}\n\
             Terminal=false\nStartupNotify=false\n",
            quoted(program)
        )
    }

    /// As `Exec` reads it: a quoted argument, which is a string of the file first, so that a backslash
    /// is escaped twice.
    fn quoted(program: &str) -> String {
        let mut quoted = String::from("\"");
        for letter in program.chars() {
            match letter {
                '\\' => quoted.push_str(r"\\\\"),
                '"' | '`' | '$' => quoted.extend([r"\\", letter.encode_utf8(&mut [0; 4])]),
                '%' => quoted.push_str("%%"),
                _ => quoted.push(letter),
            }
        }
        quoted.push('"');
        quoted
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_path_is_quoted_as_desktops_read_it() {
            assert_eq!(quoted("/opt/my tools/keyferry"), "\"/opt/my tools/keyferry\"");
            assert_eq!(quoted(r#"/a"b$c%d\e"#), r#""/a\\"b\\$c%%d\\\\e""#);
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod system {
    use tauri::AppHandle;
    use tauri_plugin_autostart::ManagerExt as _;

    pub(super) fn set(app: &AppHandle, on: bool) -> Result<(), String> {
        let autostart = app.autolaunch();
        let done = if on { autostart.enable() } else { autostart.disable() };
        done.map_err(|error| error.to_string())
    }
}
