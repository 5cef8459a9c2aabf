#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""At real speed, with real processes: an agent killed, an agent back, a registry frozen.

Usage: real_speed.py BIN_DIR        (about 16 minutes; run it by ./dev acceptance)
Exits 0 when every figure holds, else 1 after saying which does not.
"""
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time

BIN = os.path.join(os.path.abspath(sys.argv[1]), "heartlinectl")
processes = []
failures = []


def run(*arguments, **options):
    process = subprocess.Popen([BIN, *arguments], stdout=subprocess.PIPE, text=True, **options)
    processes.append(process)
    return process


def check(good, what):
    print(("ok      " if good else "FAILED  ") + what, flush=True)
    if not good:
        failures.append(what)


def lines_of(process):
    lines = queue.Queue()

    def pump():
        for text in process.stdout:
            lines.put(text)

    threading.Thread(target=pump, daemon=True).start()
    return lines


def alerts_until(lines, seconds, stop=lambda change: False):
    """All changes with an alert within the time, or until one that `stop` takes."""
    found = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            change = json.loads(lines.get(timeout=0.2))
        except queue.Empty:
            continue
        print("        " + json.dumps(change), flush=True)
        if change["alert"]:
            found.append(change)
            if stop(change):
                break
    return found


def main():
    home = tempfile.mkdtemp(prefix="heartline-acceptance-")
    env = dict(os.environ, HOME=home, XDG_CONFIG_HOME=home)
    env.pop("ZYND_HOME", None)
    env.pop("ZYND_REGISTRY_URL", None)
    developer = home + "/developer.json"
    subprocess.run([BIN, "keys", "new", "--out", developer], check=True, stdout=subprocess.DEVNULL)
    registry = run("registry", "--listen", "127.0.0.1:0", "--data", home + "/data", env=env)
    url = registry.stdout.readline().split(" on ")[1].split(",")[0].strip()

    def agent(index):
        key = f"{home}/agent-{index}.json"
        if not os.path.exists(key):
            subprocess.run([BIN, "keys", "derive", "--developer", developer, "--index", str(index), "--out", key],
                           check=True, stdout=subprocess.DEVNULL)
        process = run("agent", "--key", key, "--registry", url, "--developer", developer, "--name", f"agent {index}",
                      env=env, cwd=home)
        while "connected" not in process.stdout.readline():
            pass
        started = time.time()
        lines_of(process)
        return process, started

    agents = [agent(i)[0] for i in range(3)]
    watch = run("watch", "--json", "--developer", developer, "--registry", url, env=env, cwd=home)
    lines = lines_of(watch)
    active = set()
    while len(active) < 3:  # a first beat cannot be told from the registration: wait for the second
        change = json.loads(lines.get(timeout=60))
        check(change["alert"] is None, "no alert while three agents beat")
        if change["state"] == "active":
            active.add(change["name"])

    agents[0].send_signal(signal.SIGKILL)
    found = alerts_until(lines, 140, lambda change: True)
    check(len(found) == 1 and found[0]["alert"] == "raised" and found[0]["name"] == "agent 0",
          "the killed agent's alert, and only that")
    if found:
        check(90.0 <= found[0]["age_s"] <= 92.0, f"the last heartbeat is 90 to 92 s old ({found[0]['age_s']} s)")
    check(not alerts_until(lines, 600), "no other alert in 10 minutes")

    _, started = agent(0)
    found = alerts_until(lines, 10, lambda change: True)
    took = time.time() - started
    check(len(found) == 1 and found[0]["alert"] == "resolved", "the restarted agent's alert is resolved")
    check(took <= 3.0, f"within 3 s of its first beat ({took:.2f} s)")

    registry.send_signal(signal.SIGSTOP)
    check(not alerts_until(lines, 180), "no agent alert while the registry is frozen for 3 minutes")
    registry.send_signal(signal.SIGCONT)
    check(not alerts_until(lines, 150), "no agent alert after it goes on")
    once = subprocess.run([BIN, "watch", "--json", "--once", "--developer", developer, "--registry", url],
                          env=env, cwd=home, stdout=subprocess.PIPE, text=True, check=False)
    states = sorted(json.loads(text)["state"] for text in once.stdout.splitlines())
    check(states == ["active"] * 3, f"all three are active at the end ({states})")


try:
    main()
finally:
    for process in processes:
        process.kill()
print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)
