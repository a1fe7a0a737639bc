"""Say whether the locks still answer pyproject.toml, without asking any registry.

Every requirement is pinned to a version it allows, nothing is pinned for pyproject.toml
that it no longer asks for, every pin has a hash, both locks agree, and no file that
installs or deploys something names a host.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^(?P<name>[\w.-]+)(\[[^]]*\])?==(?P<version>[^ ;\\]+)")
# A host that a client would go to. Names for use in examples are nobody's.
HOST = re.compile(
    r"https?://(?!localhost|127\.0\.0\.1|\$|{|[\w.-]*example\.(?:org|com|net))[\w-]+\."
    r"|--(?:extra-)?index-url|--find-links|(?<!no-emit-)index-url\s*="
)
INSTALLS = re.compile(
    r"(?:requirements.*|.*\.lock|.*\.toml|.*\.npmrc|package(?:-lock)?\.json|Makefile"
    r"|\.ci/.*|scripts/.*|deploy/.*)$"
)


def read_lock(path: Path) -> tuple[dict[str, str], set[str], list[str]]:
    """Pins, the names that pyproject.toml itself asks for, and what is wrong."""
    pins, direct, wrong = {}, set(), []
    for entry in re.split(r"\n(?=\S)", path.read_text()):
        found = PIN.match(entry)
        if not found:
            wrong.append(f"{path.name}: not a pin: {entry[:60]!r}")
            continue
        name = canonicalize_name(found["name"])
        pins[name] = found["version"]
        if "--hash=sha256:" not in entry:
            wrong.append(f"{path.name}: {name} has no hash")
        if re.search(r"\(pyproject\.toml(:dev)?\)", entry):
            direct.add(name)
    return pins, direct, wrong


def compare(path: Path, wanted: list[Requirement]) -> list[str]:
    pins, direct, wrong = read_lock(path)
    for requirement in wanted:
        name = canonicalize_name(requirement.name)
        version = pins.get(name)
        if version is None or name not in direct:
            wrong.append(f"{path.name}: {name} is missing")
        elif not requirement.specifier.contains(version, prereleases=True):
            wrong.append(
                f"{path.name}: {name} {version} is not {requirement.specifier}"
            )
    named = {canonicalize_name(requirement.name) for requirement in wanted}
    wrong += [f"{path.name}: {name} is no longer wanted" for name in direct - named]
    return wrong


def hosts_named() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    wrong = []
    for name in filter(INSTALLS.match, listed.stdout.splitlines()):
        path = ROOT / name
        if not path.is_file() or path == Path(__file__).resolve():
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if HOST.search(line):
                wrong.append(f"{name}:{number} names a host: {line.strip()[:60]}")
    return wrong


def main() -> int:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [Requirement(line) for line in project["project"]["dependencies"]]
    for_developers = [Requirement(line) for line in project["dependency-groups"]["dev"]]
    wrong = [
        *compare(ROOT / "requirements.lock", wanted),
        *compare(ROOT / "requirements-dev.lock", wanted + for_developers),
        *hosts_named(),
    ]
    pins, _, _ = read_lock(ROOT / "requirements.lock")
    all_pins, _, _ = read_lock(ROOT / "requirements-dev.lock")
    wrong += [
        f"The locks disagree about {name}"
        for name, version in pins.items()
        if all_pins.get(name) != version
    ]
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong:
        print("Run make lock after a change of pyproject.toml.", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
