//! One task between two servers, with a store of its own, and words to talk to its servers.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use redis::{Connection, FromRedisValue};
use serde_json::Value;
use tempfile::TempDir;

use crate::keyferry::{Ended, Keyferry};
use crate::server::Server;

/// How long what takes seconds may take on a busy machine.
pub const SOON: Duration = Duration::from_secs(60);

/// A task named `t` that can be run many times.
#[derive(Debug)]
pub struct Migration {
    state: TempDir,
    source: String,
    destination: String,
    flags: Vec<String>,
}

impl Migration {
    /// Between two servers; `flags` with spaces between them.
    pub fn new(source: &Server, destination: &Server, flags: &str) -> Result<Self> {
        Self::between(&source.uri(), &destination.uri(), flags)
    }

    /// Between two addresses.
    pub fn between(source: &str, destination: &str, flags: &str) -> Result<Self> {
        Ok(Self {
            state: tempfile::Builder::new().prefix("keyferry-state-").tempdir()?,
            source: source.to_owned(),
            destination: destination.to_owned(),
            flags: flags.split_whitespace().map(str::to_owned).collect(),
        })
    }

    /// The folder of its store.
    pub fn state(&self) -> &Path {
        self.state.path()
    }

    /// The words behind `keyferry`, without `--json`.
    pub fn arguments<'a>(&'a self, command: &'a str) -> Result<Vec<&'a str>> {
        let state = self.state.path().to_str().context("the state folder is not UTF-8")?;
        let mut words = vec![command, "--source", &self.source, "--destination", &self.destination];
        words.extend(["--state-dir", state, "--task", "t"]);
        words.extend(self.flags.iter().map(String::as_str));
        Ok(words)
    }

    /// Starts `keyferry migrate`.
    pub fn start(&self) -> Result<Keyferry> {
        Keyferry::run(&self.arguments("migrate")?)
    }

    /// Starts `keyferry migrate` and waits until it has caught up.
    pub fn start_and_catch_up(&self) -> Result<Keyferry> {
        let mut run = self.start()?;
        run.wait_for("caught up", SOON, is_caught_up)?;
        Ok(run)
    }

    /// Runs `keyferry migrate` to its end.
    pub fn end(&self) -> Result<Ended> {
        self.start()?.end(SOON)
    }

    /// Runs `keyferry tasks VERB` on it to its end.
    pub fn task(&self, verb: &str) -> Result<Ended> {
        Keyferry::task(verb, self.state())
    }
}

/// Whether a line says that everything written is applied.
pub fn is_caught_up(line: &Value) -> bool {
    field(line, "caught_up") == &Value::Bool(true)
}

/// A field of a line, by its JSON pointer without the first slash; null where there is none.
pub fn field<'a>(line: &'a Value, name: &str) -> &'a Value {
    line.pointer(&format!("/{name}")).unwrap_or(&Value::Null)
}

/// That the run was refused as a wrong use, with these words.
pub fn expect_usage(ended: &Ended, words: &str) -> Result<()> {
    ensure!(
        ended.status.code() == Some(3) && ended.stderr.contains(words),
        "expected exit 3 with “{words}”: {ended:#?}"
    );
    Ok(())
}

/// Asks a server one command, its words with spaces between them.
pub fn ask<T: FromRedisValue>(connection: &mut Connection, text: &str) -> Result<T> {
    let mut words = text.split(' ');
    let mut command = redis::cmd(words.next().unwrap_or_default());
    words.for_each(|word| {
        command.arg(word);
    });
    command.query(connection).with_context(|| text.to_owned())
}

/// As [`ask`], in this database.
pub fn ask_in<T: FromRedisValue>(
    connection: &mut Connection,
    database: u32,
    text: &str,
) -> Result<T> {
    ask::<()>(connection, &format!("SELECT {database}"))?;
    ask(connection, text)
}
