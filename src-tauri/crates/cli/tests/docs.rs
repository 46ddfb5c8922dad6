//! What scripts may rely on is written down.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use keyferry_workbench::engine::error::ErrorKind;

#[test]
fn every_code_check_and_state_is_in_the_documentation() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let text = std::fs::read_to_string(root.join("docs/cli.md")).unwrap();
    let mut words: Vec<String> = ErrorKind::ALL.iter().map(|kind| kind.code().to_owned()).collect();
    let items = root.join("src-tauri/crates/engine/src/precheck/items");
    for entry in std::fs::read_dir(items).unwrap() {
        let name = entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        if name != "mod" {
            words.push(name);
        }
    }
    let states = "prechecking running retrying holding waiting_for_credentials pausing paused \
                  stopping stopped failed finished released";
    words.extend(states.split_whitespace().map(str::to_owned));
    let missing: Vec<_> =
        words.iter().filter(|word| !text.contains(&format!("`{word}`"))).collect();
    assert!(missing.is_empty(), "docs/cli.md lacks {missing:?}");
}
