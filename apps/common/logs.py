"""What may stand in the log: a time, a level, our own fixed words, ids and outcomes.

A line is made of fields that are named here. Whatever else a library attaches to a record,
and whatever a value in a message or an exception says, is not written.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

# Their messages are fixed text with ids of ours (a rule in scripts/scan/rules.yml). Others
# write paths, addresses and values into theirs, so of those the bare text is kept.
OUR_OWN = ("apps.", "companion.")
MOST_FRAMES = 12


class ReadinessAnswers(logging.Filter):
    """Drop "Service Unavailable: /readyz": whoever polls it reads the answer itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        path = getattr(getattr(record, "request", None), "path", "")
        return path != "/readyz" or getattr(record, "status_code", 0) != 503


class AllowedFields(logging.Formatter):
    """One JSON object a line, of the fields below."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "event": _event(record),
            "status": getattr(record, "status_code", None),
            **_of_request(getattr(record, "request", None)),
            **_of_exception(record.exc_info),
        }
        return json.dumps({name: value for name, value in line.items() if value})


def _event(record: logging.LogRecord) -> str:
    if record.name.startswith(OUR_OWN):
        return record.getMessage()
    return str(record.msg)[:200] if isinstance(record.msg, str) else ""


def _of_request(request) -> dict:
    """Which page it was, never with what in its path: some paths hold a token."""
    match = getattr(request, "resolver_match", None)
    return {
        "request": str(getattr(request, "id", "")),
        "route": match.view_name if match else "",
        "method": str(getattr(request, "method", ""))[:7],
    }


def _of_exception(exc_info) -> dict:
    """What kind and where. What it says may quote a row or what somebody typed."""
    if not exc_info or exc_info[0] is None:
        return {}
    kind, _, trace = exc_info
    frames = traceback.extract_tb(trace)[-MOST_FRAMES:]
    return {
        "exception": f"{kind.__module__}.{kind.__qualname__}",
        "where": [
            f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames
        ],
    }


def _short(filename: str) -> str:
    path = Path(filename)
    if path.is_relative_to(settings.BASE_DIR):
        return str(path.relative_to(settings.BASE_DIR))
    return "/".join(path.parts[-3:])
