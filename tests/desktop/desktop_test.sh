#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Usage: desktop_test.sh HEARTLINE. Sets up a desktop of its own and runs desktop_session.sh in it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
HOME=$(mktemp -d)
export HOME XDG_CONFIG_HOME="$HOME" XDG_DATA_HOME="$HOME" XDG_RUNTIME_DIR="$HOME" LC_ALL=C.UTF-8
unset QT_QPA_PLATFORM WAYLAND_DISPLAY ZYND_HOME ZYND_REGISTRY_URL 2>/dev/null || true
trap 'rm -rf "$HOME"' EXIT
timeout -k 5 170 xvfb-run -a -s '-screen 0 1280x800x24' dbus-run-session -- sh "$here/desktop_session.sh" "$1"
