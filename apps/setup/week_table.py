"""Rows of a pasted table as series with their parts, or what is wrong with them."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db.models import Q
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.care.models import LevelOfCare, Program
from apps.sessions.models import Kind, Series
from apps.sessions.services import BlockSpec
from apps.setup.people_table import House, Staff
from apps.setup.reading import (
    NO_DATE,
    Column,
    Problem,
    Row,
    read_clock,
    read_day,
    read_number,
    read_table,
    read_weekdays,
    read_yes,
)
from apps.setup.selectors import LEADERS

DAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_SEATS, MOST_MINUTES = 200, 720
COLUMNS = (
    Column("site", gettext_lazy("Its name or its short name"), needed=False),
    Column("program", gettext_lazy("Its name at this site"), needed=False),
    Column(
        "title",
        gettext_lazy("What people read. Empty: one more part of the row above"),
        needed=False,
    ),
    Column("levels", gettext_lazy("Short names of the levels: IOP PHP"), needed=False),
    Column("weekdays", gettext_lazy("Mon Tue Thu"), needed=False),
    Column("starts", gettext_lazy("9:00 or 5:30 pm"), needed=False),
    Column("leader", gettext_lazy("E-mail address or name of who leads"), needed=False),
    Column("room", gettext_lazy("Or empty"), needed=False),
    Column("seats", gettext_lazy("How many; empty is 12"), needed=False),
    Column("from", gettext_lazy("The first day; empty is today"), needed=False),
    Column(
        "part", gettext_lazy("The name of the part; empty is the title"), needed=False
    ),
    Column("kind", gettext_lazy("What it is, from the list below"), needed=False),
    Column("minutes", gettext_lazy("How long this part is")),
    Column("counts", gettext_lazy("no for lunch and breaks"), needed=False),
)
EXAMPLES = (
    ("Boston", "Evening", "Evening", "IOP", "Mon Tue Wed Thu", "17:30", "ana@example.org",
     "Room 2", "12", "2026-10-19", "Skills group", "LIFE_SKILLS", "90", "yes"),
    ("", "", "", "", "", "", "", "", "", "", "Break", "WELLNESS", "10", "no"),
    ("", "", "", "", "", "", "", "", "", "", "Process group", "GROUP", "90", "yes"),
)  # fmt: skip
OF_THE_SERIES = [c.name for c in COLUMNS[:10]]
NEEDED = ("site", "program", "title", "levels", "weekdays", "starts", "leader")


def day_rule(weekdays: list[int]) -> str:
    return "FREQ=WEEKLY;BYDAY=" + ",".join(DAY_CODES[day] for day in weekdays)


def days_in_words(rule: str) -> str:
    """The weekdays of a rule, short. Of a rule that names none, the rule itself."""
    found = re.search(r"BYDAY=([A-Z,]+)", rule)
    if found is None or not set(found[1].split(",")) <= set(DAY_CODES):
        return rule
    return " ".join(str(WEEKDAYS_ABBR[DAY_CODES.index(d)]) for d in found[1].split(","))


@dataclass
class NewSeries:
    """What ``create_series`` is told, as far as a table says it."""

    program: Program
    title: str
    kind: str
    levels: list[LevelOfCare]
    weekdays: list[int]
    starts: time
    leader: User
    room: str
    seats: int
    valid_from: date
    blocks: list[BlockSpec] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        return sum(block.minutes for block in self.blocks)

    def as_made(self) -> dict:
        return {
            "program": self.program,
            "title": self.title,
            "kind": self.kind,
            "rrule": day_rule(self.weekdays),
            "starts_at_time": self.starts,
            "minutes": self.minutes,
            "valid_from": self.valid_from,
            "levels": self.levels,
            "facilitator": self.leader,
            "room": self.room,
            "capacity": self.seats,
            "blocks": self.blocks,
        }

    def add(self, title: str, kind: str, minutes: int, counts: bool) -> None:
        self.blocks.append(BlockSpec(title, kind, self.minutes, minutes, counts))


@dataclass
class CheckedWeek:
    """``series`` are with the number of their first row."""

    rows: int
    series: list[tuple[int, NewSeries]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def check_week(text: str, *, organization_id, at: datetime) -> CheckedWeek:
    """Everything but who is in two places at once, which shows when it is made.

    :raises Unreadable: when it is no table of ours.
    """
    rows = read_table(text, COLUMNS)
    house, leaders = House(organization_id), Staff(organization_id, LEADERS)
    there = _there(organization_id, at)
    made: list[tuple[Row, NewSeries | None]] = []
    for row in rows:
        if any(row.get(name) for name in OF_THE_SERIES):
            made.append((row, _series(row, house, leaders, at)))
        elif not made:
            row.wrong("title", _("The first row has to begin with a site and a title."))
        _add_part(row, made[-1][1] if made else None)
    seen: dict[tuple, int] = {}
    for row, series in made:
        if series is None:
            continue
        key = _key(series)
        if key in there:
            row.wrong("title", _("This is in the week already."))
        elif key in seen:
            row.wrong("title", _("The same as in row %(row)s.") % {"row": seen[key]})
        if series.minutes > MOST_MINUTES:
            row.wrong("minutes", _("Together the parts are longer than 12 hours."))
        seen.setdefault(key, row.number)
    return CheckedWeek(
        rows=len(rows),
        series=[(row.number, series) for row, series in made if series is not None],
        problems=[problem for row in rows for problem in row.problems],
    )


def _there(organization_id, at: datetime) -> set[tuple]:
    running = Series.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=at.date()),
        program__site__organization=organization_id,
    )
    return {
        (program, title.casefold(), rule, starts)
        for program, title, rule, starts in running.values_list(
            "program", "title", "rrule", "starts_at_time"
        )
    }


def _key(series: NewSeries) -> tuple:
    rule = day_rule(series.weekdays)
    return (series.program.pk, series.title.casefold(), rule, series.starts)


def _series(row: Row, house: House, leaders: Staff, at: datetime) -> NewSeries | None:
    for name in NEEDED:
        if not row.get(name) and not any(p.column == name for p in row.problems):
            row.wrong(name, _("This is empty."))
    program = house.program(row)
    levels = [
        house.level(row, "levels", said)
        for said in re.split(r"[\s,;/+|]+", row.get("levels"))
        if said
    ]
    leader = leaders.find(row, "leader", _("Nobody here who may lead is called so."))
    weekdays = read_weekdays(row.get("weekdays")) if row.get("weekdays") else []
    if weekdays is None:
        row.wrong("weekdays", _("Write the days as Mon Tue Thu."))
    starts = read_clock(row.get("starts")) if row.get("starts") else None
    if row.get("starts") and starts is None:
        row.wrong("starts", _("Write the time as 9:00 or 5:30 pm."))
    seats = read_number(row.get("seats") or "12", most=MOST_SEATS)
    if seats is None:
        row.wrong(
            "seats", _("Write a number from 1 to %(most)s.") % {"most": MOST_SEATS}
        )
    title = _short(row, "title", 80)
    room = _short(row, "room", 40)
    begins = _begins(row, program, at)
    if row.problems or program is None or leader is None or begins is None:
        return None
    return NewSeries(
        program=program,
        title=title,
        kind=kind_of(row.get("kind")) or Kind.GROUP,
        levels=[level for level in levels if level is not None],
        weekdays=weekdays or [],
        starts=starts or time(0),
        leader=leader,
        room=room,
        seats=seats or 12,
        valid_from=begins,
    )


def _begins(row: Row, program: Program | None, at: datetime) -> date | None:
    today = program.site.local_date(at) if program else at.date()
    if not (said := row.get("from")):
        return today
    found = read_day(said)
    if found is None:
        row.wrong("from", NO_DATE)
    elif abs((found - today).days) > 366:
        row.wrong("from", _("This is more than a year away. Look at the year."))
        return None
    return found


def _short(row: Row, column: str, most: int) -> str:
    said = " ".join(row.get(column).split())
    if len(said) > most:
        row.wrong(column, _("This is longer than %(most)s letters.") % {"most": most})
    return said


def kind_of(said: str) -> str:
    """By its code or by how it is called; empty when there is no such kind."""
    plain = said.strip().casefold()
    names = {str(kind.label).casefold(): kind.value for kind in Kind}
    return names.get(plain) or next(
        (kind.value for kind in Kind if kind.value.casefold() == plain), ""
    )


def _add_part(row: Row, series: NewSeries | None) -> None:
    kind = kind_of(row.get("kind"))
    if row.get("kind") and not kind:
        row.wrong("kind", _("Choose one of the list below."))
    minutes = read_number(row.get("minutes"), most=MOST_MINUTES)
    if row.get("minutes") and minutes is None:
        words = _("Write a number from 1 to %(most)s.")
        row.wrong("minutes", words % {"most": MOST_MINUTES})
    counts = read_yes(row.get("counts") or "yes")
    if counts is None:
        row.wrong("counts", _("Write yes or no."))
    title = _short(row, "part", 80)
    if series is None or row.problems:
        return
    series.add(title or series.title, kind or series.kind, minutes or 0, bool(counts))
