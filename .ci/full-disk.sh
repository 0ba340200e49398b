#!/usr/bin/env bash
# A disk that fills: a demo of 8 beds records on a file system of 64 MB in memory. When something else
# fills it, the oldest segments go first and it is said; when none is left, nothing is recorded, that is
# said, and the watch goes on; with room again recording resumes by itself. Then the same disk is full
# from the first moment. Needs root to mount.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

binary=${1:?the built program}
scratch=$(mktemp -d)
disk=$scratch/disk
demo=
end_demo() {
  if [[ -n $demo ]]; then
    kill -TERM "$demo" 2>/dev/null || true
    wait "$demo" 2>/dev/null || true
    demo=
  fi
}
cleanup() {
  end_demo
  umount "$disk" 2>/dev/null || umount -l "$disk" 2>/dev/null || true
  rm -rf "$scratch"
}
trap cleanup EXIT

mkdir "$disk"
if ! mount -t tmpfs -o size=64m,mode=700 vigie-full "$disk" 2>"$scratch/why"; then
  printf 'skipped: a file system cannot be mounted here (%s)\n' "$(cat "$scratch/why")"
  exit 0
fi

# Segments of a MiB, so that some are sealed within a minute. $1: the record folder.
start_demo() {
  record=$1
  env -u DISPLAY -u WAYLAND_DISPLAY TZ=UTC "$binary" demo --headless --beds 8 --segment-mib 1 \
    --record "$record" >"$scratch/table" 2>"$scratch/said" &
  demo=$!
}

# One field of the station's status; nothing while there is none, or it could not be written lately.
status() {
  "$binary" status --json --record "$record" 2>/dev/null | python3 -c "
import json, sys
try:
    status = json.load(sys.stdin)
except ValueError:
    sys.exit()
if status['age_seconds'] > 5:
    sys.exit()
record = status['record']
state = record['state']
print({
    'state': state if isinstance(state, str) else 'Stopped',
    'segment': record['segment'],
    'filling': record['is_filling'],
    'lost': record['lost'],
    'live': status['beds_live'],
}['$1'])" || true
}

# Waits until a command holds; $1: seconds, $2: what for.
within() {
  local limit=$1 what=$2
  local until=$((SECONDS + limit))
  shift 2
  while ((SECONDS <= until)); do
    if "$@"; then
      printf '%4d s  %s\n' "$SECONDS" "$what"
      return 0
    fi
    kill -0 "$demo" 2>/dev/null || { printf 'the demo ended\n' >&2; break; }
    sleep 0.25
  done
  printf 'in vain, for %d s: %s\n' "$limit" "$what" >&2
  df "$disk" >&2
  ls -l "$record" "$record/segments" >&2 || true
  tail -n 20 "$scratch/said" >&2
  headings | tail -n 5 >&2 || true
  "$binary" status --record "$record" >&2 || true
  exit 1
}
is() { [[ $(status "$1") == "$2" ]]; }
said() { grep -q "$1" "$scratch/said"; }
# The first line of each table says how the record is doing.
headings() { grep -a '^SIMULATION' "$scratch/table"; }
shown() { headings | tail -n 1 | grep -q "$1"; }
not_shown() { ! shown "$1"; }
ever_shown() { headings | grep -q "$1"; }
first_shown() { headings | grep -n "$1" | head -n 1 | cut -d: -f1; }
sealed() { (($(find "$record/segments" -name '*.seal' | wc -l) >= $1)); }
removed() { (($(find "$record/segments" -name '*.removed' | wc -l) >= $1)); }
# The table is printed anew each second: so long as it grows, the screen lives.
tables() { headings | wc -l; }
grows() {
  local before
  before=$(tables)
  sleep 3
  (($(tables) > before))
}
# To the last byte.
fill() { dd if=/dev/zero of="$disk/filler" bs=4k oflag=append conv=notrunc 2>/dev/null || true; }

SECONDS=0
start_demo "$disk/record"
within 90 'eight live beds' is live 8
within 60 'the record is written' is state Writing
within 120 'four segments are sealed' sealed 4

fill
within 60 'full from outside: the oldest segment goes, and recording goes on' removed 1
within 30 'and shown' ever_shown 'filling\|almost full'
# What each deletion frees is taken away as well, until none is left.
keeps_full() { fill; said 'nothing is recorded'; }
within 120 'none is left: nothing is recorded, and it is said' keeps_full
within 30 'and shown' shown 'RECORDING STOPPED: disk full'
(($(first_shown 'filling\|almost full') < $(first_shown 'RECORDING STOPPED'))) || {
  printf 'the messages come in the wrong order\n' >&2
  exit 1
}
within 20 'the screen goes on' grows
rm "$disk/filler"
within 60 'room again: recording resumes by itself' is state Writing
within 20 'eight live beds still' is live 8
within 20 'nothing was lost' is lost 0
within 120 'the screen is calm again' not_shown 'STOPPED\|filling\|almost full'
end_demo
"$binary" verify "$record"
"$binary" inspect --record "$record" | grep -i 'segments,\|removed' || true

rm -r "$record"
fill
start_demo "$disk/record"
within 60 'full from the first moment: nothing is recorded, and it is said' said 'nothing is recorded\|cannot be had'
within 60 'and shown' shown 'RECORDING STOPPED: disk full'
within 20 'the screen goes on' grows
rm "$disk/filler"
within 60 'room: the record is written' is state Writing
within 60 'eight live beds' is live 8
end_demo
"$binary" verify "$record"
printf '\na full disk stopped nothing but the record, and that resumed by itself; %d s\n' "$SECONDS"
