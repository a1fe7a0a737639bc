"""What came later than it was said, and days that somebody checked in on twice."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import F, Q

from apps.care.vocabulary import Own
from apps.checkins.models import CheckinDay, Moment, Submission
from apps.desk import wording

# Sooner than this, it was only on its way.
LATE_FROM = timedelta(minutes=5)
IN_PERSON = Submission.Kind.STAFF


def late_lines(
    days: Iterable[CheckinDay], zone: ZoneInfo, language: str, own: Own
) -> dict[date, list[str]]:
    """By day, of one client: when it was answered and when it came, and what else was said."""
    days = {day.local_on: day for day in days}
    lines = defaultdict(list)
    if not days:
        return lines
    client_id = next(iter(days.values())).client_id
    of_client = Submission.objects.filter(client=client_id, local_on__in=days)
    late = of_client.filter(
        Q(received_at__gt=F("occurred_at") + LATE_FROM) | Q(kind=IN_PERSON)
    )
    for kind, local_on, said_at, came_at in late.order_by("occurred_at").values_list(
        "kind", "local_on", "occurred_at", "received_at"
    ):
        lines[local_on].append(
            wording.told_words()
            if kind == IN_PERSON
            else wording.late_words(said_at, came_at, zone)
        )
    twice = [on for on, day in days.items() if day.twice_at is not None]
    if twice:
        for sent in of_client.filter(local_on__in=twice).order_by("occurred_at"):
            if "craving_peak" in sent.answers:
                lines[sent.local_on].append(_as_sent(sent, zone, language, own))
    return lines


def lines_of(
    day: CheckinDay,
    sent: list[Submission],
    zone: ZoneInfo,
    language: str,
    own: Own,
) -> list[str]:
    """The same of one day, where everything sent about it was read already."""
    lines = []
    for each in sent:
        if each.kind == IN_PERSON:
            lines.append(wording.told_words())
        elif each.received_at > each.occurred_at + LATE_FROM:
            lines.append(wording.late_words(each.occurred_at, each.received_at, zone))
    if day.twice_at is not None:
        lines += [
            _as_sent(each, zone, language, own)
            for each in sent
            if "craving_peak" in each.answers
        ]
    return lines


def _as_sent(sent: Submission, zone: ZoneInfo, language: str, own: Own) -> str:
    """One of two check-ins, as it was sent."""
    said = wording.answer_lines(sent.answers, language, own)
    note = sent.answers.get("note")
    return wording.as_sent_words(
        sent.occurred_at,
        sent.answers["craving_peak"],
        said + ([f"“{note}”"] if note else []),
        zone,
    )


def late_moment(moment: Moment, zone: ZoneInfo) -> list[str]:
    if moment.received_at <= moment.occurred_at + LATE_FROM:
        return []
    return [wording.late_words(moment.occurred_at, moment.received_at, zone)]
