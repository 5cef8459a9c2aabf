# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiles a changed copy of one file of the core, and runs the simulator and the unit tests against it."""
import json
import os
import shlex
import subprocess

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
CORE = os.path.join(ROOT, "models/liveness")
FINDER = os.path.join(ROOT, "tests/simulation/violation_finder.cpp")
UNIT_TESTS = ("liveness_test", "hearing_test", "reading_test", "agreement_test", "missing_test", "pace_test")


class PatchedCore:
    def __init__(self, build: str, scratch: str):
        self.build = os.path.abspath(build)
        self.scratch = scratch
        with open(os.path.join(self.build, "compile_commands.json"), encoding="utf-8") as file:
            self.commands = {entry["file"]: entry for entry in json.load(file)}
        self.finder = os.path.join(scratch, "finder.o")
        self._compile(FINDER, FINDER, self.finder)
        self.libraries = [os.path.join(self.build, path) for path in (
            "tests/simulation/libheartline_simulation.a", "models/liveness/libheartline_liveness.a",
            "models/protocol/libheartline_protocol.a", "models/identity/libheartline_identity.a",
            "models/base/libheartline_base.a")]

    def _compile(self, source: str, text_from: str, out: str) -> None:
        entry = self.commands[source]
        words = shlex.split(entry["command"])
        words[words.index("-o") + 1] = out
        words = [text_from if os.path.abspath(os.path.join(entry["directory"], w)) == source else w for w in words]
        # A bug may leave something unused.
        subprocess.run([*words, "-w"], cwd=entry["directory"], check=True, stderr=subprocess.PIPE)

    def compile(self, file_name: str, text: str) -> str:
        """The object of a changed text; raises CalledProcessError where it does not compile."""
        changed = os.path.join(self.scratch, file_name)
        with open(changed, "w", encoding="utf-8") as file:
            file.write(text)
        patched = os.path.join(self.scratch, f"{file_name}.o")
        self._compile(os.path.join(CORE, file_name), changed, patched)
        return patched

    def hunt(self, objects: list, seeds: int, timeout=None) -> str:
        """The first violation, or nothing: "SEED<tab>WHAT"."""
        program = os.path.join(self.scratch, "hunt")
        subprocess.run(["c++", "-o", program, self.finder, *objects, *self.libraries, "-lsodium", "-lsimdjson",
                        "-lQt6Core", "-pthread"], check=True)
        try:
            done = subprocess.run([program, str(seeds)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                  timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            return "0\tit does not end"
        if done.returncode < 0:
            return f"0\tsignal {-done.returncode}"
        return done.stdout.strip()

    def failing_unit_test(self, patched: str) -> str:
        """The first unit test that fails with it, or nothing."""
        for name in UNIT_TESTS:
            commands = subprocess.run(["ninja", "-t", "commands", f"tests/{name}"], cwd=self.build, stdout=subprocess.PIPE,
                                      text=True, check=True).stdout.splitlines()
            link = next(line for line in reversed(commands) if f"-o tests/{name} " in line)
            words = shlex.split(link.replace(": && ", "").replace(" && :", ""))
            program = os.path.join(self.scratch, name)
            words[words.index("-o") + 1] = program
            first = next(i for i, word in enumerate(words) if word.endswith(".a"))
            subprocess.run([*words[:first], patched, *words[first:]], cwd=self.build, check=True)
            try:
                done = subprocess.run([program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False)
            except subprocess.TimeoutExpired:
                return name
            if done.returncode != 0:
                return name
        return ""
