"""The weekly template: series made, changed from a day on, and ended.

What has begun is history: an edit never touches it. What has not begun and keeps its day
stays the same row, so that seats, what was agreed for it alone and entries in calendars hold.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_noop

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Enrollment, LevelOfCare, Placement, Program
from apps.care.services.status import wake_all
from apps.common.days import wall_to_utc
from apps.sessions.closed import ClosedTimes, Why
from apps.sessions.models import Block, GroupSession, Override, Series
from apps.sessions.recurrence import BadRule, read_rule
from apps.sessions.selectors import AHEAD, LONGEST
from apps.sessions.services.conflicts import lock_schedule, refuse_collisions
from apps.sessions.services.occurrences import (
    CLOCK_CHANGE,
    HELD_FIELDS,
    clock_note,
    coming_rooms,
    days_of,
    hold_again,
    judge,
    make_occurrences,
    missing_rooms,
    save_made,
    service_minutes_of,
    take_off,
)
from apps.sessions.services.rooms import ChangedMeanwhile, save_changed
from apps.sessions.services.seats import count_seats

__all__ = [
    "BadRule",
    "BlockSpec",
    "BlocksDoNotFit",
    "HasBegun",
    "SeriesEnded",
    "SeriesFields",
    "add_day",
    "change_series",
    "create_series",
    "end_series",
    "skip_day",
]

LONGEST_MINUTES = LONGEST // timedelta(minutes=1)
DAY = timedelta(days=1)
# Kept in English, put into the reader's language when shown.
NO_LONGER = gettext_noop("This one is on another day from now on.")
ENDED = gettext_noop("This group has come to its end.")
SKIPPED = gettext_noop("There is a break this time.")
RULE = GroupSession.Cause.RULE
# Columns of an occurrence that a series gives as they are.
GIVEN = ("title", "kind", "room", "telehealth", "join_url", "facilitator")


class SeriesEnded(Exception):
    """Nothing of it is held from that day on."""


class HasBegun(Exception):
    """What has begun is history."""


class BlocksDoNotFit(Exception):
    """Parts of one attendance lie inside it, and one after the other."""


@dataclass(frozen=True)
class BlockSpec:
    """A named part; lunch and breaks do not count."""

    title: str
    kind: str
    offset_minutes: int
    minutes: int
    counts: bool = True


class SeriesFields(TypedDict, total=False):
    """What an edit may change. What is left out stays as it is."""

    title: str
    kind: str
    rrule: str
    starts_at_time: time
    minutes: int
    room: str
    telehealth: bool
    join_url: str
    facilitator: User
    capacity: int
    levels: Collection[LevelOfCare]
    blocks: Sequence[BlockSpec]


@transaction.atomic
def create_series(
    *,
    program: Program,
    title: str,
    kind: str,
    rrule: str,
    starts_at_time: time,
    minutes: int,
    valid_from: date,
    levels: Iterable[LevelOfCare],
    facilitator: User,
    at: datetime,
    by: Actor,
    valid_until: date | None = None,
    room: str = "",
    telehealth: bool = False,
    join_url: str = "",
    capacity: int = 12,
    blocks: Sequence[BlockSpec] = (),
) -> Series:
    """A series and its occurrences, twelve weeks ahead.

    A rule with an end of its own (``COUNT``, ``UNTIL``) is kept without it: the earlier of
    the two ends is the last day.

    :raises BadRule: with words, when the rule is none to keep.
    :raises BlocksDoNotFit: when the parts lie outside or on each other.
    :raises DoubleBooked: when its leader or its room is taken on one of the days made now.
    """
    site = program.site
    lock_schedule(site.organization_id)
    rule = read_rule(rrule, valid_from)
    _check_blocks(minutes, blocks)
    series = Series.objects.create(
        program=program,
        title=title,
        kind=kind,
        rrule=rule.text,
        starts_at_time=starts_at_time,
        minutes=minutes,
        valid_from=valid_from,
        valid_until=min(filter(None, [valid_until, rule.until]), default=None),
        room=room.strip(),
        telehealth=telehealth,
        join_url=join_url,
        facilitator=facilitator,
        capacity=capacity,
    )
    series.levels.set(levels)
    _set_blocks(series, blocks)
    until = site.local_date(at) + AHEAD
    make_occurrences(series=series, until=until, at=at, refusing=True)
    record(action="sessions.series_made", at=at, by=by, subject=series)
    return series


def _check_blocks(minutes: int, blocks: Sequence[BlockSpec]) -> None:
    in_order = sorted(blocks, key=lambda block: block.offset_minutes)
    fits = (
        0 < minutes < LONGEST_MINUTES
        and all(block.minutes > 0 and block.offset_minutes >= 0 for block in in_order)
        and all(block.offset_minutes + block.minutes <= minutes for block in in_order)
        and all(
            before.offset_minutes + before.minutes <= after.offset_minutes
            for before, after in pairwise(in_order)
        )
    )
    if not fits:
        raise BlocksDoNotFit


def _set_blocks(series: Series, blocks: Iterable[BlockSpec]) -> None:
    Block.objects.bulk_create(Block(series=series, **asdict(spec)) for spec in blocks)


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
    wanted, until = _wanted(old, from_on, changes)
    changed = [name for name, value in wanted.items() if _value(old, name) != value]
    if not changed and until is None:
        return old
    if seen is not None and (seen, series.pk) != (old.version, old.pk):
        raise ChangedMeanwhile
    _check_blocks(wanted["minutes"], wanted["blocks"])

    later = old.occurrences.filter(series_on__gte=from_on)
    begun = later.filter(starts_at__lte=at)
    own = coming_rooms(later, at)
    new = _next(old, from_on, wanted, until, begun=begun)
    if until is not None:
        changed.append("valid_until")
    horizon = site.local_date(at) + AHEAD
    given = set(days_of(new, from_on, max(horizon, old.made_until or horizon)))
    # The latest row of a day wins: what was dropped longest ago comes first.
    by_day = {
        room.series_on: room
        for room in [*coming_rooms(_dropped_before(old, from_on), at), *own]
    }
    rooms = list(by_day.values())
    kept = [room for room in rooms if room.series_on in given]
    gone = [room for room in own if room.series_on not in given]
    edits = _rework(kept, old, new, changed)
    coming = missing_rooms(
        new, until=horizon, at=at, known=[room.series_on for room in kept]
    )
    moved = [room for room in kept if _TAKES.intersection(edits[room.pk])]
    refuse_collisions([*moved, *coming])

    for room in gone:
        take_off(room, Why(RULE, NO_LONGER), at=at, by=by)
    GroupSession.objects.filter(pk__in=[room.pk for room in kept]).update(series=new)
    for room in kept:
        if fields := edits[room.pk]:
            save_changed(room, [*fields, "collides"], at=at)
    save_made(new, coming, until=horizon)
    count_seats(sessions=new.occurrences.filter(starts_at__gt=at))
    _tell_series(
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
        _tell_series(
            "sessions.series_ended", first, first, off, at, by, ["valid_until"]
        )


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
    _tell_series("sessions.day_skipped", series, series, off, at, by, ["skipped_days"])


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
    _tell_series("sessions.day_added", series, series, back, at, by, ["extra_days"])


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


def _wanted(
    old: Series, from_on: date, changes: SeriesFields
) -> tuple[dict[str, Any], date | None]:
    """All fields as they are to be, and a new last day, where the rule brings one."""
    wanted: dict[str, Any] = {
        name: _value(old, name) for name in SeriesFields.__annotations__
    }
    wanted |= changes
    wanted["room"] = wanted["room"].strip()
    wanted["levels"] = (
        {level.pk for level in wanted["levels"]}
        if ("levels" in changes)
        else wanted["levels"]
    )
    wanted["blocks"] = sorted(wanted["blocks"], key=lambda b: b.offset_minutes)
    rule = read_rule(wanted["rrule"], from_on) if "rrule" in changes else None
    if rule is None:
        return wanted, None
    wanted["rrule"] = rule.text
    is_sooner = rule.until is not None and rule.until < (old.valid_until or date.max)
    return wanted, rule.until if is_sooner else None


def _value(series: Series, name: str) -> Any:
    if name == "levels":
        return set(series.levels.values_list("pk", flat=True))
    if name == "blocks":
        return _specs(series)
    return getattr(series, name)


def _specs(series: Series) -> list[BlockSpec]:
    return [
        BlockSpec(b.title, b.kind, b.offset_minutes, b.minutes, b.counts)
        for b in series.blocks.order_by("offset_minutes")
    ]


def _next(
    old: Series,
    from_on: date,
    wanted: Mapping[str, Any],
    until: date | None,
    *,
    begun,
) -> Series:
    """The series from ``from_on`` on, saved: the same one while it held nothing yet."""
    fields = {k: v for k, v in wanted.items() if k not in ("levels", "blocks")}
    rule_stays = wanted["rrule"] == old.rrule
    history = begun.exists() or old.occurrences.filter(series_on__lt=from_on).exists()
    if from_on <= old.valid_from and not history:
        new = old
        new.version += 1
        new.counted_from = new.counted_from if rule_stays else None
    else:
        new = Series(
            program=old.program,
            valid_from=from_on,
            valid_until=old.valid_until,
            follows=old,
            counted_from=(old.counted_from or old.valid_from) if rule_stays else None,
            extra_days=[day for day in old.extra_days if day >= from_on.isoformat()],
        )
        # Two of one day would both be held: what has begun stays with the old one.
        held = {day.isoformat() for day in begun.values_list("series_on", flat=True)}
        skipped = {day for day in old.skipped_days if day >= from_on.isoformat()}
        new.skipped_days = sorted(held | skipped)
    for name, value in fields.items():
        setattr(new, name, value)
    if until is not None:
        new.valid_until = min(until, new.valid_until or until)
    new.save()
    new.levels.set(wanted["levels"])
    new.blocks.all().delete()
    _set_blocks(new, wanted["blocks"])
    if new.pk != old.pk:
        old.followed_by.exclude(pk=new.pk).update(follows=new)
        old.valid_until, old.version = from_on - DAY, old.version + 1
        old.save(update_fields=["valid_until", "version"])
    return new


def _dropped_before(old: Series, from_on: date):
    """Days that earlier edits took away; they come back when the rule gives them again."""
    pks, series = [], old
    while series.follows_id:
        pks.append(series.follows_id)
        series = Series.objects.only("pk", "follows").get(pk=series.follows_id)
    return GroupSession.objects.filter(
        series__in=pks, cancelled_for=RULE, series_on__gte=from_on
    )


def _rework(
    rooms: Collection[GroupSession], old: Series, new: Series, changed: Collection[str]
) -> dict[Any, list[str]]:
    """Change occurrences in memory; says for each which of its columns are different."""
    before = {
        room.pk: {name: getattr(room, name) for name in _WATCHED} for room in rooms
    }
    service = service_minutes_of(new)
    for room in rooms:
        _follow(room, new, changed, service)
    closed = ClosedTimes(new.program.site, rooms)
    edits = {}
    for room in rooms:
        judge(room, closed.why(room))
        was = before[room.pk]
        edits[room.pk] = [name for name in _WATCHED if getattr(room, name) != was[name]]
        if _TAKES.intersection(edits[room.pk]):
            room.collides = False
    return edits


def _follow(
    room: GroupSession, new: Series, changed: Collection[str], service: int
) -> None:
    """What the edit is about, and nothing else; a day that comes back is all as usual."""
    comes_back = room.cancelled_for == RULE
    length = room.ends_at - room.starts_at
    room.series = new
    if comes_back:
        changed = SeriesFields.__annotations__.keys()
        hold_again(room)
        room.local_on = room.series_on
    for name in GIVEN:
        if name in changed:
            setattr(room, name, getattr(new, name))
    if "minutes" in changed:
        length = timedelta(minutes=new.minutes)
    if "starts_at_time" in changed:
        zone = new.program.site.zone
        room.starts_at = wall_to_utc(room.local_on, new.starts_at_time, zone)
        if room.change_note in ("", CLOCK_CHANGE):
            room.change_note = clock_note(new, room.starts_at, new.program.site)
    room.ends_at = room.starts_at + length
    if {"minutes", "blocks"} & set(changed):
        room.service_minutes = service
    if "capacity" in changed:
        room.capacity = max(new.capacity, room.seats_taken)


# Where one of these is different, it takes another place or time.
_TAKES = {"starts_at", "ends_at", "room", "telehealth", "facilitator_id", "state"}
_WATCHED = (
    *("title", "kind", "room", "telehealth", "join_url", "facilitator_id"),
    *("starts_at", "ends_at", "local_on", "service_minutes", "capacity"),
    *("state", "change_note", "cancelled_for", "closure_id"),
)


def _tell_series(
    action: str,
    old: Series,
    new: Series,
    rooms: Collection[GroupSession],
    at: datetime,
    by: Actor,
    changed: list[str],
) -> None:
    """One event, and the clocks of everybody whom the series brings, before or after."""
    placed = Placement.objects.filter(
        Q(to_on=None) | Q(to_on__gte=new.program.site.local_date(at)),
        enrollment=OuterRef("pk"),
        program=new.program,
        level__series__in=[old, new],
    )
    agreed = Override.objects.filter(
        enrollment=OuterRef("pk"), group_session__in=[room.pk for room in rooms]
    )
    people = Enrollment.objects.filter(
        Exists(placed) | Exists(agreed), organization=new.program.site.organization_id
    ).exclude(state=Enrollment.State.ENDED)
    clients = dict(people.values_list("pk", "client"))
    record(
        action=action,
        at=at,
        by=by,
        subject=new,
        client_ids=list(clients.values()),
        field_names=changed,
    )
    wake_all(enrollment_ids=clients, at=at)
