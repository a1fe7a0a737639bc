"""A table that somebody pasted, as rows by the name of the column. Pure.

It comes from a spreadsheet, from a file with commas or semicolons, with or without the mark
that some programs put before UTF-8, and from people in a hurry.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_ROWS = 5_000
MOST_LETTERS = 1_000_000
LONGEST_CELL = 200
DELIMITERS = (",", ";", "\t")
# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@")
# UTF-8 that was read as something else: "JosÃ©".
BROKEN = re.compile("�|[ÃÂ][\x80-\xbf]|Ã[ƒ‚„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ©±³¡­­ºª§]")
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "mo mon monday lu lun lunes",
            "tu tue tues tuesday ma mar martes",
            "we wed wednesday mi mie miercoles",
            "th thu thur thurs thursday ju jue jueves",
            "fr fri friday vi vie viernes",
            "sa sat saturday sab sabado",
            "su sun sunday do dom domingo",
        )
    )
    for name in names.split()
}
YES = {"yes", "y", "x", "1", "true", "si"}
NO = {"no", "n", "0", "false"}


class Unreadable(Exception):
    """Not a table we can read. ``words`` says what to do about it."""

    def __init__(self, words: str):
        self.words = words
        super().__init__(words)


@dataclass(frozen=True)
class Column:
    name: str
    says: str | Promise
    needed: bool = True
    # May begin as a formula would: a phone number.
    may_begin_with_plus: bool = False


@dataclass(frozen=True)
class Problem:
    """What is wrong where. ``row`` counts as the spreadsheet does, the first line being 1."""

    row: int
    column: str
    words: str


@dataclass
class Row:
    number: int
    cells: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, column: str, words: str | Promise) -> None:
        self.problems.append(Problem(self.number, column, str(words)))

    def get(self, column: str) -> str:
        return self.cells.get(column, "")


def read_table(
    text: str, columns: Sequence[Column], most: int = MOST_ROWS
) -> list[Row]:
    """:raises Unreadable: when there is no table in it that we know."""
    text = text.removeprefix("\ufeff")
    if len(text) > MOST_LETTERS:
        raise Unreadable(_("That is too much at once. Take it in parts."))
    first, _newline, rest = text.lstrip("\r\n").partition("\n")
    if first.strip().casefold().startswith("sep="):
        text = rest
    text = text.lstrip("\r\n")
    if not text.strip():
        raise Unreadable(_("Paste your rows first."))
    records = _records(text, _delimiter(text, columns))
    names = _names(records[0][1], columns)
    body = [one for one in records[1:] if any(cell.strip() for cell in one[1])]
    if not body:
        raise Unreadable(_("There is nothing below the first line."))
    if len(body) > most:
        words = _("These are %(count)s rows. Take at most %(most)s at once.")
        raise Unreadable(words % {"count": len(body), "most": most})
    by_name = {column.name: column for column in columns}
    return [_row(number, cells, names, by_name) for number, cells in body]


def _delimiter(text: str, columns: Sequence[Column]) -> str:
    """The one that finds most of our columns in the first line."""
    first = text.partition("\n")[0]
    known = {column.name for column in columns}

    def found(delimiter: str) -> int:
        return len(known & {_plain(cell) for cell in first.split(delimiter)})

    return max(DELIMITERS, key=found)


def _records(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """With the number that the spreadsheet shows beside the row."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(reader, start=1):
            records.append((number, cells))
    except csv.Error:
        words = _(
            "Row %(row)s cannot be read. Look for a quotation mark too many there, or for "
            "a cell that is much too long."
        )
        raise Unreadable(words % {"row": len(records) + 1}) from None
    return records


def _plain(cell: str) -> str:
    return re.sub(r"[\s_-]+", "_", cell.strip().strip('"').strip().casefold())


def _names(cells: list[str], columns: Sequence[Column]) -> list[str]:
    names = [_plain(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    known = {column.name for column in columns}
    if not known & set(names):
        raise Unreadable(
            _(
                "The first line has to name the columns. Begin with the empty table below."
            )
        )
    missing = [c.name for c in columns if c.needed and c.name not in names]
    if missing:
        words = _("The first line lacks: %(columns)s.")
        raise Unreadable(words % {"columns": ", ".join(missing)})
    strange = [cell.strip()[:40] for cell in cells if _plain(cell) not in known]
    strange = [cell or "…" for cell in strange[: len(names)] if cell]
    if strange:
        words = _("We do not know these columns: %(columns)s. Take them out first.")
        raise Unreadable(words % {"columns": ", ".join(strange[:10])})
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        words = _("The first line names a column twice: %(columns)s.")
        raise Unreadable(words % {"columns": ", ".join(twice)})
    return names


def _row(number, cells, names, columns) -> Row:
    row = Row(number, {})
    for position, cell in enumerate(cells):
        said = cell.strip()
        name = names[position] if position < len(names) else ""
        if not name:
            if said:
                row.wrong("", _("There are more cells than columns in this row."))
                return row
            continue
        row.cells[name] = _cell(row, columns[name], said)
    for name, column in columns.items():
        wrong_already = any(one.column == name for one in row.problems)
        if column.needed and not row.get(name) and not wrong_already:
            row.wrong(name, _("This is empty."))
    return row


def _cell(row: Row, column: Column, said: str) -> str:
    """What it says, or nothing with the reason why it cannot be taken."""
    if len(said) > LONGEST_CELL:
        words = _("This is longer than %(most)s letters.")
        row.wrong(column.name, words % {"most": LONGEST_CELL})
    elif BROKEN.search(said):
        row.wrong(
            column.name,
            _(
                "Some letters were lost on the way. Copy it from the spreadsheet itself."
            ),
        )
    elif any(unicodedata.category(letter) in ("Cc", "Cs") for letter in said):
        row.wrong(column.name, _("There is a sign in it that is no letter."))
    elif said.startswith(FORMULA) and not column.may_begin_with_plus:
        row.wrong(column.name, _("This begins like a formula. Write it as words."))
    else:
        # A spreadsheet says so that what follows is text.
        return said.removeprefix("'").strip()
    return ""


ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
US = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
NO_DATE = gettext_lazy("Write the day as 2026-10-14 or 10/14/2026.")


def read_day(said: str) -> date | None:
    """ISO, or month, day and year as in the United States."""
    try:
        if found := ISO.fullmatch(said):
            return date(*map(int, found.groups()))
        if found := US.fullmatch(said):
            month, day, year = map(int, found.groups())
            return date(year, month, day)
    except ValueError:
        pass
    return None


CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*([ap])?\.?m?\.?", re.ASCII)


def read_clock(said: str) -> time | None:
    """17:30, 5:30 pm or 9 am."""
    found = CLOCK.fullmatch(said.strip().casefold())
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        return None


def read_weekdays(said: str) -> list[int] | None:
    """Names of days in any of the usual short forms; None where one is none."""
    plain = unicodedata.normalize("NFKD", said.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    names = [name for name in re.split(r"[\s,;/+&.|]+", plain) if name]
    found = [WEEKDAYS.get(name) for name in names]
    return (
        None
        if None in found or not found
        else sorted({d for d in found if d is not None})
    )


def read_yes(said: str) -> bool | None:
    plain = said.casefold().replace("í", "i")
    if plain in YES:
        return True
    return False if plain in NO else None


def read_number(said: str, *, most: int) -> int | None:
    if re.fullmatch(r"[0-9]{1,6}", said) and 1 <= int(said) <= most:
        return int(said)
    return None
