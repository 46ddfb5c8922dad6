//! The display, as somebody who sits before it has it: which windows there are, where, and in front.

use anyhow::{Context as _, Result};
use x11rb::connection::Connection as _;
use x11rb::errors::ReplyError;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, CLIENT_MESSAGE_EVENT, ClientMessageEvent, ConfigureWindowAux,
    ConnectionExt as _, CreateWindowAux, EventMask, InputFocus, MapState, StackMode, Window,
    WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::{COPY_DEPTH_FROM_PARENT, COPY_FROM_PARENT, CURRENT_TIME};

use crate::webdriver::{PATIENCE, wait};

/// A display and its one screen.
pub(crate) struct Screen {
    connection: RustConnection,
    root: Window,
    /// In pixels.
    pub(crate) size: (u16, u16),
}

/// Where a window is on the screen, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) x: i16,
    pub(crate) y: i16,
    pub(crate) width: u16,
    pub(crate) height: u16,
}

impl Screen {
    /// The screen of the display of this name.
    pub(crate) fn of(display: &str) -> Result<Self> {
        let (connection, number) = x11rb::connect(Some(display))?;
        let screen = connection.setup().roots.get(number).context("no screen")?;
        let (root, size) = (screen.root, (screen.width_in_pixels, screen.height_in_pixels));
        Ok(Self { connection, root, size })
    }

    /// The windows with `title` in their titles that can be closed, shown or not.
    pub(crate) fn windows(&self, title: &str) -> Result<Vec<Window>> {
        let mut found = Vec::new();
        self.look_below(self.root, title, &mut found)?;
        Ok(found)
    }

    /// The one window with `title` in its title, as soon as it is shown.
    pub(crate) fn shown_window(&self, title: &str) -> Result<Window> {
        wait(PATIENCE, || {
            let window = self.windows(title)?.first().copied();
            Ok(match window {
                Some(window) if self.is_shown(window)? => Some(window),
                _ => None,
            })
        })?
        .with_context(|| format!("no window called {title:?} is shown"))
    }

    /// By its properties, not by what is on the screen: a hidden one is found too.
    fn look_below(&self, parent: Window, title: &str, found: &mut Vec<Window>) -> Result<()> {
        let Some(tree) = unless_gone(self.connection.query_tree(parent)?.reply())? else {
            return Ok(());
        };
        let protocols = self.atom("WM_PROTOCOLS")?;
        for window in tree.children {
            let name = self.property(window, AtomEnum::WM_NAME.into())?;
            let named = String::from_utf8_lossy(&name).contains(title);
            if named && !self.property(window, protocols)?.is_empty() {
                found.push(window);
            } else {
                self.look_below(window, title, found)?;
            }
        }
        Ok(())
    }

    fn property(&self, window: Window, name: Atom) -> Result<Vec<u8>> {
        let asked = self.connection.get_property(false, window, name, AtomEnum::ANY, 0, 1024)?;
        Ok(unless_gone(asked.reply())?.map(|property| property.value).unwrap_or_default())
    }

    fn atom(&self, name: &str) -> Result<Atom> {
        Ok(self.connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }

    /// Whether it is on the screen, covered or not.
    pub(crate) fn is_shown(&self, window: Window) -> Result<bool> {
        let found = unless_gone(self.connection.get_window_attributes(window)?.reply())?;
        Ok(found.is_some_and(|found| found.map_state == MapState::VIEWABLE))
    }

    /// Waits until it is on the screen, or no longer.
    pub(crate) fn until_shown(&self, window: Window, wanted: bool) -> Result<()> {
        let seen = wait(PATIENCE, || Ok((self.is_shown(window)? == wanted).then_some(())))?;
        seen.with_context(|| format!("the window is shown: {}", !wanted))
    }

    /// Waits until nothing lies above it and what is typed goes to it.
    pub(crate) fn until_in_front(&self, window: Window) -> Result<()> {
        let in_front = wait(PATIENCE, || {
            let mut above = self.connection.query_tree(self.root)?.reply()?.children;
            while let Some(other) = above.pop_if(|other| *other != window) {
                if self.is_shown(other)? {
                    return Ok(None);
                }
            }
            let focus = self.connection.get_input_focus()?.reply()?.focus;
            Ok((focus == window).then_some(()))
        })?;
        in_front.context("the window does not come to the front")
    }

    /// Covers everything with another program's window, which has the keyboard too. It is gone
    /// together with this value.
    pub(crate) fn cover(&self) -> Result<()> {
        let (cover, (width, height)) = (self.connection.generate_id()?, self.size);
        self.connection
            .create_window(
                COPY_DEPTH_FROM_PARENT,
                cover,
                self.root,
                0,
                0,
                width,
                height,
                0,
                WindowClass::INPUT_OUTPUT,
                COPY_FROM_PARENT,
                &CreateWindowAux::new().override_redirect(1),
            )?
            .check()?;
        self.connection.map_window(cover)?.check()?;
        let focus = self.connection.set_input_focus(InputFocus::POINTER_ROOT, cover, CURRENT_TIME);
        focus?.check()?;
        let raised = ConfigureWindowAux::new().stack_mode(StackMode::ABOVE);
        Ok(self.connection.configure_window(cover, &raised)?.check()?)
    }

    /// Where it is.
    pub(crate) fn place(&self, window: Window) -> Result<Place> {
        let shape = self.connection.get_geometry(window)?.reply()?;
        let corner = self.connection.translate_coordinates(window, self.root, 0, 0)?.reply()?;
        let (x, y) = (corner.dst_x, corner.dst_y);
        Ok(Place { x, y, width: shape.width, height: shape.height })
    }

    /// Moves its corner and its edges, as by the mouse.
    pub(crate) fn arrange(&self, window: Window, place: Place) -> Result<()> {
        let wanted = ConfigureWindowAux::new()
            .x(i32::from(place.x))
            .y(i32::from(place.y))
            .width(u32::from(place.width))
            .height(u32::from(place.height));
        Ok(self.connection.configure_window(window, &wanted)?.check()?)
    }

    /// A click on the window's cross.
    pub(crate) fn ask_to_close(&self, title: &str) -> Result<()> {
        let window = self.windows(title)?.first().copied();
        let window = window.with_context(|| format!("no window is called {title:?}"))?;
        let message = ClientMessageEvent {
            response_type: CLIENT_MESSAGE_EVENT,
            format: 32,
            sequence: 0,
            window,
            type_: self.atom("WM_PROTOCOLS")?,
            data: [self.atom("WM_DELETE_WINDOW")?, CURRENT_TIME, 0, 0, 0].into(),
        };
        Ok(self.connection.send_event(false, window, EventMask::NO_EVENT, message)?.check()?)
    }
}

/// Windows come and go between two questions.
fn unless_gone<T>(reply: Result<T, ReplyError>) -> Result<Option<T>> {
    match reply {
        Ok(found) => Ok(Some(found)),
        Err(ReplyError::X11Error(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
