"""The rosters of a day and the people of one of them, as one member of staff may see them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.care.models import Enrollment
from apps.sessions import wording
from apps.sessions.models import Attendance, AttendanceChange, GroupSession
from apps.sessions.selectors import rooms_of, seated_people
from apps.sessions.services import DOORS_OPEN, UNDO_FOR

DAY = timedelta(days=1)
STILL_OPEN_FOR = timedelta(days=60)
NO_SHOW_AFTER = timedelta(minutes=30)
FAR_AWAY = timedelta(days=3 * 365)
Status = Attendance.Status


@dataclass(frozen=True)
class Card:
    """One roster in the list."""

    group_session: GroupSession
    day: str
    span: str
    where: str
    changes: list[str]
    people: int
    here: int


@dataclass(frozen=True)
class RosterList:
    """One day of rooms; what stayed open from before is there on today's list only."""

    day: date
    is_today: bool
    still_open: list[Card]
    own: list[Card]
    others: list[Card]

    @property
    def previous(self) -> date:
        return self.day - DAY

    @property
    def following(self) -> date:
        return self.day + DAY


@dataclass(frozen=True)
class Row:
    """One person on the roster. Says nothing that the room should not read."""

    enrollment: Enrollment
    name: str
    mark: Attendance | None
    state: str
    came_at: str
    left_at: str
    # Still nobody half an hour in: what closing would write. Nothing is written before.
    is_proposed: bool
    history: list[str]
    # Of each block that counts: where it begins, what it is, and whether they were in it.
    parts: list[tuple[int, str, bool]]

    @property
    def is_here(self) -> bool:
        return self.mark is not None and self.mark.status in Attendance.ATTENDED

    @property
    def interpreter(self) -> str:
        return self.enrollment.client.interpreter_language

    @property
    def is_away(self) -> bool:
        return self.mark is None and self.enrollment.paused

    @property
    def makes_up(self) -> bool:
        return getattr(self.enrollment, "makes_up", False)

    @property
    def is_new(self) -> bool:
        return self.enrollment.state == Enrollment.State.INVITED


@dataclass(frozen=True)
class Roster:
    """``is_whole``: this person sees everybody on it, so may close or change it."""

    group_session: GroupSession
    day: str
    span: str
    where: str
    changes: list[str]
    rows: list[Row]
    is_whole: bool
    is_open: bool
    has_begun: bool
    closed: str
    # When "everybody here" was tapped, while it can be taken back.
    undo: str = ""
    # Of who leads it: seeing everybody by caseload is not leading.
    leads: bool = False

    @property
    def here(self) -> int:
        return sum(row.is_here for row in self.rows)

    @property
    def untouched(self) -> list[Row]:
        """Who closing marks as not here."""
        return [
            row
            for row in self.rows
            if row.mark is None and not (row.is_away or row.is_new)
        ]

    @property
    def is_for_all(self) -> bool:
        """One tap for a full room: worth a button from two people on."""
        return (
            self.is_whole
            and self.is_open
            and not self.closed
            and not self.group_session.is_cancelled
            and len(self.untouched) > 1
        )

    @property
    def client_ids(self) -> list:
        return [row.enrollment.client_id for row in self.rows]

    def row(self, enrollment_id) -> Row | None:
        return next((r for r in self.rows if r.enrollment.pk == enrollment_id), None)


def rosters_on(user: User, asked: date | None, at: datetime) -> RosterList:
    """The rooms this person leads, and those where people of theirs are expected.

    A day is a calendar day of the site; today unless asked for another nearby.
    """
    around = asked if asked and abs(asked - at.date()) < FAR_AWAY else at.date()
    near = _rooms(user).on_days(around - DAY, around + DAY)
    led = list(near.led_by(user, at))
    mine = Enrollment.objects.on_roster_of(user, at)
    others = list(
        near.exclude(pk__in=[room.pk for room in led]).filter(
            rooms_of(mine), enrollment=None
        )
    )
    open_before = (
        _rooms(user)
        .led_by(user, at)
        .roster_open()
        .filter(ends_at__lte=at, ends_at__gt=at - STILL_OPEN_FOR)
    )
    today = next((room.site.local_date(at) for room in led + others), at.date())
    day = asked if around == asked else today
    return RosterList(
        day=day,
        is_today=day == today,
        still_open=[_card(room, at) for room in open_before if room.local_on < today],
        own=[_card(room, at) for room in led if room.local_on == day],
        others=[_card(room, at) for room in others if room.local_on == day],
    )


def _rooms(user: User) -> QuerySet[GroupSession]:
    return (
        GroupSession.objects.filter(organization=user.organization_id)
        .select_related(
            "site", "series", "facilitator", "enrollment", "roster_closed_by"
        )
        .annotate(
            here=Count(
                "attendance", filter=Q(attendance__status__in=Attendance.ATTENDED)
            ),
        )
        .order_by("starts_at", "pk")
    )


def _card(room: GroupSession, at: datetime) -> Card:
    return Card(
        group_session=room,
        day=wording.day_words(room, at),
        span=wording.span(room),
        where=_where(room),
        changes=wording.changes(room),
        people=1 if room.enrollment_id else room.seats_taken,
        here=room.here,
    )


def _where(room: GroupSession) -> str:
    return " · ".join(filter(None, [room.site.name, wording.place(room)]))


def roster_of(
    user: User, group_session_id, at: datetime, made_at: datetime | None = None
) -> Roster | None:
    """The roster as far as this person may see it; None when they may not at all.

    ``made_at`` is when they tapped "everybody here" a moment ago.
    """
    room = _rooms(user).filter(pk=group_session_id).first()
    if room is None:
        return None
    people = seated_people(room)
    marks = room.attendance.select_related("enrollment__client").prefetch_related(
        Prefetch(
            "changes",
            AttendanceChange.objects.select_related("by").order_by("at", "pk"),
        )
    )
    leads = GroupSession.objects.led_by(user, at).filter(pk=room.pk).exists()
    is_whole = leads
    if not is_whole:
        mine = Enrollment.objects.on_roster_of(user, at)
        everybody = people.count()
        people = people.filter(pk__in=mine.values("pk"))
        marks = marks.filter(enrollment__in=mine.values("pk"))
        is_whole = 0 < everybody == len(people)
    by_person = {mark.enrollment_id: mark for mark in marks}
    named = {person.pk: person for person in people}
    # Who was marked stays on the roster, also when a placement changed since.
    named |= {pk: mark.enrollment for pk, mark in by_person.items() if pk not in named}
    if not named and not is_whole:
        return None
    doubles = Counter(person.client.preferred_name for person in named.values())
    blocks = _blocks(room)
    rows = [
        _row(person, by_person.get(pk), room, doubles, blocks, at)
        for pk, person in named.items()
    ]
    rows.sort(key=lambda row: (row.name.casefold(), row.enrollment.pk))
    return Roster(
        group_session=room,
        day=wording.day_words(room, at),
        span=wording.span(room),
        where=_where(room),
        changes=wording.changes(room),
        rows=rows,
        is_whole=is_whole,
        is_open=at >= room.starts_at - DOORS_OPEN,
        has_begun=at >= room.starts_at,
        closed=_closed(room),
        undo=_undo(made_at, marks, at),
        leads=leads,
    )


def _undo(made_at: datetime | None, marks, at: datetime) -> str:
    is_fresh = made_at is not None and made_at <= at < made_at + UNDO_FOR
    if not is_fresh or not any(mark.marked_at == made_at for mark in marks):
        return ""
    return made_at.isoformat()


def _blocks(room: GroupSession) -> list[tuple[int, str]]:
    if room.series is None:
        return []
    counted = room.series.blocks.filter(counts=True).order_by("offset_minutes")
    return list(counted.values_list("offset_minutes", "title"))


def _closed(room: GroupSession) -> str:
    if room.roster_closed_at is None:
        return ""
    day = date_format(room.site.local_date(room.roster_closed_at), "MONTH_DAY_FORMAT")
    time = wording.clock(room.roster_closed_at, room.site.zone)
    if room.roster_closed_by is None:
        return _("Closed %(day)s, %(time)s") % {"day": day, "time": time}
    return _("Closed %(day)s, %(time)s by %(name)s") % {
        "day": day,
        "time": time,
        "name": room.roster_closed_by.name,
    }


def _row(
    person: Enrollment,
    mark: Attendance | None,
    room: GroupSession,
    doubles: Counter,
    blocks: list[tuple[int, str]],
    at: datetime,
) -> Row:
    client = person.client
    name = client.preferred_name
    # A surname is opened only where two would be taken for each other.
    if doubles[name] > 1 and client.surname:
        name = f"{name} {client.surname[0]}."
    return Row(
        enrollment=person,
        name=name,
        mark=mark,
        state=_state(mark, room) if mark else "",
        came_at=_field(mark.arrived_at, room) if mark else "",
        left_at=_field(mark.left_at, room) if mark else "",
        is_proposed=mark is None
        and not person.paused
        and person.state != Enrollment.State.INVITED
        and room.roster_closed_at is None
        and at >= room.starts_at + NO_SHOW_AFTER,
        history=_history(mark, room),
        parts=_parts(mark, blocks),
    )


def _history(mark: Attendance | None, room: GroupSession) -> list[str]:
    """Each correction: when, by whom, what stood before and what since."""
    if mark is None:
        return []
    zone = room.site.zone
    lines = []
    for change in mark.changes.all():
        day = date_format(change.at.astimezone(zone).date(), "MONTH_DAY_FORMAT")
        words = {
            "when": f"{day}, {wording.clock(change.at, zone)}",
            "name": change.by.name if change.by else _("the app"),
            "before": _stood(change.status_before, change.minutes_before),
            "after": _stood(change.status_after, change.minutes_after),
        }
        lines.append(_("%(when)s, %(name)s: %(before)s, now %(after)s") % words)
    return lines


def _stood(status: str, minutes: int) -> str:
    # As on the row: seen one-to-one is nobody's business in the room.
    shown = Status.PRESENT if status == Status.ONE_TO_ONE else Status(status)
    return f"{shown.label} ({wording.duration(minutes)})" if minutes else shown.label


def _parts(
    mark: Attendance | None, blocks: list[tuple[int, str]]
) -> list[tuple[int, str, bool]]:
    """One block alone is the whole of it: there is nothing to tell apart."""
    if len(blocks) < 2:
        return []
    counted = mark.block_minutes if mark else {}
    return [
        (offset, title, counted.get(str(offset), 1) > 0) for offset, title in blocks
    ]


def _field(moment: datetime | None, room: GroupSession) -> str:
    """As a time field of a browser takes it."""
    return moment.astimezone(room.site.zone).strftime("%H:%M") if moment else ""


def _state(mark: Attendance, room: GroupSession) -> str:
    zone = room.site.zone
    if mark.status not in Attendance.ATTENDED:
        # Why somebody is not here is theirs to tell.
        return mark.get_status_display()
    if mark.status == Status.LEFT_EARLY and mark.left_at:
        words = _("Here until %(time)s") % {"time": wording.clock(mark.left_at, zone)}
    elif mark.status == Status.LATE and mark.arrived_at:
        words = _("Here since %(time)s") % {
            "time": wording.clock(mark.arrived_at, zone)
        }
    else:
        # Seen one-to-one is nobody's business in the room.
        words = _("Here")
    return _("%(here)s, by video") % {"here": words} if mark.telehealth else words
