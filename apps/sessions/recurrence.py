"""Rules of a weekly template: which are taken, and what days they give. Pure.

A rule runs on the wall calendar of the site. What is kept says which days; when it ends is
kept as a day beside it, so that a rule can be cut in two without counting anew.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rrulestr
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TAKEN = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYSETPOS", "WKST"}
ENDS = {"COUNT", "UNTIL"}
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY")
# A rule that gives no day in two years was typed wrong.
MUST_BEGIN_WITHIN = timedelta(days=2 * 366)
MOST_TIMES = 1000
MOST_APART = 52


class BadRule(Exception):
    """This rule is not one for people to keep. ``words`` says why, for who typed it."""

    def __init__(self, words: str | Promise):
        self.words = words
        super().__init__(words)


@dataclass(frozen=True)
class Rule:
    """``text`` without its end, and the day it ends, if it does."""

    text: str
    until: date | None


def read_rule(text: str, valid_from: date) -> Rule:
    """:raises BadRule: with words for who typed it."""
    parts = _parts(text)
    if parts.get("FREQ") not in FREQUENCIES:
        raise BadRule(_("It can repeat by day, by week or by month, not otherwise."))
    if unknown := parts.keys() - TAKEN - ENDS:
        words = _("“%(part)s” cannot be used in the rule.")
        raise BadRule(words % {"part": ", ".join(sorted(unknown))})
    if parts.keys() >= ENDS:
        raise BadRule(_("Give a last day or how many times, not both."))
    if not parts.get("INTERVAL", "1").isdecimal() or not (
        1 <= int(parts.get("INTERVAL", "1")) <= MOST_APART
    ):
        raise BadRule(_("It cannot repeat so far apart."))
    # "1MO" means something in a month only, and no month has a day 0: such a rule would give
    # other days than whoever wrote it thinks.
    numbered = re.search(r"\d", parts.get("BYDAY", "")) and parts["FREQ"] != "MONTHLY"
    if numbered or "0" in parts.get("BYMONTHDAY", "").split(","):
        raise BadRule(_("The rule cannot be read."))
    kept = ";".join(f"{key}={parts[key]}" for key in parts if key not in ENDS)
    try:
        _parsed(kept, valid_from)
        until = _end(parts, kept, valid_from)
    except (ValueError, TypeError, OverflowError, KeyError, IndexError) as error:
        raise BadRule(_("The rule cannot be read.")) from error
    last = min(until or date.max, valid_from + MUST_BEGIN_WITHIN)
    if last < valid_from or not days_of_rule(kept, valid_from, valid_from, last):
        raise BadRule(_("The rule gives no day at all."))
    return Rule(kept, until)


def _parts(text: str) -> dict[str, str]:
    text = text.strip().upper().removeprefix("RRULE:")
    pairs = [part.partition("=") for part in text.split(";") if part]
    parts = {key: value for key, _equals, value in pairs}
    if len(parts) != len(pairs) or not all(parts.values()) or len(text.split()) != 1:
        raise BadRule(_("The rule cannot be read."))
    return parts


def _end(parts: dict[str, str], kept: str, valid_from: date) -> date | None:
    if until := parts.get("UNTIL"):
        return date.fromisoformat(until[:8])
    if "COUNT" not in parts:
        return None
    times = int(parts["COUNT"])
    if not 1 <= times <= MOST_TIMES:
        raise BadRule(_("How often it is held cannot be so many times."))
    last = valid_from - timedelta(days=1)
    for number, moment in enumerate(_parsed(kept, valid_from), start=1):
        last = moment.date()
        if number == times:
            break
    return last


def _parsed(text: str, valid_from: date) -> Any:
    return rrulestr(text, dtstart=datetime.combine(valid_from, time.min))


def days_of_rule(
    text: str,
    valid_from: date,
    first: date,
    last: date,
    *,
    skipped: Iterable[date] = (),
    extra: Iterable[date] = (),
) -> list[date]:
    """The days of a rule between two days, both included, in order.

    Intervals are counted from ``valid_from``, whatever the first day asked for is.
    """
    moments = _parsed(text, valid_from).between(
        datetime.combine(first, time.min), datetime.combine(last, time.min), inc=True
    )
    days = {moment.date() for moment in moments} - set(skipped)
    return sorted(days | {day for day in extra if first <= day <= last})
