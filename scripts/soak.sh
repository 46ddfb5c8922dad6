#!/usr/bin/env bash
# make soak: random faults at random moments, for an hour on each of two servers side by side. The seed is
# printed; KEYFERRY_SOAK_SECONDS and KEYFERRY_SOAK_SEED set duration and seed.
source "$(dirname "$0")/setup.sh"
cd "$repository"

ensure_packages "${packages_headless[@]}" "${packages_test[@]}"
ensure_rust
scripts/fetch-servers.sh

export KEYFERRY_SOAK_SECONDS=${KEYFERRY_SOAK_SECONDS:-3600}
export KEYFERRY_SOAK_SEED=${KEYFERRY_SOAK_SEED:-$RANDOM}
cargo build --locked --package keyferry-cli
cargo test --locked --package keyferry-tests --test faults soak:: -- --nocapture
