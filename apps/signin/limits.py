"""How long a sign-in lasts: idle and in all, by who it is and whose phone."""

from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.care.models import Client

IDLE = {User.Kind.STAFF: timedelta(minutes=15), User.Kind.CLIENT: timedelta(days=30)}
IN_ALL = {User.Kind.STAFF: timedelta(hours=12), User.Kind.CLIENT: timedelta(days=90)}
# A phone that somebody else reads.
MONITORED_IDLE = timedelta(minutes=15)
# Noting every request would write the session on every read.
NOTE_EVERY = timedelta(minutes=1)
BEGAN, SEEN = "began_at", "seen_at"


def begin(session, *, user: User, at: datetime) -> None:
    """Stamp a new sign-in; staff and monitored phones forget it with the browser."""
    session[BEGAN] = session[SEEN] = at.timestamp()
    if user.is_staff_member or _is_monitored(user):
        session.set_expiry(0)


def has_run_out(session, *, user: User, at: datetime) -> bool:
    """True also when the stamps are not there."""
    in_all, idle = (_since(session, key, at) for key in (BEGAN, SEEN))
    if in_all >= IN_ALL[user.kind] or idle >= IDLE[user.kind]:
        return True
    return user.is_client and idle >= MONITORED_IDLE and _is_monitored(user)


def note(session, *, at: datetime) -> bool:
    """Whether it was time to note it."""
    is_time = _since(session, SEEN, at) >= NOTE_EVERY
    if is_time:
        session[SEEN] = at.timestamp()
    return is_time


def _since(session, key: str, at: datetime) -> timedelta:
    return at - datetime.fromtimestamp(session.get(key, 0), at.tzinfo)


def _is_monitored(user: User) -> bool:
    # Staff have no such record.
    client: Client | None = getattr(user, "client", None)
    return client is not None and client.monitored_phone
