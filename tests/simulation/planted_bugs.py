#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plants bugs of one line each into copies of the core and says which seed of the simulator catches each.

Usage: planted_bugs.py BUILD_FOLDER [NAME...]   (run by ./dev simulate --planted)
"""
import json
import os
import shlex
import subprocess
import sys
import tempfile

SEEDS = "1000"

# name, file under models/liveness, the line, what it becomes
BUGS = [
    ("no re-read before firing", "judgement.cpp",
     "if (!confirmed) {", "if (false && !confirmed) {"),
    ("local time instead of the registry's", "beat_fact.cpp",
     "latest = std::min(told->latest, heardAt);", "earliest = latest = heardAt;"),
    ("a connection taken for a recovery", "core.cpp",
     "++watch->evidence.connectionsSeen;",
     "watch->evidence.hear(BeatFact::heard(m_registries[event.registry].clock.estimate(now), now,"
     " m_registries[event.registry].clock));"),
    ("no data resolves", "core.cpp",
     "if (!back && state != AgentState::Deregistered)",
     "if (!back && state != AgentState::Deregistered && state != AgentState::Unknown)"),
    ("registering counts as a beat", "evidence.cpp",
     "if (!registeredAt || std::chrono::abs(stamp - *registeredAt) > kRegistrationShadow ||", "if (true ||"),
    ("an alert does not wait for the lower end of the age", "judgement.cpp",
     "return Age{std::max<Nanoseconds>(now - beat.latest, 0ns),",
     "return Age{std::max<Nanoseconds>(now - beat.earliest, 0ns),"),
    ("the same beat read again counts as a new one", "evidence.cpp",
     "if (lastBeat && lastBeat->isSameAs(stamp, BeatSource::Record))", "if (false)"),
    ("a raised alert is forgotten at the program's end", "core.cpp",
     "watch.alerted = event.alerted;", "watch.alerted = false;"),
    ("a cut link excuses as a frozen registry does", "core_sight.cpp",
     "return view.heardInGap && !mayBeIll(view.blindAs);",
     "return view.heardInGap && false;"),
    ("an event ends an alert", "core.cpp",
     "watch.beatenSinceAlert && watch.recordMovedSinceAlert && watch.evidence.everBeat;",
     "watch.beatenSinceAlert && watch.evidence.everBeat;"),
    ("forged events keep a dead agent alive", "core_agreement.cpp",
     "m_watches[watched].evidence.doubtStream();", ""),
    ("old records of all are taken for many deaths", "core_agreement.cpp",
     "view.contradicting >= kMany || (heardAll && !agree)", "false"),
    ("sockets are kept after a sleep", "core_sight.cpp",
     "effects.emplace_back(effect::DialAnew{index});", ""),
    ("old evidence stays green while blind", "judgement.cpp",
     "result.state = evidence.everBeat && age.most <= thresholds.late ? AgentState::Active",
     "result.state = evidence.everBeat ? AgentState::Active"),
    ("three quarters of a pace are taken for two processes", "beat_rhythm.cpp",
     "constexpr double kBorder = 22.0 / 30.0;", "constexpr double kBorder = 31.0 / 30.0;"),
    ("a date's second is taken for its end", "registry_clock.cpp",
     "m_date.observe(stamp - receivedAt.time_since_epoch(),",
     "m_date.observe(stamp + 1s - receivedAt.time_since_epoch(),"),
    ("what an event's stamp says counts more than when it was heard", "beat_fact.cpp",
     "if (!told || told->latest < heardAt - kLongestDelay || told->earliest > heardAt)", "if (!told)"),
    ("one date sets the registry's clock", "offset_bounds.cpp",
     "if (agrees && at - m_now.at > kTrusted) {", "if (true) {"),
    ("a brief outage is none", "core_sight.cpp",
     ": failed        ? kBriefOutageSeconds", ": failed        ? kShortOutageSeconds"),
    ("a second outage ends the excuse of the first", "core_sight.cpp",
     "if (from >= view.sight.graceUntil || !view.everHeard)", "if (true)"),
    ("a running process is taken for one that hears", "core_sight.cpp",
     "MonoTime since = gapEnd(view);",
     "MonoTime since = *view.startedAt;"),
    ("reads that failed excuse nobody", "core_sight.cpp",
     "view.sight.graceUntil = until + m_thresholds.paced(kGraceSeconds);", "view.sight.graceUntil = until;"),
    ("a wake is the registry's trouble", "core_sight.cpp",
     "view.troubleSince = now;", "view.troubleSince = event.sleptAt;"),
    ("a lost read is waited for for ever", "core.cpp",
     "if (!watch.readPendingSince || now - *watch.readPendingSince < kReadLost)", "if (true)"),
    ("a missing answer is taken for a missing record", "core.cpp",
     "watch->evidence.lastReadFailed = true;", "watch->evidence.gone = true;"),
]


def main() -> int:
    build = os.path.abspath(sys.argv[1])
    wanted = sys.argv[2:]
    root = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        commands = {entry["file"]: entry for entry in json.load(file)}
    finder = os.path.join(root, "tests/simulation/violation_finder.cpp")
    missed = 0
    with tempfile.TemporaryDirectory() as scratch:
        def compile_as(source: str, text_from: str, out: str) -> None:
            entry = commands[source]
            words = shlex.split(entry["command"])
            words[words.index("-o") + 1] = out
            words = [text_from if os.path.abspath(os.path.join(entry["directory"], w)) == source else w for w in words]
            # A bug may leave something unused.
            subprocess.run([*words, "-w"], cwd=entry["directory"], check=True)

        main_object = os.path.join(scratch, "finder.o")
        compile_as(finder, finder, main_object)
        libraries = [os.path.join(build, path) for path in (
            "tests/simulation/libheartline_simulation.a", "models/liveness/libheartline_liveness.a",
            "models/protocol/libheartline_protocol.a", "models/identity/libheartline_identity.a",
            "models/base/libheartline_base.a")]

        def hunt(objects: list) -> str:
            program = os.path.join(scratch, "hunt")
            subprocess.run(["c++", "-o", program, main_object, *objects, *libraries, "-lsodium", "-lsimdjson", "-lQt6Core",
                            "-pthread"], check=True)
            return subprocess.run([program, SEEDS], stdout=subprocess.PIPE, text=True, check=False).stdout.strip()

        if not wanted:
            clean = hunt([])
            print(f"{'none planted':60} {'VIOLATION in seed ' + clean if clean else 'no violation'}", flush=True)
            missed += 1 if clean else 0
        for name, file_name, line, bug in BUGS:
            if wanted and not any(word in name for word in wanted):
                continue
            source = os.path.join(root, "models/liveness", file_name)
            with open(source, encoding="utf-8") as file:
                text = file.read()
            if text.count(line) != 1:
                print(f"{name}: the line is not there once: {line}")
                missed += 1
                continue
            changed = os.path.join(scratch, file_name)
            with open(changed, "w", encoding="utf-8") as file:
                file.write(text.replace(line, bug))
            patched = os.path.join(scratch, "patched.o")
            compile_as(source, changed, patched)
            caught = hunt([patched])
            missed += 0 if caught else 1
            seed, _, what = caught.partition("\t")
            print(f"{name:60} {'seed ' + seed + ': ' + what if caught else 'NOT CAUGHT in ' + SEEDS}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
