"""A series from a day on: changed, ended, a day left out or added.

What has begun is history: an edit never touches it. What has not begun and keeps its day
stays the same row, so that seats, what was agreed for it alone and entries in calendars hold.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Unpack

from django.db import transaction
from django.utils.translation import gettext_noop

from apps.audit.actors import Actor
from apps.common.days import wall_to_utc
from apps.sessions.closed import ClosedTimes, Why
from apps.sessions.models import GroupSession, Series
from apps.sessions.selectors import AHEAD
from apps.sessions.services.conflicts import lock_schedule, refuse_collisions
from apps.sessions.services.occurrences import (
    HELD_FIELDS,
    coming_rooms,
    days_of,
    hold_again,
    judge,
    make_occurrences,
    missing_rooms,
    save_made,
    take_off,
)
from apps.sessions.services.rooms import ChangedMeanwhile, save_changed
from apps.sessions.services.seats import count_seats
from apps.sessions.services.series import SeriesFields, check_blocks
from apps.sessions.services.series_follow import (
    TAKES,
    all_wanted,
    dropped_before,
    make_next,
    rework,
    tell_series,
    value_of,
)

DAY = timedelta(days=1)
# Kept in English, put into the reader's language when shown.
NO_LONGER = gettext_noop("This one is on another day from now on.")
ENDED = gettext_noop("This group has come to its end.")
SKIPPED = gettext_noop("There is a break this time.")
RULE = GroupSession.Cause.RULE


class SeriesEnded(Exception):
    """Nothing of it is held from that day on."""


class HasBegun(Exception):
    """What has begun is history."""


@transaction.atomic
def change_series(
    *,
    series: Series,
    from_on: date,
    at: datetime,
    by: Actor,
    seen: int | None = None,
    **changes: Unpack[SeriesFields],
) -> Series:
    """ "This one and later": the series as it is from a day on, today or later.

    The series ends the day before and another follows it; one that held nothing yet is
    changed itself. What has not begun and keeps its day is the same row. What was changed
    for one day alone stays, unless the edit is about that very thing: another room for good
    overrules the other room of one day, and leaves its substitute. A day that the rule no
    longer gives is cancelled and says so: somebody may have planned it. A later edit that
    stands already goes on to stand.

    ``seen`` is the version that whoever decided this had before them. An edit that changes
    nothing does nothing, so a second press of the button is harmless.

    :raises BadRule: with words, when the rule is none to keep.
    :raises BlocksDoNotFit: when the parts lie outside or on each other.
    :raises ChangedMeanwhile: when somebody changed the series since it was ``seen``.
    :raises DoubleBooked: when its leader or its room is taken on one of the days to come.
    :raises SeriesEnded: when there is nothing left to change.
    """
    lock_schedule(series.program.site.organization_id)
    from_on = max(from_on, series.program.site.local_date(at))
    old = _covering(series, from_on)
    site = old.program.site
    from_on = max(from_on, old.valid_from)
    if from_on > (old.valid_until or from_on):
        raise SeriesEnded
    wanted, until = all_wanted(old, from_on, changes)
    changed = [name for name, value in wanted.items() if value_of(old, name) != value]
    if not changed and until is None:
        return old
    if seen is not None and (seen, series.pk) != (old.version, old.pk):
        raise ChangedMeanwhile
    check_blocks(wanted["minutes"], wanted["blocks"])

    later = old.occurrences.filter(series_on__gte=from_on)
    begun = later.filter(starts_at__lte=at)
    own = coming_rooms(later, at)
    new = make_next(old, from_on, wanted, until, begun=begun)
    if until is not None:
        changed.append("valid_until")
    horizon = site.local_date(at) + AHEAD
    given = set(days_of(new, from_on, max(horizon, old.made_until or horizon)))
    # The latest row of a day wins: what was dropped longest ago comes first.
    by_day = {
        room.series_on: room
        for room in [*coming_rooms(dropped_before(old, from_on), at), *own]
    }
    rooms = list(by_day.values())
    kept = [room for room in rooms if room.series_on in given]
    gone = [room for room in own if room.series_on not in given]
    edits = rework(kept, old, new, changed)
    coming = missing_rooms(
        new, until=horizon, at=at, known=[room.series_on for room in kept]
    )
    moved = [room for room in kept if TAKES.intersection(edits[room.pk])]
    refuse_collisions([*moved, *coming])

    for room in gone:
        take_off(room, Why(RULE, NO_LONGER), at=at, by=by)
    # What is off by another word goes along: a day that comes back is that row, as it was.
    along = [*kept, *(room for room in gone if room.cancelled_for != RULE)]
    GroupSession.objects.filter(pk__in=[room.pk for room in along]).update(series=new)
    for room in kept:
        if fields := edits[room.pk]:
            save_changed(room, [*fields, "collides"], at=at)
    save_made(new, coming, until=horizon)
    count_seats(sessions=new.occurrences.filter(starts_at__gt=at))
    tell_series(
        "sessions.series_changed", old, new, [*kept, *gone], at, by, sorted(changed)
    )
    return new


@transaction.atomic
def end_series(*, series: Series, on: date, at: datetime, by: Actor) -> None:
    """Nothing of it is held from ``on`` on, and nothing that would have followed."""
    lock_schedule(series.program.site.organization_id)
    first = _covering(series, on)
    on = max(on, first.program.site.local_date(at))
    off = []
    ended = False
    for one in [first, *_followers(first)]:
        last = on - DAY
        if one.valid_until is not None and one.valid_until <= last:
            continue
        ended = True
        one.valid_until, one.version = last, one.version + 1
        one.save(update_fields=["valid_until", "version"])
        for room in coming_rooms(one.occurrences.filter(series_on__gte=on), at):
            if take_off(room, Why(RULE, ENDED), at=at, by=by):
                off.append(room)
    if ended:
        tell_series("sessions.series_ended", first, first, off, at, by, ["valid_until"])


@transaction.atomic
def skip_day(
    *, series: Series, on: date, at: datetime, by: Actor, note: str = ""
) -> None:
    """Not on this one day of the rule, also where it is not made yet (EXDATE).

    :raises HasBegun: when that day's is over or on.
    """
    lock_schedule(series.program.site.organization_id)
    series = _covering(series, on)
    room = _room_of(series, on, at)
    day = on.isoformat()
    if day in series.extra_days:
        series.extra_days = [other for other in series.extra_days if other != day]
    elif day in series.skipped_days or not days_of(series, on, on):
        return
    else:
        series.skipped_days = sorted([*series.skipped_days, day])
    _save_days(series)
    why = Why(GroupSession.Cause.SKIPPED, note or SKIPPED)
    off = [room] if room and take_off(room, why, at=at, by=by) else []
    tell_series("sessions.day_skipped", series, series, off, at, by, ["skipped_days"])


@transaction.atomic
def add_day(*, series: Series, on: date, at: datetime, by: Actor) -> None:
    """One more day than the rule gives (RDATE); takes back what ``skip_day`` did.

    :raises HasBegun: when its time that day is over.
    :raises DoubleBooked: when its leader or its room is taken then.
    """
    lock_schedule(series.program.site.organization_id)
    series = _covering(series, on)
    site, day = series.program.site, on.isoformat()
    if wall_to_utc(on, series.starts_at_time, site.zone) <= at:
        raise HasBegun
    if day in series.skipped_days:
        series.skipped_days = [d for d in series.skipped_days if d != day]
    elif days_of(series, on, on) or not _lies_within(series, on):
        return
    else:
        series.extra_days = sorted([*series.extra_days, day])
    _save_days(series)
    back = []
    room = _room_of(series, on, at)
    if room is not None and room.cancelled_for in (GroupSession.Cause.SKIPPED, RULE):
        hold_again(room)
        judge(room, ClosedTimes(site, [room]).why(room))
        refuse_collisions([room])
        save_changed(room, HELD_FIELDS, at=at)
        back = [room]
    horizon = site.local_date(at) + AHEAD
    if on <= horizon:
        make_occurrences(series=series, until=horizon, at=at, refusing=True)
    count_seats(sessions=series.occurrences.filter(series_on=on, starts_at__gt=at))
    tell_series("sessions.day_added", series, series, back, at, by, ["extra_days"])


def _lies_within(series: Series, on: date) -> bool:
    return series.valid_from <= on <= (series.valid_until or on)


def _room_of(series: Series, on: date, at: datetime) -> GroupSession | None:
    """The occurrence of a day, locked, if it is made."""
    rooms = series.occurrences.filter(series_on=on)
    if rooms.filter(starts_at__lte=at).exists():
        raise HasBegun
    return next(iter(coming_rooms(rooms, at)), None)


def _save_days(series: Series) -> None:
    series.version += 1
    series.save(update_fields=["skipped_days", "extra_days", "version"])


def _locked(pk: Any) -> Series:
    return (
        Series.objects.select_for_update(of=("self",))
        .select_related("program__site")
        .get(pk=pk)
    )


def _covering(series: Series, on: date) -> Series:
    """The series itself, or what follows it by now, that holds this day. Locked."""
    found = _locked(series.pk)
    while found.valid_until is not None and found.valid_until < on:
        after = found.followed_by.values_list("pk", flat=True).first()
        if after is None:
            break
        found = _locked(after)
    return found


def _followers(series: Series) -> Iterable[Series]:
    while after := series.followed_by.values_list("pk", flat=True).first():
        series = _locked(after)
        yield series
