"""Consents and disclosures as people read them."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from apps.care.models import Client
from apps.disclosures.models import (
    Category,
    Disclosure,
    Letter,
    Purpose,
    RecordRequest,
    SharingConsent,
)
from apps.disclosures.selectors import (
    accounting,
    is_in_force,
    latest_enrollment,
    recipient_of,
    today_of,
)


def zone_of(client: Client) -> ZoneInfo | None:
    enrollment = latest_enrollment(client)
    return enrollment.zone if enrollment else None


@dataclass(frozen=True)
class SaidLetter:
    row: Letter
    to: str


@dataclass(frozen=True)
class SaidConsent:
    row: SharingConsent
    to: str
    what: list[str]
    purpose: str
    in_force: bool

    @property
    def is_waiting(self) -> bool:
        return self.row.state == SharingConsent.State.PROPOSED


@dataclass(frozen=True)
class SaidDisclosure:
    row: Disclosure
    to: str
    purpose: str


def say(consent: SharingConsent, at: datetime, today: date) -> SaidConsent:
    categories = dict(Category.choices)
    return SaidConsent(
        row=consent,
        to=recipient_of(consent).name,
        what=[str(categories.get(code, code)) for code in consent.categories],
        purpose=str(dict(Purpose.choices).get(consent.purpose, consent.purpose)),
        in_force=is_in_force(consent, at, today),
    )


def consents_of(client: Client, at: datetime) -> list[SaidConsent]:
    """Newest first; those that wait come before all others."""
    today = today_of(client, at)
    rows = SharingConsent.objects.filter(client=client).order_by("-proposed_at", "-pk")
    said = [say(row, at, today) for row in rows.select_related("proposed_by")]
    return sorted(said, key=lambda one: (not one.is_waiting, not one.in_force))


def shared_of(client: Client, at: datetime) -> list[SaidDisclosure]:
    purposes = dict(Purpose.choices)
    return [
        SaidDisclosure(
            row=row,
            to=recipient_of(row).name,
            purpose=str(purposes.get(row.purpose, row.purpose)),
        )
        for row in accounting(client, at)
    ]


def letters_of(client: Client) -> list[SaidLetter]:
    rows = Letter.objects.filter(client=client).select_related("consent")
    return [
        SaidLetter(row=row, to=recipient_of(row.consent).name)
        for row in rows.order_by("-made_at", "-pk")
    ]


def requests_of(client: Client):
    # To erase is asked of the house, on a page of its own.
    rows = RecordRequest.objects.exclude(kind=RecordRequest.Kind.ERASE)
    return rows.filter(client=client).order_by("-asked_at", "-pk")
