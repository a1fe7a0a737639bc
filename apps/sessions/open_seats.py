"""Where somebody could come instead: seats that are open in the same week."""

from datetime import date, datetime, timedelta

from django.db.models import F, QuerySet

from apps.care.models import Enrollment, Placement
from apps.sessions.hours import WEEK, monday_of
from apps.sessions.models import GroupSession, Override
from apps.sessions.selectors import expected_sessions

# Whoever takes a seat still has to get there.
NOTICE = timedelta(minutes=30)
MOST_SHOWN = 6


def last_day(instead_of: GroupSession) -> date:
    """The end of its week, or seven days later, whichever comes last."""
    sunday = monday_of(instead_of.local_on) + WEEK - timedelta(days=1)
    return max(sunday, instead_of.local_on + WEEK)


def could_come_to(
    enrollment: Enrollment, instead_of: GroupSession, at: datetime
) -> QuerySet[GroupSession]:
    """Rooms of the same level, at any site and track, full or not, by start.

    Not what they are expected at anyway, nor what is held at the same time.
    """
    last = last_day(instead_of)
    # Every zone is within a day of UTC.
    until = at + timedelta(days=max((last - at.date()).days, 0) + 2)
    own = list(
        expected_sessions(enrollment, at, until)
        .exclude(pk=instead_of.pk)
        .values_list("pk", "starts_at", "ends_at", "state")
    )
    rooms = (
        GroupSession.objects.filter(
            organization=enrollment.organization_id,
            series__isnull=False,
            series__levels__in=_level(enrollment, instead_of.local_on),
            local_on__lte=last,
        )
        .held()
        .roster_open()
        .between(at + NOTICE, until)
        .exclude(pk__in=[instead_of.pk, *(pk for pk, *_ in own)])
        .exclude(overrides__in=Override.objects.filter(enrollment=enrollment))
    )
    for _pk, starts_at, ends_at, state in own:
        if state == GroupSession.State.SCHEDULED:
            rooms = rooms.exclude(starts_at__lt=ends_at, ends_at__gt=starts_at)
    return rooms.select_related("site", "series", "facilitator").order_by(
        "starts_at", "pk"
    )


def _level(enrollment: Enrollment, on: date) -> QuerySet:
    return (
        Placement.objects.on(on)
        .filter(enrollment=enrollment)
        .values("level")
        .order_by()
    )


def with_seats(rooms: QuerySet[GroupSession]) -> QuerySet[GroupSession]:
    return rooms.filter(seats_taken__lt=F("capacity"))


def without_seats(rooms: QuerySet[GroupSession]) -> QuerySet[GroupSession]:
    return rooms.filter(seats_taken__gte=F("capacity"))
