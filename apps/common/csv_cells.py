"""Rows for a spreadsheet in which no cell can become a formula."""

import csv
from collections.abc import Iterable
from typing import Any, TextIO

# What a spreadsheet takes for the beginning of a formula, or skips to reach one.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def safe_cell(value: Any) -> str:
    """The value as text, told to be text where a spreadsheet could think otherwise."""
    text = "" if value is None else str(value)
    if text.startswith(BEGINS_A_FORMULA) or text.lstrip().startswith(BEGINS_A_FORMULA):
        return f"'{text}"
    return text


def write_csv(file: TextIO, head: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    writer = csv.writer(file)
    writer.writerow([safe_cell(cell) for cell in head])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
