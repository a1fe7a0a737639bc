"""Whether anybody reads what a check-in says: without that, none is asked for."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Gap(StrEnum):
    """What a site has not said yet."""

    HOURS = "HOURS"
    ON_CALL = "ON_CALL"
    READERS = "READERS"
    AFTER_HOURS_NUMBER = "AFTER_HOURS_NUMBER"
    AFTER_HOURS = "AFTER_HOURS"
    HOLIDAYS = "HOLIDAYS"


@dataclass(frozen=True)
class Cover:
    """Who reads, and when, as far as a site has said it."""

    has_hours: bool = False
    has_on_call: bool = False
    has_readers: bool = False
    kinds_of_lines: Collection[str] = ()
    after_hours: str = ""
    holiday_cover: str = ""


def gaps_in(cover: Cover) -> list[Gap]:
    """In the order in which they are asked for. Nothing: check-ins may be switched on."""
    said = {
        Gap.HOURS: cover.has_hours,
        Gap.ON_CALL: cover.has_on_call,
        Gap.READERS: cover.has_readers,
        Gap.AFTER_HOURS_NUMBER: "AFTER_HOURS" in cover.kinds_of_lines,
        Gap.AFTER_HOURS: bool(cover.after_hours.strip()),
        Gap.HOLIDAYS: bool(cover.holiday_cover.strip()),
    }
    return [gap for gap, is_said in said.items() if not is_said]
