"""What a consent must say to count, and whether it covers one disclosure. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

TPO, RECORDS, NOTES, PROCEEDINGS = "TPO", "RECORDS", "NOTES", "PROCEEDINGS"
ATTENDANCE, COUNSELING_NOTES = "ATTENDANCE", "COUNSELING_NOTES"
COURT = "COURT"

# The twelve a reader of § 2.31(a) looks for. The statement about sharing on is asked for
# where care, payment and running the program is consented to.
ELEMENTS = (
    "patient_name",
    "discloser",
    "categories",
    "description",
    "recipient",
    "purpose",
    "revocation",
    "expiry",
    "redisclosure",
    "signature",
    "signed_at",
    "wording_version",
)


@dataclass(frozen=True)
class Recipient:
    """To whom. Two spellings of one name are one recipient; two kinds never are."""

    name: str
    kind: str

    def is_same_as(self, other: "Recipient") -> bool:
        return self.kind == other.kind and _plain(self.name) == _plain(other.name)


@dataclass(frozen=True)
class Terms:
    """What one signed consent says."""

    kind: str
    recipient: Recipient
    categories: Sequence[str]
    purpose: str
    signed_at: datetime
    expires_on: date | None
    ended_at: datetime | None


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def missing_elements(said: Mapping[str, Any]) -> list[str]:
    """Which elements a consent lacks; none means that it may be active.

    An expiry is a day or an event; ``said`` holds either under its own name.
    """
    missing = []
    for element in ELEMENTS:
        if element == "expiry":
            present = said.get("expires_on") or said.get("expires_event")
        elif element == "redisclosure" and said.get("kind") != TPO:
            continue
        else:
            present = said.get(element)
        if not present or (isinstance(present, str) and not present.strip()):
            missing.append(element)
    return missing


def is_combined(kind: str, categories: Sequence[str], purpose: str) -> bool:
    """Counseling notes and legal proceedings each stand alone (§ 2.31(b), (d))."""
    with_notes = COUNSELING_NOTES in categories
    if kind == NOTES:
        return list(categories) != [COUNSELING_NOTES] or purpose == PROCEEDINGS
    if with_notes:
        return True
    return (kind == PROCEEDINGS) != (purpose == PROCEEDINGS)


def covers(
    terms: Terms,
    *,
    recipient: Recipient,
    category: str,
    purpose: str,
    at: datetime,
    today: date,
) -> bool:
    """Whether this consent, at this instant, lets this go there for this."""
    if at < terms.signed_at or (terms.ended_at is not None and at >= terms.ended_at):
        return False
    if terms.expires_on is not None and today > terms.expires_on:
        return False
    if not terms.recipient.is_same_as(recipient):
        return False
    if category not in terms.categories or purpose != terms.purpose:
        return False
    if category == COUNSELING_NOTES and terms.kind != NOTES:
        return False
    # A court, a probation officer: attendance by an ordinary consent, all else only by one
    # for legal proceedings.
    return (
        recipient.kind != COURT or category == ATTENDANCE or terms.kind == PROCEEDINGS
    )
