#!/usr/bin/env bash
# A disk that fills: a demo of 8 beds records on a file system of 64 MB in memory. Full from outside it
# stops recording, says so and watches on; with room again it resumes by itself. Filling by itself it
# warns, lets the oldest segments go and records on. Needs root to mount.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

binary=${1:?the built program}
scratch=$(mktemp -d)
disk=$scratch/disk
record=$disk/record
demo=
cleanup() {
  if [[ -n $demo ]]; then
    kill "$demo" 2>/dev/null || true
    wait "$demo" 2>/dev/null || true
  fi
  umount "$disk" 2>/dev/null || umount -l "$disk" 2>/dev/null || true
  rm -rf "$scratch"
}
trap cleanup EXIT

mkdir "$disk"
if ! mount -t tmpfs -o size=64m,mode=700 vigie-full "$disk" 2>"$scratch/why"; then
  printf 'skipped: a file system cannot be mounted here (%s)\n' "$(cat "$scratch/why")"
  exit 0
fi

env -u DISPLAY -u WAYLAND_DISPLAY TZ=UTC "$binary" demo --headless --beds 8 --record "$record" \
  >"$scratch/table" 2>"$scratch/said" &
demo=$!

# One field of the station's own status, asked over its socket's neighbour, the status file; a file that
# cannot be written any more is old, and the field is empty then.
status() { "$binary" status --json --record "$record" 2>/dev/null | python3 -c "
import json, sys
try:
    status = json.load(sys.stdin)
except ValueError:
    sys.exit()
record = status['record']
state = record['state']
print({
    'state': state if isinstance(state, str) else 'Full' if state['Stopped']['is_full'] else 'Stopped',
    'segment': record['segment'],
    'filling': record['is_filling'],
    'live': status['beds_live'],
}['$1'])" || true; }

# Waits until a command holds; $1: seconds, $2: what for.
within() {
  local limit=$1 what=$2
  shift 2
  for _ in $(seq "$((limit * 4))"); do
    if "$@"; then
      printf '%4d s  %s\n' "$SECONDS" "$what"
      return 0
    fi
    kill -0 "$demo" 2>/dev/null || { printf 'the demo ended\n' >&2; break; }
    sleep 0.25
  done
  printf 'in vain, for %d s: %s\n' "$limit" "$what" >&2
  df "$disk" >&2
  tail -n 20 "$scratch/said" >&2
  "$binary" status --record "$record" >&2 || true
  exit 1
}
is() { [[ $(status "$1") == "$2" ]]; }
said() { grep -q "$1" "$scratch/said"; }
shown() { tail -n 200 "$scratch/table" | grep -qi "$1"; }
# The table is printed anew each second: so long as it grows, the screen lives.
tables() { grep -c '^SIMULATION' "$scratch/table" || true; }
grows() { local before; before=$(tables); sleep 3; (($(tables) > before)); }

SECONDS=0
within 90 'eight live beds' is live 8
within 60 'the record is written' is state Writing
first=$(status segment)

dd if=/dev/zero of="$disk/filler" bs=64k 2>/dev/null || true
within 90 'full from outside: nothing is recorded, and it is said' said 'nothing is recorded.*full'
within 30 'and shown' shown 'record'
within 20 'the screen goes on' grows
rm "$disk/filler"
within 60 'room again: recording resumes by itself' is state Writing
within 20 'eight live beds still' is live 8

# What is left of the disk is less than the reserve and a day: it warns, and lets the oldest go.
"$binary" status --json --record "$record" >/dev/null
dd if=/dev/zero of="$disk/filler" bs=1M count=40 2>/dev/null || true
within 150 'the disk is filling: it is said beforehand' is filling True
within 900 'the oldest segments go' compgen -G "$record/segments/*.removed"
within 60 'and the record is written' is state Writing
within 20 'the screen goes on' grows
printf 'segment %s at first, %s now; removed: %s\n' "$first" "$(status segment)" \
  "$(find "$record/segments" -name '*.removed' | wc -l)"

kill -TERM "$demo"
wait "$demo"
demo=
"$binary" verify "$record"
printf '\na full disk stopped nothing but the record, and that resumed by itself\n'
