#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# All linters over all files; run by ./dev lint after a release build. A file whose text, headers and settings have not
# changed since it was found clean is not looked at again (build/lint holds the stamps).
set -eu
build=build/release
stamps=build/lint
mkdir -p "$stamps"
failed=0

# clang does not read the precompiled headers of gcc, and each file must stand without them.
sed -E 's/ -Winvalid-pch -include [^ ]*cmake_pch\.hxx//' "$build/compile_commands.json" >"$stamps/compile_commands.json"

echo 'clang-format'
git ls-files '*.cpp' '*.h' | xargs clang-format --dry-run --Werror || failed=1
echo 'shellcheck'
shellcheck dev .ci/run tests/lint/lint.sh tests/lint/one.sh || failed=1
echo 'planted bugs: each has its line'
python3 tests/simulation/planted_bugs.py --lines || failed=1
echo 'qmllint'
cmake --build "$build" --target all_qmllint >"$stamps/qmllint.log" 2>&1 || failed=1
if grep -E '^(Warning|Error)' "$stamps/qmllint.log"; then failed=1; fi

# A file's text with all that it includes of ours, and the settings: what a finding can depend on.
all=$(git ls-files '*.h' .clang-tidy tests/lint/lint.sh | xargs cat | cksum | tr ' ' '-')
export stamps all
echo 'clang-tidy and clazy'
git ls-files 'app/*.cpp' 'models/*.cpp' 'qml/*.cpp' 'tests/*.cpp' |
    xargs -P "$(nproc)" -n 1 sh tests/lint/one.sh || failed=1
if [ "$failed" != 0 ]; then
    echo 'lint: findings above' >&2
    exit 1
fi
echo 'lint: clean'
