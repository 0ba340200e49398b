#!/bin/sh
# Instructions that decoding one message takes, counted by callgrind: the same on a busy machine as on
# an idle one. Fails when it is more than 10 % above benches/callgrind_baseline.txt.
#
#   protocols/intellivue/benches/callgrind.sh             compare
#   UPDATE=1 protocols/intellivue/benches/callgrind.sh    write the baseline anew
#
# Two runs decode the recordings once and six times; their difference is five times the decoding and
# nothing of the start-up.
set -eu

cd "$(dirname "$0")/../../.."
baseline_file=protocols/intellivue/benches/callgrind_baseline.txt
command -v valgrind >/dev/null || { echo "callgrind.sh: valgrind is missing: apt-get install valgrind" >&2; exit 2; }

cargo build --quiet --release --package vigie-intellivue --example decode_count
program=$(cargo metadata --format-version 1 --no-deps |
    sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')/release/examples/decode_count

scratch=$(mktemp -d)
trap 'rm -r "$scratch"' EXIT

# $1: how many times. Prints instructions.
instructions() {
    valgrind --tool=callgrind --callgrind-out-file="$scratch/out.$1" "$program" "$1" \
        >"$scratch/said.$1" 2>"$scratch/log.$1" || { cat "$scratch/log.$1" >&2; exit 2; }
    sed -n 's/^summary: *//p' "$scratch/out.$1"
}

once=$(instructions 1)
six_times=$(instructions 6)
messages=$(sed -n 's/ messages$//p' "$scratch/said.1")
now=$(( (six_times - once) / 5 / messages ))
echo "$messages messages, $now instructions per message"

if [ "${UPDATE:-0}" = 1 ]; then
    {
        echo "# Instructions to decode one recorded message; written by benches/callgrind.sh."
        echo "$now"
    } >"$baseline_file"
    echo "written to $baseline_file"
    exit 0
fi

baseline=$(grep -v '^#' "$baseline_file")
echo "baseline: $baseline"
if [ $((now * 10)) -gt $((baseline * 11)) ]; then
    cat >&2 <<'TEXT'
More than 10 % above the baseline. Either decoding became slower: see where with
    cargo build --release --package vigie-intellivue --example decode_count
    valgrind --tool=callgrind target/release/examples/decode_count 6 && callgrind_annotate callgrind.out.*
or it does more and the price is right: write the baseline anew with UPDATE=1 and say why in the change.
TEXT
    exit 1
fi
