"""Ways in, handed over face to face: a link that says nothing and a code on paper."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare, get_random_string

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client, Enrollment, Invitation
from apps.care.services.status import note_contact, wake_at
from apps.common.crypto import blind_index

VALID_FOR = timedelta(hours=72)
# Consonants only: nothing to mistake on paper, and no word comes out of it.
CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
CODE_LENGTH = 6


class DoesNotOpen(Exception):
    """This link and this code open nothing: wrong, used, taken back or too old."""


@dataclass(frozen=True)
class Handout:
    """What is shown once and stored nowhere."""

    invitation: Invitation
    token: str
    code: str


@transaction.atomic
def invite_client(*, client: Client, at: datetime, by: Actor) -> Handout:
    """Make a way in for this client; an earlier one that is still open is taken back."""
    return _invite(organization_id=client.organization_id, client=client, at=at, by=by)


@transaction.atomic
def invite_staff(*, staff: User, at: datetime, by: Actor) -> Handout:
    """Make a way in for somebody of the staff; an earlier open one is taken back."""
    return _invite(organization_id=staff.organization_id, staff=staff, at=at, by=by)


def _invite(*, organization_id, at, by, client=None, staff=None) -> Handout:
    token = secrets.token_urlsafe(32)
    code = get_random_string(CODE_LENGTH, CODE_LETTERS)
    for earlier in Invitation.objects.open(at).filter(client=client, staff=staff):
        revoke_invitation(invitation=earlier, at=at, by=by)
    invitation = Invitation.objects.create(
        organization_id=organization_id,
        client=client,
        staff=staff,
        token_hash=_token_hash(token),
        code_hash=_code_hash(_token_hash(token), code),
        created_at=at,
        expires_at=at + VALID_FOR,
    )
    record(
        action="care.invited",
        at=at,
        by=by,
        subject=invitation,
        client_id=invitation.client_id,
    )
    return Handout(invitation=invitation, token=token, code=code)


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, at: datetime, by: Actor) -> None:
    taken_back = (
        Invitation.objects.open(at).filter(pk=invitation.pk).update(revoked_at=at)
    )
    if taken_back:
        record(
            action="care.invitation_revoked",
            at=at,
            by=by,
            subject=invitation,
            client_id=invitation.client_id,
        )


def accept_invitation(*, token: str, code: str, at: datetime, by: Actor) -> User:
    """Use the invitation up and return who may sign in now.

    Every call costs one of five tries, also the one that succeeds: the count is kept
    before the code is looked at, so that tries made at once cannot outrun it.

    :raises DoesNotOpen: whatever the reason; the caller learns no more than that.
    """
    token_hash = _token_hash(token)
    counted = (
        Invitation.objects.open(at)
        .filter(token_hash=token_hash)
        .update(tries=F("tries") + 1)
    )
    expected = _code_hash(token_hash, normalized_code(code))
    invitation = Invitation.objects.filter(token_hash=token_hash).first()
    right = constant_time_compare(invitation.code_hash if invitation else "", expected)
    if not (counted and right):
        raise DoesNotOpen
    return _accept(invitation, at=at, by=by)


@transaction.atomic
def _accept(invitation: Invitation, *, at: datetime, by: Actor) -> User:
    # Compare-and-set: two phones with the same paper must not both come in.
    won = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, revoked_at=None
    ).update(accepted_at=at)
    if not won:
        raise DoesNotOpen
    user = (
        _open_client(invitation.client, at=at)
        if invitation.client
        else _open_staff(invitation.staff)
    )
    record(
        action="care.invitation_accepted",
        at=at,
        by=by,
        subject=invitation,
        client_id=invitation.client_id,
    )
    return user


def _open_client(client: Client, *, at: datetime) -> User:
    if client.user is None:
        client.user = User.objects.create(
            kind=User.Kind.CLIENT,
            organization_id=client.organization_id,
            name=client.preferred_name,
            language=client.language,
        )
        client.save(update_fields=["user"])
    if not client.user.is_active:
        raise DoesNotOpen
    for enrollment in client.enrollments.filter(state=Enrollment.State.INVITED):
        enrollment.state = Enrollment.State.ACTIVE
        enrollment.save(update_fields=["state"])
        note_contact(enrollment=enrollment, at=at)
        wake_at(enrollment=enrollment, moment=at)
    return client.user


def _open_staff(staff: User) -> User:
    # Somebody who was here before and is not any more does not come back by old paper.
    if not staff.is_active and staff.last_login is not None:
        raise DoesNotOpen
    staff.is_active = True
    staff.save(update_fields=["is_active"])
    return staff


def normalized_code(raw: str) -> str:
    """As printed, however it was typed."""
    return "".join(raw.split()).replace("-", "").upper()


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _code_hash(token_hash: str, code: str) -> str:
    # Keyed with a key outside the database: six letters alone could be tried out offline.
    return blind_index(f"{token_hash}|{code}", purpose="invitation-code")
