#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sources that are broken, lie or drift, over real sockets: a real node and real agents behind a proxy that lies. In
each world twelve agents live, and one dies while the fault lasts: it is told in time, nobody else is, and the registry
is told where its kind is one to be told.

Usage: truths.py BUILD_DIR [PACE [WORLD…]]      (PACE 1: as the network, an hour; 10: ten times as fast)
Exits 0 when everything holds, else 1 after saying what does not.
"""
import concurrent.futures
import json
import sys
import time
import urllib.request
from datetime import datetime, timedelta, timezone

from heartline_lab import Lab
from lying_proxy import LyingProxy

BUILD = sys.argv[1]
PACE = float(sys.argv[2]) if len(sys.argv) > 2 else 1
AGENTS = 12
GRACE = 75 / PACE
# A registry's alert takes 25 real seconds, at any pace, after its reads were found to fail.
LONG = max(300 / PACE, 55)
SLACK = 6


def rfc(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class World:
    """One node behind a proxy, its agents, and a watch; `name` is told with each result."""

    def __init__(self, lab, name):
        self.lab, self.name = lab, name
        self.node, port = lab.registry("node", PACE)
        self.node_port = port
        self.proxy = LyingProxy(port)
        self.agents = lab.swarm(self.proxy.port, 0, AGENTS, PACE)
        with open(lab.home + "/config.json", "w", encoding="utf-8") as file:
            json.dump({"registry_url": f"http://127.0.0.1:{self.proxy.port}"}, file)
        self.watch = lab.watch(PACE)
        self.check(self.watch.until(lambda w: w.count("active") == AGENTS, 60 / PACE + 60), "all are active")
        # Each is known by its record as well: what was only heard may be forged.
        self.watch.during(60 / PACE)

    def check(self, good, what):
        self.lab.check(good, f"{self.name}: {what}")

    def die(self):
        self.lab.tell(self.agents, "stop 0 1")
        self.died = time.monotonic()

    def dead_id(self):
        return next(key[0] for key, name in self.watch.names.items() if name == "agent 0")

    def told_by(self, seconds):
        """The death is told at the latest so long after it, or after now where that is later."""
        good = self.watch.until(lambda w: w.raised() == ["agent 0"],
                                max(self.died + seconds - time.monotonic(), 0) + SLACK)
        self.check(good, f"its death is told in time ({self.watch.raised()})")

    def settles(self, registry_alerts):
        """At the end: one alert for the dead one, none for others, and all the others active."""
        good = self.watch.until(lambda w: w.count("active") == AGENTS - 1, 150 / PACE + 30)
        self.check(good, f"the others are active ({self.watch.states.values()})" if not good else "the others are active")
        self.watch.during(30 / PACE)
        self.check(self.watch.raised() == ["agent 0"] and len(self.watch.alerts) == 1,
                   f"one alert, and no other ({[(a['name'], a['alert']) for a in self.watch.alerts]})")
        told = [alert["alert"] for alert in self.watch.registry_alerts]
        self.check(told == (["raised", "resolved"] if registry_alerts else []),
                   f"the registry's {'alert' if registry_alerts else 'silence'} ({told})")


def outage(world, seconds, restarts, alert):
    world.proxy.swallows = True
    world.proxy.reads = "500"
    world.watch.during(seconds / 2)
    world.die()
    world.watch.during(seconds / 2)
    if restarts:
        world.node.kill()
        world.node.wait()
        world.node, _ = world.lab.registry("node", PACE, world.node_port)
    world.check(not world.watch.alerts, "nobody is accused meanwhile")
    world.proxy.swallows = False
    world.proxy.reads = "good"
    world.told_by(time.monotonic() - world.died + GRACE + 90 / PACE)
    world.settles(alert)


def database_away(world):
    outage(world, 150 / PACE, False, PACE == 1)


def database_away_long_and_restarted(world):
    outage(world, max(420 / PACE, LONG), True, True)


def clock_step(by):
    def play(world):
        world.proxy.set_clock(by)
        world.watch.during(30 / PACE)
        world.die()
        world.told_by(90 / PACE)
        world.watch.during(60 / PACE)
        world.proxy.set_clock(0)
        world.settles(False)

    return play


def dates(value):
    def play(world):
        world.proxy.date = value() if callable(value) else value
        world.watch.during(60 / PACE)
        world.die()
        world.told_by(90 / PACE)
        world.watch.during(60 / PACE)
        world.proxy.date = "right"
        world.settles(False)

    return play


def keep(how):
    """A cache that has been filled by others before."""

    def start(world):
        world.proxy.keep(how)
        for key in list(world.watch.names):
            with urllib.request.urlopen(f"http://127.0.0.1:{world.proxy.port}/v1/entities/{key[0]}") as record:
                record.read()

    return start


def reads(what):
    return lambda world: setattr(world.proxy, "reads", what)


def ill_reads(start):
    """Reads bring nothing good while the stream lives: the registry is told, its agents are unknown."""

    def play(world):
        start(world)
        world.watch.during(LONG - 15)
        world.die()
        world.watch.during(15)
        told = [alert["alert"] for alert in world.watch.registry_alerts]
        world.check(told == ["raised"], f"the registry is told ({told})")
        world.check(world.watch.count("active") == 0, f"none is told active ({world.watch.count('active')})")
        world.check(not world.watch.alerts, "nobody is accused meanwhile")
        world.proxy.reads = "good"
        world.told_by(time.monotonic() - world.died + GRACE + 90 / PACE)
        world.settles(True)

    return play


def forged(world):
    world.die()
    end = time.monotonic() + (90 + 120 + 40 + 20) / PACE + SLACK
    while time.monotonic() < end and not world.watch.alerts:
        world.proxy.publish(world.dead_id(), rfc(datetime.now(timezone.utc)))
        world.watch.during(10 / PACE)
    world.check(world.watch.raised() == ["agent 0"], "its death is told although its beats are forged")
    for _ in range(5):
        world.proxy.publish(world.dead_id(), rfc(datetime.now(timezone.utc)))
        world.watch.during(10 / PACE)
    world.settles(False)


def from_the_future(world):
    for key in list(world.watch.names):
        world.proxy.publish(key[0], "2200-01-01T00:00:00Z")
    world.watch.during(60 / PACE)
    world.die()
    world.told_by(90 / PACE)
    world.settles(False)


WORLDS = {
    "database away for 150 s": database_away,
    "database away for 7 min, then restarted": database_away_long_and_restarted,
    "clock set back 3 min": clock_step(-180),
    "clock set forward 3 min": clock_step(180),
    "clock set back a day": clock_step(-86400),
    "Date 5 min ahead": dates(300),
    "Date 2 min behind": dates(-120),
    "Date absent": dates("absent"),
    "Date standing 10 min ago": dates(lambda: datetime.now(timezone.utc) - timedelta(minutes=10)),
    "records from a cache": ill_reads(keep("kept")),
    "records from a cache that says so": ill_reads(keep("aged")),
    "answers that dribble": ill_reads(reads("dribble")),
    "a proxy's 404": ill_reads(reads("404")),
    "a registry that was wiped": ill_reads(reads("wiped")),
    "forged beats": forged,
    "beats of the year 2200": from_the_future,
}


def play(name):
    with Lab(BUILD) as lab:
        try:
            WORLDS[name](World(lab, name))
        except Exception as error:  # of one world: the others go on
            lab.check(False, f"{name}: {type(error).__name__}: {error}")
        return lab.failures


wanted = [name for name in WORLDS if not sys.argv[3:] or any(word in name for word in sys.argv[3:])]
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    failed = [failure for failures in pool.map(play, wanted) for failure in failures]
print(f"{len(wanted)} worlds, {len(failed)} failed")
sys.exit(1 if failed or not wanted else 0)
