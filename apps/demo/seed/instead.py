"""Three who cannot come to one time: one takes another seat, one asks, one is kept a seat.
And one morning in another room."""

import uuid
from datetime import datetime, timedelta

from apps.sessions import services as sessions
from apps.sessions.models import GroupSession
from apps.sessions.open_seats import could_come_to, with_seats
from apps.sessions.selectors import AHEAD, expected_sessions, next_session

TAKES, ASKS, WAITS = "Noor", "Tess", "Andre"
MOVED = "Rosa"


def arrange(simulation, at: datetime) -> None:
    """Of people who are there; a smaller cast has less to show."""
    known = simulation.enrollments
    if MOVED in known:
        _move(simulation, known[MOVED], at)
    for number, name in enumerate((TAKES, ASKS, WAITS)):
        if name in known:
            _one(simulation, name, known[name], number, at)


def _move(simulation, enrollment, at: datetime) -> None:
    """One of the mornings this person comes to is in another room, far enough ahead that
    nobody is told yet."""
    coming = expected_sessions(enrollment, at + timedelta(days=4), at + AHEAD).held()
    room = coming.filter(series__isnull=False).select_related("facilitator").first()
    if room is not None:
        sessions.change_session(
            group_session=room,
            starts_at=room.starts_at,
            room="Room 4",
            facilitator=room.facilitator,
            at=at,
            by=simulation.program_actor,
        )


def _one(simulation, name, enrollment, number: int, at: datetime) -> None:
    mine = _second(enrollment, at)
    if mine is None:
        return
    by = simulation.client_actor(enrollment)
    who = {"enrollment": enrollment, "at": at, "by": by}
    sessions.cannot_come(
        group_session=mine,
        uuid=uuid.UUID(int=20 + number, version=4),
        reason="WORK",
        **who,
    )
    if name == ASKS:
        sessions.ask_for_makeup(instead_of=mine, **who)
        return
    room = with_seats(could_come_to(enrollment, mine, at)).last()
    if room is None:
        return
    if name == TAKES:
        sessions.take_open_seat(group_session=room, instead_of=mine, **who)
    else:
        sessions.wait_for_seat(
            group_session=room,
            makes_up=mine,
            uuid=uuid.UUID(int=30 + number, version=4),
            **who,
        )


def _second(enrollment, at: datetime) -> GroupSession | None:
    """Not the very next one: that is what Today shows."""
    first = next_session(enrollment, at)
    coming = expected_sessions(enrollment, at, at + AHEAD).held()
    later = coming.filter(series__isnull=False, starts_at__gt=at)
    if first is not None:
        later = later.exclude(pk=first.pk)
    return later.select_related("series", "site").first()
