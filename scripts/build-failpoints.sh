#!/usr/bin/env bash
# Builds keyferry-failpoints beside keyferry: the program that can be told where to die, for the fault
# suite. The program proper has nothing of it.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}/debug
cargo build --locked --package keyferry-cli --features failpoints
cp -f "$target/keyferry" "$target/keyferry-failpoints"
cargo build --locked --package keyferry-cli
