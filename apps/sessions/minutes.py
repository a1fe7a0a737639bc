"""Minutes that count as service: what is left of the blocks between coming and leaving."""

from collections.abc import Iterable
from datetime import datetime, timedelta

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
) -> int:
    """Whole minutes of service for who came and left then.

    ``blocks`` are (offset, minutes) of the parts that count; none means all of the time.
    """
    came = arrived_at if arrived_at and is_late(arrived_at, starts_at) else starts_at
    left = left_at if left_at and is_early(left_at, ends_at) else ends_at
    parts = [
        (starts_at + timedelta(minutes=offset), timedelta(minutes=length))
        for offset, length in blocks
    ] or [(starts_at, ends_at - starts_at)]
    there = sum(
        (
            max(min(begin + length, left, ends_at) - max(begin, came), timedelta())
            for begin, length in parts
        ),
        timedelta(),
    )
    return int(there.total_seconds() // 60)
