"""What somebody sees who cannot come to one time: what we know, and what is open instead."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from apps.care.models import Enrollment, Task
from apps.care.services.tasks import primary_counselor
from apps.sessions import wording
from apps.sessions.models import Absence, Attendance, GroupSession, Override, Wait
from apps.sessions.open_seats import (
    MOST_SHOWN,
    could_come_to,
    with_seats,
    without_seats,
)
from apps.sessions.services.absences import (
    MAKEUP,
    asked_key,
    is_to_make_up,
    takes_seats_themselves,
)


@dataclass(frozen=True)
class Choice:
    """A room in words. ``waits`` when they stand in line for it."""

    room: GroupSession
    title: str
    where: str
    waits: bool = False


@dataclass(frozen=True)
class Page:
    mine: GroupSession
    title: str
    where: str
    # They said that they cannot come, and may still change their mind.
    told: bool
    may_tell: bool
    may_return: bool
    reason: str
    is_one_to_one: bool
    is_to_make_up: bool
    made_up: Choice | None
    open_rooms: list[Choice]
    full_rooms: list[Choice]
    takes_themselves: bool
    asked: bool
    counselor: str
    reasons: list[tuple[str, str]]


def page_of(enrollment: Enrollment, mine: GroupSession, at: datetime) -> Page:
    absence = (
        Absence.objects.standing()
        .filter(enrollment=enrollment, group_session=mine)
        .first()
    )
    mark = mine.attendance.filter(enrollment=enrollment).first()
    is_own = mine.enrollment_id is not None
    to_make_up = not is_own and is_to_make_up(enrollment, mine)
    made_up = (
        Override.objects.filter(enrollment=enrollment, makes_up=mine)
        .select_related("group_session__site", "group_session__facilitator")
        .first()
    )
    open_rooms: list[Choice] = []
    full_rooms: list[Choice] = []
    themselves = takes_seats_themselves(enrollment, at)
    if to_make_up and made_up is None:
        rooms = could_come_to(enrollment, mine, at)
        line = set(
            Wait.objects.open()
            .filter(enrollment=enrollment)
            .values_list("group_session", flat=True)
        )
        open_rooms = [choice_of(room, at) for room in with_seats(rooms)[:MOST_SHOWN]]
        full_rooms = [
            choice_of(room, at, waits=room.pk in line)
            for room in without_seats(rooms)[:MOST_SHOWN]
        ]
    is_ahead = at < mine.ends_at and not mine.is_cancelled
    was_here = mark is not None and mark.status in Attendance.ATTENDED
    return Page(
        mine=mine,
        title=f"{wording.day_words(mine, at)}, {wording.span(mine)}",
        where=_where(mine),
        told=absence is not None,
        may_tell=absence is None and is_ahead and not was_here,
        may_return=absence is not None and is_ahead,
        reason=_reason(mark),
        is_one_to_one=is_own,
        is_to_make_up=to_make_up,
        made_up=choice_of(made_up.group_session, at) if made_up else None,
        open_rooms=open_rooms,
        full_rooms=full_rooms,
        takes_themselves=themselves,
        asked=Task.objects.open()
        .filter(source=MAKEUP, source_key=asked_key(enrollment, mine))
        .exists(),
        counselor=primary_counselor(enrollment, at).name,
        reasons=[
            (value, str(label))
            for value, label in Attendance.Reason.choices
            if value != Attendance.Reason.NOT_SAID
        ],
    )


def _reason(mark: Attendance | None) -> str:
    if mark is None or mark.reason in ("", Attendance.Reason.NOT_SAID):
        return ""
    return mark.reason


def _where(room: GroupSession) -> str:
    parts = (room.site.name, wording.place(room), wording.leader(room))
    return " · ".join(filter(None, parts))


def choice_of(room: GroupSession, at: datetime, waits: bool = False) -> Choice:
    title = f"{wording.day_words(room, at)}, {wording.span(room)}"
    return Choice(room, title, _where(room), waits)


@dataclass(frozen=True)
class Kept:
    """A seat that is kept for somebody until then."""

    wait: Wait
    title: str
    where: str
    until: str


def kept_for(enrollment: Enrollment, at: datetime) -> Kept | None:
    wait = (
        Wait.objects.filter(
            enrollment=enrollment, state=Wait.State.OFFERED, offer_until__gt=at
        )
        .select_related("group_session__site", "group_session__facilitator")
        .order_by("offer_until", "pk")
        .first()
    )
    if wait is None:
        return None
    room = wait.group_session
    words = choice_of(room, at)
    zone = room.site.zone
    today = room.site.local_date(at)
    time = wording.clock(wait.offer_until, zone)
    until = _("Kept for you until %(time)s.") % {"time": time}
    if wait.offer_until.astimezone(zone).date() != today:
        until = _("Kept for you until %(time)s tomorrow.") % {"time": time}
    return Kept(wait, words.title, words.where, until)
