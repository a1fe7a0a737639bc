"""A craving picture drawn on the server: one SVG and the same numbers as a table."""

from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 640, 176
LEFT, RIGHT, TOP, BOTTOM = 28, 30, 10, 40


@dataclass(frozen=True)
class Point:
    on: date
    craving: int
    x: float
    y: float


@dataclass(frozen=True)
class Mark:
    """Attendance under the line: a filled dot came, an open one did not."""

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
    width: int = WIDTH
    height: int = HEIGHT
    baseline: int = HEIGHT - BOTTOM


def _x(on: date, first: date, days: int) -> float:
    return round(
        LEFT + (on - first).days / max(days - 1, 1) * (WIDTH - LEFT - RIGHT), 1
    )


def _y(craving: int) -> float:
    return round(TOP + (10 - craving) / 10 * (HEIGHT - TOP - BOTTOM), 1)


def draw(
    cravings: dict[date, int], attended: dict[date, bool], *, last: date, days: int
) -> Picture:
    """``cravings`` 0 to 10 by local day. A day without an answer breaks the line."""
    first = last - timedelta(days=days - 1)
    points = [
        Point(on, craving, _x(on, first, days), _y(craving))
        for on, craving in sorted(cravings.items())
        if first <= on <= last
    ]
    runs: list[list[Point]] = []
    for point in points:
        if runs and point.on - runs[-1][-1].on == timedelta(days=1):
            runs[-1].append(point)
        else:
            runs.append([point])
    mondays = [
        first + timedelta(days=(7 - first.weekday()) % 7 + 7 * n) for n in range(14)
    ]
    return Picture(
        points=points,
        paths=[
            "M" + " L".join(f"{p.x} {p.y}" for p in run) for run in runs if len(run) > 1
        ],
        marks=[
            Mark(on, came, _x(on, first, days))
            for on, came in sorted(attended.items())
            if first <= on <= last
        ],
        weeks=[(day, _x(day, first, days)) for day in mondays if day <= last],
        grid=[(value, _y(value)) for value in (0, 5, 10)],
    )
