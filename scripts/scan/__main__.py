"""Scan the product as it runs, and its sources. The outcome goes to docs/security/scan.md.

    python -m scripts.scan [--only bandit,forms,…] [--quick] [--house FOLDER]

With ``--only`` or ``--quick`` nothing is written. ``--house`` keeps the made house there, and
takes it up again. The exit code is 1 when something above informational was found.
"""

import argparse
import datetime as dt
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scripts.scan import house, steps
from tests.deploy.machine import ROOT

REPORT = ROOT / "docs/security/scan.md"


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--only", default="")
    options.add_argument("--quick", action="store_true")
    options.add_argument("--house", type=Path)
    options = options.parse_args()
    chosen = [name for name in options.only.split(",") if name]
    began, done = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="companion-scan-") as temporary:
        folder = options.house or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        done += _take(steps.STILL, chosen, None, options.quick)
        running = {n: s for n, s in steps.RUNNING.items() if not chosen or n in chosen}
        if running:
            with house.running(folder) as at:
                done += _take(running, [], at, options.quick)
    minutes = (time.monotonic() - began) / 60
    if not chosen and not options.quick:
        REPORT.write_text(report(done, minutes))
        print(f"Written: {REPORT.relative_to(ROOT)}")
    return any(step.findings for step in done)


def _take(of: dict, chosen: list[str], at, quick: bool) -> list[steps.Step]:
    done = []
    for name, take in of.items():
        if chosen and name not in chosen:
            continue
        began = time.monotonic()
        step = take(at, quick)
        done.append(step)
        print(f"{name}: {step.did} ({time.monotonic() - began:.0f} s)", flush=True)
        for finding in step.findings[:20]:
            print(f"  FOUND {finding}", flush=True)
    return done


def report(done: list[steps.Step], minutes: float) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ).stdout.strip()  # fmt: skip
    found = sum(len(step.findings) for step in done)
    rows = "\n".join(
        f"| {step.tool} | {step.did} | {len(step.findings)} |" for step in done
    )
    told = "\n".join(
        f"- {step.tool}: `{' '.join(finding.split())[:200].replace('`', chr(39))}`"
        for step in done
        for finding in step.findings[:20]
    )
    return f"""# What scanners find

Written by `make scan`: what ran, against what, and everything above informational. The product
runs as in production, behind its nginx with TLS, with the people of the demonstration and a
database of its own; each scanner comes in as one person of each role.

- Day: {dt.datetime.now(dt.UTC):%Y-%m-%d}, commit {commit}, {minutes:.0f} minutes
- Findings above informational: {found}

| tool | looked at | findings |
|---|---|---|
{rows}

{told or "Nothing was found."}
"""


if __name__ == "__main__":
    sys.exit(main())
