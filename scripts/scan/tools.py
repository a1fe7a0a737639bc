"""The scanners, each in a folder of its own under .tools/scan/, as their locks say.

They do not share an environment with each other or with the product: one wants older libraries
than another needs.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.deploy.machine import ROOT

HERE = Path(__file__).parent
FOLDER = ROOT / ".tools/scan"
UV = ROOT / ".tools/bin/uv"
NAMES = sorted(lock.stem for lock in (HERE / "requirements").glob("*.lock"))
OBSERVATORY = FOLDER / "observatory/node_modules/@mdn/mdn-http-observatory"


def install(name: str) -> Path:
    """The folder with its commands."""
    lock, place = HERE / f"requirements/{name}.lock", FOLDER / name
    done = place / "lock"
    if not done.exists() or done.read_text() != lock.read_text():
        shutil.rmtree(place, ignore_errors=True)
        _run(UV, "venv", "-q", "--python", sys.executable, place)
        _run(
            UV, "pip", "sync", "-q", "--require-hashes", "--python", place / "bin/python", lock
        )  # fmt: skip
        done.write_text(lock.read_text())
    return place / "bin"


def install_observatory() -> Path:
    source, place = HERE / "observatory", FOLDER / "observatory"
    done = place / "lock"
    lock = (source / "package-lock.json").read_text()
    if not done.exists() or done.read_text() != lock:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(source, place)
        # Its scripts would fetch lists from elsewhere; of one host they say nothing anyway.
        _run("npm", "ci", "--ignore-scripts", "--silent", "--prefix", place)
        conf = OBSERVATORY / "conf"
        (conf / "hsts-preload.json").write_text("{}")
        (conf / "tld-list.json").write_text("[]")
        done.write_text(lock)
    return OBSERVATORY


def version(name: str) -> str:
    text = (HERE / f"requirements/{name}.lock").read_text()
    line = next(row for row in text.splitlines() if row.startswith(f"{name}=="))
    return line.split("==")[1].split()[0]


def output_of(*command, seconds: int, **more) -> tuple[int, str]:
    """Its exit code and all it said; 124 when it was not done in time."""
    environment = os.environ | more.pop("env", {})
    try:
        done = subprocess.run(
            [str(word) for word in command],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
            timeout=seconds, env=environment, cwd=more.pop("cwd", ROOT), **more,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        return 124, (late.stdout or b"").decode(errors="replace")
    return done.returncode, done.stdout.decode(errors="replace")


def _run(*command) -> None:
    subprocess.run([str(word) for word in command], cwd=ROOT, check=True)
