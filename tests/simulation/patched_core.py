# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiles a changed copy of one file of the core, and runs the simulator and the unit tests against it.

The builds compile several sources as one; here each is compiled by itself, so that one can take its
place. Threads may share a PatchedCore."""
import concurrent.futures
import glob
import json
import os
import shlex
import subprocess
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
CORE = os.path.join(ROOT, "models/liveness")
FINDER = os.path.join(ROOT, "tests/simulation/violation_finder.cpp")
UNIT_TESTS = ("liveness_test", "hearing_test", "reading_test", "agreement_test", "missing_test", "pace_test",
              "census_test")


class PatchedCore:
    def __init__(self, build: str, scratch: str):
        self.build = os.path.abspath(build)
        self.scratch = scratch
        with open(os.path.join(self.build, "compile_commands.json"), encoding="utf-8") as file:
            entries = json.load(file)
        self.finder = os.path.join(scratch, "finder.o")
        self.core = os.path.join(scratch, "core.a")
        self.entry = next(entry for entry in entries if "/heartline_liveness.dir/" in entry["command"])
        self._compile(FINDER, self.finder)
        sources = sorted(glob.glob(os.path.join(CORE, "*.cpp")))
        objects = [os.path.join(scratch, f"core_{os.path.basename(source)}.o") for source in sources]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(self._compile, sources, objects))
        subprocess.run(["ar", "rcs", self.core, *objects], check=True)
        self.libraries = [os.path.join(self.build, "tests/simulation/libheartline_simulation.a"),
                          *map(self._library, ("watch", "registry")), self.core,
                          *map(self._library, ("protocol", "identity", "base"))]

    def _library(self, name: str) -> str:
        return os.path.join(self.build, f"models/{name}/libheartline_{name}.a")

    def _compile(self, source: str, out: str) -> None:
        words = shlex.split(self.entry["command"])
        words[words.index("-o") + 1] = out
        words[words.index("-c") + 1] = source
        # A bug may leave something unused.
        subprocess.run([*words, "-w", "-I" + os.path.join(ROOT, "tests")], cwd=self.entry["directory"], check=True,
                       stderr=subprocess.PIPE)

    def compile(self, file_name: str, text: str) -> str:
        """The object of a changed text; raises CalledProcessError where it does not compile."""
        folder = tempfile.mkdtemp(dir=self.scratch)
        changed = os.path.join(folder, file_name)
        with open(changed, "w", encoding="utf-8") as file:
            file.write(text)
        patched = f"{changed}.o"
        self._compile(changed, patched)
        return patched

    def hunt(self, objects: list, seeds: int, timeout=None) -> str:
        """The first violation, or nothing: "SEED<tab>WHAT"."""
        program = os.path.join(tempfile.mkdtemp(dir=self.scratch), "hunt")
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
        folder = tempfile.mkdtemp(dir=self.scratch)
        for name in UNIT_TESTS:
            commands = subprocess.run(["ninja", "-t", "commands", f"tests/{name}"], cwd=self.build, stdout=subprocess.PIPE,
                                      text=True, check=True).stdout.splitlines()
            link = next(line for line in reversed(commands) if f"-o tests/{name} " in line)
            words = shlex.split(link.replace(": && ", "").replace(" && :", ""))
            program = os.path.join(folder, name)
            words[words.index("-o") + 1] = program
            first = next(i for i, word in enumerate(words) if word.endswith(".a"))
            libraries = [self.core if word.endswith("libheartline_liveness.a") else word for word in words[first:]]
            subprocess.run([*words[:first], patched, *libraries], cwd=self.build, check=True)
            try:
                done = subprocess.run([program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False)
            except subprocess.TimeoutExpired:
                return name
            if done.returncode != 0:
                return name
        return ""
