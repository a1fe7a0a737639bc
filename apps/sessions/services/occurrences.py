"""Occurrences of the weekly template: made ahead, changed, cancelled, brought back."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_noop

from apps.accounts.models import User
from apps.audit.actors import SYSTEM, Actor
from apps.audit.services import record
from apps.care.models import Enrollment, Site
from apps.care.services.status import note_attendance, wake_all
from apps.common.days import wall_to_utc
from apps.sessions.closed import ClosedTimes, Why
from apps.sessions.marks import standings
from apps.sessions.models import Attendance, GroupSession, Series
from apps.sessions.recurrence import days_of_rule
from apps.sessions.selectors import AHEAD, seated_people
from apps.sessions.services.conflicts import (
    collisions_of,
    lock_schedule,
    refuse_collisions,
)
from apps.sessions.services.rooms import (
    ChangedMeanwhile,
    TimeIsOver,
    finish_task,
    lock_room,
    save_changed,
)
from apps.sessions.services.seats import count_seats

# Kept in English, put into the reader's language when shown.
CLOCK_CHANGE = gettext_noop("The clocks change that night.")
State = GroupSession.State


class ClosedThen(Exception):
    """The site is closed at that time. ``note`` is what people read about it."""

    def __init__(self, note: str):
        self.note = note
        super().__init__(note)


def keep_ahead(at: datetime, by: Actor = SYSTEM) -> int:
    """Make the occurrences of every series, twelve weeks ahead. Cheap with nothing to do."""
    lacking = Series.objects.filter(
        Q(valid_until=None) | Q(made_until=None) | Q(valid_until__gt=F("made_until")),
        # No zone is more than a day behind.
        Q(made_until=None) | Q(made_until__lt=(at + AHEAD).date()),
    ).select_related("program__site")
    return sum(
        generate_occurrences(
            series=series,
            until=series.program.site.local_date(at) + AHEAD,
            at=at,
            by=by,
        )
        for series in lacking
    )


@transaction.atomic
def generate_occurrences(
    *, series: Series, until: date, at: datetime, by: Actor
) -> int:
    """Make what the rule gives from now on up to ``until``; what exists is left alone.

    What has begun is not made any more: nobody could know of it. A day the site is closed
    keeps its occurrence, cancelled with a note.
    """
    made = make_occurrences(series=series, until=until, at=at)
    if made:
        record(action="sessions.occurrences_made", at=at, by=by, subject=series)
    return len(made)


def make_occurrences(
    *, series: Series, until: date, at: datetime, refusing: bool = False
) -> list[GroupSession]:
    """As above, for a use case that writes down itself what it did.

    :raises DoubleBooked: when it is ``refusing`` and somebody or a room is taken. The tick
        does not refuse: people come by the template, whatever else was put there.
    """
    lock_schedule(series.program.site.organization_id)
    # Two ticks at once must not make the same day twice.
    series = (
        Series.objects.select_for_update(of=("self",))
        .select_related("program__site")
        .get(pk=series.pk)
    )
    coming = missing_rooms(series, until=until, at=at)
    if refusing:
        refuse_collisions(coming)
    return save_made(series, coming, until=until)


def missing_rooms(
    series: Series, *, until: date, at: datetime, known: Iterable[date] = ()
) -> list[GroupSession]:
    """What the rule gives from now on, does not exist and has not begun. Not saved.

    ``known``: days that are about to be this series' own.
    """
    site = series.program.site
    first = max(series.valid_from, site.local_date(at))
    last = min(until, series.valid_until or until)
    made = series.occurrences.filter(series_on__gte=first)
    days = {*known, *made.values_list("series_on", flat=True)}
    service = service_minutes_of(series)
    rooms = [
        _occurrence(series, site, day, service)
        for day in days_of(series, first, last)
        if day not in days
    ]
    coming = [room for room in rooms if room.starts_at > at]
    closed = ClosedTimes(site, coming)
    for room in coming:
        if why := closed.why(room):
            not_held(room, why)
    return coming


def save_made(
    series: Series, coming: Sequence[GroupSession], *, until: date
) -> list[GroupSession]:
    for collision in collisions_of(coming):
        collision.room.collides = True
    made = GroupSession.objects.bulk_create(coming)
    if series.made_until is None or series.made_until < until:
        series.made_until = until
        series.save(update_fields=["made_until"])
    if made:
        count_seats(
            sessions=GroupSession.objects.filter(pk__in=[room.pk for room in made])
        )
    return made


def days_of(series: Series, first: date, last: date) -> list[date]:
    """The days of the series between two days, both included."""
    first = max(first, series.valid_from)
    last = min(last, series.valid_until or last)
    if last < first:
        return []
    return days_of_rule(
        series.rrule,
        series.counted_from or series.valid_from,
        first,
        last,
        skipped=map(date.fromisoformat, series.skipped_days),
        extra=map(date.fromisoformat, series.extra_days),
    )


def service_minutes_of(series: Series) -> int:
    blocks = series.blocks.filter(counts=True)
    return sum(blocks.values_list("minutes", flat=True)) or series.minutes


def _occurrence(series: Series, site: Site, day: date, service: int) -> GroupSession:
    starts_at = wall_to_utc(day, series.starts_at_time, site.zone)
    return GroupSession(
        organization_id=site.organization_id,
        site=site,
        series=series,
        series_on=day,
        weekday=day.weekday(),
        title=series.title,
        kind=series.kind,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=series.minutes),
        local_on=day,
        service_minutes=service,
        room=series.room,
        telehealth=series.telehealth,
        join_url=series.join_url,
        facilitator_id=series.facilitator_id,
        change_note=clock_note(series, starts_at, site),
        capacity=series.capacity,
    )


def clock_note(series: Series, starts_at: datetime, site: Site) -> str:
    """Why it begins at another time than always, when spring skips that time."""
    skipped = starts_at.astimezone(site.zone).time() != series.starts_at_time
    return CLOCK_CHANGE if skipped else ""


def not_held(room: GroupSession, why: Why) -> list[str]:
    room.state, room.change_note = State.CANCELLED, why.note
    room.cancelled_for, room.closure = why.cause, why.closure
    return ["state", "change_note", "cancelled_for", "closure"]


@transaction.atomic
def change_session(
    *,
    group_session: GroupSession,
    starts_at: datetime,
    room: str,
    facilitator: User,
    at: datetime,
    by: Actor,
    telehealth: bool | None = None,
    join_url: str | None = None,
    note: str | None = None,
    seen: int | None = None,
) -> None:
    """Hold one occurrence at another time, in another place or led by a substitute.

    Its length stays. What is different is said in words wherever it is shown. None leaves a
    thing as it is. ``seen`` is the revision that whoever decided this had before them.

    :raises RosterClosed: when it is over and written down.
    :raises SessionCancelled: when it is not held at all.
    :raises ChangedMeanwhile: when somebody changed it since it was ``seen``.
    :raises DoubleBooked: when the room or the leader is taken then.
    :raises ClosedThen: when the site is closed then.
    :raises TimeIsOver: when it lies ahead and would not any more, or people were there.
    """
    lock_schedule(group_session.organization_id)
    group_session = lock_room(group_session, roster_open=True)
    new = {
        "starts_at": starts_at,
        "ends_at": starts_at + (group_session.ends_at - group_session.starts_at),
        "local_on": group_session.site.local_date(starts_at),
        "room": room,
        "facilitator_id": facilitator.pk,
        "telehealth": telehealth,
        "join_url": join_url,
        "change_note": note,
    }
    changed = [
        key
        for key, value in new.items()
        if value is not None and getattr(group_session, key) != value
    ]
    if not changed:
        return
    if seen is not None and seen != group_session.sequence:
        raise ChangedMeanwhile
    if starts_at <= at < group_session.starts_at:
        raise TimeIsOver
    if group_session.starts_at <= at < starts_at and group_session.attendance.exists():
        raise TimeIsOver
    for key in changed:
        setattr(group_session, key, new[key])
    if {"starts_at", "room", "facilitator_id", "telehealth"} & set(changed):
        refuse_collisions([group_session])
        group_session.collides = False
    if "starts_at" in changed:
        why = ClosedTimes(group_session.site, [group_session]).why(group_session)
        if why:
            raise ClosedThen(why.note)
    save_changed(group_session, [*changed, "collides"], at=at)
    _tell(group_session, "sessions.changed", at, by, changed)


@transaction.atomic
def cancel_session(
    *, group_session: GroupSession, note: str, at: datetime, by: Actor
) -> None:
    """Not held after all. Counts for nobody, whatever the roster said so far.

    :raises RosterClosed: when it is over and written down.
    :raises SessionCancelled: when somebody cancelled it before.
    """
    group_session = lock_room(group_session, roster_open=True)
    call_off(group_session, Why("", note), at=at, by=by)
    _tell(group_session, "sessions.cancelled", at, by, ["state", "change_note"])


def call_off(room: GroupSession, why: Why, *, at: datetime, by: Actor) -> None:
    """One that is locked. Who told us before they would not come has still told us."""
    save_changed(room, not_held(room, why), at=at)
    marks = room.attendance.exclude(status=Attendance.Status.EXCUSED)
    marked = list(marks.values_list("enrollment", flat=True))
    if marked:
        marks.update(status=Attendance.Status.CANCELLED, reason="", minutes=0)
        note_attendance(standings=standings(marked), at=at)
    finish_task(room, at=at, by=by)


def take_off(room: GroupSession, why: Why, *, at: datetime, by: Actor) -> bool:
    """Called off by a decision that stands above the calendar of the site.

    One that is closed anyway does not come back when the site opens again; what somebody
    cancelled for itself stays as they said. Tells whether it was still to be held.
    """
    if not room.is_cancelled:
        call_off(room, why, at=at, by=by)
        return True
    if room.cancelled_for in BY_CALENDAR:
        room.cancelled_for, room.closure = why.cause, None
        room.save(update_fields=["cancelled_for", "closure"])
    return False


def settle(
    rooms: Sequence[GroupSession], site: Site, *, at: datetime, by: Actor
) -> tuple[list[GroupSession], list[GroupSession]]:
    """Occurrences of a site, locked and not begun, as the calendar of the site has them now.

    Called off where it is closed; brought back where what called them off is gone. What
    somebody cancelled for itself stays so. Says which were called off, and brought back.
    """
    closed = ClosedTimes(site, rooms)
    off, back = [], []
    for room in rooms:
        was_off, before = room.is_cancelled, _standing(room)
        why = closed.why(room)
        judge(room, why)
        if why and not was_off:
            call_off(room, why, at=at, by=by)
            off.append(room)
        elif was_off and not room.is_cancelled:
            back.append(room)
        elif _standing(room) != before:
            save_changed(room, HELD_FIELDS, at=at)
    for collision in collisions_of(back):
        collision.room.collides = True
    for room in back:
        save_changed(room, HELD_FIELDS, at=at)
    if back:
        count_seats(
            sessions=GroupSession.objects.filter(pk__in=[room.pk for room in back])
        )
    return off, back


def judge(room: GroupSession, why: Why | None) -> None:
    """In memory: as the calendar of the site says, where it has the say."""
    by_calendar = room.cancelled_for in BY_CALENDAR
    if why and (by_calendar or not room.is_cancelled):
        not_held(room, why)
    elif by_calendar and not why:
        hold_again(room)


def _standing(room: GroupSession) -> tuple:
    return room.state, room.cancelled_for, room.closure_id, room.change_note


BY_CALENDAR = (GroupSession.Cause.HOLIDAY, GroupSession.Cause.CLOSURE)
HELD_FIELDS = ["state", "change_note", "cancelled_for", "closure", "collides"]


def hold_again(room: GroupSession) -> None:
    room.state, room.cancelled_for, room.closure = State.SCHEDULED, "", None
    room.collides = False
    room.change_note = ""
    if room.series and room.local_on == room.series_on:
        room.change_note = clock_note(room.series, room.starts_at, room.site)


def coming_rooms(rooms: QuerySet[GroupSession], at: datetime) -> list[GroupSession]:
    """Those that have not begun, locked, in the order in which all lock them."""
    return list(
        rooms.filter(starts_at__gt=at)
        .select_for_update(of=("self",))
        .select_related("series", "site", "enrollment")
        .order_by("pk")
    )


def people_of(rooms: Iterable[GroupSession]) -> list[Enrollment]:
    found: dict = {}
    for room in rooms:
        found |= {person.pk: person for person in seated_people(room)}
    return list(found.values())


def _tell(
    group_session: GroupSession,
    action: str,
    at: datetime,
    by: Actor,
    changed: list[str],
) -> None:
    people = people_of([group_session])
    record(
        action=action,
        at=at,
        by=by,
        subject=group_session,
        client_ids=[person.client_id for person in people],
        field_names=changed,
    )
    wake_all(enrollment_ids=[person.pk for person in people], at=at)
