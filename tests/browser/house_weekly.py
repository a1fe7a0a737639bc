"""Weeks looked back at: several, a half one, and one with numbers that do not fit."""

import datetime as dt

from apps.checkins.models import Draft
from tests.conftest import NOON
from tests.factories.checkins import CALM_WEEK, DraftFactory, WeeklyReviewFactory

DUE = NOON.date() - dt.timedelta(days=2)
WEEK = dt.timedelta(weeks=1)
WORSE = {"sleep": 5, "low_days": 4, "alcohol": 2, "alcohol_heavy": 1, "cravings": 3}


def weeks_looked_back(house) -> None:
    for ago, changed in enumerate(({}, WORSE, {"faith": None}, {})):
        review = WeeklyReviewFactory(
            enrollment=house.rosa, due_on=DUE - ago * WEEK, answers=CALM_WEEK | changed
        )
        house.looked_back = house.looked_back or review
    DraftFactory(
        enrollment=house.dev,
        kind=Draft.Kind.WEEKLY,
        local_on=DUE,
        answers={
            "answers": CALM_WEEK | {"alcohol": 1, "alcohol_heavy": 4},
            "wording": None,
        },
    )
    DraftFactory(
        enrollment=house.andre,
        kind=Draft.Kind.WEEKLY,
        local_on=DUE,
        answers={"answers": {"health": 1, "sleep": 2}, "wording": None},
    )
