"""The weekly template, the occurrences made from it, and who came."""

from apps.sessions.models.arriving import (
    Barrier,
    Ride,
)
from apps.sessions.models.attendance import (
    Attendance,
    AttendanceChange,
)
from apps.sessions.models.closures import (
    Closure,
)
from apps.sessions.models.occurrences import (
    GroupSession,
    instants_of,
)
from apps.sessions.models.seats import (
    Absence,
    Override,
    Wait,
)
from apps.sessions.models.series import (
    Block,
    Kind,
    Series,
)
from apps.sessions.models.topics import (
    Topic,
)

__all__ = [
    "Absence",
    "Attendance",
    "AttendanceChange",
    "Barrier",
    "Block",
    "Closure",
    "GroupSession",
    "Kind",
    "Override",
    "Ride",
    "Series",
    "Topic",
    "Wait",
    "instants_of",
]
