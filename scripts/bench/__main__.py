"""What the product costs: CPU beside floors that run with it, the same pages in a house of
few and of many people, the time of a tap, bytes and Lighthouse scores beside their budgets.

    python -m scripts.bench [--only cpu|growth|phone|taps] [--rounds 5] [--requests 60]
                            [--clients 500] [--many 10000] [--pages "today|help"]
"""

import argparse
import tempfile
from pathlib import Path

from scripts.bench import cpu, growth, machine, phone, taps


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--only", choices=["cpu", "growth", "phone", "taps"])
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--requests", type=int, default=60)
    options.add_argument("--clients", type=int, default=500)
    options.add_argument(
        "--many", type=int, default=10_000, help="people of the growth"
    )
    options.add_argument("--pages", default="", help="part of the names, for the phone")
    options = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="companion-bench-") as folder:
        if options.only in (None, "growth"):
            growth.run(Path(folder), 24, options.many, options.rounds, options.requests)
        if options.only == "growth":
            return
        env = machine.environment(Path(folder) / "var")
        machine.make(env, options.clients)
        if options.only in (None, "cpu"):
            with machine.one_worker(env) as (port, pid):
                people = machine.people(env)
                cpu.run(port, pid, people, options.rounds, options.requests)
        if options.only != "cpu":
            placed = Path(folder) / "machine"
            placed.mkdir()
            with machine.production(env, placed) as front:
                if options.only != "phone":
                    taps.report(front, options.rounds)
                if options.only != "taps":
                    phone.report(front, options.pages)


if __name__ == "__main__":
    main()
