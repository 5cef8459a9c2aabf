# SPDX-License-Identifier: GPL-3.0-or-later
"""Real processes for the acceptance runs: registries, agents, a proxy, and a watch whose lines are kept."""
import json
import os
import queue
import subprocess
import tempfile
import threading
import time


class Lab:
    """Everything lives in a folder of its own and ends with the lab."""

    def __init__(self, build):
        self.heartlinectl = os.path.join(os.path.abspath(build), "bin", "heartlinectl")
        self.tests = os.path.join(os.path.abspath(build), "tests")
        self.home = tempfile.mkdtemp(prefix="heartline-lab-")
        self.env = dict(os.environ, HOME=self.home, XDG_CONFIG_HOME=self.home, ZYND_HOME=self.home)
        for name in ("ZYND_REGISTRY_URL", "ZYND_DEVELOPER_KEYPAIR_PATH"):
            self.env.pop(name, None)
        self.developer = self.home + "/developer.json"
        self.processes = []
        self.failures = []
        subprocess.run([self.heartlinectl, "keys", "new", "--out", self.developer], check=True,
                       stdout=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()

    def check(self, good, what):
        print(("ok      " if good else "FAILED  ") + what, flush=True)
        if not good:
            self.failures.append(what)

    def run(self, *arguments):
        process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.env,
                                   cwd=self.home)
        self.processes.append(process)
        return process

    def registry(self, data, pace, port=0):
        """A registry node; returns the process and its port."""
        process = self.run(self.heartlinectl, "registry", "--listen", f"127.0.0.1:{port}", "--data",
                           f"{self.home}/{data}", "--inactive", str(300 / pace), "--sweep", str(60 / pace))
        return process, int(process.stdout.readline().split(" on ")[1].split(",")[0].strip().rsplit(":", 1)[1])

    def swarm(self, port, first, count, pace):
        process = self.run(self.tests + "/agent_swarm", str(port), self.developer, str(first), str(count),
                           str(30 / pace))
        assert process.stdout.readline() == "ready\n"
        return process

    def proxy(self, port):
        process = self.run(self.tests + "/fault_proxy", str(port))
        return process, int(process.stdout.readline())

    @staticmethod
    def tell(process, line):
        process.stdin.write(line + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ok\n", line

    def watch(self, pace):
        marks = [] if pace == 1 else ["--ping", str(30 / pace), "--late", str(45 / pace), "--stale", str(90 / pace),
                                      "--inactive", str(300 / pace)]
        return Watch(self.run(self.heartlinectl, "watch", "--json", *marks))


class Watch:
    """What `heartlinectl watch --json` has said so far."""

    def __init__(self, process):
        self.states = {}  # by agent and registry
        self.names = {}
        self.alerts = []  # of agents
        self.registry_alerts = []
        self.link = ""  # the registry's state, as last told
        self._lines = queue.Queue()
        threading.Thread(target=lambda: [self._lines.put(text) for text in process.stdout], daemon=True).start()

    def until(self, condition, seconds):
        """Takes lines in until the condition holds; False when it does not in time."""
        end = time.monotonic() + seconds
        while not condition(self):
            if time.monotonic() > end:
                return False
            try:
                self._take(json.loads(self._lines.get(timeout=0.2)))
            except queue.Empty:
                pass
        return True

    def during(self, seconds):
        self.until(lambda _: False, seconds)

    def _take(self, change):
        if change["agent_id"] is None:
            self.link = change["state"]
            if change["alert"]:
                self.registry_alerts.append(change)
            return
        key = (change["agent_id"], change["registry"])
        self.states[key] = change["state"]
        self.names[key] = change["name"]
        if change["alert"]:
            self.alerts.append(change)

    def count(self, state):
        return sum(1 for known in self.states.values() if known == state)

    def raised(self):
        return sorted(change["name"] for change in self.alerts if change["alert"] == "raised")
