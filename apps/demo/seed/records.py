"""What a few people signed, took back, and are asked to read: through the services."""

from datetime import datetime, timedelta

from apps.audit.actors import Actor
from apps.care.models import Enrollment, Organization
from apps.care.services.tasks import primary_counselor
from apps.disclosures.models import SharingConsent
from apps.disclosures.rules import Recipient
from apps.disclosures.services import consents, letters, notices, requests
from apps.disclosures.services.sharing import share

PROBATION = Recipient("Suffolk Probation", "COURT")
DOCTOR = Recipient("Dr. Amy Lee", "CARE")
EMPLOYER = Recipient("Harbor Cafe", "EMPLOYER")
DAY = timedelta(days=1)


def build(organization: Organization, at: datetime) -> None:
    """A letter waits for whoever the court sent; one of Ana's signed and took back."""
    active = Enrollment.objects.active().filter(
        organization=organization, client__user__isnull=False
    )
    active = list(active.select_related("client").order_by("started_on", "pk"))
    if not active:
        return
    for_court = next(
        (e for e in active if e.client.profile.get("court_ordered")), active[0]
    )
    other = next((e for e in active if e != for_court), for_court)
    # Whoever came last has not been shown yet how records are kept.
    for enrollment in active[:-1]:
        notices.note_read(client=enrollment.client, at=at, by=_itself(enrollment))
    _letter_waits(for_court, at)
    _signed_and_taken_back(other, at)
    _wants_to_be_erased(organization, at)


def _wants_to_be_erased(organization: Organization, at: datetime) -> None:
    """Somebody whose care is over."""
    ended = Enrollment.objects.filter(
        organization=organization,
        state=Enrollment.State.ENDED,
        client__user__isnull=False,
    )
    for enrollment in ended.order_by("started_on", "pk")[:1]:
        requests.ask_to_erase(
            client=enrollment.client,
            words="I have moved away. Please let nothing be left.",
            at=at - 2 * DAY,
            by=_itself(enrollment),
        )


def _letter_waits(enrollment: Enrollment, at: datetime) -> None:
    consent = _signed(
        enrollment,
        PROBATION,
        at - 5 * DAY,
        purpose="SUPERVISION",
        description="On which days I came",
        holds_until="My probation ends",
    )
    letters.make(
        enrollment=enrollment,
        consent=consent,
        from_on=max(enrollment.started_on, (at - 28 * DAY).date()),
        to_on=(at - DAY).date(),
        at=at,
        by=_counselor(enrollment, at),
    )


def _signed_and_taken_back(enrollment: Enrollment, at: datetime) -> None:
    _signed(
        enrollment,
        DOCTOR,
        at - 9 * DAY,
        categories=["ATTENDANCE", "MEDICINE"],
        purpose="CARE",
        description="When I come, and the medicine I take",
    )
    share(
        client=enrollment.client,
        recipient=DOCTOR,
        category="MEDICINE",
        purpose="CARE",
        what="On the phone: the new dose",
        at=at - 8 * DAY,
        by=_counselor(enrollment, at),
    )
    work = _signed(
        enrollment,
        EMPLOYER,
        at - 7 * DAY,
        purpose="WORK",
        description="On which days I came ",
    )
    consents.revoke(consent=work, at=at - 3 * DAY, by=_itself(enrollment))
    consents.propose(
        client=enrollment.client,
        kind=SharingConsent.Kind.RECORDS,
        recipient=Recipient("Dee", "FAMILY"),
        categories=["PROGRESS"],
        description="How I am doing, when Dee calls",
        purpose="FAMILY",
        expires_on=(at + 180 * DAY).date(),
        at=at - DAY,
        by=_counselor(enrollment, at),
    )


def _signed(enrollment, recipient, at, categories=("ATTENDANCE",), **said):
    consent = consents.propose(
        client=enrollment.client,
        kind=SharingConsent.Kind.RECORDS,
        recipient=recipient,
        categories=list(categories),
        expires_on=(at + 180 * DAY).date(),
        at=at,
        by=_counselor(enrollment, at),
        **said,
    )
    client = enrollment.client
    name = f"{client.preferred_name} {client.surname or ''}".strip()
    return consents.sign(consent=consent, signature=name, at=at, by=_itself(enrollment))


def _counselor(enrollment: Enrollment, at: datetime) -> Actor:
    user = primary_counselor(enrollment, at)
    return Actor(user.pk, user.kind, user.organization_id, source="COMMAND")


def _itself(enrollment: Enrollment) -> Actor:
    user = enrollment.client.user
    return Actor(user.pk, user.kind, user.organization_id, source="COMMAND")
