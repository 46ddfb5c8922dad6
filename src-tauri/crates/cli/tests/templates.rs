//! Templates on the command line: named, not repeated, and copied.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use keyferry_workbench::demo::find_server;
use keyferry_workbench::engine::spec::EndpointDraft;
use keyferry_workbench::store::Store;
use keyferry_workbench::templates::TemplateStore;

/// A server without a password, ended with this value.
struct Server(Child, u16, #[expect(dead_code, reason = "it goes with it")] tempfile::TempDir);

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let process = Command::new(find_server().unwrap())
            .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""])
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

    fn endpoint(&self) -> EndpointDraft {
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

fn migrate(state: &Path, flags: &str) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = Command::new(env!("CARGO_BIN_EXE_keyferry"))
        .arg("migrate")
        .args(flags.split(' '))
        .args(["--stages", "full", "--state-dir"])
        .arg(state)
        .output()
        .unwrap();
    (status.code(), String::from_utf8_lossy(&stderr).into_owned())
}

#[test]
fn a_task_is_made_from_templates_and_keeps_what_they_were() {
    let (source, destination) = (Server::start(), Server::start());
    let folder = tempfile::tempdir().unwrap();
    let templates = TemplateStore::beside(&Store::open(folder.path()).unwrap());
    let mut from = TemplateStore::draft("from", source.endpoint());
    templates.save(&from).unwrap();
    templates.save(&TemplateStore::draft("to", destination.endpoint())).unwrap();
    let flags = "--source-template from --destination-template to --task orders";
    let (code, told) = migrate(folder.path(), flags);
    assert_eq!(code, Some(0), "{told}");

    // Changed afterwards, it is no other flag for the task that has a copy.
    from.endpoint.port = "1".to_owned();
    templates.save(&from).unwrap();
    let (code, told) = migrate(folder.path(), flags);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("finished"), "{told}");
    // Other flags go before it.
    let explicit = format!(
        "--source-template from --source redis://127.0.0.1:{} --destination-template to \
         --conflict overwrite --task again",
        source.1
    );
    let (code, told) = migrate(folder.path(), &explicit);
    assert_eq!(code, Some(0), "{told}");

    let unknown = migrate(folder.path(), "--source-template x --destination-template to");
    assert_eq!(unknown.0, Some(3), "{}", unknown.1);
    let twin = TemplateStore::draft("from", source.endpoint());
    templates.save(&twin).unwrap();
    let (code, told) = migrate(folder.path(), flags);
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains(&from.id) && told.contains(&twin.id), "{told}");
}
