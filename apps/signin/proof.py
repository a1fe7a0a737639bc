"""What a sign-in has proven: that of staff is whole with a second factor, and not before.

It lies in the session and nowhere else, so it ends with it. A new sign-in proves anew.
"""

from datetime import datetime, timedelta

from django.conf import settings

from apps.accounts.models import User

FACTOR_AT, DEMONSTRATION = "factor_at", "is_demonstration"
# The second step was right, and the door is not open yet (apps.signin.doors).
WAITS_SINCE = "waits_since"
# When somebody last showed that it is them, by whatever brings them in.
PROVEN_AT = "proven_at"
FRESH_FOR = timedelta(minutes=10)
WAITS_FOR = timedelta(minutes=15)


def begin(session, *, at: datetime) -> None:
    """Somebody signed in. What the session had proven before is not theirs."""
    for key in (FACTOR_AT, DEMONSTRATION, WAITS_SINCE):
        session.pop(key, None)
    session[PROVEN_AT] = at.timestamp()


def give(session, *, user: User, at: datetime) -> None:
    """The proof was right. The session's old key is worth nothing from now on."""
    session[PROVEN_AT] = at.timestamp()
    session.pop(WAITS_SINCE, None)
    if user.is_staff_member:
        session[FACTOR_AT] = at.timestamp()
    session.cycle_key()


def wait(session, *, at: datetime) -> None:
    """Half of a sign-in still, that need not give its second step again."""
    session.setdefault(WAITS_SINCE, at.timestamp())
    session.cycle_key()


def waits_since(session, at: datetime) -> datetime | None:
    if WAITS_SINCE not in session:
        return None
    since = datetime.fromtimestamp(session[WAITS_SINCE], at.tzinfo)
    return since if at - since <= WAITS_FOR else None


def play(session) -> None:
    """A made-up person of the demonstration, chosen from the list."""
    session[DEMONSTRATION] = True


def is_whole(session, user: User) -> bool:
    if not user.is_staff_member or FACTOR_AT in session:
        return True
    return _is_played(session)


def is_fresh(session, user: User, at: datetime) -> bool:
    """Shown within ten minutes: of staff it is the second factor that counts."""
    if _is_played(session):
        return True
    key = FACTOR_AT if user.is_staff_member else PROVEN_AT
    shown_at = datetime.fromtimestamp(session.get(key, 0), at.tzinfo)
    return at - shown_at <= FRESH_FOR


def _is_played(session) -> bool:
    # The mark alone opens nothing where there is no demonstration.
    return settings.DEMO and DEMONSTRATION in session
