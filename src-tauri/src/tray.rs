//! The icon in the tray, where this desktop has one.
//!
//! An icon can be made anywhere, and is seen only where something shows it. A window that hides
//! behind an icon that nobody shows is gone: so the desktop is asked first.

use keyferry_workbench::language::{Language, language_of};
use tauri::menu::{Menu, MenuItem};
use tauri::tray::{MouseButton, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager as _};

use crate::host::{self, Host};
use crate::window;

const ICON: &str = "main";
const OPEN: &str = "open";
const PAUSE_ALL: &str = "pause_all";
const QUIT: &str = "quit";

/// Whether the application can stay in a tray now; makes the icon where it is not there yet.
pub(crate) async fn is_there(app: &AppHandle) -> bool {
    if !is_shown_somewhere().await {
        return false;
    }
    if app.tray_by_id(ICON).is_some() {
        return true;
    }
    let language = language(app);
    let (made, answer) = tokio::sync::oneshot::channel();
    let handle = app.clone();
    let asked = app.run_on_main_thread(move || {
        // The system's library for it is loaded here, which panics where it is not installed.
        let make = std::panic::AssertUnwindSafe(|| make(&handle, language));
        let ok = match std::panic::catch_unwind(make) {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::warn!(%error, "there is no icon in the tray");
                false
            }
            Err(_) => {
                tracing::warn!("there is no icon in the tray: its library is not installed");
                false
            }
        };
        let _ = made.send(ok);
    });
    asked.is_ok() && answer.await.unwrap_or(false)
}

/// The menu speaks the language that the user has chosen meanwhile.
pub(crate) fn speak(app: &AppHandle) {
    let Some(icon) = app.tray_by_id(ICON) else { return };
    let menu = menu(app, language(app));
    if let Err(error) = menu.and_then(|menu| icon.set_menu(Some(menu))) {
        tracing::warn!(%error, "the menu of the tray is not translated");
    }
}

fn language(app: &AppHandle) -> Language {
    let settings = app.state::<Host>().settings();
    language_of(settings.language)
}

fn menu(app: &AppHandle, language: Language) -> tauri::Result<Menu<tauri::Wry>> {
    let (open, pause_all, quit) = match language {
        Language::En => ("Open Keyferry", "Pause all tasks", "Pause all and quit"),
        Language::Zh => ("打开 Keyferry", "暂停所有任务", "暂停所有任务并退出"),
    };
    let item = |id, text| MenuItem::with_id(app, id, text, true, None::<&str>);
    Menu::with_items(app, &[&item(OPEN, open)?, &item(PAUSE_ALL, pause_all)?, &item(QUIT, quit)?])
}

fn make(app: &AppHandle, language: Language) -> tauri::Result<()> {
    let mut icon = TrayIconBuilder::with_id(ICON)
        .tooltip("Keyferry")
        .menu(&menu(app, language)?)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| match event.id().as_ref() {
            OPEN => window::bring_to_front(app),
            PAUSE_ALL => host::pause_all(app),
            QUIT => host::leave(app),
            _ => {}
        })
        .on_tray_icon_event(|icon, event| {
            if let TrayIconEvent::Click { button: MouseButton::Left, .. } = event {
                window::bring_to_front(icon.app_handle());
            }
        });
    if let Some(image) = app.default_window_icon() {
        icon = icon.icon(image.clone());
    }
    icon.build(app).map(drop)
}

/// Whether something on this desktop shows icons of a tray.
#[cfg(target_os = "linux")]
async fn is_shown_somewhere() -> bool {
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let asked = async {
        let bus = zbus::Connection::session().await?;
        let watcher = zbus::Proxy::new(&bus, WATCHER, "/StatusNotifierWatcher", WATCHER).await?;
        watcher.get_property::<bool>("IsStatusNotifierHostRegistered").await
    };
    match asked.await {
        Ok(is_there) => is_there,
        Err(error) => {
            tracing::debug!(%error, "there is no tray");
            false
        }
    }
}

/// Every desktop has one here.
#[cfg(not(target_os = "linux"))]
async fn is_shown_somewhere() -> bool {
    true
}
