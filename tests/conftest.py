import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache

from apps.audit.actors import Actor

BOSTON = ZoneInfo("America/New_York")
# A Wednesday at noon in Boston, away from any clock change.
NOON = dt.datetime(2026, 10, 14, 12, 0, tzinfo=BOSTON).astimezone(dt.UTC)


@pytest.fixture
def noon():
    return NOON


@pytest.fixture
def frozen_noon():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def actor():
    """The program acting by itself, as commands do."""
    return Actor(source="COMMAND")
