"""The lock of a client's pages: on the server, so that no page opens without it.

What the script does on the phone only hides what is there already. Who is locked out gets
what nobody gets, until the PIN or a passkey opens it.
"""

from datetime import datetime, timedelta
from typing import NoReturn

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, get_random_string

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.services.invitations import CODE_LETTERS, normalized_code
from apps.common import crypto
from apps.signin import factors, sign_ins
from apps.signin.models import Lock, SignIn

AFTER = timedelta(minutes=5)
TRIES = 5
SPARE_LENGTH = 10


class WrongPin(Exception):
    """May be typed again."""


class LastTry(WrongPin):
    """Typed wrong too often: here it is over."""


class TooOften(Exception):
    """Wrong so often today, on all phones, that only a passkey or paper helps."""


def lock_of(user: User) -> Lock | None:
    return getattr(user, "app_lock", None) if user.is_authenticated else None


def _own(session):
    return SignIn.objects.filter(pk=session.get(sign_ins.KEY))


def is_locked(session, *, at: datetime) -> bool:
    """Locked by the person, or because nothing was asked for five minutes."""
    row = _own(session).first()
    if row is None or row.locked_at is not None:
        return True
    if at - (row.open_at or row.began_at) < AFTER:
        return False
    lock(session, at=at)
    return True


def note(session, *, at: datetime) -> None:
    """Somebody is there. What was locked meanwhile stays so."""
    _own(session).filter(locked_at=None).update(open_at=at)


def lock(session, *, at: datetime) -> None:
    _own(session).filter(locked_at=None).update(locked_at=at)


def begin(session, *, user: User, at: datetime) -> None:
    """A new sign-in. A code comes to the phone itself, so it opens no PIN."""
    if Lock.objects.filter(user=user).exclude(pin_hash="").exists():
        lock(session, at=at)


def open_by_passkey(session, *, at: datetime) -> None:
    _own(session).update(locked_at=None, open_at=at, tries=0)


def open_by_pin(
    request, *, user: User, pin: str, session, at: datetime, by: Actor
) -> None:
    """A try counts before it is known how it ends, so tries made at once cannot outrun it.

    :raises WrongPin: or LastTry, after which this sign-in has to end.
    :raises TooOften: as it says.
    """
    counted = _count(request, user, session)
    pin_hash = user.app_lock.pin_hash
    if not (counted and pin_hash and check_password(pin, pin_hash)):
        _refuse(user, session, at, by)
    _own(session).update(locked_at=None, open_at=at, tries=0)
    ratelimit.clear(request, action="unlock", key=str(user.pk))


def open_by_spare(
    request, *, user: User, letters: str, session, at: datetime, by: Actor
) -> None:
    """What was shown once with the PIN takes the lock off, as paper from the team does.

    It is a try like any other, and raises what they do.
    """
    counted = _count(request, user, session)
    spare_hash = user.app_lock.spare_hash
    given = _spare_hash(user, normalized_code(letters))
    if not (counted and spare_hash and constant_time_compare(spare_hash, given)):
        _refuse(user, session, at, by)
    switch_off(user=user, at=at, by=by)
    ratelimit.clear(request, action="unlock", key=str(user.pk))


def _count(request, user: User, session) -> bool:
    if not ratelimit.consume(request, action="unlock", key=str(user.pk)):
        raise TooOften
    return bool(_own(session).filter(tries__lt=TRIES).update(tries=F("tries") + 1))


def _refuse(user: User, session, at: datetime, by: Actor) -> NoReturn:
    note_refusal(user=user, at=at, by=by)
    if not _own(session).filter(tries__lt=TRIES).exists():
        raise LastTry
    raise WrongPin


def _spare_hash(user: User, letters: str) -> str:
    # Keyed with a key outside the database, as the letters of an invitation are.
    return crypto.blind_index(f"{user.pk}|{letters}", purpose="signin.lock_spare")


@transaction.atomic
def note_refusal(*, user: User, at: datetime, by: Actor) -> None:
    record(action="accounts.pin_refused", at=at, by=by, subject=user)


def tries_left(session) -> int:
    row = _own(session).first()
    return TRIES - row.tries if row is not None else 0


@transaction.atomic
def switch_on(*, user: User, pin: str, at: datetime, by: Actor) -> str:
    """With a PIN; without one a passkey opens it. The spare letters: shown once, kept nowhere.

    Codes and mails come to the phone that the lock is for. Paper at another place does not.
    """
    letters = get_random_string(SPARE_LENGTH, CODE_LETTERS) if pin else ""
    made = {
        "pin_hash": make_password(pin) if pin else "",
        "spare_hash": _spare_hash(user, letters) if pin else "",
        "made_at": at,
    }
    Lock.objects.update_or_create(user=user, defaults=made)
    SignIn.objects.visible_to(user).update(open_at=at)
    reason = "pin" if pin else "passkey"
    record(action="accounts.lock_on", at=at, by=by, subject=user, reason=reason)
    return letters


@transaction.atomic
def switch_off(*, user: User, at: datetime, by: Actor) -> None:
    """By the person; or they came in with paper, because the PIN was forgotten."""
    if Lock.objects.filter(user=user).delete()[0]:
        SignIn.objects.visible_to(user).update(locked_at=None, tries=0)
        record(action="accounts.lock_off", at=at, by=by, subject=user)


def has_key(user: User) -> bool:
    return any(row.type == factors.PASSKEY for row in factors.factors_of(user))


@transaction.atomic
def remove_key(*, user: User, pk: int, at: datetime, by: Actor) -> None:
    """Nobody is locked out for good: without a PIN, the lock goes with the last passkey."""
    factors.remove_factor(user=user, pk=pk, at=at, by=by)
    left = Authenticator.objects.filter(user=user, type=factors.PASSKEY)
    if not left.exists() and Lock.objects.filter(user=user, pin_hash="").exists():
        switch_off(user=user, at=at, by=by)
