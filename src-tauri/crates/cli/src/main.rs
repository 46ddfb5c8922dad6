//! `keyferry`, the command line: the same use cases as the window, without one.

mod arguments;
mod demo;
mod migrate;
mod output;
mod passwords;
mod precheck;
mod signals;
mod tasks;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind as ClapErrorKind;
use keyferry_workbench::error::CommandError;
use keyferry_workbench::log;
use tracing_subscriber::Layer as _;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::arguments::{Arguments, Verb};

/// The exit codes of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Done or paused.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// The precheck failed; nothing was written.
    PrecheckFailed = 2,
    /// What was asked makes no sense, or not now.
    Usage = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Says on stderr what is wrong and what to do.
fn complain(error: &CommandError) {
    output::say(&format!("keyferry: {}", error.message));
    if let Some(remedy) = error.remedy.as_deref().filter(|remedy| !remedy.is_empty()) {
        output::say(&format!("  → {remedy}"));
    }
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return match error.kind() {
                ClapErrorKind::DisplayHelp | ClapErrorKind::DisplayVersion => Exit::Done.into(),
                _ => Exit::Usage.into(),
            };
        }
    };
    let filter = tracing_subscriber::EnvFilter::try_from_env("KEYFERRY_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("error"));
    let stderr = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_filter(filter);
    tracing_subscriber::registry().with(stderr).with(log::layer()).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(cause) => {
            output::say(&format!("keyferry: cannot start: {cause}"));
            return Exit::Failed.into();
        }
    };
    let exit = runtime.block_on(async {
        match arguments.verb {
            Verb::Migrate(flags) => Box::pin(migrate::migrate(*flags)).await,
            Verb::Precheck(flags) => precheck::precheck(*flags).await,
            Verb::Tasks(verb) => Box::pin(tasks::tasks(verb)).await,
            Verb::Demo => demo::demo().await,
        }
    });
    // What still blocks (a name that resolves slowly) must not hold the end up.
    runtime.shutdown_background();
    match exit {
        Ok(exit) => exit.into(),
        Err(error) => {
            complain(&error);
            match error.side {
                None => Exit::Usage.into(),
                Some(_) => Exit::Failed.into(),
            }
        }
    }
}
