from apps.care.models.invitations import Invitation
from apps.care.models.levels import LevelAsk, LivingSituation, Referral
from apps.care.models.limits import LimitChange
from apps.care.models.nearby import OutsidePlace
from apps.care.models.people import (
    CareAssignment,
    Client,
    ContactPoint,
    Enrollment,
    Pause,
    Placement,
)
from apps.care.models.places import (
    LevelOfCare,
    Organization,
    Program,
    Site,
    SiteLine,
    StaffRole,
)
from apps.care.models.vocabulary import OwnItem, ProgramItem
from apps.care.models.work import Concern, DueMoment, Status, Task

__all__ = [
    "CareAssignment",
    "Client",
    "Concern",
    "ContactPoint",
    "DueMoment",
    "Enrollment",
    "Invitation",
    "LevelAsk",
    "LevelOfCare",
    "LimitChange",
    "LivingSituation",
    "Organization",
    "OutsidePlace",
    "OwnItem",
    "Pause",
    "Placement",
    "Program",
    "ProgramItem",
    "Referral",
    "Site",
    "SiteLine",
    "StaffRole",
    "Status",
    "Task",
]
