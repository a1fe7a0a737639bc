"""The weekly template: a series with its parts, and the occurrences it brings."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import TypedDict

from django.db import transaction

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import LevelOfCare, Program
from apps.sessions.models import Block, Series
from apps.sessions.recurrence import read_rule
from apps.sessions.selectors import AHEAD, LONGEST
from apps.sessions.services.conflicts import lock_schedule
from apps.sessions.services.occurrences import (
    make_occurrences,
)

LONGEST_MINUTES = LONGEST // timedelta(minutes=1)


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
    check_blocks(minutes, blocks)
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
    set_blocks(series, blocks)
    until = site.local_date(at) + AHEAD
    make_occurrences(series=series, until=until, at=at, refusing=True)
    record(action="sessions.series_made", at=at, by=by, subject=series)
    return series


def check_blocks(minutes: int, blocks: Sequence[BlockSpec]) -> None:
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


def set_blocks(series: Series, blocks: Iterable[BlockSpec]) -> None:
    Block.objects.bulk_create(Block(series=series, **asdict(spec)) for spec in blocks)
