//! Servers, and the program with a state folder of the test's own.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use keyferry_workbench::demo::find_server;
use keyferry_workbench::engine::spec::EndpointDraft;

/// A server, ended with this value.
pub(crate) struct Server(
    Child,
    pub(crate) u16,
    #[expect(dead_code, reason = "it goes with it")] tempfile::TempDir,
);

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// With these flags of `redis-server` besides.
    pub(crate) fn start_with(flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let process = Command::new(find_server().unwrap())
            .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""])
            .args(flags)
            .args(["--repl-diskless-sync-delay", "0", "--dir"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(Instant::now() < deadline, "no server");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self(process, port, folder)
    }

    pub(crate) fn endpoint(&self) -> EndpointDraft {
        EndpointDraft {
            host: "127.0.0.1".into(),
            port: self.1.to_string(),
            ..EndpointDraft::default()
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a full migration with these flags; its exit code and what it said on stderr.
pub(crate) fn migrate(state: &Path, flags: &str) -> (Option<i32>, String) {
    migrate_with(state, flags, &[])
}

/// The same with environment variables.
pub(crate) fn migrate_with(
    state: &Path,
    flags: &str,
    variables: &[(&str, &str)],
) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = Command::new(env!("CARGO_BIN_EXE_keyferry"))
        .arg("migrate")
        .args(flags.split(' '))
        .envs(variables.iter().copied())
        .args(["--stages", "full", "--state-dir"])
        .arg(state)
        .output()
        .unwrap();
    (status.code(), String::from_utf8_lossy(&stderr).into_owned())
}
