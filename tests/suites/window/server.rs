//! A server with a password, and somebody who keeps writing to it.

use std::net::{Ipv4Addr, TcpListener};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use redis::{Client, Connection, cmd};
use tempfile::TempDir;

use crate::desktop::Helper;
use crate::webdriver::{PATIENCE, wait};

/// A `redis-server` of the machine's, gone with this value.
pub(crate) struct Server {
    _process: Helper,
    _folder: TempDir,
    pub(crate) port: u16,
    pub(crate) password: String,
}

impl Server {
    pub(crate) fn start(password: &str) -> Result<Self> {
        let folder = TempDir::new()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let process = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
            .args(["--requirepass", password, "--save", ""])
            .args(["--repl-diskless-sync-delay", "0", "--enable-debug-command", "local"])
            .arg("--dir")
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .context("redis-server")?;
        let server = Self {
            _process: Helper::new(process),
            _folder: folder,
            port,
            password: password.to_owned(),
        };
        wait(PATIENCE, || Ok(server.connect().ok()))?.context("redis-server does not answer")?;
        Ok(server)
    }

    pub(crate) fn connect(&self) -> Result<Connection> {
        let url = format!("redis://:{}@127.0.0.1:{}", self.password, self.port);
        Ok(Client::open(url)?.get_connection_with_timeout(Duration::from_secs(5))?)
    }

    /// Waits until `key` holds `value`.
    pub(crate) fn until_holds(&self, key: &str, value: &str) -> Result<()> {
        let mut connection = self.connect()?;
        wait(PATIENCE, || {
            let found: Option<String> = cmd("GET").arg(key).query(&mut connection)?;
            Ok((found.as_deref() == Some(value)).then_some(()))
        })?
        .ok_or_else(|| anyhow!("{key} did not arrive"))
    }
}

/// Writes what must be neither lost nor doubled, until it is told to end.
pub(crate) struct Traffic {
    go_on: Arc<AtomicBool>,
    writer: JoinHandle<Result<()>>,
}

impl Traffic {
    pub(crate) fn start(server: &Server) -> Result<Self> {
        let mut connection = server.connect()?;
        let go_on = Arc::new(AtomicBool::new(true));
        let goes_on = Arc::clone(&go_on);
        let writer = std::thread::spawn(move || {
            let mut count = 0_u64;
            while goes_on.load(Ordering::Relaxed) {
                count += 1;
                redis::pipe()
                    .cmd("INCR")
                    .arg("traffic:count")
                    .cmd("RPUSH")
                    .arg("traffic:list")
                    .arg(count)
                    .exec(&mut connection)?;
                // A few hundred writes a second are enough, and leave the machine to the rest.
                std::thread::sleep(Duration::from_millis(3));
            }
            Ok(())
        });
        Ok(Self { go_on, writer })
    }

    /// Ends it; nothing is written after this.
    pub(crate) fn end(self) -> Result<()> {
        self.go_on.store(false, Ordering::Relaxed);
        self.writer.join().map_err(|_| anyhow!("the traffic panicked"))?
    }
}

/// What the traffic has left at a server: the counter, and how long the list is.
pub(crate) fn traffic_at(server: &Server) -> Result<(u64, Vec<u64>)> {
    let mut connection = server.connect()?;
    let count = cmd("GET").arg("traffic:count").query(&mut connection)?;
    let list = cmd("LRANGE").arg("traffic:list").arg(0).arg(-1).query(&mut connection)?;
    Ok((count, list))
}
