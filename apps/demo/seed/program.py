"""Harbor Lane: two sites, their levels, staff and weekly template. All of it made up."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from apps.accounts.models import User
from apps.audit.actors import SYSTEM
from apps.care import vocabulary
from apps.care.models import (
    LevelOfCare,
    Organization,
    Program,
    Site,
    SiteLine,
    StaffRole,
)
from apps.care.services.organizations import make_levels
from apps.demo.seed.nearby import seed_nearby
from apps.sessions.models import Block, Series
from apps.setup.services import words

BOSTON_TIME = "America/New_York"
OFFICE_HOURS = {str(day): ["08:30", "17:30"] for day in range(5)}

# name, role, site code or "" for both, credentials, languages
STAFF = [
    ("Lourdes", "SUPERVISOR", "BOS", "LICSW"),
    ("Graham", "SUPERVISOR", "NDH", "LMHC"),
    ("Ana", "COUNSELOR", "BOS", "LADC I"),
    ("Kofi", "COUNSELOR", "BOS", "LADC I"),
    ("Mina", "COUNSELOR", "BOS", "LMHC"),
    ("Sam", "COUNSELOR", "NDH", "LADC II"),
    ("Ruth", "COUNSELOR", "NDH", "LADC I"),
    ("Theo", "COUNSELOR", "NDH", "LICSW"),
    ("Bea", "FACILITATOR", "", "LMFT"),
    ("Jo", "NURSE", "", "RN"),
    ("Dre", "PEER", "", "CARC"),
    ("Pat", "CASE_MANAGER", "", ""),
    ("Robin", "FRONT_DESK", "BOS", ""),
    ("Dana", "DIRECTOR", "", ""),
    ("Alex", "ADMIN", "", ""),
]

MORNING = [
    ("Little Big Book Group", "TWELVE_STEP", 0, 100, True),
    ("Psycho Ed Group", "PSYCHOEDUCATION", 100, 90, True),
    ("Wrap-up and plan check", "RELAPSE_PREVENTION", 190, 20, True),
]
WHOLE_DAY = [
    *MORNING,
    ("Lunch", "WELLNESS", 210, 45, False),
    ("Skills lab", "LIFE_SKILLS", 255, 60, True),
    ("Process group", "GROUP", 315, 60, True),
]
EVENING = [
    ("Skills group", "LIFE_SKILLS", 0, 90, True),
    ("Break", "WELLNESS", 90, 10, False),
    ("Process group", "GROUP", 100, 90, True),
]
CONTINUING = [("Continuing group", "RELAPSE_PREVENTION", 0, 90, True)]

# site, program, title, levels, days, start, minutes, room, facilitator, blocks
TEMPLATE = [
    ("BOS", "Day", "Day morning", ("IOP",), "MO,TU,WE,TH,FR", time(9), 210,
     "Room 2", "Ana", MORNING),
    ("BOS", "Day", "Whole day", ("PHP",), "MO,TU,WE,TH,FR", time(9), 375,
     "Room 1", "Mina", WHOLE_DAY),
    ("BOS", "Day", "Continuing group", ("OP",), "TH", time(12, 30), 90,
     "Room 3", "Bea", CONTINUING),
    ("BOS", "Evening", "Evening", ("IOP",), "MO,TU,WE,TH", time(17, 30), 190,
     "Room 2", "Kofi", EVENING),
    ("BOS", "Evening", "Continuing group", ("OP",), "TU", time(18), 90,
     "Room 3", "Mina", CONTINUING),
    ("NDH", "Day", "Day morning", ("IOP",), "MO,TU,TH,FR", time(9), 210,
     "Harbor room", "Sam", MORNING),
    ("NDH", "Day", "Whole day", ("PHP",), "MO,TU,WE,TH,FR", time(9), 375,
     "Garden room", "Theo", WHOLE_DAY),
    ("NDH", "Day", "Continuing group", ("OP",), "WE", time(12, 30), 90,
     "Harbor room", "Bea", CONTINUING),
    ("NDH", "Evening", "Evening", ("IOP",), "MO,TU,WE,TH", time(17, 30), 190,
     "Harbor room", "Ruth", EVENING),
]  # fmt: skip


@dataclass(frozen=True)
class World:
    organization: Organization
    sites: dict[str, Site]
    levels: dict[str, LevelOfCare]
    programs: dict[tuple[str, str], Program]
    staff: dict[str, User]
    series: list[Series]


def build_program(*, first_day: date, today: date, at: datetime) -> World:
    """Make Harbor Lane as it stood on ``first_day``."""
    organization = Organization.objects.create(
        name="Harbor Lane", alias="Harbor", created_at=at
    )
    staff = {
        name: User.objects.create(
            handle=f"demo-{name.lower()}",
            kind=User.Kind.STAFF,
            name=name,
            email=f"{name.lower()}@harborlane.example",
            organization_id=organization.pk,
        )
        for name, *_ in STAFF
    }
    sites = {
        "BOS": _site(organization, "BOS", "Boston", "12 Example Wharf", staff["Lourdes"],
                     "617-555-01", today),
        "NDH": _site(organization, "NDH", "Needham", "3 Sample Green", staff["Graham"],
                     "781-555-01", today),
    }  # fmt: skip
    for name, role, code, credentials in STAFF:
        StaffRole.objects.create(
            user=staff[name],
            organization=organization,
            site=sites.get(code),
            role=role,
            credentials=credentials,
        )
    levels = {level.code: level for level in make_levels(organization)}
    programs = {
        (code, track.label): Program.objects.create(
            site=sites[code], name=str(track.label), track=track
        )
        for code in sites
        for track in (Program.Track.DAY, Program.Track.EVENING)
    }
    _words_of_needham(programs["NDH", "Day"], at)
    seed_nearby(sites, list(programs.values()), today)
    series = [
        _series(programs[site, program], levels, staff, first_day, *rest)
        for site, program, *rest in TEMPLATE
    ]
    return World(organization, sites, levels, programs, staff, series)


def weekday_from(day: date) -> date:
    """The day, or the Monday after it."""
    return day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)


def _words_of_needham(program: Program, at: datetime) -> None:
    """One thing of the town's own, and one that does not fit there."""
    words.add_word(
        program=program,
        kind="TRIGGER",
        group="place",
        label_en="The commuter rail platform",
        label_es="El andén del tren",
        at=at,
        by=SYSTEM,
    )
    offered = {item.code for item in vocabulary.triggers()} - {"trg.place.event"}
    words.offer(program=program, which="triggers", codes=offered, at=at, by=SYSTEM)


def _site(organization, code, name, address, on_call, prefix, today) -> Site:
    # Two weeks back and in the weeks to come, so that a demonstration always shows how a
    # closed day looks.
    holidays = [today - timedelta(days=16), weekday_from(today + timedelta(days=9))]
    site = Site.objects.create(
        organization=organization,
        code=code,
        name=name,
        address=address,
        timezone=BOSTON_TIME,
        staffed_hours=OFFICE_HOURS,
        holidays=[day.isoformat() for day in holidays],
        on_call=on_call,
        checkins_on=True,
        after_hours=f"{on_call.name} is told at once, day and night. People call {prefix}11.",
        holiday_cover=f"{on_call.name} reads on days we are closed, and calls back.",
    )
    site.checkin_readers.add(on_call)
    lines = [
        ("PROGRAM", f"{prefix}10", ("Front desk", "Mon to Fri, 8:30 am to 5:30 pm"),
         ("Recepción", "lun a vie, 8:30 a 17:30")),
        ("AFTER_HOURS", f"{prefix}11", ("Evenings and weekends", "5:30 pm to 8:30 am"),
         ("Noches y fines de semana", "17:30 a 8:30")),
    ]  # fmt: skip
    for position, (kind, number, (label, hours), spanish) in enumerate(lines):
        SiteLine.objects.create(
            site=site,
            kind=kind,
            label=label,
            number=number,
            hours=hours,
            in_languages={"es": dict(zip(("label", "hours"), spanish, strict=True))},
            last_checked_on=today - timedelta(days=20),
            position=position,
        )
    return site


def _series(
    program, levels, staff, first_day, title, codes, days, starts, minutes, room,
    facilitator, blocks,
) -> Series:  # fmt: skip
    series = Series.objects.create(
        program=program,
        title=title,
        kind=blocks[0][1],
        rrule=f"FREQ=WEEKLY;BYDAY={days}",
        starts_at_time=starts,
        minutes=minutes,
        valid_from=first_day,
        room=room,
        facilitator=staff[facilitator],
        capacity=20,
    )
    series.levels.set([levels[code] for code in codes])
    Block.objects.bulk_create(
        Block(
            series=series,
            title=name,
            kind=kind,
            offset_minutes=offset,
            minutes=length,
            counts=counts,
        )
        for name, kind, offset, length, counts in blocks
    )
    return series
