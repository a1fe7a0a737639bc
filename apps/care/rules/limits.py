"""How often something automatic may reach one person, over all channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apps.common.days import wall_to_utc

OUTREACH = "OUTREACH"
REMINDER = "REMINDER"

BETWEEN_OUTREACH = timedelta(hours=72)
OUTREACH_IN_A_MONTH = 8
MONTH = timedelta(days=30)
REMINDER_AFTER_OUTREACH = timedelta(hours=20)


@dataclass(frozen=True)
class Sent:
    """Something automatic that arrived, or is planned to."""

    at: datetime
    purpose: str


def respects_limits(
    purpose: str, at: datetime, history: Sequence[Sent], tz: ZoneInfo
) -> bool:
    """Whether one more of this purpose may arrive at ``at``.

    ``history`` holds what was sent and what else is planned, so the spacing is kept to
    both sides. An answer to the client's own message is not limited.
    """
    outreach = [sent.at for sent in history if sent.purpose == OUTREACH]
    if purpose == OUTREACH:
        return all(
            abs(at - other) >= BETWEEN_OUTREACH for other in outreach
        ) and _month_has_room(at, outreach)
    if purpose == REMINDER:
        day = at.astimezone(tz).date()
        reminded = any(
            sent.purpose == REMINDER and sent.at.astimezone(tz).date() == day
            for sent in history
        )
        return not reminded and not any(
            timedelta(0) <= at - other < REMINDER_AFTER_OUTREACH for other in outreach
        )
    return True


def next_within_limits(
    purpose: str, at: datetime, history: Sequence[Sent], tz: ZoneInfo
) -> datetime:
    """The first moment from ``at`` on that respects the limits of this purpose."""
    if respects_limits(purpose, at, history, tz):
        return at
    # Room opens only when an earlier message gets old enough, or a new day begins.
    openings = [
        sent.at + age
        for sent in history
        for age in (BETWEEN_OUTREACH, MONTH, REMINDER_AFTER_OUTREACH)
    ]
    today = at.astimezone(tz).date()
    openings += [
        wall_to_utc(today + timedelta(days=ahead), time(0), tz)
        for ahead in range(1, len(history) + 2)
    ]
    return next(
        moment.astimezone(UTC)
        for moment in sorted(openings)
        if moment > at and respects_limits(purpose, moment, history, tz)
    )


def _month_has_room(at: datetime, outreach: Sequence[datetime]) -> bool:
    """Whether every month that would hold ``at`` stays within the number."""
    with_it = sorted([*outreach, at])
    return not any(
        first <= at <= last and last - first < MONTH
        for first, last in zip(with_it, with_it[OUTREACH_IN_A_MONTH:], strict=False)
    )
