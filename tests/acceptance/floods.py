#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a hostile registry costs a watch: answers without an end, floods of frames and pings, for some seconds each.
Its memory stays within 32 MB of what it takes at rest, it takes at most a fifth of a core at 50,000 foreign frames a
second (held from 10 seconds on), and afterwards all its agents are shown active again.

Usage: floods.py BUILD_DIR [SECONDS [FLOOD…]]      (15 seconds of each)
Exits 0 when everything holds, else 1 after saying what does not.
"""
import json
import os
import sys
import time

from flooding_proxy import FloodingProxy
from heartline_lab import Lab

SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 15
FLOODS = sys.argv[3:] or ["header", "list", "record", "info", "pings", "frame", "strangers"]
ALONE = SECONDS >= 10  # a core's share tells where nothing else runs, as in ./dev acceptance; not among other tests
PACE, AGENTS = 10, 12
MOST_BYTES, MOST_CORE = 32 * 1024 * 1024, 0.2


def status(pid, field):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(field + ":"))


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(pid, watch, seconds):
    """The share of a core, and the most memory, over so long."""
    with open(f"/proc/{pid}/clear_refs", "w", encoding="ascii") as file:
        file.write("5")  # the peak counts from now on
    began, cpu = time.monotonic(), cpu_seconds(pid)
    watch.during(seconds)
    return (cpu_seconds(pid) - cpu) / (time.monotonic() - began), status(pid, "VmHWM")


with Lab(sys.argv[1]) as lab:
    _, port = lab.registry("node", PACE)
    proxy = FloodingProxy(port)
    lab.swarm(port, 0, AGENTS, PACE)
    with open(lab.home + "/config.json", "w", encoding="utf-8") as file:
        json.dump({"registry_url": f"http://127.0.0.1:{proxy.port}"}, file)
    watch = lab.watch(PACE)
    pid = lab.processes[-1].pid
    lab.check(watch.until(lambda w: w.count("active") == AGENTS, 60), "all are active")
    rest_share, rest_bytes = measure(pid, watch, 5)
    for flood in FLOODS:
        proxy.begin(flood)
        # A stream that was given up comes back in a minute; a frame is refused for the length it names.
        begun = watch.until(lambda _: proxy.sent > (0 if flood == "frame" else 1_000_000), 90)
        share, most = measure(pid, watch, SECONDS)
        proxy.flood = ""
        lab.check(begun, f"{flood}: {proxy.sent / 1e6:.0f} MB were taken from the proxy")
        lab.check(most - rest_bytes <= MOST_BYTES, f"{flood}: {(most - rest_bytes) / 1e6:.1f} MB above rest")
        print(f"        {flood}: {100 * share:.1f} % of a core (at rest {100 * rest_share:.1f} %)", flush=True)
        if flood == "strangers" and ALONE:
            lab.check(share - rest_share <= MOST_CORE, f"{flood}: at most {100 * MOST_CORE:.0f} % of a core above rest")
        good = watch.until(lambda w: w.count("active") == AGENTS and w.link == "connected", 90)
        lab.check(good, f"{flood}: all are active afterwards, over the stream")
    lab.check(lab.processes[-1].poll() is None, "the watch runs on")
    lab.check(not watch.alerts, f"nobody was accused ({watch.raised()})")
    failed = lab.failures
sys.exit(1 if failed else 0)
