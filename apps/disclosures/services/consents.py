"""Consents: proposed by staff, signed, declined or taken back by the client."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import translation

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client
from apps.disclosures import wording
from apps.disclosures.models import SharingConsent
from apps.disclosures.rules import (
    COUNSELING_NOTES,
    COURT,
    ELEMENTS,
    NOTES,
    PROCEEDINGS,
    TPO,
    Recipient,
    is_combined,
    missing_elements,
)

State = SharingConsent.State
# What the client alone can add.
BY_SIGNING = {"signature", "signed_at"}
READ = (*ELEMENTS, "kind", "expires_on", "expires_event")


class Combined(Exception):
    """Counseling notes and legal proceedings each need a consent of their own."""


class Incomplete(Exception):
    """An element of § 2.31 is not there."""

    def __init__(self, missing: list[str]):
        super().__init__(missing)
        self.missing = missing


class NotWaiting(Exception):
    """Signed, declined or taken back before."""


class Held(Exception):
    """It stays until the event it names (§ 2.35)."""


class OnlyForCourt(Exception):
    """Only a consent to criminal justice may be made to stay."""


@transaction.atomic
def propose(
    *,
    client: Client,
    kind: str,
    recipient: Recipient,
    categories: Sequence[str],
    description: str,
    purpose: str,
    expires_on: date | None = None,
    expires_event: str = "",
    holds_until: str = "",
    at: datetime,
    by: Actor,
) -> SharingConsent:
    """Put a consent before the client, with everything but the signature.

    :raises Combined: when it mixes what must stand alone.
    :raises OnlyForCourt: when it is to stay and is not for criminal justice.
    :raises Incomplete: when an element is missing.
    """
    if kind == NOTES:
        categories = list(categories) or [COUNSELING_NOTES]
    if kind == PROCEEDINGS:
        purpose = purpose or PROCEEDINGS
    if is_combined(kind, categories, purpose):
        raise Combined
    if holds_until.strip() and recipient.kind != COURT:
        raise OnlyForCourt
    # In the words of whoever signs.
    with translation.override(client.language):
        consent = SharingConsent(
            organization_id=client.organization_id,
            client=client,
            kind=kind,
            patient_name=_said(f"{client.preferred_name} {client.surname or ''}"),
            discloser=_said(client.organization.name),
            categories=list(categories) or None,
            description=_said(description),
            recipient=_to(recipient),
            purpose=_said(purpose),
            revocation=wording.revocation_words(holds_until.strip()),
            expires_on=expires_on,
            expires_event=_said(expires_event),
            redisclosure=wording.redisclosure_words() if kind == TPO else None,
            wording_version=wording.VERSION,
            holds_until=_said(holds_until),
            proposed_by_id=by.user_id,
            proposed_at=at,
        )
    if missing := set(_missing(consent)) - BY_SIGNING:
        raise Incomplete(sorted(missing))
    consent.save()
    _record("proposed", consent, at, by)
    return consent


def _said(words: str) -> str | None:
    return words.strip() or None


def _to(recipient: Recipient) -> dict | None:
    name = " ".join(recipient.name.split())
    return {"name": name, "kind": recipient.kind} if name and recipient.kind else None


def _missing(consent: SharingConsent) -> list[str]:
    return missing_elements({name: getattr(consent, name, None) for name in READ})


@transaction.atomic
def sign(
    *, consent: SharingConsent, signature: str, at: datetime, by: Actor
) -> SharingConsent:
    """The client typed their name. From now on it counts.

    :raises NotWaiting: when it was settled before.
    :raises Incomplete: when an element, such as the name, is missing.
    """
    consent = _waiting(consent)
    consent.signature, consent.signed_at = _said(signature), at
    if missing := _missing(consent):
        raise Incomplete(missing)
    consent.state = State.ACTIVE
    consent.save()
    _record("signed", consent, at, by)
    return consent


@transaction.atomic
def decline(*, consent: SharingConsent, at: datetime, by: Actor) -> None:
    """Not signed: by the client, or taken off the table by staff.

    :raises NotWaiting: when it was settled before.
    """
    consent = _waiting(consent)
    consent.state, consent.ended_at = State.DECLINED, at
    consent.save()
    _record("declined", consent, at, by)


@transaction.atomic
def revoke(*, consent: SharingConsent, at: datetime, by: Actor) -> None:
    """Nothing more goes out under it from this instant. What went stays in the list.

    :raises NotWaiting: when it does not count any more.
    :raises Held: when it stays until something that has not happened.
    """
    consent = _locked(consent)
    if consent.state != State.ACTIVE:
        raise NotWaiting
    if consent.is_held:
        raise Held
    consent.state, consent.ended_at = State.REVOKED, at
    consent.save()
    _record("revoked", consent, at, by)


@transaction.atomic
def note_event(*, consent: SharingConsent, on: date, at: datetime, by: Actor) -> None:
    """What it was to last for, or to stay until, has happened."""
    consent = _locked(consent)
    if consent.state != State.ACTIVE or consent.event_on is not None:
        raise NotWaiting
    consent.event_on = on
    consent.save()
    _record("event_noted", consent, at, by)


def _locked(consent: SharingConsent) -> SharingConsent:
    return SharingConsent.objects.select_for_update().get(pk=consent.pk)


def _waiting(consent: SharingConsent) -> SharingConsent:
    consent = _locked(consent)
    if consent.state != State.PROPOSED:
        raise NotWaiting
    return consent


def _record(what: str, consent: SharingConsent, at: datetime, by: Actor) -> None:
    record(
        action=f"disclosures.consent_{what}",
        at=at,
        by=by,
        subject=consent,
        client_id=consent.client_id,
    )
