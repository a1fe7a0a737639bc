"""How one series follows another: what stays, what goes, and who is told."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_noop

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Enrollment, Placement
from apps.care.services.status import wake_all
from apps.common.days import wall_to_utc
from apps.sessions.closed import ClosedTimes
from apps.sessions.models import GroupSession, Override, Series
from apps.sessions.recurrence import read_rule
from apps.sessions.services.occurrences import (
    CLOCK_CHANGE,
    clock_note,
    hold_again,
    judge,
    service_minutes_of,
)
from apps.sessions.services.series import BlockSpec, SeriesFields, set_blocks

DAY = timedelta(days=1)
ENDED = gettext_noop("This group has come to its end.")
RULE = GroupSession.Cause.RULE
# Columns of an occurrence that a series gives as they are.
GIVEN = ("title", "kind", "room", "telehealth", "join_url", "facilitator")

TAKES = {"starts_at", "ends_at", "room", "telehealth", "facilitator_id", "state"}
WATCHED = (
    *("title", "kind", "room", "telehealth", "join_url", "facilitator_id"),
    *("starts_at", "ends_at", "local_on", "service_minutes", "capacity"),
    *("state", "change_note", "cancelled_for", "closure_id"),
)


def all_wanted(
    old: Series, from_on: date, changes: SeriesFields
) -> tuple[dict[str, Any], date | None]:
    """All fields as they are to be, and a new last day, where the rule brings one."""
    wanted: dict[str, Any] = {
        name: value_of(old, name) for name in SeriesFields.__annotations__
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


def value_of(series: Series, name: str) -> Any:
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


def make_next(
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
    set_blocks(new, wanted["blocks"])
    if new.pk != old.pk:
        old.followed_by.exclude(pk=new.pk).update(follows=new)
        old.valid_until, old.version = from_on - DAY, old.version + 1
        old.save(update_fields=["valid_until", "version"])
    return new


def dropped_before(old: Series, from_on: date):
    """Days that earlier edits took away; they come back when the rule gives them again."""
    pks, series = [], old
    while series.follows_id:
        pks.append(series.follows_id)
        series = Series.objects.only("pk", "follows").get(pk=series.follows_id)
    return GroupSession.objects.filter(
        series__in=pks, cancelled_for=RULE, series_on__gte=from_on
    )


def rework(
    rooms: Collection[GroupSession], old: Series, new: Series, changed: Collection[str]
) -> dict[Any, list[str]]:
    """Change occurrences in memory; says for each which of its columns are different."""
    before = {
        room.pk: {name: getattr(room, name) for name in WATCHED} for room in rooms
    }
    service = service_minutes_of(new)
    for room in rooms:
        _follow(room, new, changed, service)
    closed = ClosedTimes(new.program.site, rooms)
    edits = {}
    for room in rooms:
        judge(room, closed.why(room))
        was = before[room.pk]
        edits[room.pk] = [name for name in WATCHED if getattr(room, name) != was[name]]
        if TAKES.intersection(edits[room.pk]):
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


def tell_series(
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
