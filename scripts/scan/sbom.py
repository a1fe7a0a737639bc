"""What the product is made of, as CycloneDX, from the locks: docs/security/sbom.json.

    python -m scripts.scan.sbom [--check]

Packages for Python that run, and the libraries that are bundled into our scripts. No addresses
of registries; the hashes that an installation is checked against stand in the locks.
"""

import json
import sys

from scripts.scan import tools
from tests.deploy.machine import ROOT

PLACE = ROOT / "docs/security/sbom.json"
# Bundled into static/js; what only builds is not shipped.
BUNDLED = ("idb", "workbox-core", "workbox-precaching", "workbox-routing")


def made() -> str:
    bin_ = tools.install("cyclonedx-bom")
    code, said = tools.output_of(
        bin_ / "cyclonedx-py", "requirements", "requirements.lock", "--output-reproducible",
        "--output-format", "JSON", "--spec-version", "1.6", seconds=120,
    )  # fmt: skip
    if code:
        raise SystemExit(said)
    bom = json.loads(said[said.index("{") :])
    for component in bom["components"]:
        component.pop("externalReferences", None)
        component.pop("description", None)
        component["bom-ref"] = component["purl"]
    bom["metadata"].pop("tools", None)
    bom["metadata"]["component"] = {"name": "companion", "type": "application"}
    bom["components"] += [of_npm(name) for name in BUNDLED]
    bom.pop("dependencies", None)
    return json.dumps(bom, indent=1, sort_keys=True) + "\n"


def of_npm(name: str) -> dict:
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    version = lock[f"node_modules/{name}"]["version"]
    return {
        "bom-ref": f"pkg:npm/{name}@{version}",
        "name": name,
        "purl": f"pkg:npm/{name}@{version}",
        "type": "library",
        "version": version,
    }


def main() -> int:
    text = made()
    if sys.argv[1:] == ["--check"]:
        return int(PLACE.read_text() != text)
    PLACE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
