"""Known holes in what is installed, from a list that lies in the repository.

    python -m scripts.scan.advisories            check the locks; 1 when something is known
    python -m scripts.scan.advisories --write PYPA DJANGO
                                                 make the list anew: a checkout of the PyPA
                                                 advisory database (CC BY 4.0), and the file
                                                 docs/releases/security.txt of Django's sdist

Services that tell about advisories may be out of reach where this runs, and a check that could
not ask them passes all the same. This one reads a list with a date, says how old it is, and
fails when the list is empty or does not know of a version that everybody knows about.
"""

import datetime as dt
import json
import re
import sys
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "docs/security/advisories.json"
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-uv.lock")
# Has been wrong for years, so a list that does not know it knows nothing.
PLANTED = ("django", "4.2")
LEAST = 100


def locked(lock: Path) -> dict[str, str]:
    found = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", lock.read_text(), re.M)
    return {canonicalize_name(name): version for name, version in found}


def everything_locked() -> dict[str, str]:
    return {k: v for lock in LOCKS for k, v in locked(ROOT / lock).items()}


def known(advisories: dict, name: str, version: str) -> list[str]:
    """The ids of what is known about this version."""
    return sorted(
        entry["id"]
        for entry in advisories["entries"]
        if entry["package"] == canonicalize_name(name)
        and any(Version(version) in SpecifierSet(r, True) for r in entry["ranges"])
    )


def check(advisories: dict, packages: dict[str, str]) -> list[str]:
    """What is wrong: with the list itself first, then with what is installed."""
    if len(advisories["entries"]) < LEAST:
        return [
            f"The list holds {len(advisories['entries'])} advisories: it is broken."
        ]
    if not known(advisories, *PLANTED):
        return [f"The list knows nothing about {' '.join(PLANTED)}: it is broken."]
    return [
        f"{name} {version}: {', '.join(found)}"
        for name, version in sorted(packages.items())
        if (found := known(advisories, name, version))
    ]


def age(advisories: dict, today: dt.date) -> list[str]:
    return [
        f"{source['name']}: {len(of)} advisories, newest of {source['newest']} "
        f"({(today - dt.date.fromisoformat(source['newest'])).days} days old)"
        for source in advisories["sources"]
        for of in [[e for e in advisories["entries"] if e["source"] == source["key"]]]
    ]


def not_covered(advisories: dict, packages: dict[str, str]) -> int:
    return len(packages.keys() - {entry["package"] for entry in advisories["entries"]})


# --- making the list


def of_pypa(folder: Path, packages: set[str]) -> list[dict]:
    import yaml

    entries = []
    for path in sorted(folder.glob("vulns/*/*.yaml")):
        if canonicalize_name(path.parent.name) not in packages:
            continue
        entry = yaml.safe_load(path.read_text())
        if entry.get("withdrawn"):
            continue
        ranges = []
        for affected in entry["affected"]:
            for found in affected.get("ranges", []):
                if found["type"] == "ECOSYSTEM":
                    ranges += _specifiers(found["events"])
            if not affected.get("ranges"):
                ranges += [f"=={version}" for version in affected.get("versions", [])]
        cve = next((x for x in entry.get("aliases", []) if x.startswith("CVE")), "")
        entries.append(
            {
                "id": cve or entry["id"],
                "package": canonicalize_name(path.parent.name),
                "ranges": ranges,
                "source": "pypa",
                "published": str(entry["published"])[:10],
            }
        )
    return entries


def _specifiers(events: list[dict]) -> list[str]:
    found, since = [], None
    for event in events:
        if "introduced" in event:
            since = str(event["introduced"])
        elif since is not None:
            end = event.get("fixed") or event.get("last_affected")
            sign = "<" if "fixed" in event else "<="
            found.append(f">={since},{sign}{end}")
            since = None
    if since is not None:
        found.append(f">={since}")
    return found


def of_django(security: Path) -> list[dict]:
    """Django's archive names the series that were mended; their notes name the release."""
    fixed: dict[str, list[str]] = {}
    for notes in security.parent.glob("[0-9]*.txt"):
        text = notes.read_text()
        if re.search(r"fixes .*security issue", re.sub(r"\s+", " ", text)):
            for cve in re.findall(r"CVE-(\d{4}-\d+)", text):
                fixed.setdefault(cve, []).append(notes.stem)
    heads = re.findall(
        r"^(\w+ \d+, \d{4}) - :cve:`([\d-]+)`$", security.read_text(), re.M
    )
    entries = []
    for day, cve in heads:
        releases = sorted(fixed.get(cve, []), key=Version)
        if not releases:
            continue
        ranges = []
        for release in releases:
            series = ".".join(release.split(".")[:2])
            ranges.append(f">={series}.dev0,<{release}")
        oldest = ".".join(releases[0].split(".")[:2])
        ranges.append(f"<{oldest}.dev0")
        entries.append(
            {
                "id": f"CVE-{cve}",
                "package": "django",
                "ranges": ranges,
                "source": "django",
                "published": dt.datetime.strptime(day, "%B %d, %Y")  # noqa: DTZ007
                .date()
                .isoformat(),
            }
        )
    return entries


def write(pypa: Path, security: Path) -> None:
    mine = of_django(security)
    newer = {entry["id"] for entry in mine}
    theirs = of_pypa(pypa, set(everything_locked()))
    entries = mine + [e for e in theirs if e["id"] not in newer]
    sources = [
        {"key": "django", "name": "Django's archive of security issues (BSD)"},
        {"key": "pypa", "name": "PyPA advisory database (CC BY 4.0)"},
    ]
    for source in sources:
        days = [e["published"] for e in entries if e["source"] == source["key"]]
        source["newest"] = max(days)
    entries.sort(key=lambda entry: (entry["package"], entry["id"]))
    body = ",\n".join(json.dumps(entry) for entry in entries)
    LIST.parent.mkdir(exist_ok=True)
    LIST.write_text(f'{{"sources": {json.dumps(sources)},\n"entries": [\n{body}\n]}}\n')


def main() -> int:
    if sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]), Path(sys.argv[3]))
        return 0
    advisories, packages = json.loads(LIST.read_text()), everything_locked()
    for line in age(advisories, dt.datetime.now(dt.UTC).date()):
        print(line)
    print(
        f"{not_covered(advisories, packages)} of {len(packages)} packages have no entry"
    )
    found = check(advisories, packages)
    print("\n".join(found) or "Nothing is known about what is locked.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
