//! The one window: how it opens, where it was, and how it comes back.

use tauri::webview::PageLoadEvent;
use tauri::{App, AppHandle, Manager as _, Runtime, WebviewUrl, WebviewWindowBuilder};
use tauri_plugin_window_state::StateFlags;

/// The label of the window, which capabilities/main.json names.
pub(crate) const MAIN: &str = "main";

/// Size and place are remembered. Not whether it was visible: a window hidden when the program ended
/// would never be seen again.
pub(crate) fn remembered_geometry<R: Runtime>() -> tauri::plugin::TauriPlugin<R> {
    tauri_plugin_window_state::Builder::default()
        .with_state_flags(StateFlags::all() & !StateFlags::VISIBLE)
        .build()
}

/// Makes the window, hidden; it is shown when the page has something to show, so that nobody sees an
/// empty white one first.
pub(crate) fn open<R: Runtime>(app: &App<R>) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Keyferry")
        .inner_size(1280.0, 820.0)
        .min_inner_size(1024.0, 700.0)
        .visible(false)
        .on_page_load(|window, load| {
            if load.event() == PageLoadEvent::Finished
                && let Err(error) = window.show()
            {
                tracing::error!(%error, "the window cannot be shown");
            }
        })
        .build()?;
    Ok(())
}

/// What a second start does instead of opening a second window.
pub(crate) fn bring_to_front<R: Runtime>(app: &AppHandle<R>) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    for step in [window.show(), window.unminimize(), window.set_focus()] {
        if let Err(error) = step {
            tracing::warn!(%error, "the window does not come to the front");
        }
    }
}
