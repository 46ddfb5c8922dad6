#!/usr/bin/env bash
# make check: what a reviewer need not say. Tools marked optional are used where they are installed.
source "$(dirname "$0")/setup.sh"
cd "$repository"

ensure_packages "${packages_headless[@]}" "${packages_window[@]}" "${packages_test[@]}"
ensure_rust
ensure_node
ensure_page_dependencies

say "Rust: format and lints"
cargo fmt --all --check
cargo clippy --locked --workspace --all-targets --all-features -- --deny warnings

say "The page: types and lints"
(cd ui && npm run lint)

say "The page: every screen in a browser"
(cd ui && npm run test:axe)

optional() {
  local tool=$1
  shift
  if command -v "$tool" >/dev/null; then
    say "$tool"
    "$@"
  else
    say "$tool is not installed: left out"
  fi
}
# Advisories want their database from the network: `cargo deny check advisories` asks for them.
optional cargo-deny cargo deny --all-features check licenses bans sources
optional cargo-machete cargo machete
optional typos typos
optional shellcheck shellcheck --external-sources scripts/*.sh .ci/run
