//! One real `redis-server`, in a folder of its own, ended when dropped.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use keyferry_engine::control::Control;
use keyferry_engine::error::Side;
use keyferry_engine::secret::Secret;
use keyferry_engine::spec::{Address, Endpoint, EndpointDraft};
use tempfile::TempDir;

/// How long a server may take to answer.
const START_TIMEOUT: Duration = Duration::from_secs(20);

pub(crate) struct Server {
    process: Child,
    pub(crate) port: u16,
    pub(crate) folder: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Nothing listens there.
pub(crate) const CLOSED_PORT: u16 = 1;

/// A free port below those that outgoing connections are given.
fn free_port() -> u16 {
    loop {
        let port = rand::random_range(10_240..32_000);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Whether it serves: a connection alone can come about before its other sockets are there.
fn answers(port: u16) -> bool {
    let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    stream.write_all(b"PING\r\n").is_ok() && stream.read(&mut [0; 16]).is_ok_and(|count| count > 0)
}

impl Server {
    /// With these flags. A port that was free a moment ago may be taken a moment later, that of a
    /// cluster's bus too: the server ends then, and another port is tried.
    pub(crate) async fn start(settings: &[&str]) -> Self {
        for _ in 0..10 {
            if let Some(server) = Self::start_at(free_port(), settings).await {
                return server;
            }
        }
        panic!("no server started");
    }

    async fn start_at(port: u16, settings: &[&str]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let binary = std::env::var("KEYFERRY_TEST_REDIS_SERVER");
        let mut command = Command::new(binary.as_deref().unwrap_or("redis-server"));
        command
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""])
            .args(["--appendonly", "no"])
            .args(settings)
            .current_dir(&folder)
            .stdout(Stdio::null());
        let process = command.spawn().expect("redis-server is installed");
        let mut server = Self { process, port, folder };
        let deadline = Instant::now() + START_TIMEOUT;
        while !answers(port) {
            if server.process.try_wait().unwrap().is_some() {
                return None;
            }
            assert!(Instant::now() < deadline, "the server did not come up");
            tokio::task::yield_now().await;
        }
        Some(server)
    }

    pub(crate) fn endpoint(&self, account: Option<&str>) -> Endpoint {
        Endpoint {
            address: Address::Tcp { host: "127.0.0.1".into(), port: self.port },
            account: account.map(str::to_owned),
        }
    }

    pub(crate) fn draft(&self) -> EndpointDraft {
        EndpointDraft {
            access: "tcp".into(),
            host: "127.0.0.1".into(),
            port: self.port.to_string(),
            ..EndpointDraft::default()
        }
    }

    pub(crate) async fn control(&self) -> Control {
        self.control_as(None).await
    }

    pub(crate) async fn control_as(&self, password: Option<&Secret>) -> Control {
        Control::open(&self.endpoint(None), password, Side::Source, None).await.unwrap()
    }

    /// Sends a command as it would be typed; arguments in double quotes may hold spaces.
    pub(crate) async fn tell(&self, line: &str) -> redis::Value {
        tell(&mut self.control().await, line).await
    }
}

pub(crate) async fn tell(control: &mut Control, line: &str) -> redis::Value {
    let mut command = redis::Cmd::new();
    for (index, part) in line.split('"').enumerate() {
        if index % 2 == 1 {
            command.arg(part);
        } else {
            for word in part.split_whitespace() {
                command.arg(word);
            }
        }
    }
    control.query(&command).await.unwrap_or_else(|error| panic!("{line}: {error}"))
}
