//! Templates on the command line: named, not repeated, and copied.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod support;

use keyferry_workbench::store::{PasswordOrigin, Store};
use keyferry_workbench::templates::TemplateStore;

use crate::support::{Server, migrate, migrate_with};

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

#[test]
fn one_side_s_password_in_the_command_does_not_lose_the_other_side_s() {
    const VARIABLE: &str = "KEYFERRY_TEST_PASSWORD_OF_FROM";
    let source = Server::start_with(&["--requirepass", "of-the-source"]);
    let destination = Server::start_with(&["--requirepass", "of-the-destination"]);
    let folder = tempfile::tempdir().unwrap();
    let templates = TemplateStore::beside(&Store::open(folder.path()).unwrap());
    let mut from = TemplateStore::draft("from", source.endpoint());
    from.password = PasswordOrigin::Environment(VARIABLE.to_owned());
    templates.save(&from).unwrap();
    let flags = |password: &str| {
        let uri = format!("redis://:{password}@127.0.0.1:{}", destination.1);
        format!("--source-template from --destination {uri} --task orders")
    };
    let with = [(VARIABLE, "of-the-source")];
    // Mistyped: nothing is written.
    let (code, told) = migrate_with(folder.path(), &flags("wrong"), &with);
    assert_eq!(code, Some(2), "{told}");
    let (code, told) = migrate_with(folder.path(), &flags("of-the-destination"), &with);
    assert_eq!(code, Some(0), "{told}");
    assert!(!told.contains("of-the-"), "{told}");
}
