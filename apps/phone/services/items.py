"""One opened item, as far as anything in it can be believed."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.dateparse import parse_date, parse_datetime

from apps.care.rules import checkin_flow

VERSION = 1
KINDS = ("CHECKIN", "MOMENT", "DRAFT")


class NotNow(Exception):
    """It opened, and this server cannot know yet what it is."""


class CannotBeTaken(Exception):
    """It is trusted, and nothing can be made of it."""


@dataclass(frozen=True)
class Item:
    uuid: UUID
    kind: str
    # By our clock, as near as the phone's allows.
    occurred_at: datetime
    language: str
    question_set: str
    answers: dict[str, Any]
    # The day it is about, where a page asked about one gone by.
    local_on: date | None
    # As the phone wrote it, without the key.
    said: dict[str, Any]

    @classmethod
    def read(
        cls, said: dict, *, uuid: UUID, clock: datetime | None, at: datetime
    ) -> "Item":
        """:raises NotNow: for the version of a later phone, or another UUID."""
        if said.get("v") != VERSION or said.get("uuid") != str(uuid):
            raise NotNow
        kind = said.get("kind")
        answers = said.get("answers")
        language, questions = said.get("language"), said.get("question_set")
        return cls(
            uuid=uuid,
            kind=kind if kind in KINDS else "",
            occurred_at=happened_at(said.get("occurred_at"), clock, at),
            language=language if language in dict(settings.LANGUAGES) else "en",
            question_set=questions
            if isinstance(questions, str) and questions
            else checkin_flow.VERSION,
            answers=answers if isinstance(answers, dict) else {},
            local_on=_parse_day(said.get("local_on")),
            said={key: value for key, value in said.items() if key != "key"},
        )

    @property
    def can_be_written(self) -> bool:
        """Lone halves of letters, and numbers that are none, fit in no column."""
        try:
            json.dumps(self.said, ensure_ascii=False, allow_nan=False).encode()
        except ValueError:
            return False
        return True


def happened_at(by_phone: Any, clock: datetime | None, at: datetime) -> datetime:
    """When it happened by our clock: as long ago as the phone's own clock says.

    Without a time, or with a wild one, it happened when it came.
    """
    moment = parse_instant(by_phone)
    if moment is None:
        return at
    try:
        return min(moment + (at - clock) if clock is not None else moment, at)
    except OverflowError:
        return at


def parse_instant(text: Any) -> datetime | None:
    """An ISO instant with its offset."""
    try:
        moment = parse_datetime(text) if isinstance(text, str) else None
        # Compared and moved around later: at the ends of time that fails.
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return None


def _parse_day(text: Any) -> date | None:
    try:
        return parse_date(text) if isinstance(text, str) else None
    except ValueError:
        return None
