"""Join static/js/behaviours/*.js into static/js/app.js, the one script a page loads.

Each behaviour stands alone (it imports and exports nothing) and becomes a block of one
module, so its names stay its own.

    python scripts/build_js.py           write it
    python scripts/build_js.py --check   change nothing; exit 1 when it is out of date
"""

import re
import sys

from build_css import STATIC, write_or_check

JS = STATIC / "js"


def block(source: str) -> str:
    if re.search(r"^(import|export)\b", source, flags=re.MULTILINE):
        raise SystemExit("A behaviour imports and exports nothing.")
    lines = (line.strip() for line in source.splitlines())
    code = [line for line in lines if line and not line.startswith("//")]
    return "{\n" + "\n".join(code) + "\n}\n"


def build() -> str:
    sources = sorted((JS / "behaviours").glob("*.js"))
    return "".join(block(path.read_text("utf-8")) for path in sources)


if __name__ == "__main__":
    sys.exit(write_or_check(JS / "app.js", build()))
