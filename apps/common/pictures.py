"""Pictures drawn on the server as SVG. Beside each of them stand its numbers, as a table.

Only places and sizes come from here: what they mean and how they look is the page's.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 640, 182
LEFT, RIGHT, TOP, BOTTOM = 28, 30, 16, 40
WEEKS_NAMED = 5

# A square of the heat picture, and the room for the names beside it.
CELL, NAMES, HEAD = 48, 128, 28
SMALLEST = 26


@dataclass(frozen=True)
class Point:
    on: date
    craving: int
    x: float
    y: float


@dataclass(frozen=True)
class Mark:
    """Attendance under the line: a filled square came, an open one did not."""

    on: date
    attended: bool
    x: float


@dataclass(frozen=True)
class Picture:
    points: list[Point]
    paths: list[str]
    marks: list[Mark]
    weeks: list[tuple[date, float]]
    grid: list[tuple[int, float]]
    # The points stand behind a line of averages, and not on it.
    is_averaged: bool = False
    width: int = WIDTH
    height: int = HEIGHT
    baseline: int = HEIGHT - BOTTOM


def _x(day: float, days: int) -> float:
    """``day`` counts from the first one, which is 0."""
    return round(LEFT + day / max(days - 1, 1) * (WIDTH - LEFT - RIGHT), 1)


def _y(craving: float) -> float:
    return round(TOP + (10 - craving) / 10 * (HEIGHT - TOP - BOTTOM), 1)


def draw(
    cravings: Mapping[date, int],
    attended: Mapping[date, bool] | None = None,
    *,
    last: date,
    days: int,
    averages: Collection[tuple[date, date, float]] | None = None,
) -> Picture:
    """``cravings`` 0 to 10 by local day. A day without an answer breaks the line.

    ``averages`` are of stretches from a day to a day; the line goes through them, and a
    stretch that is left out breaks it.
    """
    first = last - timedelta(days=days - 1)
    points = [
        Point(on, craving, _x((on - first).days, days), _y(craving))
        for on, craving in sorted(cravings.items())
        if first <= on <= last
    ]
    if averages is None:
        steps = [(p.on, p.on, p.x, p.y) for p in points]
    else:
        steps = [
            (begin, end, _x(((begin - first) + (end - first)).days / 2, days), _y(mean))
            for begin, end, mean in sorted(averages)
        ]
    return Picture(
        points=points,
        paths=_paths(steps),
        marks=[
            Mark(on, came, _x((on - first).days, days))
            for on, came in sorted((attended or {}).items())
            if first <= on <= last
        ],
        weeks=[(day, _x((day - first).days, days)) for day in _mondays(first, last)],
        grid=[(value, _y(value)) for value in (0, 5, 10)],
        is_averaged=averages is not None,
    )


def _paths(steps: list[tuple[date, date, float, float]]) -> list[str]:
    """One line for each run of steps that follow each other without a day between."""
    runs: list[list[tuple[date, date, float, float]]] = []
    for step in steps:
        if runs and step[0] - runs[-1][-1][1] == timedelta(days=1):
            runs[-1].append(step)
        else:
            runs.append([step])
    return [
        "M" + " L".join(f"{x} {y}" for _, _, x, y in run)
        for run in runs
        if len(run) > 1
    ]


def _mondays(first: date, last: date) -> list[date]:
    """As many as there is room to name, evenly apart."""
    monday = first + timedelta(days=(7 - first.weekday()) % 7)
    mondays = [
        monday + timedelta(days=7 * n) for n in range((last - monday).days // 7 + 1)
    ]
    return mondays[:: -(-len(mondays) // WEEKS_NAMED) or 1]


@dataclass(frozen=True)
class Square:
    """The more, the larger; how many stands in it too."""

    times: int
    x: float
    y: float
    size: float
    middle: float
    base: float
    is_open: bool = False


@dataclass(frozen=True)
class HeatPicture:
    squares: list[Square]
    columns: list[tuple[str, float]]
    rows: list[tuple[str, float]]
    lines: list[float]
    width: int
    height: int
    names: int = NAMES


def draw_heat(
    times: Mapping[tuple[int, str], int],
    *,
    columns: list[str],
    rows: list[tuple[str, str]],
    open_rows: Collection[str] = (),
) -> HeatPicture:
    """``times`` by the number of the column and the key of the row; ``rows`` are keys and
    names. Squares of ``open_rows`` are of another kind, drawn open and measured apart.
    """
    squares = []
    for place, (key, _) in enumerate(rows):
        alike = {each for each, _ in rows if (each in open_rows) == (key in open_rows)}
        most = max((n for (_, row), n in times.items() if row in alike), default=0)
        for column in range(len(columns)):
            if count := times.get((column, key), 0):
                is_open = key in open_rows
                squares.append(_square(count, most, column, place, is_open))
    return HeatPicture(
        squares=squares,
        columns=[
            (name, NAMES + CELL * column + CELL / 2)
            for column, name in enumerate(columns)
        ],
        rows=[
            (name, HEAD + CELL * place + CELL / 2)
            for place, (_, name) in enumerate(rows)
        ],
        lines=[float(HEAD + CELL * place) for place in range(len(rows) + 1)],
        width=NAMES + CELL * len(columns),
        height=HEAD + CELL * len(rows),
    )


def _square(count: int, most: int, column: int, row: int, is_open: bool) -> Square:
    """Its area grows with the count: twice as often looks twice as much."""
    size = round(max(SMALLEST, (CELL - 4) * (count / most) ** 0.5), 1)
    x, y = NAMES + CELL * column + CELL / 2, HEAD + CELL * row + CELL / 2
    return Square(
        times=count,
        x=round(x - size / 2, 1),
        y=round(y - size / 2, 1),
        size=size,
        middle=x,
        base=y,
        is_open=is_open,
    )
