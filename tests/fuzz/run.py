#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs each fuzz target on a corpus made of recorded answers; ends with 1 when one of them fails.

Usage: run.py BUILD_FOLDER [EXECUTIONS]   (run by ./dev fuzz; without EXECUTIONS: 20 seconds each)
"""
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent / "data" / "recordings"
DATES = ["Tue, 24 Nov 2026 08:59:11 GMT", "Sun, 29 Mar 2026 02:30:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"]


def bodies():
    for path in sorted((ROOT / "rest").glob("*.json")):
        with open(path, encoding="utf-8") as file:
            body = json.load(file).get("body")
        if isinstance(body, dict):
            yield path.stem, body


def corpus() -> dict:
    """Seeds by target; no larger than the inputs that are tried."""
    records, lists = [], []
    for _, body in bodies():
        entries = body.get("entities") or body.get("agents")
        if isinstance(entries, list):
            lists.append(json.dumps({**body, "entities": entries[:2]}))
            records += [json.dumps(entry) for entry in entries]
        else:
            records.append(json.dumps(body))
    lists += ['{"agents":null,"count":0}', '{"entities":[]}']
    events = []
    for path in sorted(ROOT.glob("activity-*.jsonl")):
        events += [json.loads(line)["frame"] for line in path.read_text(encoding="utf-8").splitlines()]
    return {"record": records, "list": lists, "event": events, "http_date": DATES}


def main() -> int:
    build = pathlib.Path(sys.argv[1]).resolve()
    limit = [f"-runs={sys.argv[2]}"] if len(sys.argv) > 2 else ["-max_total_time=20"]
    failed = []
    for name, seeds in corpus().items():
        folder = build / "corpus" / name
        folder.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(seeds):
            (folder / f"seed-{number}").write_text(seed, encoding="utf-8")
        done = subprocess.run(
            [build / "bin" / f"{name}_fuzz", "-max_len=4096", "-timeout=5", "-rss_limit_mb=2048", "-print_final_stats=1",
             f"-artifact_prefix={build}/{name}-", *limit, folder],
            stderr=subprocess.PIPE, text=True, check=False)
        lines = done.stderr.splitlines()
        stats = [line.split(": ")[1].strip() for line in lines if line.startswith("stat::number_of_executed_units")]
        print(f"{name}: {stats[0] if stats else 'no'} executions, {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print("\n".join(lines[-60:]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
