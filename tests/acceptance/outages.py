#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Outages at scale with real processes: 250 agents of which 40 fall silent, on two registries of which one is cut
off for a while; and 1,000 agents whose registry dies.

Usage: outages.py BUILD_DIR [PACE]      (PACE 1: as the network, 12 minutes; 10: ten times as fast)
Exits 0 when everything holds, else 1 after saying what does not.
"""
import json
import sys
import time
from datetime import datetime

from heartline_lab import Lab

BUILD = sys.argv[1]
PACE = float(sys.argv[2]) if len(sys.argv) > 2 else 1
# Real time, at any pace: 25 s of silence, and room for a registry's alert.
CUT = max(180 / PACE, 45)


def silent_and_cut():
    with Lab(BUILD) as lab:
        _, port = lab.registry("a", PACE)
        _, far_port = lab.registry("b", PACE)
        proxy, proxy_port = lab.proxy(far_port)
        agents = lab.swarm(port, 0, 250, PACE)
        far = lab.swarm(far_port, 250, 20, PACE)
        # Nothing is set but what the network's own tools leave: the key, and two files that name registries.
        with open(lab.home + "/config.json", "w", encoding="utf-8") as file:
            json.dump({"registry_url": f"http://127.0.0.1:{port}"}, file)
        with open(lab.home + "/agent.config.json", "w", encoding="utf-8") as file:
            json.dump({"name": "x", "registry_url": f"http://127.0.0.1:{proxy_port}"}, file)
        watch = lab.watch(PACE)
        lab.check(watch.until(lambda w: w.count("active") == 270, 60 / PACE + 30), "all 270 are found and active")

        lab.tell(agents, "stop 0 40")
        lab.tell(proxy, "cut")
        lab.tell(far, "stop 0 1")
        watch.during(CUT)
        lab.check([a["alert"] for a in watch.registry_alerts] == ["raised"], "the cut registry's one alert")
        lab.check(not any(name in watch.raised() for name in (f"agent {i}" for i in range(250, 270))),
                  "none for its agents")
        lab.tell(proxy, "none")
        good = watch.until(lambda w: w.count("active") == 229 and w.count("inactive") == 41, 420 / PACE + 60)
        lab.check(good, f"229 active and 41 inactive at the end ({watch.count('active')}, {watch.count('inactive')})")
        lab.check(watch.raised() == sorted([f"agent {i}" for i in range(40)] + ["agent 250"]),
                  "one alert for each of those, and no other")
        lab.check([a["alert"] for a in watch.registry_alerts] == ["raised", "resolved"], "the registry's has ended")
        lab.check(len(watch.states) == 270, "no agent is there twice")
        return lab.failures


def registry_dies():
    with Lab(BUILD) as lab:
        registry, port = lab.registry("node", PACE)
        agents = lab.swarm(port, 0, 1000, PACE)
        with open(lab.home + "/config.json", "w", encoding="utf-8") as file:
            json.dump({"registry_url": f"http://127.0.0.1:{port}"}, file)
        watch = lab.watch(PACE)
        lab.check(watch.until(lambda w: w.count("active") == 1000, 60 / PACE + 60), "1,000 are found and active")
        # It writes behind: a beat that no record ever showed cannot be told from a forged one.
        watch.during(60 / PACE)

        registry.kill()
        registry.wait()
        lab.tell(agents, "stop 0 3")
        died = time.time()
        watch.during(60)
        lab.check([a["alert"] for a in watch.registry_alerts] == ["raised"], "one alert, the registry's")
        lab.check(not watch.alerts, "none for an agent")
        lab.registry("node", PACE, port)
        lab.check(watch.until(lambda w: len(w.raised()) == 3 and w.count("active") == 997, 180 / PACE + 60),
                  f"997 are active again, 3 are not ({watch.count('active')}, {watch.raised()})")
        watch.during(120 / PACE)
        lab.check(watch.raised() == ["agent 0", "agent 1", "agent 2"] and len(watch.alerts) == 3,
                  "three agent alerts, and nothing else")
        for change in watch.alerts:
            since = time.time() - died
            ago = change["age_s"] + time.time() - to_seconds(change["time"])
            lab.check(since - 1.5 <= ago <= since + 30 / PACE + 1.5, f"with the true time ({change['name']})")
        return lab.failures


def to_seconds(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


failed = silent_and_cut() + registry_dies()
print(f"{len(failed)} failed")
sys.exit(1 if failed else 0)
