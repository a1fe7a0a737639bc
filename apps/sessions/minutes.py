"""Minutes that count as service: what is left of the blocks between coming and leaving."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
# Up to here somebody was on time: the tap is when a hand was free.
GRACE = timedelta(minutes=10)
# Who leaves within the last minutes stayed.
NEARLY_OVER = timedelta(minutes=15)


def is_late(arrived_at: datetime | None, starts_at: datetime) -> bool:
    return arrived_at is not None and arrived_at > starts_at + GRACE


def is_early(left_at: datetime | None, ends_at: datetime) -> bool:
    return left_at is not None and left_at < ends_at - NEARLY_OVER


def minutes_there(
    *,
    starts_at: datetime,
    ends_at: datetime,
    blocks: Iterable[tuple[int, int]],
    arrived_at: datetime | None = None,
    left_at: datetime | None = None,
    missed: Collection[int] = (),
) -> int:
    """Whole minutes of service for who came and left then."""
    return sum(
        minutes_by_block(
            starts_at=starts_at,
            ends_at=ends_at,
            blocks=blocks,
            arrived_at=arrived_at,
            left_at=left_at,
            missed=missed,
        ).values()
    )


def minutes_by_block(
    *,
    starts_at: datetime,
    ends_at: datetime,
    blocks: Iterable[tuple[int, int]],
    arrived_at: datetime | None = None,
    left_at: datetime | None = None,
    missed: Collection[int] = (),
) -> dict[int, int]:
    """Minutes of service of each block, by the minute it begins at.

    ``blocks`` are (offset, minutes) of the parts that count; none means all of the time.
    ``missed`` are offsets of parts somebody was not in. The parts add up to the whole: what
    is left over below a minute goes on to the next.
    """
    came = arrived_at if arrived_at and is_late(arrived_at, starts_at) else starts_at
    left = left_at if left_at and is_early(left_at, ends_at) else ends_at
    parts = [
        (offset, starts_at + timedelta(minutes=offset), timedelta(minutes=length))
        for offset, length in sorted(blocks)
    ] or [(0, starts_at, ends_at - starts_at)]
    counted: dict[int, int] = {}
    there, whole = timedelta(), 0
    for offset, begin, length in parts:
        if offset not in missed:
            until = min(begin + length, left, ends_at)
            there += max(until - max(begin, came), timedelta())
        counted[offset] = there // MINUTE - whole
        whole += counted[offset]
    return counted
