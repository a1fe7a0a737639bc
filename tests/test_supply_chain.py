"""What comes with a package, and how we would know."""

import copy
import datetime as dt
import hashlib
import json
import subprocess
import sys
import zipfile

import pytest

from scripts.scan import advisories
from scripts.scan.tools import UV
from tests.deploy.machine import ROOT

LIST = json.loads(advisories.LIST.read_text())
SCANNERS = sorted((ROOT / "scripts/scan/requirements").glob("*.lock"))


def test_nothing_is_known_about_what_is_locked():
    assert advisories.check(LIST, advisories.everything_locked()) == []


@pytest.mark.parametrize("version", ["4.2", "4.2.0", "5.0.1"])
def test_a_version_with_known_holes_is_told(version):
    """Fault: a check that could ask nobody says that nothing is known."""
    [told] = advisories.check(LIST, {"django": version, "segno": "1.6.6"})

    assert told.startswith(f"django {version}: CVE-")


def test_an_empty_list_passes_nothing():
    empty = copy.deepcopy(LIST) | {"entries": []}
    knows_nothing = copy.deepcopy(LIST)
    for entry in knows_nothing["entries"]:
        entry["ranges"] = []

    assert advisories.check(empty, {}) != []
    assert advisories.check(knows_nothing, {}) != []


def test_the_list_says_how_old_it_is():
    told = advisories.age(LIST, dt.date(2026, 12, 1))

    assert len(told) == 2
    assert all("days old" in line and "0 advisories" not in line[:30] for line in told)


def test_the_bill_of_materials_names_what_is_locked():
    """Fault: a package was added, and the bill says nothing of it."""
    told = json.loads((ROOT / "docs/security/sbom.json").read_text())["components"]
    named = {c["name"]: c["version"] for c in told if c["purl"].startswith("pkg:pypi")}

    assert named == advisories.locked(ROOT / "requirements.lock")


def test_a_changed_package_is_not_installed(tmp_path):
    """Fault: one byte of a package is not what it was when it was pinned."""
    place = tmp_path / "small-1-py3-none-any.whl"
    with zipfile.ZipFile(place, "w") as wheel:
        wheel.writestr("small.py", "")
        wheel.writestr("small-1.dist-info/METADATA", "Name: small\nVersion: 1\n")
        wheel.writestr(
            "small-1.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr("small-1.dist-info/RECORD", "")
    right = hashlib.sha256(place.read_bytes()).hexdigest()
    installed = {}
    for name, digest in {"right": right, "wrong": "0" * 64}.items():
        lock = tmp_path / f"{name}.txt"
        lock.write_text(f"small==1 --hash=sha256:{digest}\n")
        done = subprocess.run(
            [
                UV, "pip", "install", "--require-hashes", "--no-index", "--no-deps",
                "--no-cache", "--find-links", tmp_path, "--target", tmp_path / name,
                "--python", sys.executable, "-r", lock,
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        installed[name] = done.returncode == 0 or done.stderr

    assert installed["right"] is True
    assert "Hash mismatch" in installed["wrong"]


def test_everything_that_is_installed_is_pinned_by_hash():
    locks = [*(ROOT.glob("requirements*.lock")), *SCANNERS]
    unpinned = {
        lock.name: sum(
            1
            for line in lock.read_text().splitlines()
            if "==" in line and not line.startswith((" ", "#")) and "\\" not in line
        )
        for lock in locks
    }

    assert len(locks) >= 10
    assert {name: n for name, n in unpinned.items() if n} == {}
    # For uv itself, and for everything else.
    assert (ROOT / "scripts/install.sh").read_text().count("--require-hashes") == 2
