"""When a site holds nothing: holidays and closures, asked for many occurrences at once."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from apps.care.models import Site
from apps.sessions.models import Closure, GroupSession

# Kept in English, put into the reader's language when shown.
HOLIDAY = gettext_noop("Closed for the holiday.")
Cause = GroupSession.Cause


@dataclass(frozen=True)
class Why:
    cause: str
    note: str
    closure: Closure | None = None


class ClosedTimes:
    """Of one site, read once for the time that some occurrences take."""

    def __init__(self, site: Site, rooms: Iterable[GroupSession]):
        self.site = site
        times = [(room.starts_at, room.ends_at) for room in rooms]
        self.closures: list[Closure] = []
        if times:
            start, end = min(t[0] for t in times), max(t[1] for t in times)
            around = Closure.objects.in_force().around(start, end).filter(site=site)
            self.closures = list(around.order_by("made_at", "pk"))

    def why(self, room: GroupSession) -> Why | None:
        """Reads ``series`` of a group, ``enrollment`` of a one-to-one."""
        for closure in self.closures:
            if (
                closure.starts_at < room.ends_at
                and closure.ends_at > room.starts_at
                and closure.program_id in (None, _program_of(room))
            ):
                return Why(Cause.CLOSURE, closure.note, closure)
        if room.local_on.isoformat() in self.site.holidays:
            return Why(Cause.HOLIDAY, HOLIDAY)
        return None


def _program_of(room: GroupSession):
    if room.series is not None:
        return room.series.program_id
    return room.enrollment.program_id if room.enrollment else None
