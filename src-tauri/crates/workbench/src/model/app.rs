//! The application itself: what it is, what its user prefers, what its window asks.

use keyferry_engine::words::Phrase;
use serde::{Deserialize, Serialize};

use super::KeychainStatus;

/// The application and this computer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct AppInfo {
    /// As `0.1.0`.
    pub version: String,
    /// Where tasks are kept.
    pub state_dir: String,
    /// Where passwords are kept.
    pub keychain: KeychainStatus,
    /// Whether sample servers can be started.
    pub demo_available: bool,
    /// Why not, in English; empty where they can.
    pub demo_problem: String,
    /// The same, to be shown in another language.
    pub demo_phrase: Option<Phrase>,
}

/// The window's colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    /// As the desktop has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The window's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LanguageChoice {
    /// As the desktop has it.
    System,
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

/// What closing the window does while tasks run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CloseSetting {
    /// It asks.
    Ask,
    /// They go on; the application stays in the tray.
    Tray,
    /// They are paused, and the application ends.
    Quit,
}

/// What the user prefers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(default)]
pub struct Settings {
    /// The window's colours.
    pub theme: ThemeChoice,
    /// The window's language.
    pub language: LanguageChoice,
    /// Whether tasks that ran when the application ended go on when it starts.
    pub resume_on_start: bool,
    /// What closing the window does while tasks run.
    pub close: CloseSetting,
    /// Whether anything is told on the desktop, a task's own alerts included.
    pub notifications: bool,
    /// Whether the application starts when the user logs in.
    pub autostart: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::System,
            language: LanguageChoice::System,
            resume_on_start: true,
            close: CloseSetting::Ask,
            notifications: true,
            autostart: false,
        }
    }
}

/// What the user changes of [`Settings`]; what is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(optional_fields))]
#[serde(default)]
pub struct SettingsPart {
    /// See [`Settings::theme`].
    pub theme: Option<ThemeChoice>,
    /// See [`Settings::language`].
    pub language: Option<LanguageChoice>,
    /// See [`Settings::resume_on_start`].
    pub resume_on_start: Option<bool>,
    /// See [`Settings::close`].
    pub close: Option<CloseSetting>,
    /// See [`Settings::notifications`].
    pub notifications: Option<bool>,
    /// See [`Settings::autostart`].
    pub autostart: Option<bool>,
}

impl SettingsPart {
    /// `held` with this change.
    pub fn of(self, held: Settings) -> Settings {
        let Self { theme, language, resume_on_start, close, notifications, autostart } = self;
        Settings {
            theme: theme.unwrap_or(held.theme),
            language: language.unwrap_or(held.language),
            resume_on_start: resume_on_start.unwrap_or(held.resume_on_start),
            close: close.unwrap_or(held.close),
            notifications: notifications.unwrap_or(held.notifications),
            autostart: autostart.unwrap_or(held.autostart),
        }
    }
}

/// What the window tells its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ShellEvent {
    /// The user closes the window while tasks run: the page asks what is meant.
    CloseAsked {
        /// How many run.
        running: usize,
        /// Whether this desktop has a tray to stay in.
        tray: bool,
    },
    /// A notification of this task was clicked.
    OpenTask {
        /// Its id.
        id: String,
    },
    /// The keychain stands otherwise than before.
    Keychain {
        /// How.
        status: KeychainStatus,
    },
    /// The settings are others than before, and it was not the page that set them.
    Settings,
}

/// The answer to [`ShellEvent::CloseAsked`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CloseChoice {
    /// Stay in the tray; the tasks go on.
    Tray,
    /// Pause all, then end.
    Quit,
    /// The window stays open.
    Cancel,
}

/// A form of a task's report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ReportFormat {
    /// One page, to read and to print.
    Html,
    /// Figures, for a spreadsheet.
    Csv,
}

/// A file of a diagnostics bundle, as it will be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct DiagnosticsFile {
    /// Its name in the bundle.
    pub name: String,
    /// All that is in it.
    pub text: String,
}
