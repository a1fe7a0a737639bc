"""Where somebody is signed in: one row for each session, so that each can be ended.

Sessions cannot be asked whose they are. The session names its row; the row holds the key
of its session, sealed, for the one moment it is ended from elsewhere.
"""

import re
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.signin.limits import IDLE, IN_ALL
from apps.signin.models import SignIn

# In the session: which row is its own.
KEY = "sign_in"
TABLET = re.compile(r"iPad|Tablet|Android(?!.*Mobile)")
PHONE = re.compile(r"Mobi|iPhone|Android")
COMPUTER = re.compile(r"Windows|Macintosh|X11|CrOS|Linux")


def device_of(user_agent: str) -> str:
    """The rough kind and no more: enough to say "that is not mine"."""
    for pattern, device in (
        (TABLET, SignIn.Device.TABLET),
        (PHONE, SignIn.Device.PHONE),
        (COMPUTER, SignIn.Device.COMPUTER),
    ):
        if pattern.search(user_agent):
            return device
    return SignIn.Device.OTHER


def name_of(device: str) -> str:
    known = device in SignIn.Device.values
    return str(SignIn.Device(device if known else "OTHER").label)


def begin(session, *, user: User, user_agent: str, at: datetime) -> SignIn:
    """Somebody signed in here. The row of whoever was here before goes."""
    if session.session_key is None:
        session.create()
    forget(session)
    row = SignIn.objects.create(
        user=user,
        session_key=session.session_key,
        device=device_of(user_agent),
        began_at=at,
        seen_at=at,
    )
    session[KEY] = str(row.pk)
    return row


def follow(session) -> None:
    """The session got a new key."""
    for row in SignIn.objects.filter(pk=session.get(KEY)):
        row.session_key = session.session_key
        row.save(update_fields=["session_key"])


def note(session, *, at: datetime) -> None:
    SignIn.objects.filter(pk=session.get(KEY)).update(seen_at=at)


def forget(session) -> None:
    """Signed out here."""
    SignIn.objects.filter(pk=session.get(KEY)).delete()


def places_of(user: User, at: datetime) -> list[SignIn]:
    """Those that would still open, the one used last first.

    A session may be gone without a word: somebody else signed in at the same browser.
    """
    rows = SignIn.objects.visible_to(user).filter(
        began_at__gt=at - IN_ALL[user.kind], seen_at__gt=at - IDLE[user.kind]
    )
    rows = list(rows.order_by("-seen_at", "-pk"))
    sessions = Session.objects.filter(session_key__in=[row.session_key for row in rows])
    there = set(sessions.values_list("session_key", flat=True))
    return [row for row in rows if row.session_key in there]


def whole_of(user: User, at: datetime) -> list[SignIn]:
    """Of staff: those with both steps, the one used last first."""
    return [row for row in places_of(user, at) if row.whole_at is not None]


def drop(rows: list[SignIn]) -> None:
    keys = [row.session_key for row in rows]
    Session.objects.filter(session_key__in=keys).delete()
    SignIn.objects.filter(pk__in=[row.pk for row in rows]).delete()


@transaction.atomic
def end(*, rows: list[SignIn], user: User, at: datetime, by: Actor) -> None:
    """Sign out there: at once, without a word from that browser."""
    if not rows:
        return
    drop(rows)
    record(
        action="accounts.sign_ins_ended",
        at=at,
        by=by,
        subject=user,
        reason=str(len(rows)),
    )


def end_all(*, user: User, at: datetime, by: Actor) -> None:
    """Everywhere, whatever was known of it."""
    end(rows=list(SignIn.objects.visible_to(user)), user=user, at=at, by=by)


def forget_old(at: datetime) -> None:
    """Of sessions that are over for anybody."""
    SignIn.objects.filter(began_at__lte=at - max(IN_ALL.values())).delete()
    SignIn.objects.filter(seen_at__lte=at - max(IDLE.values())).delete()
