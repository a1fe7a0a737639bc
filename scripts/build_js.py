"""Bundle frontend/*.js into static/js/ with esbuild. What is built is committed.

Nothing but this needs node: a product that runs reads the built files, and --check holds
them against the fingerprints in frontend/built.json where node is not there.

    python scripts/build_js.py           write them
    python scripts/build_js.py --check   change nothing; exit 1 when they are out of date
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND, TARGET = ROOT / "frontend", ROOT / "static" / "js"
BUILT = FRONTEND / "built.json"
ESBUILD = ROOT / "node_modules" / ".bin" / "esbuild"
# A worker is a classic script; pages load modules.
FORMATS = {
    "app.js": "esm",
    "phone.js": "esm",
    "kept.js": "esm",
    "passkey.js": "esm",
    "copy.js": "esm",
    "worker.js": "iife",
}
OPTIONS = (
    "--bundle --minify --target=es2022 --charset=utf8 --legal-comments=none"
    # Libraries leave out what only helps while something is written.
    ' --define:process.env.NODE_ENV="production"'
)


def fingerprints() -> dict[str, str]:
    """Of everything the built files come from, and of the built files."""
    sources = [ROOT / "package-lock.json", *sorted(FRONTEND.rglob("*.js"))]
    files = sources + [TARGET / name for name in FORMATS]
    return {
        str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.exists()
    }


def install() -> None:
    lock = ROOT / "package-lock.json"
    installed = ROOT / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(npm, cwd=ROOT, check=True)
        installed.touch()


def bundle(target: Path) -> None:
    for name, form in FORMATS.items():
        command = [ESBUILD, f"frontend/{name}", *OPTIONS.split(), f"--format={form}"]
        command += [f"--outfile={target / name}", "--log-level=warning"]
        subprocess.run(command, cwd=ROOT, check=True)


def build() -> int:
    install()
    bundle(TARGET)
    BUILT.write_text(json.dumps(fingerprints(), indent=2) + "\n", "utf-8")
    return 0


def check() -> int:
    stale = json.loads(BUILT.read_text("utf-8")) != fingerprints()
    if not stale and shutil.which("npm") and "--quick" not in sys.argv:
        install()
        with tempfile.TemporaryDirectory() as folder:
            bundle(Path(folder))
            stale = any(
                (TARGET / name).read_bytes() != (Path(folder) / name).read_bytes()
                for name in FORMATS
            )
    if stale:
        print("static/js is out of date: run make fix.", file=sys.stderr)
    return int(stale)


if __name__ == "__main__":
    sys.exit(check() if "--check" in sys.argv else build())
