#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Pictures of the running program on virtual screens, as SCREEN-THEME-WIDTHxHEIGHT.png; run by ./dev shots DIR.
set -eu
mkdir -p "$1"
out=$(cd "$1" && pwd)
program=$(pwd)/build/release/bin/heartline
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# session.sh THEME SIZE: one start of the demo and one without a key, on a screen of that size.
cat >"$scratch/session.sh" <<'SESSION'
set -eu
theme=$1 size=$2
shoot() { dunstctl close-all 2>/dev/null || true; sleep 0.3; import -window root "$OUT/$1-$theme-$size.png"; }
window() { xdotool search --sync --onlyvisible --name Heartline | head -n 1; }

"$PROGRAM" --theme "$theme" --registry http://127.0.0.1:9 2>/dev/null &
first=$!
window >/dev/null
sleep 1
shoot first-start
kill "$first"
wait "$first" || true

"$PROGRAM" --demo --theme "$theme" 2>/dev/null &
demo=$!
id=$(window)
xdotool mousemove 20 580
sleep 5
shoot demo
sleep 13 # an agent has gone stale
xdotool windowfocus "$id"
shoot fleet
xdotool mousemove 200 170 click 1
xdotool mousemove 20 580
sleep 2
shoot details
xdotool key Escape ctrl+2
sleep 1
shoot alerts
xdotool key ctrl+3
sleep 1
shoot registries
kill "$demo"
wait "$demo" || true
SESSION
for theme in dark light; do
    for size in 1280x800 800x600; do
        mkdir -p "$scratch/$theme-$size"
        env OUT="$out" PROGRAM="$program" HOME="$scratch/$theme-$size" XDG_CONFIG_HOME="$scratch/$theme-$size" \
            XDG_RUNTIME_DIR="$scratch/$theme-$size" QT_LOGGING_RULES='heartline.*=false' \
            timeout -k 5 90 xvfb-run -a -s "-screen 0 ${size}x24" dbus-run-session -- \
            sh "$scratch/session.sh" "$theme" "$size" || echo "shots: $theme $size failed" >&2
    done
done
ls "$out"
