"""A real calendar program that reads the file: khal, ours and Debian's where it is."""

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

# The one of the lock stands beside Python. Debian's reads with an older library, not the
# one that wrote the file.
LOCKED = Path(sys.executable).parent / "khal"
DEBIANS = Path("/usr/bin/khal")
EVERY = [path for path in (LOCKED, DEBIANS) if path.exists()]
MOMENT = "%Y-%m-%dT%H:%M"
SETTINGS = """
[calendars]
[[one]]
path = {place}/times
[default]
default_calendar = one
[sqlite]
path = {place}/khal.db
[locale]
default_timezone = UTC
local_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = {moment}
longdatetimeformat = {moment}
"""
SEEN = "{start-long} {end-long}|{status}|{title}|{location}"


def read(khal: Path, body: bytes, place: Path, first: dt.date) -> list[tuple]:
    """What khal shows of the file from a day on: start, end, if cancelled, and the words."""
    (place / "times").mkdir(parents=True)
    (place / "calendar.ics").write_bytes(body)
    settings = SETTINGS.format(place=place, moment=MOMENT)
    (place / "settings").write_text(settings)
    ask = [khal, "-c", place / "settings"]
    _run([*ask, "import", "--batch", "-a", "one", place / "calendar.ics"], place)
    listed = _run(
        [
            *ask,
            "list",
            "--once",
            "--day-format",
            "",
            "--format",
            SEEN,
            f"{first}",
            "140d",
        ],
        place,
    )
    return [_said(line) for line in listed.splitlines() if "|" in line]


def _run(command: list, place: Path) -> str:
    # Nothing of whoever runs the tests: no settings, no zone of the machine.
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    env |= {"HOME": str(place), "XDG_RUNTIME_DIR": str(place)}
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _said(line: str) -> tuple:
    times, status, title, location = line.split("|")
    starts_at, ends_at = (
        dt.datetime.strptime(said, MOMENT).replace(tzinfo=dt.UTC)
        for said in times.split()
    )
    return starts_at, ends_at, "CANCELLED" in status, title.strip(), location.strip()
