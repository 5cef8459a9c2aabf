#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# On a desktop of its own: state, notification and tray icon follow an agent that stops, and Reconnect brings it back.
set -eu
program=$1
cd "$HOME"

# within SECONDS WHAT COMMAND...: tries until it holds; the time is a limit, not a wait.
within() {
    tries=$(($1 * 10)) what=$2
    shift 2
    while ! "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        if [ "$tries" -le 0 ]; then
            echo "FAILED  $what"
            cat "$HOME/heartline.log" "$HOME/dunst.log"
            exit 1
        fi
        sleep 0.1
    done
    echo "ok      $what"
}
told() { grep -q "$1" "$HOME/dunst.log"; }
tray_icon() { xwininfo -root -tree | grep -i '"heartline"' | grep -oE '0x[0-9a-f]+' | while read -r id; do
    xwininfo -id "$id" | grep -qE 'Width: (1[0-9]|2[0-9]|3[0-9])$' && echo "$id" && break
done; }
has_tray_icon() { [ -n "$(tray_icon)" ]; }
tray_picture() { import -window "$(tray_icon)" -depth 8 rgb:- | cksum; }
tray_changed() { [ "$(tray_picture)" != "$1" ]; }
window_there() { xdotool search --onlyvisible --name '^Heartline — Demo'; }
red_in_first_row() { # the diamond's colour, where the first row has its mark
    import -window root -crop 24x24+84+156 -depth 8 txt:- | grep -qiE '#(FF705C|C02D19)'
}

dunst -print >"$HOME/dunst.log" 2>&1 &
"$program" --demo --theme dark >"$HOME/heartline.log" 2>&1 &
heartline=$!
within 20 'the window opens' window_there
trayer --edge bottom --align right --width 20 --height 24 >/dev/null 2>&1 &
within 20 'a tray that comes late gets its icon' has_tray_icon
calm=$(tray_picture)
xdotool mousemove 20 580

within 40 'a notification says that an agent is stale' told 'invoice-extractor is stale'
within 5 'its row is the first, with the mark of its state' red_in_first_row
within 5 'the tray icon changed' tray_changed "$calm"

xdotool mousemove 1213 168 click 1
within 6 'Reconnect brings it back: a notification says so' told 'invoice-extractor is back'

kill "$heartline"
wait "$heartline" && echo 'ok      it ends by SIGTERM with code 0'
if grep -iE 'qml.*(error|warning)|TypeError|ReferenceError|Unable to assign' "$HOME/heartline.log"; then
    echo 'FAILED  no QML warnings'
    exit 1
fi
