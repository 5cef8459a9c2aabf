#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""clang-tidy and clazy over what the builds compile; run by lint.sh.

What costs is reading Qt's headers, so several sources are read as one, as the builds compile them. A unit whose text,
headers and settings have not changed since it was found clean is not looked at again (build/lint holds the stamps).
clang-tidy reads tests with --all only: it takes three times as long as clazy, and tests are half of the units."""
import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
OURS = r"/(app|models|qml|tests)/"
CLAZY_CHECKS = "level0,level1,no-fully-qualified-moc-types,no-overloaded-signal"
# clang does not read the precompiled headers of gcc.
PRECOMPILED = re.compile(r" -Winvalid-pch| (-Xclang )?-include(-pch)? (-Xclang )?\S*cmake_pch\S*")


def text(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


class Unit:
    """What one call of the compiler reads: a source, or several united ones. Generated sources are left out."""

    def __init__(self, entry: dict, ours: set, stamps: str):
        path = entry["file"]
        united = "/Unity/" in path
        included = re.findall(r'^#include "(.*)"$', text(path).decode(), re.M) if united else [path]
        self.sources = sorted(ours.intersection(os.path.relpath(name, ROOT) for name in included))
        self.path = path
        if united and len(self.sources) < len(included):
            self.path = os.path.join(stamps, os.path.relpath(path, ROOT).replace("/", "_"))
            with open(self.path, "w", encoding="utf-8") as file:
                file.writelines(f'#include "{os.path.join(ROOT, name)}"\n' for name in self.sources)
        command = PRECOMPILED.sub("", entry["command"]).replace(path, self.path)
        self.entry = {**entry, "file": self.path, "command": command}

    def key(self) -> str:
        return hashlib.sha256(b"".join(text(os.path.join(ROOT, path)) for path in self.sources)).hexdigest()[:24]


def tracked(*patterns: str) -> list:
    out = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return out.stdout.split()


def units_of(builds: list, stamps: str) -> list:
    ours = set(tracked("*.cpp"))
    found = {}
    for build in builds:
        for entry in json.loads(text(os.path.join(build, "compile_commands.json"))):
            if not os.path.exists(entry["file"]):
                continue # generated, and not built yet
            unit = Unit(entry, ours, stamps)
            if unit.sources:
                found.setdefault(tuple(unit.sources), unit)
    return list(found.values())


def findings(command: list) -> str:
    """What a tool prints where it ends with an error, or nothing."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout if done.returncode else ""


def look(unit: Unit, stamps: str, settings: str, tests_too: bool) -> str:
    in_tests = all(path.startswith("tests/") for path in unit.sources)
    shared = ["--extra-arg=-Wno-unknown-warning-option", "-p", stamps, unit.path]
    tools = {"clazy": ["clazy-standalone", f"--checks={CLAZY_CHECKS}", "--extra-arg=-Werror", f"--header-filter={OURS}"]}
    if tests_too or not in_tests:
        tools["tidy"] = ["clang-tidy", "--quiet"]
    for name, command in tools.items():
        stamp = os.path.join(stamps, f"{name}-{settings}-{unit.key()}")
        if os.path.exists(stamp):
            continue
        found = findings(command + shared)
        if found:
            return f"{found}FAILED: {name} on {', '.join(unit.sources)}"
        with open(stamp, "wb"):
            pass
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stamps")
    parser.add_argument("builds", nargs="+")
    parser.add_argument("--all", action="store_true", help="clang-tidy over the tests, too")
    parser.add_argument("--only", default="", help="units with a source that has this in its path")
    arguments = parser.parse_args()
    stamps = os.path.abspath(arguments.stamps)
    os.makedirs(stamps, exist_ok=True)
    units = [unit for unit in units_of(arguments.builds, stamps) if any(arguments.only in path for path in unit.sources)]
    if not units:
        print("no unit to look at: build first, and see --only", file=sys.stderr)
        return 1
    with open(os.path.join(stamps, "compile_commands.json"), "w", encoding="utf-8") as file:
        json.dump([unit.entry for unit in units], file)
    read = tracked("*.h") + [".clang-tidy", "tests/lint/clang_tools.py"]
    settings = hashlib.sha256(b"".join(text(os.path.join(ROOT, path)) for path in read)).hexdigest()[:12]
    failed = False
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(lambda unit: look(unit, stamps, settings, arguments.all), units):
            if found:
                failed = True
                print(found, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
