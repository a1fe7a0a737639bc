"""What staff may choose from for one day that is other than usual."""

from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from apps.care.models import Enrollment
from apps.sessions.models import GroupSession
from apps.sessions.selectors import seats_of

AHEAD_TO_CHOOSE = timedelta(days=14)


def own_rooms(enrollment: Enrollment, at: datetime) -> QuerySet[GroupSession]:
    """Where they have a seat in the next two weeks, by start."""
    today = enrollment.program.site.local_date(at)
    rooms = seats_of(enrollment, today).held()
    return _coming(rooms, enrollment, at)


def open_rooms(enrollment: Enrollment, at: datetime) -> QuerySet[GroupSession]:
    """Groups of the house, of any track and site, with a seat and without them; by start."""
    own = own_rooms(enrollment, at).values("pk")
    rooms = GroupSession.objects.held().filter(
        organization=enrollment.organization_id,
        enrollment=None,
        seats_taken__lt=F("capacity"),
    )
    return _coming(rooms, enrollment, at).exclude(pk__in=own)


def _coming(
    rooms: QuerySet[GroupSession], enrollment: Enrollment, at: datetime
) -> QuerySet[GroupSession]:
    last = enrollment.program.site.local_date(at) + AHEAD_TO_CHOOSE
    return (
        rooms.filter(starts_at__gt=at, local_on__lte=last)
        .select_related("site", "series")
        .order_by("starts_at", "pk")
    )
