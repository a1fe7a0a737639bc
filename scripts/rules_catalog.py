"""What a further language has to say besides the pages, as templates for its catalogs.

`rules.pot`: the words that stand in English and Spanish beside each other, in the rules and
in `apps/care/data`. `django.pot`: Django's own days, months and form errors, for a language
in which Django has none. Called by messages.sh, which merges both into `locale/`.

    python scripts/rules_catalog.py FOLDER
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parent.parent
# They also make a Text of what they read from data, and that is found there.
READERS = (
    "apps/care/how_to.py",
    "apps/care/message_library.py",
    "apps/care/vocabulary.py",
)
TEXT_MESSAGE = (
    "One text message: 160 letters of the basic alphabet with the longest names."
)
DJANGO = Path(django.__file__).parent / "conf/locale/en/LC_MESSAGES/django.po"
# What people can meet of Django: dates, and forms that come back.
SHOWN = ("utils/dates.py", "utils/dateformat.py", "forms/fields.py")
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@dataclass(frozen=True)
class Pair:
    """One thing said in both languages, and where."""

    path: str
    en: str
    es: str
    about: str = ""
    note: str = ""


def pairs() -> list[Pair]:
    """:raises ValueError: words that no catalog could hold, such as an f-string."""
    return [*_in_code(), *_in_data()]


def _in_code() -> Iterator[Pair]:
    for path in sorted((ROOT / "apps").rglob("*.py")):
        short = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or _name(node) != "Text":
                continue
            named = {k.arg: k.value for k in node.keywords}
            said = [*node.args, named.get("about", ast.Constant(""))]
            if not all(isinstance(each, ast.Constant) for each in said):
                if short in READERS:
                    continue
                raise ValueError(f"{short}:{node.lineno} is not two plain strings")
            en, es, about = (each.value for each in said)
            yield Pair(short, en, es, about)


def _in_data() -> Iterator[Pair]:
    for path in sorted((ROOT / "apps/care/data").glob("*.json")):
        short = path.relative_to(ROOT).as_posix()
        for row in _rows(json.loads(path.read_text("utf-8"))):
            is_message = "sent_by" in row
            yield Pair(
                short, row["en"], row["es"], note=TEXT_MESSAGE if is_message else ""
            )
            for clause in ("if", "do"):
                if f"{clause}_en" in row:
                    yield Pair(short, row[f"{clause}_en"], row[f"{clause}_es"])


def _rows(data) -> Iterator[dict]:
    if isinstance(data, dict) and isinstance(data.get("en"), str):
        yield data
        return
    for each in data.values() if isinstance(data, dict) else data:
        if isinstance(each, dict | list):
            yield from _rows(each)


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", "")


def rules_template() -> str:
    entries: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs():
        entries.setdefault((pair.about, pair.en), []).append(pair)
    return HEADER + "\n".join(_entry(*key, same) for key, same in entries.items())


def _entry(about: str, english: str, same: list[Pair]) -> str:
    lines = [f"#. Spanish: {line}" for line in same[0].es.splitlines() if line]
    lines += [f"#. {note}" for note in {pair.note for pair in same} if note]
    lines += [f"#: {path}" for path in sorted({pair.path for pair in same})]
    if re.search(r"\{\w+\}", english):
        lines.append("#, python-brace-format")
    if about:
        lines.append(f"msgctxt {_quoted(about)}")
    return "\n".join([*lines, f"msgid {_quoted(english)}", 'msgstr ""', ""])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def django_template() -> str:
    blocks = DJANGO.read_text("utf-8").split("\n\n")[1:]
    shown = [
        re.sub(r"^#:.*\n", "", block, flags=re.MULTILINE)
        for block in blocks
        if any(
            path.rpartition(":")[0] in SHOWN
            for line in re.findall(r"^#: (.*)$", block, re.MULTILINE)
            for path in line.split()
        )
    ]
    return HEADER + "\n\n".join(shown) + "\n"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "rules.pot").write_text(rules_template(), "utf-8")
    (folder / "django.pot").write_text(django_template(), "utf-8")
