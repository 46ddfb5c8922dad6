//! The one window: how it opens, where it was, and how it comes back.

use tauri::webview::PageLoadEvent;
use tauri::{App, AppHandle, Manager as _, Runtime, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use tauri_plugin_window_state::StateFlags;

use crate::host;
use crate::subscriptions::Subscriptions;

/// The label of the window, which capabilities/main.json names.
pub(crate) const MAIN: &str = "main";

/// In the locale `C`, as in a container, WebKit tells the page that its language is `C`, which is no tag
/// of a language: `Intl` throws at it, and the page stays empty.
const LANGUAGE_THAT_CAN_BE_USED: &str = "
    try { new Intl.NumberFormat(navigator.language); }
    catch {
        Object.defineProperty(navigator, 'language', { value: 'en' });
        Object.defineProperty(navigator, 'languages', { value: ['en'] });
    }";

/// Size and place are remembered. Not whether it was visible: a window hidden when the program ended
/// would never be seen again.
pub(crate) fn remembered_geometry<R: Runtime>() -> tauri::plugin::TauriPlugin<R> {
    tauri_plugin_window_state::Builder::default()
        .with_state_flags(StateFlags::all() & !StateFlags::VISIBLE)
        .build()
}

/// Makes the window, hidden; it is shown when the page has something to show, so that nobody sees an
/// empty white one first. Closing it waits until the tasks rest.
pub(crate) fn open(app: &App) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Keyferry")
        .inner_size(1280.0, 820.0)
        .min_inner_size(1024.0, 700.0)
        .visible(false)
        .initialization_script(LANGUAGE_THAT_CAN_BE_USED)
        .on_page_load(|window, load| match load.event() {
            PageLoadEvent::Started => window.state::<Subscriptions>().clear(),
            PageLoadEvent::Finished => {
                if let Err(error) = window.show() {
                    tracing::error!(%error, "the window cannot be shown");
                }
            }
        })
        .build()?;
    let handle = app.handle().clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            api.prevent_close();
            host::close(&handle);
        }
    });
    Ok(())
}

/// What a second start does instead of opening a second window.
pub(crate) fn bring_to_front(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    for step in [window.show(), window.unminimize(), window.set_focus()] {
        if let Err(error) = step {
            tracing::warn!(%error, "the window does not come to the front");
        }
    }
}

/// Takes the window away; the tray brings it back.
pub(crate) fn hide(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN)
        && let Err(error) = window.hide()
    {
        tracing::warn!(%error, "the window does not go away");
    }
}

/// What the window is called; the page knows which environments are at work.
pub(crate) fn set_title(app: &AppHandle, title: &str) {
    if let Some(window) = app.get_webview_window(MAIN)
        && let Err(error) = window.set_title(title)
    {
        tracing::warn!(%error, "the title cannot be changed");
    }
}

/// The window stays until the tasks rest, and says why.
pub(crate) fn say_that_tasks_are_paused(app: &AppHandle) {
    set_title(app, "Keyferry – pausing tasks…");
}
