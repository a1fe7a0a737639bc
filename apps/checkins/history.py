"""A client's own check-ins by month, with what was said first where it was changed.

Told from what was sent, not only from the day as it stands: answers to older questions
stay readable, and a correction takes nothing away.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max, Min, Q
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.care import vocabulary
from apps.care.models import Enrollment
from apps.care.rules import checkin_flow
from apps.care.rules.checkin_questions import QUESTION_SETS, Kind, Question
from apps.checkins.chips import own_labels
from apps.checkins.models import CheckinDay, Submission
from apps.checkins.summary import answer_words, label_of
from apps.common.days import backfill_days, local_day

# So far back a day may still be brought to a group; what is older has had its talk.
BROUGHT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Said:
    """One answer as it was sent, and the question it was an answer to."""

    at: datetime
    question: Question
    value: object


@dataclass(frozen=True)
class Line:
    label: str
    # As it stands. Empty where a later answer made the question fall away.
    answer: str
    # "You first said 7 of 10 (7:12 p.m.), then 5 of 10 (9:40 p.m.)."
    changed: str = ""


@dataclass(frozen=True)
class PastDay:
    on: date
    lines: list[Line]
    by_staff: bool = False
    can_change: bool = False
    can_bring: bool = False


@dataclass(frozen=True)
class Month:
    first: date
    days: list[PastDay]
    # The nearest months with anything in them.
    older: date | None = None
    newer: date | None = None


@dataclass
class _Day:
    day: CheckinDay
    sent: list[Submission] = field(default_factory=list)


def month_of(
    user: User, enrollment: Enrollment, month: date, *, today: date, language: str
) -> Month:
    """Four reads, however many days there are; ``month`` is any day of it."""
    first = month.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    own_days = CheckinDay.objects.of_client(user)
    around = own_days.aggregate(
        older=Max("local_on", filter=Q(local_on__lt=first)),
        newer=Min("local_on", filter=Q(local_on__gt=last)),
    )
    found = {
        day.local_on: _Day(day)
        for day in own_days.filter(local_on__range=(first, last))
    }
    sent = Submission.objects.filter(
        enrollment__in=Enrollment.objects.of_client(user),
        local_on__range=(first, last),
    )
    for each in sent.order_by("occurred_at", "received_at", "pk"):
        if each.local_on in found:
            found[each.local_on].sent.append(each)
    own = own_labels(enrollment)
    is_open = enrollment.state == Enrollment.State.ACTIVE
    changeable = backfill_days(today) if is_open else []
    return Month(
        first=first,
        days=[
            PastDay(
                on=on,
                lines=_lines(found[on], enrollment.zone, language, own),
                by_staff=any(s.kind == Submission.Kind.STAFF for s in found[on].sent),
                can_change=on in changeable,
                can_bring=is_open and on >= today - BROUGHT_FOR,
            )
            for on in sorted(found, reverse=True)
        ],
        **around,
    )


def _lines(
    of_day: _Day, zone: ZoneInfo, language: str, own: vocabulary.Own
) -> list[Line]:
    day = of_day.day
    stands = day.said | ({"note": day.note} if day.note else {})
    said: dict[str, list[Said]] = defaultdict(list)
    for sent in of_day.sent:
        questions = QUESTION_SETS.get(sent.question_set, checkin_flow.QUESTIONS)
        for key, value in sent.answers.items():
            if question := questions.get(key) or checkin_flow.QUESTIONS.get(key):
                _add(said[key], Said(sent.occurred_at, question, value))
    for key, value in stands.items():
        if key in checkin_flow.QUESTIONS and not said[key]:
            said[key] = [Said(day.last_at, checkin_flow.QUESTIONS[key], value)]
    return [
        _line(key, said[key], stands, day.local_on, zone, language, own)
        for key in _in_order(said)
        if said[key]
    ]


def _add(before: list[Said], said: Said) -> None:
    """The same answer again is no change."""
    if not before or before[-1].value != said.value:
        before.append(said)


def _in_order(said: dict[str, list[Said]]) -> list[str]:
    """As they are asked today, then as older ones came, the note last."""
    asked = ["one_tap", *checkin_flow.PATH]
    place = {key: number for number, key in enumerate(asked)}
    keys = sorted(said, key=lambda key: place.get(key, len(place)))
    return [key for key in keys if key != "note"] + [k for k in keys if k == "note"]


def _line(
    key: str,
    said: list[Said],
    stands: dict,
    on: date,
    zone: ZoneInfo,
    language: str,
    own: vocabulary.Own,
) -> Line:
    def words(each: Said) -> str:
        if each.question.kind is Kind.NOTE:
            return str(each.value or _("Skipped"))
        return answer_words(each.question, each.value, language, own)

    newest = said[-1]
    # Questions that are asked no more have no place in the day; as sent, they stand.
    is_older = key not in checkin_flow.QUESTIONS
    answer = words(newest) if is_older or key in stands else ""
    told = [f"{words(each)} ({_when(each.at, on, zone)})" for each in said]
    if len(told) == 1:
        changed = "" if answer else _("You first said %(said)s.") % {"said": told[0]}
    else:
        changed = _("You first said %(said)s.") % {
            "said": _(", then ").join(told).rstrip(".")
        }
    return Line(label=_label(newest.question, language), answer=answer, changed=changed)


def _label(question: Question, language: str) -> str:
    if question.kind is Kind.NOTE:
        return _("Your note")
    if question.key == "one_tap":
        return _("In one tap")
    return label_of(question, language)


def _when(at: datetime, on: date, zone: ZoneInfo) -> str:
    """The time; with its day, when that was another one."""
    local = at.astimezone(zone)
    time = time_format(local.time(), "TIME_FORMAT")
    if local_day(at, zone) == on:
        return time
    return f"{date_format(local.date(), 'l')} {time}"
