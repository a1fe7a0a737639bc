"""The notice every client gets (42 CFR 2.22): files of the organization, by language."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

DEFAULT = Path(__file__).parent / "data"


def _folder() -> Path:
    return Path(settings.NOTICE_DIR or DEFAULT)


@cache
def _texts(folder: Path) -> dict[str, str]:
    files = sorted(folder.glob("notice.*.txt"))
    return {path.name.split(".")[1]: path.read_text("utf-8") for path in files}


def paragraphs(language: str) -> list[str]:
    texts = _texts(_folder())
    text = texts.get(language.partition("-")[0]) or texts["en"]
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def version() -> str:
    """Of the words themselves, in every language: a changed comma is a new version."""
    whole = "\0".join(f"{name}\0{text}" for name, text in _texts(_folder()).items())
    return hashlib.sha256(whole.encode()).hexdigest()
