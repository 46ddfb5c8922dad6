#!/usr/bin/env bash
# make bench: the same data moved by Keyferry and by REPLICAOF, alternating, in one run.
# Options are passed on: BENCH="--quick", BENCH="--rounds 5".
source "$(dirname "$0")/setup.sh"
cd "$repository"

ensure_packages "${packages_headless[@]}" redis-server
ensure_rust
cargo build --locked --release --package keyferry-cli
cargo build --locked --release --package keyferry-tests --bin bench
# shellcheck disable=SC2086 # options are words
"$cargo_target/release/bench" --keyferry "$cargo_target/release/keyferry" ${BENCH:-}
