//! The directions of import, and registries that miss nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// Each package of the workspace with what it depends on, tests' own needs left out.
fn dependencies() -> Result<BTreeMap<String, BTreeSet<String>>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()?;
    let metadata: Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata.get("packages").and_then(Value::as_array).context("no packages")?;
    let mut found = BTreeMap::new();
    for package in packages {
        let name = package["name"].as_str().context("a package without name")?;
        let needs = package["dependencies"].as_array().context("no dependencies")?;
        let needs = needs.iter().filter(|need| need["kind"] != "dev");
        let names = needs.filter_map(|need| need["name"].as_str()).map(str::to_owned).collect();
        found.insert(name.to_owned(), names);
    }
    Ok(found)
}

#[test]
fn imports_point_from_the_hosts_to_the_protocol() -> Result<()> {
    let all = dependencies()?;
    let allowed: [(&str, &[&str]); 4] = [
        ("keyferry-protocol", &[]),
        ("keyferry-engine", &["keyferry-protocol"]),
        ("keyferry-workbench", &["keyferry-protocol", "keyferry-engine"]),
        ("keyferry-cli", &["keyferry-protocol", "keyferry-engine", "keyferry-workbench"]),
    ];
    for (package, may) in allowed {
        let needs = all.get(package).with_context(|| format!("no package {package}"))?;
        let ours: Vec<_> = needs.iter().filter(|name| name.starts_with("keyferry")).collect();
        ensure!(ours.iter().all(|name| may.contains(&name.as_str())), "{package} needs {ours:?}");
    }
    Ok(())
}

#[test]
fn clock_sockets_keychain_and_window_stay_where_they_belong() -> Result<()> {
    let is_shell = |name: &str| {
        !["protocol", "engine", "workbench", "cli", "tests"]
            .iter()
            .any(|crate_name| name.ends_with(crate_name))
    };
    for (package, needs) in dependencies()? {
        let has = |name: &str| needs.contains(name);
        ensure!(package != "keyferry-protocol" || !has("tokio"), "protocol needs tokio");
        ensure!(
            package == "keyferry-workbench" || !has("keyring-core"),
            "{package} needs the keychain"
        );
        ensure!(
            is_shell(&package) || !needs.iter().any(|name| name.starts_with("tauri")),
            "{package}"
        );
    }
    Ok(())
}

#[test]
fn every_file_of_a_registry_is_declared_in_it() -> Result<()> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/crates");
    for registry in [
        "engine/src/precheck/items",
        "engine/src/access",
        "protocol/src/rdb/object",
        "workbench/src/alerts/channels",
    ] {
        let folder = crates.join(registry);
        let list = std::fs::read_to_string(folder.join("mod.rs"))?;
        let after = list.split_once("ALL").with_context(|| format!("{registry} has no ALL"))?.1;
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
            if name != "mod" && path.extension().is_some_and(|ending| ending == "rs") {
                ensure!(after.contains(&format!("{name}::")), "{registry}: {name} is not in ALL");
            }
        }
    }
    Ok(())
}

/// Every source file of the program, as far as it is no test.
fn sources() -> Result<Vec<(PathBuf, String)>> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if ["tests", "benches", "tests.rs", "target"].contains(&name) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") {
                let text = std::fs::read_to_string(&path)?;
                let end = text.find("#[cfg(test)]\nmod tests").unwrap_or(text.len());
                found.push((path, text.get(..end).unwrap_or_default().to_owned()));
            }
        }
    }
    ensure!(found.len() > 100, "there are more files than {}", found.len());
    Ok(found)
}

/// What stands between the parenthesis that `text` begins behind and its end.
fn inside(text: &str) -> &str {
    let mut depth = 1;
    let end = text.bytes().position(|byte| {
        depth += match byte {
            b'(' => 1,
            b')' => -1,
            _ => 0,
        };
        depth == 0
    });
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// The string literals in a piece of code, without their escapes being looked at.
fn literals(code: &str) -> impl Iterator<Item = &str> {
    code.split('"').skip(1).step_by(2)
}

#[test]
fn what_the_program_says_has_a_template_in_every_language() -> Result<()> {
    let mut untranslated = Vec::new();
    for (path, text) in sources()? {
        // A terminal speaks English.
        if path.components().any(|part| part.as_os_str() == "cli") {
            continue;
        }
        for (call, wrong) in [
            // Other people's words come from them, and are not written here.
            (
                "Phrase::plain(",
                (|given| literals(given).any(|words| !words.is_empty())) as fn(&_) -> _,
            ),
            ("CommandError::terminal(", |_| true),
            // A value is a name, a figure, or a phrase of its own: no sentence.
            ("phrase!(", |given| literals(given).skip(1).any(|words| words.trim().contains(' '))),
        ] {
            let found = text.split(call).skip(1).map(inside).filter(|given| wrong(given));
            untranslated.extend(found.map(|given| format!("{}: {call}{given})", path.display())));
        }
    }
    ensure!(untranslated.is_empty(), "give these a key in engine/src/words: {untranslated:#?}");
    Ok(())
}
