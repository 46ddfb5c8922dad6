//! One migration, and what it took.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use keyferry_tests::process::{cpu_seconds, peak_memory_mib};
use keyferry_tests::server::Server;
use serde_json::Value;

/// What a run took.
#[derive(Clone, Copy, Default)]
pub(crate) struct Run {
    /// Seconds.
    pub(crate) wall: f64,
    /// Seconds of the program, user and system.
    pub(crate) cpu: f64,
    /// VmHWM of the program.
    pub(crate) peak_mib: f64,
}

/// A `keyferry` process of which the `--json` lines are read.
pub(crate) struct Program {
    process: Child,
    lines: BufReader<ChildStdout>,
    /// Its task's.
    state: tempfile::TempDir,
    began: Instant,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Program {
    /// Starts a subcommand between two servers.
    pub(crate) fn start(
        program: &Path,
        subcommand: &str,
        source: &Server,
        destination: &Server,
        options: &[&str],
    ) -> Result<Self> {
        Self::start_at(program, subcommand, (&source.uri(), &destination.uri()), options)
    }

    /// The same, between a source and a destination at these addresses.
    pub(crate) fn start_at(
        program: &Path,
        subcommand: &str,
        (source, destination): (&str, &str),
        options: &[&str],
    ) -> Result<Self> {
        let state = tempfile::tempdir()?;
        let began = Instant::now();
        let mut process = Command::new(program)
            .args([subcommand, "--source", source, "--destination", destination])
            .args(["--task", "bench", "--json"])
            .args(options)
            .arg("--state-dir")
            .arg(state.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("keyferry")?;
        let lines = BufReader::new(process.stdout.take().context("stdout")?);
        Ok(Self { process, lines, state, began })
    }

    /// Reads lines until one is as `wanted`.
    pub(crate) fn wait_for(&mut self, wanted: impl Fn(&Value) -> bool) -> Result<()> {
        let mut line = String::new();
        loop {
            line.clear();
            if self.lines.read_line(&mut line)? == 0 {
                bail!("keyferry ended early");
            }
            if wanted(&serde_json::from_str(&line)?) {
                return Ok(());
            }
        }
    }

    /// Asks its task something as the window does: by the socket that its folder names.
    pub(crate) fn ask(&self, what: &Value) -> Result<()> {
        let tasks = std::fs::read_dir(self.state.path().join("tasks"))?;
        let task = tasks.flatten().next().context("no task")?.path();
        let mut socket =
            UnixStream::connect(std::fs::read_to_string(task.join("control"))?.trim())?;
        writeln!(socket, "{what}")?;
        let mut answer = String::new();
        BufReader::new(socket).read_line(&mut answer)?;
        if serde_json::from_str::<Value>(&answer)?.get("ok") != Some(&Value::Bool(true)) {
            bail!("the task answers {answer}");
        }
        Ok(())
    }

    /// An error once it has failed: it would be waited for in vain.
    pub(crate) fn must_run(&mut self) -> Result<()> {
        match self.process.try_wait()? {
            Some(status) if !status.success() => bail!("keyferry ended with {status}"),
            _ => Ok(()),
        }
    }

    /// CPU seconds and peak memory so far.
    pub(crate) fn usage(&self) -> Result<(f64, f64)> {
        let pid = self.process.id();
        Ok((cpu_seconds(pid)?, peak_memory_mib(pid)?))
    }

    /// Waits for its end, which must have this exit code.
    pub(crate) fn end(mut self, code: i32) -> Result<Run> {
        let mut run = Run::default();
        let mut line = String::new();
        // Once it has ended nothing tells its memory any more: what it was at each line.
        while self.lines.read_line(&mut line)? > 0 {
            run.peak_mib = peak_memory_mib(self.process.id()).unwrap_or(run.peak_mib);
            line.clear();
        }
        // With what its end took, and before it is waited for: then nothing tells that either.
        run.cpu = cpu_seconds(self.process.id())?;
        let status = self.process.wait()?;
        run.wall = self.began.elapsed().as_secs_f64();
        if status.code() != Some(code) {
            bail!("keyferry ended with {status}, not {code}");
        }
        Ok(run)
    }
}
