"""Which looks at records a supervisor should ask about. A question, not a verdict.

Only what is rare in good work is told: a list that is always long is never read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from uuid import UUID

MANY = 20
IN_A_SHORT_TIME = timedelta(minutes=30)
NIGHT_BEGINS, NIGHT_ENDS = time(22), time(5)
# Somebody on call opens a record at night to do something about it.
SOON = timedelta(hours=1)


@dataclass(frozen=True)
class Look:
    at: datetime
    staff: UUID
    clients: tuple[UUID, ...]
    # One record, not a list of several.
    opened: bool


@dataclass(frozen=True)
class Unusual:
    """``why`` is MANY, OUTSIDE, FAMILY or NIGHT."""

    why: str
    staff: UUID
    clients: tuple[UUID, ...]
    first: datetime
    last: datetime
    times: int


@dataclass(frozen=True)
class Knowledge:
    """What is known about whom; each asks with ids, so that rules read no tables."""

    zone: tzinfo
    # (staff, client, at, opened)
    is_on_team: Callable[[UUID, UUID, datetime, bool], bool]
    is_namesake: Callable[[UUID, UUID], bool]
    # When this person did something for this client.
    acts: Callable[[UUID, UUID], Iterable[datetime]]


def unusual(looks: Iterable[Look], known: Knowledge) -> list[Unusual]:
    """Newest first, each with everything that belongs together."""
    by_staff: dict[UUID, list[Look]] = defaultdict(list)
    for look in sorted(looks, key=lambda look: look.at):
        by_staff[look.staff].append(look)
    found = [
        finding
        for staff, theirs in by_staff.items()
        for finding in (
            *_many(staff, theirs),
            *_outside(staff, theirs, known),
            *_namesakes(staff, theirs, known),
            *_at_night(staff, theirs, known),
        )
    ]
    return sorted(found, key=lambda each: (each.last, each.why), reverse=True)


def _many(staff: UUID, looks: list[Look]) -> Iterator[Unusual]:
    """Stretches in which more than a few records were opened one after the other."""
    opened = [look for look in looks if look.opened]
    stretch: list[Look] = []
    first = 0
    for last, look in enumerate(opened):
        while opened[first].at < look.at - IN_A_SHORT_TIME:
            first += 1
        window = opened[first : last + 1]
        if len(_clients(window)) <= MANY:
            continue
        if stretch and window[0].at > stretch[-1].at:
            yield _told("MANY", staff, stretch)
            stretch = []
        stretch += [each for each in window if each not in stretch]
    if stretch:
        yield _told("MANY", staff, stretch)


def _outside(staff: UUID, looks: list[Look], known: Knowledge) -> Iterator[Unusual]:
    by_client: dict[UUID, list[Look]] = defaultdict(list)
    for look in looks:
        for client in look.clients:
            if not known.is_on_team(staff, client, look.at, look.opened):
                by_client[client].append(look)
    for client, theirs in by_client.items():
        yield _told("OUTSIDE", staff, theirs, (client,))


def _namesakes(staff: UUID, looks: list[Look], known: Knowledge) -> Iterator[Unusual]:
    by_client: dict[UUID, list[Look]] = defaultdict(list)
    for look in looks:
        for client in look.clients:
            if look.opened and known.is_namesake(staff, client):
                by_client[client].append(look)
    for client, theirs in by_client.items():
        yield _told("FAMILY", staff, theirs, (client,))


def _at_night(staff: UUID, looks: list[Look], known: Knowledge) -> Iterator[Unusual]:
    """One for each night, of records that were opened and nothing done."""
    by_night: dict[object, list[Look]] = defaultdict(list)
    for look in looks:
        local = look.at.astimezone(known.zone)
        is_night = local.time() >= NIGHT_BEGINS or local.time() < NIGHT_ENDS
        if look.opened and is_night and not _did_something(staff, look, known):
            # The evening and the small hours after it are one night.
            by_night[(local - timedelta(hours=12)).date()].append(look)
    for theirs in by_night.values():
        yield _told("NIGHT", staff, theirs)


def _did_something(staff: UUID, look: Look, known: Knowledge) -> bool:
    return any(
        abs(act - look.at) <= SOON
        for client in look.clients
        for act in known.acts(staff, client)
    )


def _clients(looks: list[Look]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(client for look in looks for client in look.clients))


def _told(
    why: str, staff: UUID, looks: list[Look], clients: tuple[UUID, ...] = ()
) -> Unusual:
    return Unusual(
        why=why,
        staff=staff,
        clients=clients or _clients(looks),
        first=looks[0].at,
        last=looks[-1].at,
        times=len(looks),
    )
