"""Everything the product says: read from its sources, its data and its catalogs."""

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

from scripts import rules_catalog

ROOT = Path(__file__).resolve().parent.parent
APPS = ROOT / "apps"
TEMPLATES = ROOT / "templates"
MARKERS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "gettext_noop"}
CALL = re.compile(
    r"""\b(?:n?gettext|_)\s*\(\s*(u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))"""
)
# What only the staff, the demonstration or a log ever shows.
BEHIND_THE_DESK = (
    "apps/accounts/",
    "apps/audit/",
    "apps/care/models/",
    "apps/care/rules/drift",
    "apps/care/rules/triage",
    "apps/demo/",
    "apps/desk/",
    "apps/notifications/",
    "apps/setup/",
    "apps/signin/staff",
    "templates/demo/",
    "templates/desk/",
    "templates/records/erasure",
    "templates/setup/",
    "templates/signin/_staff",
    "templates/signin/staff",
    "templates/signin/wait.html",
    "templates/base_desk.html",
)


@dataclass(frozen=True)
class Said:
    """One string in one language, and where it stands."""

    path: str
    text: str
    language: str = "en"

    @property
    def is_for_clients(self) -> bool:
        return not self.path.startswith(BEHIND_THE_DESK)


@dataclass(frozen=True)
class Entry:
    """One message of a catalog."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    flags: str
    context: str = ""


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def scripts() -> list[Path]:
    return sorted((ROOT / "frontend").rglob("*.js"))


def marked() -> list[Said]:
    """English strings that the sources mark as to be translated."""
    found = []
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if _called(node) in MARKERS:
                found += [Said(_short(path), text) for text in _first_text(node)]
    for path in templates():
        code = templatize(path.read_text("utf-8"), origin=str(path))
        texts = [ast.literal_eval(text) for text in CALL.findall(code)]
        found += [Said(_short(path), text.replace("%%", "%")) for text in texts]
    return found


def bilingual() -> list[Said]:
    """Strings that carry both languages with them: in rules and in data."""
    return [
        Said(pair.path, text, language)
        for pair in rules_catalog.pairs()
        for language, text in (("en", pair.en), ("es", pair.es))
    ]


def entries(language: str, domain: str = "django") -> list[Entry]:
    """A catalog as it is written, without its header."""
    path = catalog(language, domain)
    blocks = path.read_text("utf-8").strip().split("\n\n")
    return [entry for block in blocks if (entry := _entry(block)).ids != ("",)]


def catalog(language: str, domain: str = "django") -> Path:
    return ROOT / f"locale/{language}/LC_MESSAGES/{domain}.po"


def _entry(block: str) -> Entry:
    flags, parts = "", []
    for line in block.splitlines():
        if line.startswith("#"):
            flags += line if line.startswith("#,") else ""
            continue
        key, quoted = re.fullmatch(r"(\S*?)\s*(\".*\")", line).groups()
        if key:
            parts.append((key, ""))
        parts[-1] = (parts[-1][0], parts[-1][1] + json.loads(quoted))
    ids = tuple(text for key, text in parts if key.startswith("msgid"))
    texts = tuple(text for key, text in parts if key.startswith("msgstr"))
    return Entry(ids, texts, flags, dict(parts).get("msgctxt", ""))


def _sources() -> list[Path]:
    sources = [*APPS.rglob("*.py"), *(ROOT / "companion").rglob("*.py")]
    return sorted(path for path in sources if "migrations" not in path.parts)


def _called(node: ast.AST) -> str:
    return getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""


def _first_text(call: ast.Call) -> list[str]:
    first = call.args[0]
    return [first.value] if isinstance(first, ast.Constant) else []


def _short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
