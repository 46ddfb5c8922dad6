#!/usr/bin/env bash
# make bench: Keyferry beside Redis's own replication, alternating, in one run; docs/performance.md
# says what each row is. Options are passed on: BENCH="--quick", BENCH="--rounds 3 --only drain".
source "$(dirname "$0")/setup.sh"
cd "$repository"

ensure_packages "${packages_headless[@]}" redis-server
ensure_rust
cargo build --locked --release --package keyferry-cli
cargo build --locked --release --package keyferry-tests --bin bench
# shellcheck disable=SC2086 # options are words
"$cargo_target/release/bench" --keyferry "$cargo_target/release/keyferry" \
  --folder "$cargo_target/bench" ${BENCH:-}
