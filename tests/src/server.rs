//! Real servers of every version, on 127.0.0.1, that end with the test.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use redis::Connection;
use tempfile::TempDir;

/// How long a server may take until it answers.
const START_DEADLINE: Duration = Duration::from_secs(20);
/// How long it may take to greet a new connection, on a busy machine while its disk takes its time.
const GREETING_DEADLINE: Duration = Duration::from_secs(60);
/// How long to wait between two looks at a condition.
const POLL: Duration = Duration::from_millis(5);

/// Looks at `condition` until it holds; an error that says `what` once `deadline` has passed.
pub fn wait_until(
    what: &str,
    deadline: Duration,
    mut condition: impl FnMut() -> Result<bool>,
) -> Result<()> {
    let end = Instant::now() + deadline;
    while !condition()? {
        ensure!(Instant::now() < end, "{what}: not within {deadline:?}");
        std::thread::sleep(POLL);
    }
    Ok(())
}

/// A running server with a folder of its own; killed when dropped, and by the kernel when the
/// thread that started it ends (the test was killed).
#[derive(Debug)]
pub struct Server {
    child: Child,
    port: u16,
    password: Option<String>,
    program: PathBuf,
    options: Vec<(String, String)>,
    folder: TempDir,
}

impl Server {
    /// Starts the server that `scripts/fetch-servers.sh` calls `name`, e.g. `redis-7.0`. Nothing is
    /// saved and a full sync starts at once, unless `options` (configuration directives) say otherwise.
    pub fn start(name: &str, options: &[(&str, &str)]) -> Result<Self> {
        let program = cache()?.join("servers").join(name).join("redis-server");
        ensure!(program.exists(), "{} is missing: run scripts/fetch-servers.sh", program.display());
        let mut all = vec![("save", ""), ("repl-diskless-sync-delay", "0")];
        if !name.starts_with("redis-5") && !name.starts_with("redis-6") {
            all.push(("enable-debug-command", "local"));
        }
        all.extend_from_slice(options);
        Self::start_program(&program, &all)
    }

    /// Starts this program, with these directives alone.
    pub fn start_program(program: &Path, options: &[(&str, &str)]) -> Result<Self> {
        let options: Vec<_> =
            options.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let password =
            options.iter().rev().find(|(k, _)| k == "requirepass").map(|(_, v)| v.clone());
        let mut folder = tempfile::tempdir()?;
        // Another process may take the port between our look and the server's bind: the server then
        // ends, and the next port is taken. Whoever answers must be the process we started.
        for _ in 0..20 {
            let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
            let child = spawn(program, port, folder.path(), &options)?;
            let mut server = Self {
                child,
                port,
                password: password.clone(),
                program: program.to_owned(),
                options: options.clone(),
                folder,
            };
            if server.answers()? {
                return Ok(server);
            }
            folder = std::mem::replace(&mut server.folder, tempfile::tempdir()?);
        }
        bail!("{} does not start", program.display())
    }

    /// Whether the started process answers; `false` if it ended.
    fn answers(&mut self) -> Result<bool> {
        let end = Instant::now() + START_DEADLINE;
        while Instant::now() < end {
            if self.child.try_wait()?.is_some() {
                return Ok(false);
            }
            if let Ok(mut connection) = self.connect()
                && let Ok(info) = redis::cmd("INFO").arg("server").query::<String>(&mut connection)
                && info.contains(&format!("process_id:{}\r", self.child.id()))
                && redis::cmd("PING").query::<String>(&mut connection).is_ok()
            {
                return Ok(true);
            }
            std::thread::sleep(POLL);
        }
        bail!("{} does not answer within {START_DEADLINE:?}", self.program.display())
    }

    /// A new connection, authenticated.
    pub fn connect(&self) -> Result<Connection> {
        let secret = self.password.as_ref().map(|word| format!(":{word}@")).unwrap_or_default();
        let client = redis::Client::open(format!("redis://{secret}127.0.0.1:{}/", self.port))?;
        Ok(client.get_connection_with_timeout(GREETING_DEADLINE)?)
    }

    /// Its address for `--source` and `--destination`, password included.
    pub fn uri(&self) -> String {
        let secret = self.password.as_ref().map(|word| format!(":{word}@")).unwrap_or_default();
        format!("redis://{secret}127.0.0.1:{}", self.port)
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its working folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// One field of INFO.
    pub fn info(&self, section: &str, field: &str) -> Result<String> {
        let text: String = redis::cmd("INFO").arg(section).query(&mut self.connect()?)?;
        text.lines()
            .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))
            .map(|value| value.trim().to_owned())
            .with_context(|| format!("INFO {section} has no {field}"))
    }

    /// Where its replication stream stands, in bytes.
    pub fn offset(&self) -> Result<u64> {
        Ok(self.info("replication", "master_repl_offset")?.parse()?)
    }

    /// SIGKILL.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts it again after [`Self::kill`]: same port, same folder.
    pub fn restart(&mut self) -> Result<()> {
        self.child = spawn(&self.program, self.port, self.folder.path(), &self.options)?;
        ensure!(self.answers()?, "the server did not start again on port {}", self.port);
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(program: &Path, port: u16, folder: &Path, options: &[(String, String)]) -> Result<Child> {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--dir"]).arg(folder);
    for (key, value) in options {
        command.arg(format!("--{key}")).arg(value);
    }
    let log = std::fs::File::create(folder.join("server.log"))?;
    command.stdin(Stdio::null()).stdout(log).stderr(Stdio::null());
    command.spawn().context("setpriv (util-linux) is needed")
}

/// The folder that the scripts keep servers in.
fn cache() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("KEYFERRY_CACHE") {
        return Ok(folder.into());
    }
    let base = match std::env::var_os("XDG_CACHE_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME").context("HOME is not set")?).join(".cache"),
    };
    Ok(base.join("keyferry"))
}
