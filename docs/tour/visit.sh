#!/usr/bin/env bash
# A visit to the real window by keyboard: from a PC without a file to the first bed, then through the ward.
# Makes docs/tour/visit-NN-NAME-SIZE.png and prints how long each step took since the start.
# Usage: docs/tour/visit.sh   (through ./run visit, which installs what it needs)
set -euo pipefail
cd "$(dirname "$0")/../.."

sizes=(1280x720 1920x1080)
if [ "${1:-}" != inside ]; then
    cargo build --quiet -p vigie
    for size in "${sizes[@]}"; do
        LIBGL_ALWAYS_SOFTWARE=1 xvfb-run --auto-servernum --server-args="-screen 0 ${size}x24 -nolisten tcp" \
            unshare --map-root-user --net bash "$0" inside "$size"
    done
    exit 0
fi

# In a network of its own, so that nothing of this PC is seen.
size=$2
ip link set lo up
vigie=$PWD/${CARGO_TARGET_DIR:-target}/debug/vigie
case ${CARGO_TARGET_DIR:-} in /*) vigie=$CARGO_TARGET_DIR/debug/vigie ;; esac
out=$PWD/docs/tour
place=$(mktemp -d)
jobs=()
finish() {
    for job in "${jobs[@]}"; do kill "$job" 2> /dev/null || true; done
    wait
    rm -rf "$place"
}
trap finish EXIT
export HOME=$place XDG_CONFIG_HOME=$place/config XDG_STATE_HOME=$place/state TZ=UTC
mkdir -p "$XDG_CONFIG_HOME" "$place/ports"

"$vigie" simulate intellivue --serial --beds 2 --dir "$place/ports" > /dev/null < /dev/null &
simulators=$!
jobs+=("$simulators")
begun=$(date +%s)
"$vigie" --to-station=--listen-on --to-station="$place/ports" --size "$size" > "$place/log" 2>&1 < /dev/null &
jobs+=($!)

# A window is there, and painted.
window=
for _ in $(seq 120); do
    window=$(xdotool search --onlyvisible --name . 2> /dev/null | head -n 1) || true
    [ -n "$window" ] && break
    sleep 0.5
done
[ -n "$window" ] || { echo "no window opened:" >&2; cat "$place/log" >&2; exit 1; }
xdotool windowfocus "$window" mousemove 640 2

nth=0
# picture NAME SECONDS: what the screen shows after so long
picture() {
    sleep "$2"
    nth=$((nth + 1))
    file=$(printf 'visit-%02d-%s-%s.png' "$nth" "$1" "$size")
    import -window root "$out/$file"
    printf '%3d s  %s\n' $(($(date +%s) - begun)) "$file"
}
press() { xdotool key --clearmodifiers "$@"; }
# assign COUNT: until so many monitors stand at beds in the file
assign() {
    for _ in $(seq 10); do
        press Return; sleep 1; press Return; sleep 3
        [ "$(grep -rh --include=vigie.toml '^serial' "$XDG_CONFIG_HOME" | wc -l)" -ge "$1" ] && return
    done
    echo "monitor $1 was not taken to a bed" >&2
    exit 1
}

picture language 3
press Return; picture distance 1
press Return; picture unit 1
press Return; picture beds 1
press Return; picture monitors 6
# Enter takes the next monitor to the next free bed, twice: monitor, then bed.
assign 1; picture first-bed 6
assign 2
press Return; picture sound 2
press Return; picture sheet 2
press Return; picture ready 2
press Return; picture ward 4
press Home; sleep 0.5; press Return; picture bed 3
press Escape; sleep 1; press l; picture french 2
press l; sleep 0.5; press l; sleep 0.5; press t; picture night 2
press t; sleep 0.5; press minus; picture layout 2
press Page_Down; picture page 2
press 0; sleep 0.5; press comma; picture set-up 2
press Escape; sleep 0.5; press question; picture help 2
press Escape; sleep 0.5; press x; picture menu 2
press Escape; sleep 0.5; press b; picture about 2
press Escape; sleep 0.5; press m; picture map 2
press Escape; sleep 0.5; press slash; sleep 0.5; xdotool type 2; picture find 2
press Escape; sleep 0.5; press Escape; sleep 0.5; press w; picture wall 2
press w; sleep 0.5; press F4; sleep 0.5; press F5; picture scroll 3
press F4; sleep 0.5; press F5; sleep 0.5; press Home; sleep 0.5; press Return; sleep 1
press F8; picture frozen 3
press F8; sleep 0.5; press Escape; sleep 0.5; press F6; picture calibrate 2
# Both monitors are pulled: what was live is lost, and somebody answers for it.
press Escape; kill "$simulators"; sleep 25; press u; picture lost 2
press a; sleep 1; xdotool type AB; press Return; picture acknowledged 2
# From here on with a window manager, which frames, fills the screen and asks windows to close.
press Escape; openbox --sm-disable > /dev/null 2>&1 &
jobs+=($!)
sleep 2; xdotool windowfocus "$window"; press n; picture second-window 5
press F11; picture full-screen 3
press F11; sleep 2; press alt+F4; picture closing 2
