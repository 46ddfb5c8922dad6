//! Templates on the command line: named, not repeated, and copied.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod support;

use keyferry_workbench::store::Store;
use keyferry_workbench::templates::TemplateStore;

use crate::support::{Server, migrate};

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
