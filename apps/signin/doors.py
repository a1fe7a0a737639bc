"""The door of staff: two browsers at once, and a word for one that nobody knows.

A code of an app can be asked for by phone or by a page that looks like ours. A passkey works
at our own address only, and a paper lies in a drawer: whoever has one of them opens the door
by it. So nobody waits on a Monday morning who has either, and the first browser of somebody
is known by itself.
"""

import re
import secrets
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.common import crypto
from apps.signin import notices, sign_ins
from apps.signin.models import CodeMessage, Knock, KnownBrowser, SignIn

MOST = 2
# Names only: what stands in front of them says more about the machine than about whose it is.
BROWSERS = (
    (re.compile(r"Edg(e|A|iOS)?/"), "Edge"),
    (re.compile(r"OPR/|Opera"), "Opera"),
    (re.compile(r"Firefox/|FxiOS/"), "Firefox"),
    (re.compile(r"Chromium/"), "Chromium"),
    (re.compile(r"Chrome/|CriOS/"), "Chrome"),
    (re.compile(r"Safari"), "Safari"),
)
SYSTEMS = (
    (re.compile(r"iPhone"), "iPhone"),
    (re.compile(r"iPad"), "iPad"),
    (re.compile(r"Android"), "Android"),
    (re.compile(r"CrOS"), "ChromeOS"),
    (re.compile(r"Windows"), "Windows"),
    (re.compile(r"Macintosh"), "Mac"),
    (re.compile(r"Linux|X11"), "Linux"),
)


def new_token() -> str:
    return secrets.token_urlsafe(32)


def browser_of(user_agent: str) -> tuple[str, str]:
    """Such as Chrome and Linux; empty where it does not say."""
    return _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)


def _first(names, user_agent: str) -> str:
    return next((name for pattern, name in names if pattern.search(user_agent)), "")


@transaction.atomic
def come_in(
    session,
    *,
    user: User,
    token: str,
    user_agent: str,
    opens_by_itself: bool,
    at: datetime,
    by: Actor,
) -> bool:
    """Whether a sign-in with both steps is whole now; else it waits for a word.

    ``opens_by_itself``: the second step was a passkey or a paper.
    """
    # Two browsers that come at once wait for each other here.
    User.objects.select_for_update().get(pk=user.pk)
    own = SignIn.objects.visible_to(user).get(pk=session[sign_ins.KEY])
    browsers = KnownBrowser.objects.filter(
        user=user, seen_at__gt=at - KnownBrowser.KNOWN_FOR
    )
    is_known = browsers.filter(mark=_mark(user, token)).exists()
    is_first = not browsers.exists()
    others = [row for row in sign_ins.whole_of(user, at) if row.pk != own.pk]
    how = "known" if is_known else "first" if is_first else ""
    if not how or len(others) >= MOST:
        how = "step" if opens_by_itself else "word" if _was_let_in(own, at) else ""
    if not how:
        _knock(own, user_agent, at=at, by=by)
        return False
    # The ones used longest ago make room.
    sign_ins.drop(others[MOST - 1 :])
    own.whole_at = at
    own.save(update_fields=["whole_at"])
    KnownBrowser.objects.update_or_create(
        user=user,
        mark=_mark(user, token),
        defaults={"seen_at": at},
        create_defaults={"known_at": at, "seen_at": at},
    )
    Knock.objects.filter(sign_in=own).delete()
    if not is_known and not is_first:
        notices.note_new(user=user, row=own, at=at)
    record(action="accounts.came_in", at=at, by=by, subject=user, reason=how)
    return True


def _mark(user: User, token: str) -> str:
    return crypto.blind_index(f"{user.pk}|{token}", purpose="signin.browser")


def _was_let_in(own: SignIn, at: datetime) -> bool:
    return Knock.objects.filter(
        sign_in=own, let_in_at__isnull=False, asked_at__gt=at - Knock.OPEN_FOR
    ).exists()


def _knock(own: SignIn, user_agent: str, *, at: datetime, by: Actor) -> None:
    if Knock.objects.filter(sign_in=own, asked_at__gt=at - Knock.OPEN_FOR).exists():
        return
    Knock.objects.filter(sign_in=own).delete()
    browser, system = browser_of(user_agent)
    Knock.objects.create(
        user=own.user, sign_in=own, browser=browser, system=system, asked_at=at
    )
    record(action="accounts.knocked", at=at, by=by, subject=own.user)


def knock_of(session) -> Knock | None:
    """That of this browser itself."""
    return Knock.objects.filter(sign_in=session.get(sign_ins.KEY)).first()


@transaction.atomic
def let_in(*, knock: Knock, user: User, at: datetime, by: Actor) -> bool:
    """By the person at another browser, or by a colleague who knows that it is them.

    False when it was too late, or somebody closed the door meanwhile.
    """
    waiting = Knock.objects.waiting(at).filter(pk=knock.pk)
    if not waiting.update(let_in_at=at, let_in_by=user):
        return False
    record(action="accounts.let_in", at=at, by=by, subject=knock.user)
    return True


@transaction.atomic
def close(*, knock: Knock, at: datetime, by: Actor) -> None:
    """It was not them: that sign-in is over, and so is a code on its way."""
    sign_ins.drop(list(SignIn.objects.filter(pk=knock.sign_in_id)))
    CodeMessage.objects.filter(user=knock.user).delete()
    record(action="accounts.door_closed", at=at, by=by, subject=knock.user)


def forget(user: User) -> None:
    """Of somebody who left, or who lost everything: the next browser is their first."""
    KnownBrowser.objects.filter(user=user).delete()


def forget_old(at: datetime) -> None:
    KnownBrowser.objects.filter(seen_at__lte=at - KnownBrowser.KNOWN_FOR).delete()
    Knock.objects.filter(asked_at__lte=at - Knock.OPEN_FOR).delete()
