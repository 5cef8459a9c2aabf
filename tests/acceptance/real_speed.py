#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""At real speed, with real processes: an agent killed, an agent back, a registry frozen.

Usage: real_speed.py BUILD_DIR        (about 16 minutes; run it by ./dev acceptance)
Exits 0 when every figure holds, else 1 after saying which does not.
"""
import json
import os
import signal
import subprocess
import sys
import threading
import time

from heartline_lab import Lab


def start_agent(lab, url, index):
    """A `heartlinectl agent` that is connected, and when it was."""
    key = f"{lab.home}/agent-{index}.json"
    if not os.path.exists(key):
        subprocess.run([lab.heartlinectl, "keys", "derive", "--developer", lab.developer, "--index", str(index),
                        "--out", key], check=True, stdout=subprocess.DEVNULL)
    process = lab.run(lab.heartlinectl, "agent", "--key", key, "--registry", url, "--developer", lab.developer,
                      "--name", f"agent {index}")
    while "connected" not in process.stdout.readline():
        pass
    started = time.time()
    threading.Thread(target=process.stdout.read, daemon=True).start()
    return process, started


def main(lab):
    registry, port = lab.registry("data", 1)
    url = f"http://127.0.0.1:{port}"
    with open(lab.home + "/config.json", "w", encoding="utf-8") as file:
        json.dump({"registry_url": url}, file)
    agents = [start_agent(lab, url, i)[0] for i in range(3)]
    watch = lab.watch(1)
    # A first beat cannot be told from the registration: the second makes them active.
    lab.check(watch.until(lambda w: w.count("active") == 3, 90) and not watch.alerts, "three agents are active")

    agents[0].send_signal(signal.SIGKILL)
    watch.until(lambda w: w.alerts, 140)
    lab.check(watch.raised() == ["agent 0"], "the killed agent's alert, and only that")
    if watch.alerts:
        age = watch.alerts[0]["age_s"]
        lab.check(90.0 <= age <= 92.0, f"the last heartbeat is 90 to 92 s old ({age} s)")
    watch.during(600)
    lab.check(len(watch.alerts) == 1 and not watch.registry_alerts, "no other alert in 10 minutes")

    _, started = start_agent(lab, url, 0)
    watch.until(lambda w: len(w.alerts) > 1, 10)
    took = time.time() - started
    lab.check(len(watch.alerts) == 2 and watch.alerts[1]["alert"] == "resolved",
              "the restarted agent's alert is resolved")
    lab.check(took <= 3.0, f"within 3 s of its first beat ({took:.2f} s)")

    registry.send_signal(signal.SIGSTOP)
    watch.during(180)
    lab.check(len(watch.alerts) == 2, "no agent alert while the registry is frozen for 3 minutes")
    lab.check([a["alert"] for a in watch.registry_alerts] == ["raised"], "but the registry's own")
    registry.send_signal(signal.SIGCONT)
    watch.during(150)
    lab.check(len(watch.alerts) == 2, "no agent alert after it goes on")
    lab.check([a["alert"] for a in watch.registry_alerts] == ["raised", "resolved"], "and the registry's has ended")
    once = subprocess.run([lab.heartlinectl, "watch", "--json", "--once"], env=lab.env, cwd=lab.home,
                          stdout=subprocess.PIPE, text=True, check=False)
    states = sorted(json.loads(text)["state"] for text in once.stdout.splitlines())
    lab.check(states == ["active"] * 3, f"all three are active at the end ({states})")


with Lab(sys.argv[1]) as the_lab:
    main(the_lab)
    print(f"{len(the_lab.failures)} failed")
    sys.exit(1 if the_lab.failures else 0)
