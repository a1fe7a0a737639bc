"""A client brings something to their group; only they can, and only they take it back."""

from datetime import datetime

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Enrollment
from apps.care.services.status import lock_status
from apps.sessions.models import Topic
from apps.sessions.topics import next_group

AT_MOST = 3


class NothingAhead(Exception):
    """They are expected at no group that has not begun."""


class EnoughTopics(Exception):
    """As many as a group has time for came from this person already."""


@transaction.atomic
def bring_topic(
    *, enrollment: Enrollment, content: dict, at: datetime, by: Actor
) -> Topic:
    """For the next time they are expected. Said twice it is there once.

    ``content`` is a code, a mood or the client's own words; which of them may be brought is
    decided by what the client said themselves (apps.home.bringing).

    :raises NothingAhead:
    :raises EnoughTopics:
    """
    # Two taps at once come one after the other.
    lock_status(enrollment=enrollment, at=at)
    room = next_group(enrollment, at)
    if room is None:
        raise NothingAhead
    there = list(Topic.objects.filter(enrollment=enrollment, group_session=room))
    for topic in there:
        if topic.content == content:
            return topic
    if len(there) >= AT_MOST:
        raise EnoughTopics
    topic = Topic.objects.create(
        enrollment=enrollment, group_session=room, content=content
    )
    _record("sessions.topic_brought", enrollment, at, by)
    return topic


@transaction.atomic
def take_topic_back(*, topic: Topic, at: datetime, by: Actor) -> None:
    topic.delete()
    _record("sessions.topic_taken_back", topic.enrollment, at, by)


def _record(action: str, enrollment: Enrollment, at: datetime, by: Actor) -> None:
    # Neither the topic nor the room: the log would join them to a name.
    record(action=action, at=at, by=by, client_id=enrollment.client_id)
