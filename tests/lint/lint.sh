#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# All linters over all files; run by ./dev lint after a release build. Arguments are those of clang_tools.py.
set -eu
build=build/release
logs=build/lint
mkdir -p "$logs"
failed=0

echo 'clang-format'
git ls-files '*.cpp' '*.h' | xargs clang-format --dry-run --Werror || failed=1
echo 'shellcheck'
shellcheck dev .ci/run tests/lint/lint.sh || failed=1
echo 'planted bugs: each has its line'
python3 tests/simulation/planted_bugs.py --lines || failed=1
echo 'qmllint'
cmake --build "$build" --target all_qmllint >"$logs/qmllint.log" 2>&1 || failed=1
if grep -E '^(Warning|Error)' "$logs/qmllint.log"; then failed=1; fi
echo 'clang-tidy and clazy'
python3 tests/lint/clang_tools.py "$logs" "$build" build/fuzz "$@" || failed=1
if [ "$failed" != 0 ]; then
    echo 'lint: findings above' >&2
    exit 1
fi
echo 'lint: clean'
