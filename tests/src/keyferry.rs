//! The built `keyferry` program, watched through its `--json` lines.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::process;
use crate::server::Server;

/// Where the program is: `KEYFERRY_BIN`, else beside the test's own program.
pub fn program() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("KEYFERRY_BIN") {
        return Ok(path.into());
    }
    let own = std::env::current_exe()?;
    own.ancestors()
        .skip(1)
        .take(2)
        .map(|folder| folder.join("keyferry"))
        .find(|path| path.is_file())
        .context("no keyferry program: cargo build -p keyferry-cli, or set KEYFERRY_BIN")
}

/// The program that dies at the place that `KEYFERRY_FAILPOINT` names.
pub fn program_with_failpoints() -> Result<PathBuf> {
    let path = program()?.with_file_name("keyferry-failpoints");
    anyhow::ensure!(path.is_file(), "{} is missing: scripts/build-failpoints.sh", path.display());
    Ok(path)
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    /// The process's own end.
    pub status: ExitStatus,
    /// The last line of stdout; null if there was none.
    pub last: Value,
    /// All of stderr.
    pub stderr: String,
}

impl Ended {
    /// Asserts exit code and outcome, showing everything otherwise.
    pub fn expect(&self, code: i32, outcome: &str) -> Result<()> {
        let told = self.last.get("outcome").and_then(Value::as_str).unwrap_or_default();
        ensure!(
            self.status.code() == Some(code) && told == outcome,
            "expected exit {code} and outcome {outcome}: {self:#?}"
        );
        Ok(())
    }
}

/// A `keyferry` process; killed when dropped.
#[derive(Debug)]
pub struct Keyferry {
    child: Child,
    lines: Receiver<Value>,
    last: Value,
    stderr: Option<JoinHandle<String>>,
}

impl Keyferry {
    /// Runs the program with these arguments; `--json` is added.
    pub fn run(arguments: &[&str]) -> Result<Self> {
        Self::spawn(Command::new(program()?), arguments)
    }

    /// As [`Keyferry::run`], by this command: another program, other surroundings.
    pub fn spawn(mut command: Command, arguments: &[&str]) -> Result<Self> {
        let mut child = command
            .args(arguments)
            .arg("--json")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut errors = child.stderr.take().context("stderr is piped")?;
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // What is no JSON breaks the contract: kept as text, it fails whoever reads it.
                let value = serde_json::from_str(&line).unwrap_or(Value::String(line));
                if sender.send(value).is_err() {
                    break;
                }
            }
        });
        let stderr = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = errors.read_to_string(&mut text);
            text
        });
        Ok(Self { child, lines, last: Value::Null, stderr: Some(stderr) })
    }

    /// `keyferry migrate` of a task named `t`, its state in `state`.
    pub fn migrate(source: &str, destination: &str, state: &Path, more: &[&str]) -> Result<Self> {
        let state = state.to_str().context("the state folder's name is not UTF-8")?;
        let mut arguments = vec!["migrate", "--source", source, "--destination", destination];
        arguments.extend(["--state-dir", state, "--task", "t"]);
        arguments.extend_from_slice(more);
        Self::run(&arguments)
    }

    /// `keyferry tasks VERB t`, to its end; flags may follow the verb.
    pub fn task(verb: &str, state: &Path) -> Result<Ended> {
        let state = state.to_str().context("the state folder's name is not UTF-8")?;
        let mut words = vec!["tasks"];
        words.extend(verb.split(' '));
        words.extend(["t", "--state-dir", state]);
        Self::run(&words)?.end(Duration::from_secs(60))
    }

    /// The process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The first line from now on, the latest included, for which `holds`.
    pub fn wait_for(
        &mut self,
        what: &str,
        deadline: Duration,
        holds: impl Fn(&Value) -> bool,
    ) -> Result<Value> {
        let end = Instant::now() + deadline;
        while !holds(&self.last) {
            let left = end.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => self.last = line,
                Err(RecvTimeoutError::Timeout) => {
                    bail!("{what}: not within {deadline:?}: {}", self.last)
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let errors = self.errors();
                    bail!("{what}: ended before: {} {errors}", self.last)
                }
            }
        }
        Ok(self.last.clone())
    }

    /// Forgets what was told so far, and waits for what is told from now on.
    pub fn freshen(&mut self, deadline: Duration) -> Result<()> {
        while let Ok(line) = self.lines.try_recv() {
            self.last = line;
        }
        // The first may have been on its way already.
        for _ in 0..2 {
            let before = self.last.clone();
            self.wait_for("another line", deadline, |line| *line != before)?;
        }
        Ok(())
    }

    /// Whether it has ended, with all of its threads: until then what it held is not free.
    pub fn has_ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// What it told last.
    pub fn told_last(&mut self) -> &Value {
        while let Ok(line) = self.lines.try_recv() {
            self.last = line;
        }
        &self.last
    }

    /// Waits until everything the source has written so far is applied.
    pub fn wait_applied(&mut self, source: &Server, deadline: Duration) -> Result<()> {
        let wanted = source.offset()?;
        self.wait_for(&format!("caught up with {wanted}"), deadline, |line| {
            line.get("caught_up") == Some(&Value::Bool(true))
                && line
                    .get("applied_offset")
                    .and_then(Value::as_str)
                    .and_then(|text| text.parse::<u64>().ok())
                    .is_some_and(|offset| offset >= wanted)
        })?;
        Ok(())
    }

    /// Sends a signal by its name, e.g. `TERM`.
    pub fn signal(&self, name: &str) -> Result<()> {
        process::signal(self.pid(), name)
    }

    /// Kills it as `kill -9` does, and waits for its end.
    pub fn kill(self) -> Result<()> {
        self.signal("KILL")?;
        self.end(Duration::from_secs(60)).map(|_| ())
    }

    /// Waits for the end.
    pub fn end(mut self, deadline: Duration) -> Result<Ended> {
        let end = Instant::now() + deadline;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => self.last = line,
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    bail!("no end within {deadline:?}: {}", self.last)
                }
            }
        }
        let status = self.child.wait()?;
        let stderr = self.errors();
        Ok(Ended { status, last: std::mem::take(&mut self.last), stderr })
    }

    fn errors(&mut self) -> String {
        let _ = self.child.kill();
        self.stderr.take().and_then(|reader| reader.join().ok()).unwrap_or_default()
    }
}

impl Drop for Keyferry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A number of a line; 0 where it is null.
pub fn number(line: &Value, field: &str) -> u64 {
    line.get(field).and_then(Value::as_u64).unwrap_or(0)
}

/// The code of the error that a line tells, if any.
pub fn error_code(line: &Value) -> Option<&str> {
    line.get("error")?.get("code")?.as_str()
}
