//! Declares the page's commands to Tauri, so that only a capability can open them, and makes sure that
//! there is a page to embed.

#![allow(missing_docs)]

use std::error::Error;
use std::path::Path;

include!("commands.rs");

/// The names of the commands, from the one list.
macro_rules! names {
    ($($command:ident),* $(,)?) => { &[$(stringify!($command)),*] };
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=commands.rs");
    write_placeholder(Path::new("../ui/dist"))?;
    let manifest = tauri_build::AppManifest::new().commands(with_commands!(names));
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    Ok(())
}

/// `generate_context!` does not compile without the folder it embeds, and `cargo check` should not ask
/// for Node: where the page has not been built, a line that says so stands in for it.
fn write_placeholder(dist: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", dist.display());
    let index = dist.join("index.html");
    if !index.exists() {
        std::fs::create_dir_all(dist)?;
        let text = "<!doctype html><meta charset=utf-8><title>Keyferry</title>\
                    <p>The page has not been built: run <code>make run</code>.";
        std::fs::write(index, text)?;
    }
    Ok(())
}
