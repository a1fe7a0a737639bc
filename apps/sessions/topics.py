"""What people bring to a group: as its leader reads it, and as the one who brought it does."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from apps.care import vocabulary
from apps.care.models import Enrollment
from apps.care.rules import checkin_flow
from apps.care.services.vocabulary import spoken
from apps.sessions.models import GroupSession, Kind, Topic
from apps.sessions.selectors import comes_to, people_coming

# Where a room talks together.
TALKED_IN = [
    kind
    for kind in Kind
    if kind not in (Kind.INDIVIDUAL, Kind.FAMILY, Kind.MEDICAL, Kind.CASE_MANAGEMENT)
]
# How many people a number must stand for before it is said.
COUNTED_FROM = 3


@dataclass(frozen=True)
class Said:
    """One line of a leader. No name, no time, and a number only where it hides everybody."""

    words: str
    people: int | None
    is_own_words: bool


@dataclass(frozen=True)
class Brought:
    """One topic of the client's own."""

    pk: UUID
    words: str
    group_session: GroupSession
    # They will not be there after all, so nobody is shown it.
    is_shown: bool


def topic_words(content: dict, language: str, house: vocabulary.Own) -> str:
    """Exactly what the leader reads, in the leader's or the client's own language.

    ``house`` is what programs added to the common list.
    """
    if "words" in content:
        return content["words"]
    if "mood" in content:
        faces = {o.value: o.text for o in checkin_flow.QUESTIONS["mood"].options}
        mood = faces[str(content["mood"])].in_language(language)
        return _("Mood: %(mood)s") % {"mood": mood}
    return vocabulary.label(content["code"], language, house)


def next_group(enrollment: Enrollment, at: datetime) -> GroupSession | None:
    """The next that has not begun and that they come to."""
    groups = comes_to(enrollment, at).filter(starts_at__gt=at, kind__in=TALKED_IN)
    return groups.select_related("site", "facilitator").first()


def few_in(group_session: GroupSession) -> bool:
    """So few that a leader may guess whose it is."""
    return people_coming(group_session).count() < COUNTED_FROM


def topics_of(enrollment: Enrollment, at: datetime, language: str) -> list[Brought]:
    mine = Topic.objects.filter(enrollment=enrollment).ahead(at)
    coming = set(comes_to(enrollment, at).values_list("pk", flat=True))
    rows = mine.select_related("group_session__site", "group_session__facilitator")
    house = spoken({}, enrollment.organization_id, language)
    return [
        Brought(
            topic.pk,
            topic_words(topic.content, language, house),
            topic.group_session,
            is_shown=topic.group_session_id in coming,
        )
        for topic in rows.order_by("group_session__starts_at", "pk")
    ]


def read_in(group_session: GroupSession, at: datetime, language: str) -> list[Said]:
    """For who leads it, until it is over. In the order of the words, never of people."""
    if group_session.is_cancelled or group_session.ends_at <= at:
        return []
    topics = Topic.objects.filter(
        group_session=group_session, enrollment__in=people_coming(group_session)
    )
    people: dict[tuple[str, bool], set] = defaultdict(set)
    house = spoken({}, group_session.organization_id, language)
    for topic in topics.order_by("pk"):
        words = topic_words(topic.content, language, house)
        people[words, "words" in topic.content].add(topic.enrollment_id)
    return sorted(
        (
            Said(words, len(who) if len(who) >= COUNTED_FROM else None, is_own)
            for (words, is_own), who in people.items()
        ),
        key=lambda said: (said.words.casefold(), said.words),
    )
