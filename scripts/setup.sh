#!/usr/bin/env bash
# Brings a fresh machine to where it can build, run and test Keyferry. Sourced by the other scripts:
#
#   source scripts/setup.sh
#   ensure_packages "${packages_headless[@]}"   what is missing of these Debian packages
#   ensure_rust                                 a cargo of $minimum_rust or newer first on PATH
#   ensure_node                                 a node of $minimum_node or newer first on PATH
#   ensure_page_dependencies                    ui/node_modules as package-lock.json has them
#
# Every step looks first and is quick when nothing is missing. What is downloaded and is not a system
# package stays outside the clone, in $keyferry_cache.
# shellcheck disable=SC2034 # its variables are for those who source it
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
keyferry_cache="${KEYFERRY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/keyferry}"
mkdir -p "$keyferry_cache"

# CI starts from a new clone each time: its build stays warm in the cache.
if [[ -n ${CI:-} ]]; then
  export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$keyferry_cache/target}"
fi
cargo_target="${CARGO_TARGET_DIR:-$repository/target}"

minimum_rust=1.90.0 # rust-version in Cargo.toml
minimum_node=20.19.0 # what Vite asks for

packages_headless=(build-essential pkg-config ca-certificates)
packages_demo=(redis-server)
packages_window=(libwebkit2gtk-4.1-dev libayatana-appindicator3-dev librsvg2-dev libdbus-1-dev)
# What only the tests use: a display, a keychain, a browser to drive, servers.
packages_test=(
  webkit2gtk-driver xvfb dbus dbus-x11 gnome-keyring
  chromium fonts-dejavu-core fonts-noto-cjk redis-server
)

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
fail() {
  printf 'keyferry: %s\n' "$*" >&2
  exit 1
}

# at_least 1.90.0 1.95.0 → yes
at_least() { [[ $(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]; }

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -- "$@"
  else
    fail "this needs root, and there is no sudo; as root: $*"
  fi
}

is_installed() {
  [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

apt_candidate() {
  LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: //p' | grep -v '(none)' || true
}

refresh_package_lists() {
  [[ -n ${package_lists_fresh:-} ]] && return
  as_root apt-get update --quiet >&2
  package_lists_fresh=yes
}

# Debian's redis-server would start a server on 6379 and at every boot; only the program is wanted.
# A machine where it is already installed keeps its service as it is.
without_starting_services() {
  local policy=/usr/sbin/policy-rc.d
  if [[ -e $policy ]]; then
    "$@"
    return
  fi
  as_root sh -c "printf '#!/bin/sh\nexit 101\n' > $policy && chmod +x $policy"
  local status=0
  "$@" || status=$?
  as_root rm -f "$policy"
  return "$status"
}

ensure_packages() {
  if ! command -v apt-get >/dev/null; then
    say "No apt-get here. Needed, under your system's names: $*"
    return
  fi
  local package missing=()
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  [[ ${#missing[@]} == 0 ]] && return
  say "Installing ${missing[*]}"
  refresh_package_lists
  without_starting_services as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install --yes --quiet --no-install-recommends "${missing[@]}" >&2
}

# The version of the cargo and rustc that would build here, 0 if there are none or they disagree with
# rust-toolchain.toml and cannot fetch what it names.
rust_version() {
  local version
  (cd "$repository" && cargo --version >/dev/null 2>&1) || {
    echo 0
    return
  }
  version=$(cd "$repository" && rustc --version 2>/dev/null | cut -d' ' -f2)
  echo "${version:-0}"
}

rust_is_new_enough() { at_least "$minimum_rust" "$(rust_version)"; }

# rustup's toolchain: the one rust-toolchain.toml pins, or any installed one that is new enough when
# the pinned one cannot be had.
use_rustup() {
  local pinned toolchain
  pinned=$(sed -n 's/^channel = "\(.*\)"/\1/p' "$repository/rust-toolchain.toml")
  rustup toolchain install "$pinned" --profile minimal --component rustfmt --component clippy >&2 &&
    rust_is_new_enough && return
  while read -r toolchain _; do
    export RUSTUP_TOOLCHAIN="$toolchain"
    rust_is_new_enough && return
  done < <(rustup toolchain list 2>/dev/null)
  unset RUSTUP_TOOLCHAIN
  return 1
}

ensure_rust() {
  [[ -x ${CARGO_HOME:-$HOME/.cargo}/bin/cargo ]] && PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
  export PATH
  rust_is_new_enough && return
  say "Installing Rust $minimum_rust or newer"
  if command -v rustup >/dev/null; then
    use_rustup && return
  fi
  if command -v apt-get >/dev/null; then
    refresh_package_lists
    # Debian keeps a recent compiler for its browsers under these names; signed, and no script to pipe.
    local version
    version=$(apt_candidate rustc-web)
    if [[ -n $version ]] && at_least "$minimum_rust" "$version"; then
      ensure_packages rustc-web cargo-web
      rust_is_new_enough && return
    fi
    if [[ -n $(apt_candidate rustup) ]]; then
      ensure_packages rustup
      use_rustup && return
    fi
  fi
  fail "no Rust $minimum_rust or newer here; install it with rustup (https://rustup.rs) and run this again"
}

node_version() {
  local version
  version=$(node --version 2>/dev/null) || version=v0
  echo "${version#v}"
}

node_is_new_enough() {
  command -v npm >/dev/null && at_least "$minimum_node" "$(node_version)"
}

ensure_node() {
  node_is_new_enough && return
  # The npm package `node` carries the binaries; any npm can fetch it.
  local cached="$keyferry_cache/node/node_modules/node/bin"
  if [[ ! -x $cached/node ]]; then
    command -v npm >/dev/null || ensure_packages npm
    say "Installing Node 22"
    npm install --prefix "$keyferry_cache/node" --no-audit --no-fund node@22 >&2
  fi
  export PATH="$cached:$PATH"
  hash -r
  node_is_new_enough || fail "no Node $minimum_node or newer here; install one and run this again"
}

ensure_page_dependencies() {
  local lock="$repository/ui/package-lock.json" stamp="$repository/ui/node_modules/.keyferry-stamp"
  local wanted
  wanted="$(node --version) $(cksum <"$lock")"
  [[ -f $stamp && $(<"$stamp") == "$wanted" ]] && return
  say "Installing the page's dependencies"
  (cd "$repository/ui" && npm ci --no-audit --no-fund >&2)
  printf '%s\n' "$wanted" >"$stamp"
}

# ui/dist as its sources are now: built again only when one of them is newer.
ensure_page() {
  local built="$repository/ui/dist/index.html"
  if [[ -f $built && -z $(find "$repository/ui" -path '*/node_modules' -prune -o -path '*/dist' -prune \
    -o -type f -newer "$built" -print -quit) ]] && ! grep -q 'has not been built' "$built"; then
    return
  fi
  say "Building the page"
  (cd "$repository/ui" && npm run build >&2)
}
