#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes the core at random places, one at a time, and says which changes neither the unit tests nor 50 seeds notice.

Usage: mutants.py BUILD_FOLDER [COUNT [NUMBER]]   (run by ./dev simulate --mutants; 100 mutants, NUMBER draws others)
"""
import glob
import multiprocessing.pool
import os
import random
import re
import subprocess
import sys
import tempfile
import time

from patched_core import CORE, PatchedCore

SEEDS = 50
# A hunt that takes so many times as long as that of the unchanged core does not end.
PATIENCE = 6
TURNED = {" < ": " > ", " > ": " < ", " <= ": " > ", " >= ": " < ", " == ": " != ", " != ": " == ", " && ": " || ",
          " || ": " && "}


def places(text: str) -> list:
    """Each: line number, the line, what it becomes."""
    found = []
    for number, line in enumerate(text.splitlines()):
        code = line.strip()
        if code.startswith(("//", "#", "static_assert", "template", "using")) or "operator" in code:
            continue
        for old, new in TURNED.items():
            if code.count(old) == 1 and "template" not in code and "std::vector<" not in code:
                found.append((number, line, line.replace(old, new)))
        constant = re.search(r"constexpr [^=]*= .*?(\d+(?:\.\d+)?)", line)
        if constant and constant.group(1) != "0":
            value = float(constant.group(1)) * random.choice([0.5, 2, 3])
            moved = str(value if "." in constant.group(1) else max(1, int(value)))
            found.append((number, line, line[:constant.start(1)] + moved + line[constant.end(1):]))
        whole = code.endswith(";") and not code.startswith(("return", "}", "break", "continue", "constexpr", "case", "std::",
                                                            "const ", "auto ", "bool ", "int ", "double ", "MonoTime "))
        if whole and code.count("(") == code.count(")") and ("=" in code or code.endswith(");")):
            found.append((number, line, line.replace(code, ";")))
    return [place for place in found if place[1] != place[2]]


def judged(core: PatchedCore, mutant: tuple, patience: float) -> tuple:
    """The change, and what notices it: a test, a seed, or nothing; None where it is no program."""
    file_name, text, (number, old, new) = mutant
    place = f"{file_name}:{number + 1}: {old.strip()}  ->  {new.strip()}"
    lines = text.splitlines(keepends=True)
    lines[number] = new + "\n"
    try:
        patched = core.compile(file_name, "".join(lines))
    except subprocess.CalledProcessError:
        return place, None
    return place, core.failing_unit_test(patched) or core.hunt([patched], SEEDS, patience)


def main() -> int:
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    random.seed(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    drawn = []
    for path in sorted(glob.glob(os.path.join(CORE, "*.cpp"))):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        drawn += [(os.path.basename(path), text, place) for place in places(text)]
    random.shuffle(drawn)
    killed, survivors = 0, []
    with tempfile.TemporaryDirectory() as scratch, multiprocessing.pool.ThreadPool() as pool:
        core = PatchedCore(sys.argv[1], scratch)
        started = time.monotonic()
        clean = core.hunt([], SEEDS)
        if clean:
            sys.exit(f"unchanged, it shows a violation already: {clean}")
        patience = PATIENCE * (time.monotonic() - started)
        for place, by in pool.imap(lambda mutant: judged(core, mutant, patience), drawn):
            if by is None:
                continue
            killed += 1 if by else 0
            if not by:
                survivors.append(place)
            print(f"{killed + len(survivors):4} {f'killed by {by}' if by else 'SURVIVES'}: {place}", flush=True)
            if killed + len(survivors) == count:
                break
    print(f"{killed} of {killed + len(survivors)} killed; survivors:")
    print("\n".join(survivors))
    return 0 if killed >= 0.8 * (killed + len(survivors)) else 1


if __name__ == "__main__":
    sys.exit(main())
