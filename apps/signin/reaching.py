"""A client changes how they are reached: the new address is proven before it counts.

What belongs to somebody else is answered like what is free, so nobody learns who is here.
The old address opens nothing from that moment: it may lie on the phone that was lost. What
was done can be taken back for a week, and the old address and the team are told.
"""

import logging
import smtplib
from datetime import datetime, timedelta

import httpx
from allauth.core import ratelimit
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import translation
from django.utils.crypto import constant_time_compare, get_random_string

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client, ContactPoint, Enrollment, SiteLine, Task
from apps.care.services.enrollments import find_contact_point
from apps.care.services.tasks import create_task, primary_counselor
from apps.common import crypto
from apps.common.walls import across
from apps.signin import notices, sending
from apps.signin.addresses import Address
from apps.signin.models import AddressChange, AddressProof, CodeMessage
from apps.signin.services import queue_code

ASK_WITHIN = timedelta(days=2)

logger = logging.getLogger(__name__)


class TooOften(Exception):
    """Asked too many times; a little later it works again."""


class NotTheCode(Exception):
    """Wrong, too late, or the address is somebody else's: nobody is told which."""


class IsGone(Exception):
    """What was there before belongs to somebody else by now."""


def may_change(client: Client) -> bool:
    """Nothing is sent where somebody else reads along, or to who wants no phone."""
    return not (client.monitored_phone or client.no_phone)


def ask(request, *, client: Client, address: Address, at: datetime) -> None:
    """Send a code there. The same work whoever the address belongs to.

    :raises TooOften: for this client, this address, or from this network.
    """
    key = str(client.pk)
    if not (
        ratelimit.consume(request, action="new_address", key=key)
        and ratelimit.consume(request, action="request_login_code", key=address.index)
    ):
        raise TooOften
    _ask(client=client, address=address, at=at, by=request.actor)


@transaction.atomic
def _ask(*, client: Client, address: Address, at: datetime, by: Actor) -> None:
    code = get_random_string(6, "0123456789")
    AddressProof.objects.update_or_create(
        client=client,
        defaults={
            "kind": address.kind,
            "value": address.value,
            "address_index": address.index,
            "code_hash": _hash(client, address.index, code),
            "tries": 0,
            "asked_at": at,
        },
    )
    free = not _is_somebody_elses(client, address)
    queue_code(
        user=client.user if free else None,
        address_index=address.index,
        code=code,
        at=at,
    )
    record(
        action="accounts.address_asked",
        at=at,
        by=by,
        subject=client.user,
        client_id=client.pk,
    )


def _is_somebody_elses(client: Client, address: Address) -> bool:
    """Also of one of the staff: a code sent there would be for them."""
    point = _holder(address.kind, address.value)
    staff = User.objects.filter(email__iexact=address.value)
    return staff.exists() or (point is not None and point.client_id != client.pk)


def _holder(kind: str, value: str) -> ContactPoint | None:
    """In whichever house: an address is of one person."""
    with across():
        return find_contact_point(kind=kind, value=value)


def _hash(client: Client, index: str, code: str) -> str:
    return crypto.blind_index(f"{client.pk}|{index}|{code}", purpose="new-address")


def waiting(client: Client, at: datetime) -> AddressProof | None:
    return AddressProof.objects.open(at).filter(client=client).first()


def confirm(*, client: Client, code: str, session, at: datetime, by: Actor) -> None:
    """The code came back. A try counts before it is compared.

    :raises NotTheCode: as it says.
    """
    counted = (
        AddressProof.objects.open(at).filter(client=client).update(tries=F("tries") + 1)
    )
    proof = AddressProof.objects.filter(client=client).first()
    typed = _hash(client, proof.address_index if proof else "", code)
    right = constant_time_compare(proof.code_hash if proof else "", typed)
    if not (counted and proof and right):
        raise NotTheCode
    try:
        _change(client=client, proof=proof, session=session, at=at, by=by)
    except IntegrityError:
        # Somebody else proved it in the same moment.
        raise NotTheCode from None


@transaction.atomic
def _change(
    *, client: Client, proof: AddressProof, session, at: datetime, by: Actor
) -> None:
    taken, _ = AddressProof.objects.filter(pk=proof.pk).delete()
    address = Address(proof.kind, proof.value)
    if not taken or _is_somebody_elses(client, address) or not may_change(client):
        raise NotTheCode
    new, is_new = ContactPoint.objects.get_or_create(
        client=client,
        kind=proof.kind,
        value_index=proof.address_index,
        stopped_at=None,
        defaults={"value": proof.value, "verified_at": at},
    )
    old = _in_use(client, proof.kind).exclude(pk=new.pk).first()
    if old is not None:
        old.stopped_at = at
        old.save(update_fields=["stopped_at"])
    if not is_new:
        new.verified_at = at
        new.save(update_fields=["verified_at"])
    change = AddressChange.objects.create(
        client=client, old=old, new=new, changed_at=at
    )
    # A code on its way to the old one opens nothing any more.
    CodeMessage.objects.filter(user=client.user).delete()
    notices.note_address(user=client.user, session=session, at=at)
    record(
        action="accounts.address_changed",
        at=at,
        by=by,
        subject=change,
        client_id=client.pk,
        field_names=[proof.kind.lower()],
    )
    _tell_the_team(change, at, by)


def _in_use(client: Client, kind: str):
    """As messages choose it: the newest that was proven (apps.notifications.gate)."""
    points = ContactPoint.objects.filter(client=client, kind=kind, stopped_at=None)
    return points.order_by(F("verified_at").desc(nulls_last=True), "-pk")


def _tell_the_team(change: AddressChange, at: datetime, by: Actor) -> None:
    enrollment = _enrollment(change.client)
    if enrollment is None:
        return
    create_task(
        kind=Task.Kind.CALL,
        organization_id=enrollment.organization_id,
        enrollment=enrollment,
        assignee=primary_counselor(enrollment, at),
        source="ADDRESS",
        source_key=str(change.pk),
        details={"changed": change.new.kind},
        due_at=at + ASK_WITHIN,
        at=at,
        by=by,
    )


def _enrollment(client: Client) -> Enrollment | None:
    own = Enrollment.objects.filter(client=client).select_related("program__site")
    return own.order_by("-started_on", "-pk").first()


@transaction.atomic
def put_back(*, change: AddressChange, at: datetime, by: Actor) -> None:
    """The address from before counts again, and the new one nothing.

    :raises IsGone: as it says; the change stays.
    """
    to_undo = AddressChange.objects.to_undo(at).filter(pk=change.pk)
    if not to_undo.update(undone_at=at):
        return
    stopped = ContactPoint.objects.filter(pk=change.new_id, stopped_at=None)
    stopped.update(stopped_at=at)
    old = change.old
    if old is not None:
        known = _holder(old.kind, old.value)
        if known is not None and known.pk != old.pk:
            raise IsGone
        old.stopped_at = None
        old.save(update_fields=["stopped_at"])
    CodeMessage.objects.filter(user=change.client.user).delete()
    record(
        action="accounts.address_put_back",
        at=at,
        by=by,
        subject=change,
        client_id=change.client_id,
    )


def tell_old_addresses(*, at: datetime) -> None:
    """Once each, in words that say nothing. One that gets lost is not repeated."""
    changes = AddressChange.objects.filter(
        told_at=None, undone_at=None, old__isnull=False
    )
    for change in changes.select_related("client__user", "old"):
        taken = AddressChange.objects.filter(pk=change.pk, told_at=None)
        if taken.update(told_at=at) and may_change(change.client):
            _tell(change)


def _tell(change: AddressChange) -> None:
    enrollment = _enrollment(change.client)
    line = (
        enrollment
        and SiteLine.objects.filter(
            site=enrollment.program.site, kind=SiteLine.Kind.PROGRAM
        )
        .order_by("position", "pk")
        .first()
    )
    user, old = change.client.user, change.old
    if user is None or old is None:
        return
    with translation.override(user.language):
        try:
            sending.say_changed(
                address=Address(old.kind, old.value),
                user=user,
                number=line.number if line else "",
            )
        except (httpx.HTTPError, smtplib.SMTPException, OSError) as error:
            # Only the kind of the error: its text may hold the address.
            logger.warning(
                "Address change %s was not told: %s", change.pk, type(error).__name__
            )


def forget_old(at: datetime) -> None:
    AddressProof.objects.filter(asked_at__lte=at - AddressProof.GOOD_FOR).delete()
