import datetime as dt
import os
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client
from django.utils import timezone

from apps.audit import door
from apps.audit.actors import Actor
from apps.common import walls
from apps.signin import proof

# What tests prepare and look at is of everybody; requests, tasks and commands say whose.
walls.unsaid = walls.EVERYBODYS
BOSTON = ZoneInfo("America/New_York")
# A Wednesday at noon in Boston, away from any clock change.
NOON = dt.datetime(2026, 10, 14, 12, 0, tzinfo=BOSTON).astimezone(dt.UTC)


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb):
    """A server that is thrown away takes its databases along.

    Dropped before, one may still have a session of a server that a test killed.
    """
    return django_db_keepdb or "COMPANION_THROWN_AWAY" in os.environ


@pytest.fixture(autouse=True, scope="session")
def _emptying_passes_the_door():
    """Tests with transactions of their own are cleaned up by emptying every table.

    That is not a use case: in the product nothing but ``expire_audit`` opens the door.
    """
    empty = BaseDatabaseOperations.execute_sql_flush

    def empty_behind_the_door(self, sql_list):
        using = self.connection.alias
        with transaction.atomic(using=using), door.opened(using):
            empty(self, sql_list)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            BaseDatabaseOperations, "execute_sql_flush", empty_behind_the_door
        )
        yield


def pytest_collection_modifyitems(config, items):
    """Looks of pages and what a phone does by itself are the same on every database.

    What takes minutes begins first, so that no process waits for another at the end.
    """
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    once = [item for item in items if item.get_closest_marker("once")]
    config.hook.pytest_deselected(items=once)
    items[:] = [item for item in items if not item.get_closest_marker("once")]


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


@pytest.fixture(autouse=True)
def _signed_in_is_wholly_signed_in(monkeypatch):
    """``force_login`` stands for a whole sign-in: staff have given their second factor.

    What signs in as people do, through our pages, is given nothing.
    """
    force_login = Client.force_login

    def whole(self, user, backend=None):
        force_login(self, user, backend)
        if user.is_staff_member:
            session = self.session
            session[proof.FACTOR_AT] = timezone.now().timestamp()
            session.save()

    monkeypatch.setattr(Client, "force_login", whole)


@pytest.fixture
def half_signed_in(client):
    """Sign staff in as with their code alone."""

    def sign_in(user, client=client):
        client.force_login(user)
        session = client.session
        del session[proof.FACTOR_AT]
        session.save()
        return client

    return sign_in


@pytest.fixture
def actor():
    """The program acting by itself, as commands do."""
    return Actor(source="COMMAND")
