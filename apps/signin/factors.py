"""The second step of staff: a passkey, or a code of an app, or a spare code on paper.

Rows and passkeys are the library's. Codes are our own, because the library remembers used
ones in the cache for half a minute and keeps spare ones so that they can be read again.
"""

import base64
from datetime import datetime

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.db import transaction
from django.utils.crypto import constant_time_compare, get_random_string

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.common import crypto
from apps.keys.rotation import Pass

PASSKEY, APP = Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP
SPARE_CODES = Authenticator.Type.RECOVERY_CODES
STEP_SECONDS = 30
# Consonants only: nothing to mistake on paper, and no word comes out of it.
SPARE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
SPARE_LENGTH, SPARE_COUNT = 10, 10


class TooOften(Exception):
    """Too many tries; a little later it works again, and a passkey works now."""


class NotTheCode(Exception):
    """Wrong, or used before: nobody is told which."""


class LastOne(Exception):
    """Without it nothing would be left to sign in with."""


def factors_of(user: User) -> list[Authenticator]:
    """What the second step can be done with at any time, oldest first."""
    rows = Authenticator.objects.filter(user=user, type__in=(PASSKEY, APP))
    return list(rows.order_by("created_at", "pk"))


def has_factor(user: User) -> bool:
    return bool(factors_of(user))


def spare_codes_left(user: User) -> int:
    row = Authenticator.objects.filter(user=user, type=SPARE_CODES).first()
    return len(row.data["hashes"]) if row is not None else 0


def give_code(request, *, code: str, at: datetime, kinds=(APP, SPARE_CODES)) -> str:
    """A code of the app or a spare one, of whoever is signed in. Counted before compared.

    :returns: which of the two it was.
    :raises TooOften: for this person, or from this address.
    :raises NotTheCode: as it says.
    """
    user = request.user
    _count(request)
    kind = accept_code(user=user, code=code, at=at, by=request.actor, kinds=kinds)
    if not kind:
        raise NotTheCode
    ratelimit.clear(request, action="second_step", key=str(user.pk))
    return kind


def _count(request) -> None:
    key = str(request.user.pk)
    if not (
        ratelimit.consume(request, action="second_step_from")
        and ratelimit.consume(request, action="second_step", key=key)
    ):
        raise TooOften


@transaction.atomic
def accept_code(
    *, user: User, code: str, at: datetime, by: Actor, kinds=(APP, SPARE_CODES)
) -> str:
    """Use the code up, if it is one of theirs; which kind. Either end is written down."""
    if APP in kinds and _uses_app(user, code, at):
        record(
            action="accounts.factor_used", at=at, by=by, subject=user, reason=APP.value
        )
        return APP.value
    if SPARE_CODES in kinds and _uses_spare_code(user, code, at):
        record(action="accounts.spare_code_used", at=at, by=by, subject=user)
        return SPARE_CODES.value
    record(action="accounts.factor_refused", at=at, by=by, subject=user, reason="code")
    return ""


def _uses_app(user: User, code: str, at: datetime) -> bool:
    app = _locked(user, APP)
    if app is None:
        return False
    step = step_of(open_secret(user, app.data["secret"]), code, at)
    # A code, once used, is over for good, and so are those before it.
    if step is None or step <= app.data["last_step"]:
        return False
    app.data["last_step"] = step
    return _used(app, at)


def _uses_spare_code(user: User, code: str, at: datetime) -> bool:
    spare = _locked(user, SPARE_CODES)
    typed = _hash(user, code)
    if spare is None or typed not in spare.data["hashes"]:
        return False
    spare.data["hashes"].remove(typed)
    return _used(spare, at)


def _locked(user: User, kind: str) -> Authenticator | None:
    """Two requests with the same code wait for each other here."""
    rows = Authenticator.objects.select_for_update()
    return rows.filter(user=user, type=kind).first()


def _used(row: Authenticator, at: datetime) -> bool:
    row.last_used_at = at
    row.save(update_fields=["data", "last_used_at"])
    return True


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """Which half minute this code is of: this one, or the one before or after it."""
    now = int(at.timestamp()) // STEP_SECONDS
    for step in (now - 1, now, now + 1):
        if constant_time_compare(code, format_hotp_value(hotp_value(secret, step))):
            return step
    return None


def new_secret() -> str:
    return generate_totp_secret()


def seal_secret(user: User, secret: str) -> str:
    """As text for a JSON column or a session: both are read by who has the database."""
    return base64.b64encode(
        crypto.seal(secret.encode(), bound_to=_bound_to(user))
    ).decode()


def open_secret(user: User, sealed: str) -> str:
    """:raises CannotOpen: when it is somebody else's."""
    return crypto.unseal(base64.b64decode(sealed), bound_to=_bound_to(user)).decode()


def seal_secrets_again(found: Pass) -> None:
    """For a change of keys: the app secrets that are not under the newest one."""
    for pk in Authenticator.objects.filter(type=APP).values_list("pk", flat=True):
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if row is not None:
                found.seen += 1
                try:
                    found.sealed += _seal_again(row)
                except crypto.CannotOpen:
                    found.closed.append(f"{Authenticator._meta.db_table} {pk} secret")


def _seal_again(row: Authenticator) -> bool:
    if _is_newest(row.data["secret"]):
        return False
    row.data["secret"] = seal_secret(
        row.user, open_secret(row.user, row.data["secret"])
    )
    row.save(update_fields=["data"])
    return True


def _is_newest(sealed: str) -> bool:
    return crypto.key_name(base64.b64decode(sealed)) == crypto.first_name()


def _bound_to(user: User) -> str:
    return f"{Authenticator._meta.db_table}|secret|{user.pk}"


@transaction.atomic
def add_app(*, user: User, secret: str, code: str, at: datetime, by: Actor) -> None:
    """Take the app whose first code this is; one from before is replaced.

    :raises NotTheCode: the app does not hold this secret, or its clock is far off.
    """
    step = step_of(secret, code, at)
    if step is None:
        raise NotTheCode
    Authenticator.objects.filter(user=user, type=APP).delete()
    data = {"secret": seal_secret(user, secret), "last_step": step}
    _add(user=user, kind=APP, data=data, at=at, by=by)


@transaction.atomic
def add_passkey(
    *, user: User, name: str, credential: dict, at: datetime, by: Actor
) -> None:
    data = {"name": name, "credential": credential}
    _add(user=user, kind=PASSKEY, data=data, at=at, by=by)


def _add(*, user, kind, data, at, by) -> None:
    Authenticator.objects.create(user=user, type=kind, data=data, created_at=at)
    record(action="accounts.factor_added", at=at, by=by, subject=user, reason=kind)


@transaction.atomic
def use_passkey(*, passkey: Authenticator, at: datetime, by: Actor) -> None:
    _used(passkey, at)
    record(
        action="accounts.factor_used",
        at=at,
        by=by,
        subject=passkey.user,
        reason=PASSKEY.value,
    )


@transaction.atomic
def note_refusal(*, user: User | None, at: datetime, by: Actor) -> None:
    """A passkey did not fit: of this person, or of nobody we know."""
    record(
        action="accounts.factor_refused",
        at=at,
        by=by,
        subject=user,
        reason=PASSKEY.value,
    )


@transaction.atomic
def remove_factor(*, user: User, pk: int, at: datetime, by: Actor) -> None:
    """:raises LastOne: there must be one at any time."""
    # Two that are removed at once wait for each other here.
    User.objects.select_for_update().get(pk=user.pk)
    rows = {row.pk: row for row in factors_of(user)}
    if pk not in rows:
        return
    if len(rows) == 1 and user.is_staff_member:
        raise LastOne
    kind = rows[pk].type
    rows[pk].delete()
    record(action="accounts.factor_removed", at=at, by=by, subject=user, reason=kind)


@transaction.atomic
def make_spare_codes(*, user: User, at: datetime, by: Actor) -> list[str]:
    """Ten new ones, kept as keyed hashes; those from before are over."""
    codes = [get_random_string(SPARE_LENGTH, SPARE_LETTERS) for _ in range(SPARE_COUNT)]
    Authenticator.objects.filter(user=user, type=SPARE_CODES).delete()
    Authenticator.objects.create(
        user=user,
        type=SPARE_CODES,
        data={"hashes": [_hash(user, code) for code in codes]},
        created_at=at,
    )
    record(action="accounts.spare_codes_made", at=at, by=by, subject=user)
    return codes


def _hash(user: User, code: str) -> str:
    return crypto.blind_index(f"{user.pk}|{code}", purpose="signin.spare_code")
