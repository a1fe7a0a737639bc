from apps.sessions.services.attendance import (
    DOORS_OPEN,
    NotExpected,
    NotOpenYet,
    ReasonNeeded,
    mark_attendance,
)
from apps.sessions.services.conflicts import DoubleBooked
from apps.sessions.services.occurrences import (
    cancel_session,
    change_session,
    generate_occurrences,
    keep_ahead,
)
from apps.sessions.services.rooms import RosterClosed, SessionCancelled
from apps.sessions.services.rosters import NotBegun, close_roster, roster_tasks
from apps.sessions.services.seats import (
    NoSeatLeft,
    count_seats,
    override_session,
    release_seat,
    release_seats,
    take_seat,
    take_seats,
)
from apps.sessions.services.series import (
    BadRule,
    BlocksDoNotFit,
    BlockSpec,
    create_series,
)

__all__ = [
    "DOORS_OPEN",
    "BadRule",
    "BlockSpec",
    "BlocksDoNotFit",
    "DoubleBooked",
    "NoSeatLeft",
    "NotBegun",
    "NotExpected",
    "NotOpenYet",
    "ReasonNeeded",
    "RosterClosed",
    "SessionCancelled",
    "cancel_session",
    "change_session",
    "close_roster",
    "count_seats",
    "create_series",
    "generate_occurrences",
    "keep_ahead",
    "mark_attendance",
    "override_session",
    "release_seat",
    "release_seats",
    "roster_tasks",
    "take_seat",
    "take_seats",
]
