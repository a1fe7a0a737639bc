"""What "Keep my plan on this phone" keeps: the plan for use, in sentences, in few reads.

Everything is in the words of the page it is read on, so that the phone only shows it.
"""

import json
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.care import vocabulary
from apps.care.models import Client, Enrollment, OwnItem
from apps.care.rules import screens
from apps.care.services.vocabulary import spoken
from apps.checkins.chips import SIGNS_IN_A_MOMENT
from apps.common.crypto import blind_index
from apps.phone.services import owner_tag
from apps.plans.book import Book
from apps.plans.models import PlanPerson
from apps.plans.selectors import person_named
from apps.plans.stages import stages_of
from apps.plans.templatetags.plans import phone
from apps.sessions import wording
from apps.sessions.models import GroupSession
from apps.sessions.selectors import own_sessions

DAYS = timedelta(days=13)
VERSION_LETTERS = 32
CHIPS = {
    "triggers": OwnItem.Kind.TRIGGER,
    "coping": OwnItem.Kind.COPING,
    "signs": OwnItem.Kind.WARNING,
}


def kept_plan(client: Client, language: str, at: datetime) -> dict[str, Any]:
    """With ``owner``, so that a phone keeps nobody else's, and ``version``."""
    book = Book(client, at, language)
    said = {
        "owner": owner_tag(client),
        "language": language,
        "standing": _standing(book),
        **_stages(book),
        "people": [_person(person) for person in book.people],
        "days": _days(book),
        "chips": _chips(client, language),
    }
    whole = json.dumps(said, sort_keys=True)
    # Keyed: it travels in an address.
    version = blind_index(whole, purpose="kept plan")[:VERSION_LETTERS]
    return {**said, "version": version}


def _standing(book: Book) -> str:
    if book.plan.agreed:
        return _("This is the plan you agreed on.")
    if book.plan.open:
        return _("This plan is not agreed yet. It works for you already.")
    return _("Nothing is written yet.")


def _stages(book: Book) -> dict[str, Any]:
    stages = stages_of(book.in_use, book.language)
    first = person_named(stages.call_first, book.people)
    return {
        "early": {
            "signs": stages.signs,
            "steps": stages.early_steps,
            "good_things": stages.good_things,
        },
        "rising": {
            "steps": stages.rising_steps,
            "kit": stages.kit,
            "why": stages.why,
        },
        "emergency": {
            "lines": [
                {
                    "name": line.said_label,
                    "number": line.number,
                    "shown": line.number,
                    "hours": line.said_hours,
                }
                for line in book.lines
            ]
        },
        "after": {
            "next": screens.USE_NEXT.in_language(book.language),
            "overdose": screens.USE_OVERDOSE.in_language(book.language),
            "first_hour": stages.first_hour,
            "tell_myself": stages.tell_myself,
            "naloxone_where": stages.naloxone_where,
            "person": _person(first) if first else None,
        },
    }


def _person(person: PlanPerson) -> dict[str, str]:
    said, number = person.details, person.details["phone"]
    return {
        "name": said["name"],
        "relation": said.get("relation", ""),
        "number": number,
        "shown": phone(number) if number else "",
        "what_to_say": said.get("what_to_say", ""),
    }


def _days(book: Book) -> list[dict[str, Any]]:
    """Two weeks: when and where. What it is stays with the house."""
    enrollment = book.enrollment
    if enrollment is None or enrollment.state == Enrollment.State.ENDED:
        return []
    today = enrollment.program.site.local_date(book.at)
    rows = own_sessions(enrollment, today, today + DAYS).select_related("site")
    return [
        {
            "title": f"{capfirst(date_format(on, 'l'))}, "
            f"{date_format(on, 'MONTH_DAY_FORMAT')}",
            "meetings": [_meeting(row, enrollment) for row in meetings],
        }
        for on, meetings in groupby(rows, key=lambda row: row.local_on)
    ]


def _meeting(row: GroupSession, enrollment: Enrollment) -> dict[str, str]:
    where = (wording.place(row), "" if row.telehealth else row.site.name)
    clocks = (wording.span(row), wording.own_clock(row, enrollment.zone))
    return {
        "label": _("Appointment"),
        "time": " · ".join(filter(None, clocks)),
        "place": " · ".join(filter(None, where)),
        "change": _("Not held this time.") if row.is_cancelled else "",
        "ends_at": row.ends_at.isoformat(),
    }


def _chips(client: Client, language: str) -> dict[str, list[dict[str, str]]]:
    """What a check-in offers first, as the plan pinned it."""
    own = client.own_items.filter(kind__in=CHIPS.values(), pinned=True)
    chips: dict[str, list[dict[str, str]]] = {name: [] for name in CHIPS}
    names = {kind: name for name, kind in CHIPS.items()}
    added = spoken({}, client.organization_id, language)
    for item in own.order_by("position", "pk"):
        text = item.label or vocabulary.label(item.code, language, added)
        chips[names[item.kind]].append({"code": item.code, "text": text})
    chips["signs"] = chips["signs"][:SIGNS_IN_A_MOMENT]
    return chips
