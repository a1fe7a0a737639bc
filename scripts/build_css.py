"""Join static/css/** into static/css/app.css, the one stylesheet a page loads.

python scripts/build_css.py           write it
python scripts/build_css.py --check   change nothing; exit 1 when it is out of date
"""

import re
import sys
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
CSS = STATIC / "css"


def minify(source: str) -> str:
    source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    source = re.sub(r"\s+", " ", source)
    source = re.sub(r" ?([{};,]) ?", r"\1", source)
    source = re.sub(r"(?<=[{;,])([\w-]+): ", r"\1:", source)
    return source.replace(";}", "}").strip()


def build() -> str:
    # The layers fix what wins; the order only has to be the same every time.
    parts = [
        CSS / name for name in ("order.css", "tokens.css", "base.css", "layout.css")
    ]
    parts += sorted((CSS / "components").glob("*.css"))
    parts += sorted((CSS / "pages").glob("*.css"))
    return "\n".join(minify(path.read_text("utf-8")) for path in parts) + "\n"


def write_or_check(target: Path, built: str) -> int:
    if "--check" not in sys.argv[1:]:
        target.write_text(built, "utf-8")
        return 0
    if target.exists() and target.read_text("utf-8") == built:
        return 0
    print(f"{target.name} is out of date: run python {sys.argv[0]}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(write_or_check(CSS / "app.css", build()))
