#!/usr/bin/env bash
# make test: every test there is. What is missing is installed; what cannot be is a failure, never a skip.
source "$(dirname "$0")/setup.sh"
cd "$repository"

ensure_packages "${packages_headless[@]}" "${packages_window[@]}" "${packages_test[@]}"
ensure_rust
ensure_node
ensure_page_dependencies
scripts/fetch-servers.sh

say "The page: lint, tests, build"
(
  cd ui
  npm run lint
  npm test
)
ensure_page

# The suites start the programs themselves, so those are built first and by name.
say "Building"
scripts/build-failpoints.sh
cargo build --locked --workspace --bins

say "Unit tests, property tests and suites with real servers"
if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --locked --workspace
else
  cargo test --locked --workspace --lib --bins --tests
fi
cargo test --locked --workspace --doc
cargo test --locked --package keyferry-workbench --features bindings --test bindings

say "The real window"
# One walk at a time: what it measures of the window is reported.
cargo test --locked --package keyferry-tests --features window --test window -- --test-threads 1
