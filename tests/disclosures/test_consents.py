import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.disclosures.models import Disclosure, SharingConsent
from apps.disclosures.rules import ELEMENTS, Recipient
from apps.disclosures.selectors import accounting, may_disclose
from apps.disclosures.services import consents
from apps.disclosures.services.sharing import NoConsent, share
from tests.conftest import NOON
from tests.factories.care import EnrollmentFactory, StaffFactory
from tests.factories.disclosures import COURT, DOCTOR, proposed, signed

pytestmark = pytest.mark.django_db
SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)


@pytest.fixture
def rosa():
    return EnrollmentFactory(client__preferred_name="Rosa").client


def _by(client):
    return Actor(client.user_id, "CLIENT", client.organization_id)


def _shared(client, at=NOON, **kwargs):
    said = {"recipient": DOCTOR, "category": "ATTENDANCE", "purpose": "CARE"} | kwargs
    by = Actor(StaffFactory().pk, "STAFF", client.organization_id)
    return share(client=client, what="Days", at=at, by=by, **said)


def _may(client, at=NOON, **kwargs):
    said = {"recipient": DOCTOR, "category": "ATTENDANCE", "purpose": "CARE"} | kwargs
    return may_disclose(client=client, at=at, **said) is not None


@pytest.mark.parametrize("element", ELEMENTS)
def test_the_database_refuses_an_active_consent_without_it(rosa, element):
    """Fault: a consent that lacks an element of § 2.31 counts."""
    consent = signed(rosa, kind="TPO")
    setattr(consent, "expires_on" if element == "expiry" else element, None)

    with pytest.raises(IntegrityError), transaction.atomic():
        consent.save()


@pytest.mark.parametrize(
    "said",
    [
        {"recipient": Recipient(" ", "CARE")},
        {"categories": []},
        {"description": " "},
        {"purpose": ""},
        {"expires_on": None},
    ],
    ids=lambda said: next(iter(said)),
)
def test_staff_cannot_propose_one_that_lacks_something(rosa, said):
    with pytest.raises(consents.Incomplete):
        proposed(rosa, **said)

    assert not SharingConsent.objects.exists()


def test_it_is_not_signed_without_a_name(rosa):
    consent = proposed(rosa)

    with pytest.raises(consents.Incomplete):
        consents.sign(consent=consent, signature=" ", at=NOON, by=_by(rosa))

    consent.refresh_from_db()
    assert consent.state == "PROPOSED"
    assert not _may(rosa)


def test_what_is_proposed_or_declined_lets_nothing_out(rosa):
    consent = proposed(rosa)
    assert not _may(rosa)

    consents.decline(consent=consent, at=NOON, by=_by(rosa))

    assert not _may(rosa, NOON + DAY)
    with pytest.raises(consents.NotWaiting):
        consents.sign(consent=consent, signature="Rosa", at=NOON, by=_by(rosa))


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "NOTES", "categories": ["COUNSELING_NOTES", "PLAN"]},
        {"kind": "RECORDS", "categories": ["COUNSELING_NOTES"]},
        {"kind": "RECORDS", "purpose": "PROCEEDINGS"},
        {"kind": "PROCEEDINGS", "purpose": "CARE"},
    ],
    ids=["notes and plan", "notes", "records for a case", "a case and care"],
)
def test_a_combined_consent_is_refused(rosa, said):
    with pytest.raises(consents.Combined):
        proposed(rosa, **said)


def test_taken_back_nothing_goes_out_in_the_same_second(rosa):
    """Fault: what is revoked goes on until a clock, a cache or a job notices."""
    consent = signed(rosa)
    _shared(rosa)

    consents.revoke(consent=consent, at=NOON + SECOND, by=_by(rosa))

    with pytest.raises(NoConsent):
        _shared(rosa, NOON + SECOND)
    assert _may(rosa, NOON)
    # What was refused is written down, and what went before stays written.
    assert AuditEvent.objects.filter(action="disclosures.refused").count() == 1
    assert [row.at for row in Disclosure.objects.all()] == [NOON]


def test_it_runs_out_at_the_end_of_its_last_day(rosa):
    signed(rosa, expires_on=NOON.date())
    midnight_to_four = NOON + dt.timedelta(hours=15, minutes=59)

    assert _may(rosa, midnight_to_four)
    assert not _may(rosa, midnight_to_four + dt.timedelta(minutes=1))


def test_the_event_it_was_to_last_for_ends_it(rosa):
    consent = signed(rosa, expires_on=None, expires_event="I finish at Harbor")
    assert _may(rosa, NOON + 3000 * DAY)

    consents.note_event(consent=consent, on=NOON.date(), at=NOON, by=_by(rosa))

    assert _may(rosa)
    assert not _may(rosa, NOON + DAY)


def test_one_for_probation_may_stay_until_its_event(rosa):
    consent = signed(rosa, recipient=COURT, holds_until="my probation ends")

    with pytest.raises(consents.Held):
        consents.revoke(consent=consent, at=NOON, by=_by(rosa))
    assert _may(rosa, recipient=COURT)

    consents.note_event(consent=consent, on=NOON.date(), at=NOON, by=_by(rosa))
    consents.revoke(consent=consent, at=NOON + SECOND, by=_by(rosa))
    assert not _may(rosa, NOON + SECOND, recipient=COURT)


def test_only_one_for_criminal_justice_may_stay(rosa):
    with pytest.raises(consents.OnlyForCourt):
        proposed(rosa, holds_until="they say so")


def test_court_gets_no_check_ins_without_a_consent_for_the_case(rosa):
    """Fault: an ordinary consent hands check-ins to a court."""
    case = {"recipient": COURT, "category": "CHECKINS"}
    signed(rosa, recipient=COURT, categories=["ATTENDANCE", "CHECKINS"])
    assert _may(rosa, recipient=COURT)
    assert not _may(rosa, **case)
    with pytest.raises(NoConsent):
        _shared(rosa, **case)

    signed(
        rosa,
        kind="PROCEEDINGS",
        recipient=COURT,
        categories=["CHECKINS"],
        purpose="PROCEEDINGS",
    )

    assert _may(rosa, **case, purpose="PROCEEDINGS")
    assert not _may(rosa, **case)


def test_a_consent_is_of_one_client_alone(rosa):
    other = EnrollmentFactory(client__organization=rosa.organization).client
    signed(rosa)

    assert not _may(other)


def test_the_accounting_holds_exactly_three_years(rosa):
    """Fault: § 2.25 asks for three years; a row at the edge is lost or one too many shown."""
    start = NOON.replace(year=2022)
    signed(rosa, signed_at=start, expires_on=NOON.date())
    moments = [start + n * (NOON - start) / 24 for n in range(25)]
    for at in moments:
        _shared(rosa, at)

    shown = list(accounting(rosa, NOON))

    three_years_ago = NOON.replace(year=2023)
    expected = [at for at in reversed(moments) if at > three_years_ago]
    assert [row.at for row in shown] == expected
    assert 0 < len(expected) < 25
    assert {row.consent.kind for row in shown} == {"RECORDS"}
