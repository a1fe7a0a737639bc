"""What only the apps above know about a message; they register it when Django starts."""

from collections.abc import Callable, Sequence
from datetime import datetime

from apps.care.models import Enrollment
from apps.notifications.models import OutboxMessage

# By purpose: why the message is not wanted any more, or "".
StillWanted = Callable[[OutboxMessage, datetime], str]
# The person's own sessions between two moments: nothing arrives while they run.
BusyTimes = Callable[
    [Enrollment, datetime, datetime], Sequence[tuple[datetime, datetime]]
]

_still_wanted: dict[str, StillWanted] = {}
_busy_times: list[BusyTimes] = []


def ask_before_sending(purpose: str, still_wanted: StillWanted) -> None:
    _still_wanted[purpose] = still_wanted


def ask_for_busy_times(busy_times: BusyTimes) -> None:
    _busy_times[:] = [busy_times]


def not_wanted_because(message: OutboxMessage, at: datetime) -> str:
    still_wanted = _still_wanted.get(message.purpose)
    return still_wanted(message, at) if still_wanted else ""


def busy_times(enrollment: Enrollment, start: datetime, end: datetime):
    return [span for ask in _busy_times for span in ask(enrollment, start, end)]
