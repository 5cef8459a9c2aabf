#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One file of lint.sh's; prints what is found.
set -eu
file=$1
: "${stamps:?set by lint.sh}" "${all:?}"
stamp="$stamps/$(printf '%s-%s' "$file" "$(cksum <"$file")-$all" | tr '/ ' '__')"
if [ -e "$stamp" ]; then exit 0; fi
out="$stamps/$$.log"
if clang-tidy --quiet --extra-arg=-Wno-unknown-warning-option -p "$stamps" "$file" >"$out" 2>/dev/null &&
    clazy-standalone --checks=level0,level1,no-fully-qualified-moc-types,no-overloaded-signal \
        --extra-arg=-Wno-unknown-warning-option --extra-arg=-Werror --header-filter='/(app|models|qml|tests)/' \
        -p "$stamps" "$file" >"$out" 2>&1; then
    rm -f "$out"
    touch "$stamp"
    exit 0
fi
cat "$out"
rm -f "$out"
echo "FAILED: $file"
exit 1
