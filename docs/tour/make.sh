#!/usr/bin/env bash
# Makes every picture of the tour in a real window: from the recordings in tests/fixtures, from the
# simulated ward, and from the gallery.
# Usage: docs/tour/make.sh [NAME...]   (all pictures, or only those named)
# Needs a display; without one it starts Xvfb by itself.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ -z "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
    exec xvfb-run --auto-servernum --server-args='-screen 0 1920x1080x24' "$0" "$@"
fi

# The recordings; the bed is named after what was recorded.
recordings=tests/fixtures/intellivue
sinus="1A=$recordings/rs232_mp90_1A_normal_sinus_spo2_100.frames.bin"
spo2_low="1B=$recordings/rs232_mp90_1B_spo2_low_yellow_alarm.frames.bin"
vtach="1D=$recordings/rs232_mp90_1D_vtach_red_alarm_sensor_off.frames.bin"
lan="LAN=$recordings/lan_mp40_G0180_frames_001-100_141-152.pcap"

cargo build --quiet -p vigie
cargo build --quiet -p vigie-dashboard --example gallery
vigie="${CARGO_TARGET_DIR:-target}/debug/vigie"

# picture NAME RECORDINGS... -- OPTIONS...: docs/tour/NAME-1280x720.png and docs/tour/NAME-1920x1080.png
wanted=("$@")
picture() {
    local name=$1 size
    shift
    local files=()
    while [ "$1" != -- ]; do files+=("$1"); shift; done
    shift
    if [ ${#wanted[@]} -gt 0 ] && [[ ! " ${wanted[*]} " == *" $name "* ]]; then return; fi
    for size in 1280x720 1920x1080; do
        "$vigie" replay "${files[@]}" "$@" --size "$size" --screenshot "docs/tour/$name-$size.png"
        echo "docs/tour/$name-$size.png"
    done
}

# gallery NAME OPTIONS...: the same in the gallery, where a state needs an hour of record or a full disk
gallery() {
    local name=$1 size
    shift
    if [ ${#wanted[@]} -gt 0 ] && [[ ! " ${wanted[*]} " == *" $name "* ]]; then return; fi
    for size in 1280x720 1920x1080; do
        "${vigie%/vigie}/examples/gallery" "$@" --size "$size" --after 4 \
            --screenshot "docs/tour/$name-$size.png"
        echo "docs/tour/$name-$size.png"
    done
}

# demo NAME OPTIONS...: the same of simulated devices over their real transports, in a network of their own
# where that is allowed: else the window says what this PC is connected to
apart=(env)
if unshare --map-root-user --net true 2> /dev/null; then
    apart=(unshare --map-root-user --net sh -c 'ip link set lo up && exec "$@"' sh)
fi
demo() {
    local name=$1 size
    shift
    if [ ${#wanted[@]} -gt 0 ] && [[ ! " ${wanted[*]} " == *" $name "* ]]; then return; fi
    for size in 1280x720 1920x1080; do
        "${apart[@]}" "$vigie" demo "$@" --size "$size" --screenshot "docs/tour/$name-$size.png"
        echo "docs/tour/$name-$size.png"
    done
}

picture 1a-sinus "$sinus" -- --after 60
picture 1b-spo2-low "$spo2_low" -- --after 3
picture 1b-spo2-low-silenced "$spo2_low" -- --after 60
picture 1d-vtach "$vtach" -- --after 20
picture 1d-non-pulsatile "$vtach" -- --after 60
picture 1d-sensor-off "$vtach" -- --after 120
picture lan "$lan" -- --after 201.9
picture ward "$sinus" "$spo2_low" "$vtach" "$lan" -- --after 201.9
picture stale "$sinus" "$spo2_low" "$vtach" "$lan" -- --pause-at 201 --after 208
picture paused "$sinus" "$spo2_low" "$vtach" "$lan" -- --pause-at 201 --after 216
picture french "$sinus" "$spo2_low" "$vtach" "$lan" -- --after 201.9 --language fr
picture bed-1d "$sinus" "$spo2_low" "$vtach" "$lan" -- --after 60 --open 1D
picture bed-lan "$sinus" "$spo2_low" "$vtach" "$lan" -- --after 205.9 --open LAN
demo mixed --mixed --after 16
gallery bed-several 12 --several --open 0
gallery bed-trend 8 simulation --open 0 --record
gallery record-stopped 8 simulation --record --record-stopped
gallery copies 8 simulation --copies
gallery alarms-8 8 --alarms --initials AB
gallery alarms-32 32 --alarms --initials AB
gallery alarms-night 8 --alarms --initials AB --theme night
gallery alarms-colour-blind 32 --alarms --initials AB --theme colour-blind
gallery alarms-paused 8 --alarms --paused
gallery alarms-off 8 --alarms --off
gallery switch-lost 32 --switch-lost
gallery alarm-log 8 --alarms --log
gallery scores 8 --open 0 --scored --form scores
gallery sound-test 8 --sound-test
