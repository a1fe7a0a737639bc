"""The second wall: PostgreSQL itself shows the rows of one organization at a time.

The first wall is the query of each view; it stands alone on SQLite, which has no row
security. The second is a policy on every table of ours (apps.common.raising): a row is seen
and written only where the connection says whose work this is. Nothing said: nothing seen.

Whose work it is is said around a piece of work, and kept for the thread::

    with within(user.organization_id):
        ...

``across`` is for what has no organization yet: finding who signs in or whom a link or a
number belongs to, the tick over everybody's clocks, commands. A test lists who may use it.

It reaches the connection before the next query, once for each change. Outside of a
transaction it is a setting of the session; inside, it is local to the transaction, so that
a rollback cannot leave the setting of somebody else behind.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

ORGANIZATION, ACROSS_SETTING = "app.org", "app.across"


@dataclass(frozen=True)
class Place:
    """Whose rows are seen. Neither: nobody's."""

    organization: str = ""
    across: bool = False


NOBODYS = Place()
EVERYBODYS = Place(across=True)
_now: ContextVar[Place | None] = ContextVar("place", default=None)
# Where nothing was said. Only tests change it, for what they prepare and look at.
unsaid = NOBODYS


def now() -> Place:
    return _now.get() or unsaid


@contextmanager
def standing(place: Place) -> Iterator[None]:
    token = _now.set(place)
    try:
        yield
    finally:
        _now.reset(token)


@contextmanager
def within(organization_id: UUID | None) -> Iterator[None]:
    """Rows of this organization, and of nobody when there is none."""
    with standing(Place(str(organization_id)) if organization_id else NOBODYS):
        yield


@contextmanager
def across() -> Iterator[None]:
    """Rows of everybody. Also a decorator, for tasks and commands."""
    with standing(EVERYBODYS):
        yield


def open_for_request() -> None:
    """Until the ``standing`` around this ends: for a request that finds whose record it is."""
    _now.set(EVERYBODYS)


class Doorkeeper:
    """Says on one connection whose work it is, before a query that needs it said anew."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """A new connection: nothing was said on it."""
        self.session: Place | None = NOBODYS
        self.local: Place | None = None
        # Rolled back to a savepoint: what was said since may be unsaid.
        self.is_unsure = False

    def __call__(self, execute, sql, params, many, context):
        from psycopg.pq import TransactionStatus

        raw = context["connection"].connection
        status = raw.info.transaction_status
        if status == TransactionStatus.IDLE:
            self.local, self.is_unsure = None, False
        if status != TransactionStatus.INERROR:
            is_alone = status == TransactionStatus.IDLE and raw.autocommit
            self._say(raw, now(), is_alone)
        try:
            return execute(sql, params, many, context)
        finally:
            if isinstance(sql, str) and sql.startswith("ROLLBACK TO"):
                self.is_unsure = True

    def _say(self, raw: Any, place: Place, is_alone: bool) -> None:
        if not self.is_unsure and (self.local or self.session) == place:
            return
        raw.execute(
            "SELECT set_config(%s, %s, %s), set_config(%s, %s, %s)",
            (
                ORGANIZATION,
                place.organization,
                not is_alone,
                ACROSS_SETTING,
                "on" if place.across else "",
                not is_alone,
            ),
        )
        self.is_unsure = False
        if is_alone:
            self.session = place
        else:
            self.local = place


def keep_door(sender, connection, **kwargs) -> None:
    """On ``connection_created``."""
    if connection.vendor != "postgresql":
        return
    keeper = next((w for w in connection.execute_wrappers if _keeps(w)), None)
    if keeper is None:
        connection.execute_wrappers.append(Doorkeeper())
    else:
        keeper.forget()


def _keeps(wrapper) -> bool:
    return isinstance(wrapper, Doorkeeper)
