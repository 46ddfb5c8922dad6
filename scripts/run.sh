#!/usr/bin/env bash
# make run: builds what is needed and opens the window; without a display, a demonstration in the terminal.
source "$(dirname "$0")/setup.sh"
cd "$repository"

if [[ -z ${DISPLAY:-}${WAYLAND_DISPLAY:-} && $(uname -s) != Darwin ]]; then
  say "No display here: a migration of sample data in the terminal instead of the window."
  ensure_packages "${packages_headless[@]}" "${packages_demo[@]}"
  ensure_rust
  cargo build --package keyferry-cli
  exec "$cargo_target/debug/keyferry" demo
fi

ensure_packages "${packages_headless[@]}" "${packages_demo[@]}" "${packages_window[@]}"
ensure_rust
ensure_node
ensure_page_dependencies
ensure_page
cargo build --package keyferry-desktop
exec "$cargo_target/debug/keyferry-desktop"
