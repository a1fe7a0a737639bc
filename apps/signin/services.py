"""Codes on their way, and the choice of a language."""

import logging
import smtplib
from datetime import datetime, timedelta

import httpx
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils import translation

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client, Invitation
from apps.care.services.invitations import revoke_invitation
from apps.feeds.services import end_feeds
from apps.signin import doors, locks, notices, sending, sign_ins
from apps.signin.addresses import find_address
from apps.signin.models import CodeMessage, Hold, SignIn

logger = logging.getLogger(__name__)


def queue_code(
    *, user: User | None, address_index: str, code: str, at: datetime
) -> CodeMessage:
    """Write the row a worker sends from. ``user`` is None for an address of nobody here."""
    return CodeMessage.objects.create(
        user=user, address_index=address_index, code=code, created_at=at
    )


def send_waiting_codes(*, at: datetime) -> None:
    """Send what waits. A code that gets lost on the way is asked for again, not repeated."""
    too_old = at - timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT)
    waiting = CodeMessage.objects.select_related("user").order_by("created_at", "pk")
    for message in waiting:
        # Taking the row is deleting it: two workers never send the same code.
        taken, _ = CodeMessage.objects.filter(pk=message.pk).delete()
        if taken and message.user and message.created_at > too_old:
            _send(message)


def _send(message: CodeMessage) -> None:
    address = find_address(user=message.user, index=message.address_index)
    if address is None:
        return
    with translation.override(message.user.language):
        try:
            sending.send_code(address=address, user=message.user, code=message.code)
        except (httpx.HTTPError, smtplib.SMTPException, OSError) as error:
            # Only the kind of the error: its text may hold the address.
            logger.warning(
                "Code message %s was not handed over: %s",
                message.pk,
                type(error).__name__,
            )


@transaction.atomic
def note_refusal(*, user: User | None, at: datetime, by: Actor) -> None:
    """Somebody typed a wrong code for this person, or for nobody."""
    record(action="accounts.code_refused", at=at, by=by, subject=user)


@transaction.atomic
def choose_language(*, user: User, language: str, at: datetime, by: Actor) -> None:
    """The language of the pages, and for a client of the messages too."""
    user.language = language
    user.save(update_fields=["language"])
    client = Client.objects.filter(user=user).first()
    if client is not None:
        client.language = language
        client.save(update_fields=["language"])
    record(
        action="accounts.language_chosen",
        at=at,
        by=by,
        subject=user,
        client_id=client.pk if client else None,
        field_names=["language"],
    )


@transaction.atomic
def disable_staff(*, user: User, at: datetime, by: Actor) -> None:
    """Somebody left: no browser, code, key or paper of theirs opens anything from now on."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    _end_ways_in(user, at, by)
    CodeMessage.objects.filter(user=user).delete()
    for invitation in Invitation.objects.open(at).filter(staff=user):
        revoke_invitation(invitation=invitation, at=at, by=by)
    record(action="accounts.staff_disabled", at=at, by=by, subject=user)


@transaction.atomic
def reset_ways_in(*, user: User, at: datetime, by: Actor) -> None:
    """Phone, keys and paper are lost: at their next sign-in they set up new ones."""
    _end_ways_in(user, at, by)
    record(action="accounts.ways_in_reset", at=at, by=by, subject=user)


def _end_ways_in(user: User, at: datetime, by: Actor) -> None:
    sign_ins.end_all(user=user, at=at, by=by)
    doors.forget(user)
    Authenticator.objects.filter(user=user).delete()


@transaction.atomic
def sign_out_elsewhere(
    *, user: User, here: str | None, at: datetime, by: Actor
) -> None:
    """Everywhere but here. Calendars that read their times are somewhere else, too."""
    rows = SignIn.objects.visible_to(user).exclude(pk=here)
    sign_ins.end(rows=list(rows), user=user, at=at, by=by)
    end_feeds(user=user, at=at, by=by)


def end_phone(*, user: User, at: datetime) -> None:
    """What a lost phone could open: for a use case that writes down why.

    Passkeys lie on the phone and codes come to it, so only paper brings in until then.
    """
    sign_ins.drop(list(SignIn.objects.visible_to(user)))
    Authenticator.objects.filter(user=user).delete()
    CodeMessage.objects.filter(user=user).delete()
    Hold.objects.update_or_create(user=user, defaults={"made_at": at})
    notices.note_end(user=user, at=at)


@transaction.atomic
def come_in_by_paper(*, user: User, at: datetime, by: Actor) -> None:
    """Handed over face to face: the way back from a lost phone and a forgotten PIN."""
    Hold.objects.filter(user=user).delete()
    locks.switch_off(user=user, at=at, by=by)
