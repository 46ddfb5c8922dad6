#!/usr/bin/env bash
# make hot: the hot parts of the data path. Criterion times those of the formats and of the engine;
# callgrind counts the instructions of the formats', which are the same on every run and every
# machine of a kind: two commits can be compared by them. COUNT_ONLY=1 leaves the times out.
source "$(dirname "$0")/setup.sh"
cd "$repository"

ensure_rust
command -v valgrind >/dev/null || ensure_packages valgrind
if [ -z "${COUNT_ONLY:-}" ]; then
  cargo bench --locked --package keyferry-protocol --bench hot -- --noplot
  cargo bench --locked --package keyferry-engine --features benches --bench hot -- --noplot
fi
program="$(cargo bench --locked --package keyferry-protocol --bench hot --no-run \
  --message-format=json | sed -n 's/.*"executable":"\([^"]*hot-[^"]*\)".*/\1/p' | tail -1)"

# How many instructions so many runs of a part take.
instructions() {
  KEYFERRY_COUNT="$1:$2" valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" 2>&1 |
    sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

printf '\n%-28s %14s\n' "" "instructions"
KEYFERRY_COUNT=names:0 "$program" | while IFS=$'\t' read -r name items; do
  few="$(instructions "$name" 10 </dev/null)"
  many="$(instructions "$name" 30 </dev/null)"
  # What the program itself takes is in both.
  awk -v name="$name" -v n="$items" -v few="$few" -v many="$many" \
    'BEGIN { printf "%-28s %14.1f %s\n", name, (many - few) / 20 / n, (n > 1 ? "an item" : "in all") }'
done
