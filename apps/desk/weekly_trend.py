"""The last weekly reviews of a client side by side: the items first, then the scales."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.care.models import Client
from apps.care.rules import weekly_review as rules
from apps.care.rules.weekly_questions import (
    ITEMS,
    NO,
    YES,
    Answer,
    Item,
    Scale,
)
from apps.checkins.models import WeeklyReview
from apps.checkins.weekly_selectors import reviews_of

WEEKS = 4
WIDTH, HEIGHT, EDGE = 160, 40, 5


@dataclass(frozen=True)
class Cell:
    """One answer or sum; ``rose`` where it is clearly more than the week before."""

    text: str
    rose: bool = False


@dataclass(frozen=True)
class Row:
    name: str
    cells: list[Cell]


@dataclass(frozen=True)
class ScaleRow:
    name: str
    most: int
    cells: list[Cell]
    # The way of the sums, where two or more are whole; and the last one.
    path: str
    dot: tuple[str, str] | None
    # What the last one calls for, or what is left out of it.
    words: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Trend:
    weeks: list[date]
    scales: list[ScaleRow]
    items: list[Row]
    # The words of the last one.
    wording: str
    is_mixed: bool
    with_staff: bool


def trend_of(client: Client, language: str) -> Trend | None:
    reviews = reviews_of(client, WEEKS)[::-1]
    if not reviews:
        return None
    last = reviews[-1]
    return Trend(
        weeks=[review.due_on for review in reviews],
        scales=[_scale(scale, reviews) for scale in Scale],
        items=[
            _row(item, reviews, language)
            for key, item in ITEMS.items()
            if item.number[-1].isdecimal()
            or any(review.answers.get(key) is not None for review in reviews)
        ],
        wording=str(last.wording) if last.wording else "",
        is_mixed=len({review.wording_id for review in reviews}) > 1,
        with_staff=last.with_staff_id is not None,
    )


def _row(item: Item, reviews: list[WeeklyReview], language: str) -> Row:
    cells, before = [], None
    for review in reviews:
        points = rules.points(item.key, review.answers)
        rose = (
            item.scale in (Scale.USE, Scale.RISK)
            and None not in (points, before)
            and points - before >= rules.ITEM_ROSE
        )
        cells.append(Cell(_said(item, review.answers, language), rose))
        before = points
    return Row(item.name.in_language(language), cells)


def _said(item: Item, answers: dict, language: str) -> str:
    if item.key == "alcohol_heavy" and answers.get("alcohol") == 0:
        return "0"
    said = answers.get(item.key)
    if said is None:
        return ""
    if item.answer is Answer.YES_NO:
        return (YES if said == "yes" else NO).in_language(language)
    return str(said)


def _scale(scale: Scale, reviews: list[WeeklyReview]) -> ScaleRow:
    sums = [rules.score(scale, review.answers) for review in reviews]
    cut = rules.SCALES[scale]
    spots = [
        (_x(n, len(sums)), _y(value, cut.most))
        for n, value in enumerate(sums)
        if value is not None
    ]
    return ScaleRow(
        name=_name(scale),
        most=cut.most,
        cells=[Cell("" if value is None else str(value)) for value in sums],
        path="M" + " L".join(f"{x} {y}" for x, y in spots) if len(spots) > 1 else "",
        dot=spots[-1] if spots else None,
        words=_words(scale, reviews[-1]),
    )


def _name(scale: Scale) -> str:
    return {
        Scale.USE: _("Use"),
        Scale.RISK: _("Risk"),
        Scale.PROTECTIVE: _("Protective"),
    }[scale]


def _words(scale: Scale, review: WeeklyReview) -> str:
    left_out = len(rules.missing(scale, review.answers))
    if left_out:
        said = ngettext(
            "No sum: %(n)s answer left out.",
            "No sum: %(n)s answers left out.",
            left_out,
        )
        return said % {"n": left_out}
    cut, total = rules.SCALES[scale], rules.score(scale, review.answers)
    # Found for the official words; ours say nothing about it.
    if review.wording_id is None or total is None or not cut.speaks(total):
        return ""
    if cut.above is not None:
        return _("Above %(n)s: worth a talk.") % {"n": cut.above}
    return _("Below %(n)s: worth a talk.") % {"n": cut.below}


# Text, because numbers in an SVG are written with a point in every language.
def _x(place: int, of: int) -> str:
    return f"{EDGE + place / max(of - 1, 1) * (WIDTH - 2 * EDGE):.1f}"


def _y(value: int, most: int) -> str:
    return f"{EDGE + (1 - value / most) * (HEIGHT - 2 * EDGE):.1f}"
