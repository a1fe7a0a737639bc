"""Who there is, whose records there are, and which roles go together."""

from enum import StrEnum


class Role(StrEnum):
    VISITOR = "VISITOR"
    # Staff who have given their code, and not yet their second factor.
    HALF = "HALF"
    CLIENT = "CLIENT"
    # As in care.StaffRole, which lies above; a test compares the two.
    COUNSELOR = "COUNSELOR"
    FACILITATOR = "FACILITATOR"
    CASE_MANAGER = "CASE_MANAGER"
    NURSE = "NURSE"
    PEER = "PEER"
    FRONT_DESK = "FRONT_DESK"
    SUPERVISOR = "SUPERVISOR"
    DIRECTOR = "DIRECTOR"
    ADMIN = "ADMIN"


class Scope(StrEnum):
    """Which of these records are open to somebody whose role allows the action."""

    PUBLIC = "the same for everybody"
    LINK = "whoever holds the link, the code or the sealed key"
    SIGNED = "the sender, by signature"
    OWN = "their own"
    WORK = "their own tasks, and clients they are assigned to"
    CASELOAD = "clients they are assigned to"
    READ = (
        "clients they are assigned to, or opened with a reason for an hour; of their room, "
        "check-ins and attendance where the program lets facilitators see check-ins"
    )
    GLASS = "clients they are assigned to, or opened with a reason for an hour"
    FOUND = "one client of the house, found by name and birth date"
    HOUSE = "clients of the house"
    TIMETABLE = "the weeks of the house's sites, which name no client"
    COLLEAGUES = "people of the staff of the house"
    ROSTER = "rooms they lead, and their own clients in others"
    DOOR = "who is expected at their site that day: name, time, room, here or not, and rides"
    NEARBY = "meetings and help near the house's sites, which name no client"
    FIGURES = "counts of the house, which name no client"
    SETUP = "sites, levels and the weekly template of the house"
    NEW = "nobody's yet: it begins a record"


class Across(StrEnum):
    NOBODY = ""
    VISITORS = "visitors"
    ANYBODY = "anybody"


STAFF = frozenset(set(Role) - {Role.VISITOR, Role.HALF, Role.CLIENT})
SIGNED_IN = STAFF | {Role.CLIENT}
EVERYBODY = frozenset(Role)
# Who looks after people. The front desk, facilitators and admins do not open records.
CARE_TEAM = frozenset(
    {
        Role.COUNSELOR,
        Role.CASE_MANAGER,
        Role.NURSE,
        Role.PEER,
        Role.SUPERVISOR,
        Role.DIRECTOR,
    }
)
IN_THE_ROOM = CARE_TEAM | {Role.FACILITATOR}
SUPERVISOR = frozenset({Role.SUPERVISOR})
# Who decides what is held when.
TIMETABLE = frozenset({Role.SUPERVISOR, Role.DIRECTOR, Role.ADMIN})
SUPERVISION = frozenset({Role.SUPERVISOR, Role.DIRECTOR})
CLIENT = frozenset({Role.CLIENT})
AT_THE_DOOR = frozenset({Role.FRONT_DESK})
ADMIN = frozenset({Role.ADMIN})
# Who keeps the list of what is near.
KNOWS_AROUND = ADMIN | {Role.CASE_MANAGER}
RUN_THE_HOUSE = SUPERVISION | ADMIN
# Who decides from which answer on somebody of the team is asked to look.
CHOOSE_REASONS = SUPERVISOR | ADMIN
# Who begins a record. Beginning one opens none.
ENROLLING = frozenset({Role.COUNSELOR, Role.CASE_MANAGER, Role.SUPERVISOR, Role.ADMIN})
