"""What /sw.js says: the list of what the worker keeps, and the worker itself."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.templatetags.static import static

from apps.phone import pages

# A browser asks for the script whenever somebody opens a page, and gets what was made
# within this time. A number under Help that changes reaches phones this much later.
MADE_ANEW_AFTER = timedelta(minutes=1)
FILES = (
    "css/app.css",
    "js/phone.js",
    "js/kept.js",
    "django_htmx/htmx-2.min.js",
    "icons/sprite.svg",
)


@dataclass(frozen=True)
class Script:
    text: str
    etag: str
    made_at: datetime


_script: Script | None = None


def script_at(at: datetime, request: HttpRequest) -> Script:
    global _script
    if _script is None or abs(at - _script.made_at) > MADE_ANEW_AFTER:
        text = (
            f"self.__PRECACHE={json.dumps(kept_files(request))};\n"
            f"{_source('js/worker.js').read_text('utf-8')}"
        )
        _script = Script(text, f'"{_revision(text.encode())}"', at)
    return _script


def kept_files(request: HttpRequest) -> list[dict]:
    """Everything a phone may keep, each with what changes when its content does."""
    icon = f"icons/app-{settings.APP_ICON}.svg"
    files = [
        {"url": static(name), "revision": _revision_of_file(name)}
        for name in (*FILES, icon)
    ]
    return files + [
        {
            "url": pages.url_of(page, language),
            "revision": _revision(pages.render_page(request, page, language).encode()),
        }
        for language in pages.LANGUAGES
        for page in pages.TEMPLATES
    ]


def _revision_of_file(name: str) -> str | None:
    """None where the address of a file holds its fingerprint."""
    if not static(name).endswith(name):
        return None
    return _revision(_source(name).read_bytes())


def _source(name: str) -> Path:
    return Path(str(finders.find(name)))


def _revision(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
