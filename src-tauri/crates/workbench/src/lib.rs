//! Use cases, for every host: window and command line.
//!
//! A host opens a [`store::Store`], runs tasks with [`runner`], and keeps passwords in a
//! [`credentials::CredentialStore`]. A host with a window adds [`workbench::Workbench`], whose
//! methods are what its page may call.

mod alerts;
mod awake;
mod charts;
mod control;
pub mod credentials;
pub mod demo;
pub mod error;
mod export;
pub mod language;
pub mod log;
pub mod model;
pub mod names;
mod outside;
mod resuming;
mod retry;
pub mod runner;
mod settings;
pub mod store;
pub mod templates;
pub mod workbench;

pub use alerts::{Notice, Notifier};
pub use awake::{Vigil, Wakefulness};
pub use charts::Drawn;
pub use control::{Amendment, Ask, ask};
pub use keyferry_engine as engine;
pub use log::News as LogNews;
pub use retry::keep_rule as keep_retry_rule;
