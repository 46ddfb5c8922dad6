//! What the page may call. Each command is one line that calls a use case of the workbench.

use serde::Serialize;
use tauri::Runtime;
use tauri::ipc::Invoke;

include!("../commands.rs");

macro_rules! handler_of {
    ($($command:ident),* $(,)?) => { tauri::generate_handler![$(commands::$command),*] };
}

/// Answers every command of the one list.
pub(crate) fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    with_commands!(handler_of)
}

#[derive(Serialize)]
struct AppInfo {
    version: &'static str,
}

mod commands {
    use super::AppInfo;

    #[tauri::command]
    pub(super) fn app_info() -> AppInfo {
        AppInfo { version: env!("CARGO_PKG_VERSION") }
    }
}

#[cfg(test)]
mod tests {
    macro_rules! names {
        ($($command:ident),* $(,)?) => { [$(stringify!($command)),*] };
    }

    #[test]
    fn the_page_is_allowed_every_command_of_ours_and_nothing_else() {
        let capability: serde_json::Value =
            serde_json::from_str(include_str!("../capabilities/main.json")).unwrap();
        let wanted: Vec<_> = with_commands!(names)
            .iter()
            .map(|name| format!("allow-{}", name.replace('_', "-")))
            .collect();
        assert_eq!(capability["permissions"], serde_json::json!(wanted));
    }
}
