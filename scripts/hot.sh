#!/usr/bin/env bash
# make hot: the hot parts of the data path, timed by criterion; then callgrind counts their
# instructions, which are the same on every run and every machine of a kind: two commits can be
# compared by them. COUNT_ONLY=1 leaves the times out.
source "$(dirname "$0")/setup.sh"
cd "$repository"

ensure_rust
command -v valgrind >/dev/null || ensure_packages valgrind
# cargo's bench of a package, with what is said behind it.
bench() {
  case "$1" in
  protocol) cargo bench --locked --package keyferry-protocol --bench hot "${@:2}" ;;
  engine) cargo bench --locked --package keyferry-engine --features benches --bench hot "${@:2}" ;;
  esac
}

# How many instructions so many runs of a part take.
instructions() {
  KEYFERRY_COUNT="$2:$3" valgrind --tool=callgrind --callgrind-out-file=/dev/null "$1" 2>&1 |
    sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

if [ -z "${COUNT_ONLY:-}" ]; then
  for package in protocol engine; do
    bench "$package" -- --noplot
  done
fi
printf '\n%-28s %14s\n' "" "instructions"
for package in protocol engine; do
  program="$(bench "$package" --no-run --message-format=json |
    sed -n 's/.*"executable":"\([^"]*hot-[^"]*\)".*/\1/p' | tail -1)"
  KEYFERRY_COUNT=names:0 "$program" | while IFS=$'\t' read -r name items; do
    few="$(instructions "$program" "$name" 10 </dev/null)"
    many="$(instructions "$program" "$name" 30 </dev/null)"
    # What the program itself takes is in both.
    awk -v name="$name" -v n="$items" -v few="$few" -v many="$many" \
      'BEGIN { printf "%-28s %14.1f %s\n", name, (many - few) / 20 / n, (n > 1 ? "an item" : "in all") }'
  done
done
