import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from apps.plans.wording import Speaker, when_words

BOSTON = ZoneInfo("America/New_York")
SATURDAY = dt.datetime(2026, 10, 17, 9, tzinfo=BOSTON)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        pytest.param(SATURDAY.replace(hour=2), "Sat 2 am", id="before the day begins"),
        pytest.param(SATURDAY - dt.timedelta(days=6), "Sun 9 am", id="this week"),
        pytest.param(SATURDAY - dt.timedelta(days=7), "Oct 10", id="before"),
    ],
)
def test_a_day_beside_a_time_is_the_walls(moment, said):
    """Fault: "Fri 2 am" for a word that was said on Saturday night."""
    assert when_words(moment, Speaker("Ana", BOSTON, SATURDAY)) == said
