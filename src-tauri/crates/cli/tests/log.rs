//! A task that the command line runs has its log as one that the window runs.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod support;

use keyferry_workbench::store::Store;

use crate::support::{Server, migrate};

#[test]
fn a_task_leaves_its_log_in_its_folder_and_stderr_stays_as_quiet_as_before() {
    let (source, destination) = (Server::start(), Server::start());
    let folder = tempfile::tempdir().unwrap();
    let address = |server: &Server| {
        let endpoint = server.endpoint();
        format!("redis://{}:{}", endpoint.host, endpoint.port)
    };
    let (from, to) = (address(&source), address(&destination));
    let flags = format!("--source {from} --destination {to} --task orders");
    let (code, told) = migrate(folder.path(), &flags);
    assert_eq!(code, Some(0), "{told}");
    assert!(!told.contains("INFO") && !told.contains("PSYNC"), "{told}");

    let store = Store::open(folder.path()).unwrap();
    let log = store.log(&store.find("orders").unwrap().unwrap().id);
    for part in [
        "“orders” begins to run",
        "the precheck is done",
        "PSYNC ? -1 is answered: +FULLRESYNC",
        "the snapshot is applied whole",
        "the run has ended\toutcome=Done",
    ] {
        assert!(log.contains(part), "{part} is missing:\n{log}");
    }
}
