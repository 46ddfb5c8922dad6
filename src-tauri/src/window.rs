//! The one window: how it opens, where it was, and how it comes back.

use tauri::webview::PageLoadEvent;
use tauri::{
    App, AppHandle, Manager as _, PhysicalPosition, PhysicalSize, Runtime, WebviewUrl,
    WebviewWindow, WebviewWindowBuilder, WindowEvent,
};
#[cfg(target_os = "linux")]
use tauri::{LogicalPosition, LogicalSize};
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
                if let Err(error) = keep_on_screen(&window).and_then(|()| window.show()) {
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

/// A window that was remembered from a larger screen, or from the edge of this one, is brought to where
/// all of it can be seen.
fn keep_on_screen(window: &WebviewWindow) -> tauri::Result<()> {
    let was = remembered_place(window)?;
    let screens = window
        .available_monitors()?
        .into_iter()
        .map(|monitor| Place { corner: *monitor.position(), size: *monitor.size() });
    let Some(screen) = screens.max_by_key(|screen| screen.shared_with(was)) else { return Ok(()) };
    let place = was.within(screen);
    if place.size != was.size {
        window.set_size(place.size)?;
    }
    if place.corner != was.corner {
        window.set_position(place.corner)?;
    }
    Ok(())
}

/// Where it will be shown. Until then only GTK knows.
#[cfg(target_os = "linux")]
fn remembered_place(window: &WebviewWindow) -> tauri::Result<Place> {
    use gtk::prelude::GtkWindowExt as _;

    let (known, scale) = (window.gtk_window()?, window.scale_factor()?);
    let corner = LogicalPosition::<i32>::from(known.position()).to_physical(scale);
    let size = LogicalSize::<i32>::from(known.size()).to_physical(scale);
    Ok(Place { corner, size })
}

#[cfg(not(target_os = "linux"))]
fn remembered_place(window: &WebviewWindow) -> tauri::Result<Place> {
    Ok(Place { corner: window.outer_position()?, size: window.inner_size()? })
}

/// Of a window or a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    corner: PhysicalPosition<i32>,
    size: PhysicalSize<u32>,
}

impl Place {
    /// From left to right, from top to bottom.
    fn spans(self) -> [(i64, i64); 2] {
        let span =
            |start: i32, length: u32| (i64::from(start), i64::from(start) + i64::from(length));
        [span(self.corner.x, self.size.width), span(self.corner.y, self.size.height)]
    }

    /// How many pixels both have.
    fn shared_with(self, other: Self) -> i64 {
        let shared =
            |mine: (i64, i64), its: (i64, i64)| (mine.1.min(its.1) - mine.0.max(its.0)).max(0);
        let ([x, y], [its_x, its_y]) = (self.spans(), other.spans());
        shared(x, its_x) * shared(y, its_y)
    }

    /// No larger than `screen`, and moved no further than to be wholly on it.
    fn within(self, screen: Self) -> Self {
        let size = PhysicalSize {
            width: self.size.width.min(screen.size.width),
            height: self.size.height.min(screen.size.height),
        };
        let moved = |start: i32, length: u32, edge: i32, room: u32| {
            let free = i32::try_from(room - length).unwrap_or(i32::MAX);
            start.clamp(edge, edge.saturating_add(free))
        };
        let corner = PhysicalPosition {
            x: moved(self.corner.x, size.width, screen.corner.x, screen.size.width),
            y: moved(self.corner.y, size.height, screen.corner.y, screen.size.height),
        };
        Self { corner, size }
    }
}

/// What a second start does instead of opening a second window; what the tray and the click on a
/// notification do.
pub(crate) fn bring_to_front(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    if let Err(error) = present(window) {
        tracing::warn!(%error, "the window does not come to the front");
    }
}

/// All of it in one turn of GTK's loop: a window that is still hidden when it is asked refuses the focus,
/// and stays behind the others once it is shown.
#[cfg(target_os = "linux")]
fn present(window: WebviewWindow) -> tauri::Result<()> {
    use gtk::prelude::{GtkWindowExt as _, WidgetExt as _};

    window.clone().run_on_main_thread(move || match window.gtk_window() {
        Ok(known) => {
            known.show();
            known.deiconify();
            known.present();
        }
        Err(error) => tracing::warn!(%error, "the window does not come to the front"),
    })
}

#[cfg(not(target_os = "linux"))]
fn present(window: WebviewWindow) -> tauri::Result<()> {
    window.show()?;
    window.unminimize()?;
    window.set_focus()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn place(x: i32, y: i32, width: u32, height: u32) -> Place {
        Place { corner: PhysicalPosition { x, y }, size: PhysicalSize { width, height } }
    }

    #[test]
    fn a_window_is_brought_wholly_onto_its_screen_and_moved_no_further() {
        let screen = place(0, 0, 1920, 1080);
        assert_eq!(place(60, 40, 1280, 820).within(screen), place(60, 40, 1280, 820));
        assert_eq!(place(1900, 1000, 1280, 820).within(screen), place(640, 260, 1280, 820));
        assert_eq!(place(-50, -9, 3000, 820).within(screen), place(0, 0, 1920, 820));
        let beside = place(1920, 200, 1280, 1024);
        assert_eq!(place(1900, 100, 1280, 820).within(beside), place(1920, 200, 1280, 820));
    }

    #[test]
    fn the_screen_that_shows_most_of_a_window_is_its_own() {
        let window = place(1900, 100, 1280, 820);
        let (one, beside) = (place(0, 0, 1920, 1080), place(1920, 200, 1280, 1024));
        assert!(one.shared_with(window) < beside.shared_with(window));
        assert_eq!(one.shared_with(beside), 0);
    }
}
