//! The use cases of the window, with real servers and a keychain of the test's own.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod alerts;
mod awake;
mod charts;
mod credentials;
mod cut_off;
mod exports;
mod life;
mod log;
mod settings;
mod setup;
mod skipped;
mod support;
mod templates;
