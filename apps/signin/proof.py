"""What a sign-in has proven: that of staff is whole with a second factor, and not before.

It lies in the session and nowhere else, so it ends with it. A new sign-in proves anew.
"""

from datetime import datetime

from django.conf import settings

from apps.accounts.models import User

FACTOR_AT, DEMONSTRATION = "factor_at", "is_demonstration"


def begin(session) -> None:
    """Somebody signed in. What the session had proven before is not theirs."""
    for key in (FACTOR_AT, DEMONSTRATION):
        session.pop(key, None)


def give(session, *, at: datetime) -> None:
    """The second factor was right. The session's old key is worth nothing from now on."""
    session[FACTOR_AT] = at.timestamp()
    session.cycle_key()


def play(session) -> None:
    """A made-up person of the demonstration, chosen from the list."""
    session[DEMONSTRATION] = True


def is_whole(session, user: User) -> bool:
    if not user.is_staff_member or FACTOR_AT in session:
        return True
    # The mark alone opens nothing where there is no demonstration.
    return settings.DEMO and DEMONSTRATION in session
