"""May this go there, now? And what went where."""

from datetime import date, datetime

from dateutil.relativedelta import relativedelta

from apps.care.models import Client, Enrollment
from apps.disclosures.models import Disclosure, SharingConsent
from apps.disclosures.rules import Recipient, Terms, covers

# § 2.25: what was disclosed with consent in the three years before somebody asks.
ACCOUNTED_FOR = relativedelta(years=3)


def recipient_of(row: SharingConsent | Disclosure) -> Recipient:
    return Recipient(**row.recipient)


def terms_of(consent: SharingConsent) -> Terms:
    """Reads every element: only of one that was signed."""
    # The event of one that must stay sets it free; the event of any other ends it.
    event = None if consent.holds_until else consent.event_on
    last = [day for day in (consent.expires_on, event) if day]
    return Terms(
        kind=consent.kind,
        recipient=recipient_of(consent),
        categories=tuple(consent.categories),
        purpose=consent.purpose,
        signed_at=consent.signed_at,
        expires_on=min(last) if last else None,
        ended_at=consent.ended_at,
    )


def today_of(client: Client, at: datetime) -> date:
    """The day it is for the client; of the latest time with us."""
    enrollment = latest_enrollment(client)
    return enrollment.client_day(at) if enrollment else at.date()


def latest_enrollment(client: Client) -> Enrollment | None:
    return (
        Enrollment.objects.filter(client=client)
        .select_related("client", "program__site")
        .order_by("-started_on", "-pk")
        .first()
    )


def may_disclose(
    *,
    client: Client,
    recipient: Recipient,
    category: str,
    purpose: str,
    at: datetime,
    lock: bool = False,
) -> SharingConsent | None:
    """The consent that lets this go there for this at this instant, or None."""
    signed = SharingConsent.objects.filter(
        client=client, state__in=("ACTIVE", "REVOKED")
    ).order_by("-signed_at", "-pk")
    if lock:
        # Taking it back at the same moment waits, or is waited for.
        signed = signed.select_for_update()
    today = today_of(client, at)
    for consent in signed:
        terms = terms_of(consent)
        if covers(
            terms,
            recipient=recipient,
            category=category,
            purpose=purpose,
            at=at,
            today=today,
        ):
            return consent
    return None


def is_in_force(consent: SharingConsent, at: datetime, today: date) -> bool:
    """Signed, not taken back, not run out."""
    if consent.state != SharingConsent.State.ACTIVE or at < consent.signed_at:
        return False
    last = terms_of(consent).expires_on
    return last is None or today <= last


def accounting(client: Client, at: datetime):
    """What was shared in the last three years, newest first."""
    return (
        Disclosure.objects.filter(client=client, at__gt=at - ACCOUNTED_FOR, at__lte=at)
        .select_related("by", "consent")
        .newest_first()
    )
