"""Each row of a pasted table as somebody new, or what is wrong with it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.care.models import ContactPoint, LevelOfCare, Program
from apps.care.models.places import StaffRole
from apps.care.services.enrollments import (
    ADULT_AGE,
    NotANumber,
    contact_index,
    normalized_phone,
)
from apps.sessions.models import Series
from apps.setup.reading import (
    NO_DATE,
    Column,
    Problem,
    Row,
    read_day,
    read_table,
    read_weekdays,
)
from apps.setup.selectors import rooms_ahead, staff_in
from apps.setup.services.people import NewPerson, known_people

OLDEST = 110
# What is made within half the time that the server gives one request.
MOST_PEOPLE = 1_000
THEM, OTHERS, NONE = "them", "others", "none"
COLUMNS = (
    Column("first_name", gettext_lazy("The first name they go by")),
    Column("last_name", gettext_lazy("Last name")),
    Column("birth_date", gettext_lazy("2026-10-14 or 10/14/2026")),
    Column("phone", gettext_lazy("Or empty"), needed=False, may_begin_with_plus=True),
    Column("email", gettext_lazy("Or empty"), needed=False),
    Column("language", gettext_lazy("en or es; empty is English"), needed=False),
    Column("site", gettext_lazy("Its name or its short name")),
    Column("program", gettext_lazy("Its name at this site")),
    Column("level", gettext_lazy("The short name of the level, such as IOP")),
    Column("weekdays", gettext_lazy("Mon Tue Thu")),
    Column("start", gettext_lazy("The first day")),
    Column(
        "counselor", gettext_lazy("Their e-mail address, or the name they go by here")
    ),
    Column(
        "phone_seen_by",
        gettext_lazy("them, others, or none when there is no phone; empty is them"),
        needed=False,
    ),
)
EXAMPLE = (
    "Rosa", "Sample", "1988-03-21", "617-555-0123", "rosa@example.org", "en", "Boston",
    "Day", "IOP", "Mon Tue Thu", "2026-10-19", "ana@example.org", "them",
)  # fmt: skip


@dataclass
class Checked:
    """What a table comes to. ``people`` are with the number of their row."""

    rows: int
    people: list[tuple[int, NewPerson]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class House:
    """What the rows may name, read once."""

    def __init__(self, organization_id):
        programs = Program.objects.filter(
            site__organization=organization_id
        ).select_related("site")
        self.programs: dict[tuple[str, str], Program] = {}
        self.sites: set[str] = set()
        for program in programs:
            for site in {program.site.name.casefold(), program.site.code.casefold()}:
                self.programs[site, program.name.casefold()] = program
                self.sites.add(site)
        self.levels = {
            level.code.casefold(): level
            for level in LevelOfCare.objects.filter(organization=organization_id)
        }

    def program(self, row: Row) -> Program | None:
        site, name = row.get("site").casefold(), row.get("program").casefold()
        if not site or not name:
            return None
        if site not in self.sites:
            row.wrong("site", _("No site with a program is called so."))
            return None
        found = self.programs.get((site, name))
        if found is None:
            row.wrong("program", _("No program of this site is called so."))
        return found

    def level(self, row: Row, column: str, said: str) -> LevelOfCare | None:
        found = self.levels.get(said.casefold()) if said else None
        if said and found is None:
            row.wrong(column, _("No level of care has this short name."))
        return found


class Staff:
    """Found by their address, or by a name that only one of them has."""

    def __init__(self, organization_id, roles):
        people = list(staff_in(organization_id, roles))
        names = Counter(user.name.casefold() for user in people)
        self.known: dict[str, User] = {
            user.name.casefold(): user
            for user in people
            if names[user.name.casefold()] == 1
        }
        self.known |= {user.email.casefold(): user for user in people if user.email}
        self.twice = {name for name, count in names.items() if count > 1}

    def find(self, row: Row, column: str, nobody: str) -> User | None:
        said = row.get(column).casefold()
        if not said:
            return None
        found = self.known.get(said)
        if found is None and said in self.twice:
            row.wrong(
                column,
                _("Several people here are called so. Write the e-mail address."),
            )
        elif found is None:
            row.wrong(column, nobody)
        return found


def check_people(text: str, *, organization_id, at: datetime) -> Checked:
    """Reads everything the rows may name at once: as many queries for one row as for all.

    :raises Unreadable: when it is no table of ours.
    """
    rows = read_table(text, COLUMNS, MOST_PEOPLE)
    house = House(organization_id)
    counselors = Staff(organization_id, [StaffRole.Role.COUNSELOR])
    read = [(row, _person(row, house, counselors, at)) for row in rows]
    people = [(row, person) for row, person in read if person is not None]
    _name_twice(people)
    _name_known(people, organization_id)
    _name_full(people, at)
    return Checked(
        rows=len(rows),
        people=[(row.number, person) for row, person in people if not row.problems],
        problems=[problem for row in rows for problem in row.problems],
    )


def _person(
    row: Row, house: House, counselors: Staff, at: datetime
) -> NewPerson | None:
    program = house.program(row)
    level = house.level(row, "level", row.get("level"))
    nobody = _("No counselor here is called so.")
    primary = counselors.find(row, "counselor", nobody)
    birth_date = _birth_date(row, at)
    weekdays = _weekdays(row, level)
    started_on = _start(row, at)
    phone, email = _phone(row), _email(row)
    language, seen_by = _language(row), _seen_by(row)
    name, surname = _name(row, "first_name", 60), _name(row, "last_name", 80)
    if row.problems or not (
        program and level and primary and birth_date and started_on
    ):
        return None
    return NewPerson(
        name=name,
        surname=surname,
        birth_date=birth_date,
        phone=phone,
        email=email,
        language=language,
        program=program,
        level=level,
        weekdays=weekdays,
        started_on=started_on,
        primary=primary,
        monitored_phone=seen_by == OTHERS,
        no_phone=seen_by == NONE,
    )


def _name(row: Row, column: str, most: int) -> str:
    said = " ".join(row.get(column).split())
    if len(said) > most:
        row.wrong(column, _("This is longer than %(most)s letters.") % {"most": most})
    return said


def _day(row: Row, column: str) -> date | None:
    said = row.get(column)
    found = read_day(said) if said else None
    if said and (found is None or not 1900 <= found.year <= 2100):
        row.wrong(column, NO_DATE)
        return None
    return found


def _start(row: Row, at: datetime) -> date | None:
    first = _day(row, "start")
    if first is not None and (first - at.date()).days > 366:
        row.wrong("start", _("This is more than a year away. Look at the year."))
    return first


def _birth_date(row: Row, at: datetime) -> date | None:
    born = _day(row, "birth_date")
    if born is None:
        return None
    age = relativedelta(at.date(), born).years
    if born > at.date() or age > OLDEST:
        row.wrong("birth_date", _("Nobody was born on this day. Look at the year."))
    elif age < ADULT_AGE:
        row.wrong("birth_date", _("Under 18. This is for adults only."))
    return born


def _weekdays(row: Row, level: LevelOfCare | None) -> list[int]:
    said = row.get("weekdays")
    found = read_weekdays(said) if said else []
    if found is None:
        row.wrong("weekdays", _("Write the days as Mon Tue Thu."))
        return []
    if said and level and not level.days_min <= len(found) <= level.days_max:
        words = _("%(level)s takes %(least)s to %(most)s days a week.")
        row.wrong(
            "weekdays",
            words
            % {"level": level.code, "least": level.days_min, "most": level.days_max},
        )
    return found


def _phone(row: Row) -> str:
    if not (said := row.get("phone")):
        return ""
    try:
        return normalized_phone(said)
    except NotANumber:
        row.wrong("phone", _("This number cannot be dialled."))
        return ""


def _email(row: Row) -> str:
    said = row.get("email").casefold()
    try:
        if said:
            validate_email(said)
    except ValidationError:
        row.wrong("email", _("This is no e-mail address."))
    return said


def _language(row: Row) -> str:
    said = row.get("language").casefold()
    codes = {code: code for code, _name in settings.LANGUAGES}
    words = codes | {"english": "en", "spanish": "es", "español": "es"}
    if said and said not in words:
        row.wrong("language", _("Write %(codes)s.") % {"codes": ", ".join(codes)})
    return words.get(said, settings.LANGUAGE_CODE)


def _seen_by(row: Row) -> str:
    said = row.get("phone_seen_by").casefold() or THEM
    if said not in (THEM, OTHERS, NONE):
        row.wrong("phone_seen_by", _("Write them, others or none."))
    elif said == NONE and row.get("phone"):
        row.wrong(
            "phone_seen_by", _("There is a number, and no phone. One of them is wrong.")
        )
    return said


def _name_twice(people: Iterable[tuple[Row, NewPerson]]) -> None:
    """The second of two that are the same, with the row of the first."""
    first: dict[tuple, int] = {}
    for row, person in people:
        said = [("first_name", person.who, _("The same person as in row %(row)s."))]
        words = _("The same as in row %(row)s. Each person needs their own.")
        said += [
            (kind.lower(), (kind, value), words) for kind, value in person.reached_at
        ]
        for column, key, words in said:
            earlier = first.setdefault(key, row.number)
            if earlier != row.number:
                row.wrong(column, words % {"row": earlier})


def _name_known(people: list[tuple[Row, NewPerson]], organization_id) -> None:
    known = known_people(organization_id, [person for _, person in people])
    indexes = {
        contact_index(kind, value): None
        for _, person in people
        for kind, value in person.reached_at
    }
    taken = set(
        ContactPoint.objects.filter(
            client__organization=organization_id,
            value_index__in=indexes,
            stopped_at=None,
        ).values_list("kind", "value_index")
    )
    for row, person in people:
        if person.who in known:
            row.wrong(
                "first_name", _("Somebody of this name and birth date is here already.")
            )
            continue
        for kind, value in person.reached_at:
            if (kind, contact_index(kind, value)) in taken:
                row.wrong(kind.lower(), _("Somebody here has this already."))


def _name_full(people: list[tuple[Row, NewPerson]], at: datetime) -> None:
    """Seats are given in the order of the rows, as they will be when it is made."""
    programs = {person.program.pk for row, person in people if not row.problems}
    levels = defaultdict(set)
    for series, level in Series.levels.through.objects.filter(
        series__program__in=programs
    ).values_list("series", "levelofcare"):
        levels[series].add(level)
    rooms = defaultdict(list)
    for room in rooms_ahead(programs, at).select_related("series"):
        room.left = room.capacity - room.seats_taken
        for level in levels[room.series_id]:
            rooms[room.series.program_id, level, room.weekday].append(room)
    for row, person in people:
        if row.problems:
            continue
        theirs = [
            room
            for day in person.weekdays
            for room in rooms[person.program.pk, person.level.pk, day]
            if room.local_on >= person.started_on
        ]
        full = [room for room in theirs if room.left < 1]
        if full:
            room = min(full, key=lambda room: room.starts_at)
            row.wrong("weekdays", full_words(room))
            continue
        for room in theirs:
            room.left -= 1


def full_words(room) -> str:
    """Which group is full, and when."""
    words = _("“%(title)s” is full on %(day)s: all %(seats)s seats are taken.")
    day = date_format(room.local_on, "D, M j")
    return words % {"title": room.title, "day": day, "seats": room.capacity}
