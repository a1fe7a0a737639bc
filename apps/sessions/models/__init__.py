"""The weekly template, the occurrences made from it, and who came."""

from apps.sessions.models.attendance import Attendance
from apps.sessions.models.closures import Closure
from apps.sessions.models.occurrences import GroupSession, instants_of
from apps.sessions.models.seats import Override
from apps.sessions.models.series import Block, Kind, Series

__all__ = [
    "Attendance",
    "Block",
    "Closure",
    "GroupSession",
    "Kind",
    "Override",
    "Series",
    "instants_of",
]
