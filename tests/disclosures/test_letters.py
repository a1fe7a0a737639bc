import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from apps.audit.actors import Actor
from apps.care.models import Task
from apps.disclosures.models import Disclosure, Letter
from apps.disclosures.services import consents, letters
from apps.disclosures.services.sharing import NoConsent
from apps.sessions.models import GroupSession
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory
from tests.factories.disclosures import COURT, signed
from tests.factories.sessions import AttendanceFactory, OneToOneFactory

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TODAY = NOON.date()


@pytest.fixture
def care():
    return AssignmentFactory()


@pytest.fixture
def rosa(care):
    return care.enrollment


@pytest.fixture
def ana(care):
    return Actor(care.staff_id, "STAFF", care.enrollment.organization_id)


@pytest.fixture
def itself(rosa):
    return Actor(rosa.client.user_id, "CLIENT", rosa.organization_id)


@pytest.fixture
def consent(rosa):
    return signed(rosa.client, recipient=COURT, purpose="SUPERVISION")


def _day(rosa, ago, status, *, is_open=False, **kwargs):
    on = TODAY - ago * DAY
    room = OneToOneFactory(enrollment=rosa, on=on)
    AttendanceFactory(group_session=room, enrollment=rosa, status=status, **kwargs)
    if not is_open:
        room.roster_closed_at = room.ends_at
        room.save()
    return on


@pytest.fixture
def letter(rosa, consent, ana):
    _day(rosa, 3, "PRESENT")
    return _make(rosa, consent, ana)


def _make(rosa, consent, ana):
    return letters.make(
        enrollment=rosa,
        consent=consent,
        from_on=TODAY - 7 * DAY,
        to_on=TODAY,
        at=NOON,
        by=ana,
    )


def test_it_says_the_days_and_whether_they_came_and_nothing_else(rosa, consent, ana):
    """Fault: a reason, an hour or a group's name goes to a court."""
    came = _day(rosa, 5, "LATE")
    away = _day(rosa, 4, "EXCUSED", reason="ILL", minutes=0)
    one_to_one = _day(rosa, 3, "ONE_TO_ONE")
    _day(rosa, 2, "NO_SHOW", is_open=True, minutes=0)
    _day(rosa, 1, "CANCELLED", minutes=0)
    _day(rosa, 8, "PRESENT")

    letter = _make(rosa, consent, ana)

    letter = Letter.objects.get(pk=letter.pk)
    assert letter.days == [
        {"on": came.isoformat(), "came": True},
        {"on": away.isoformat(), "came": False},
        {"on": one_to_one.isoformat(), "came": True},
    ]


def test_without_a_consent_for_attendance_no_letter_is_made(rosa, ana):
    plan_only = signed(rosa.client, recipient=COURT, categories=["PLAN"])

    with pytest.raises(NoConsent):
        _make(rosa, plan_only, ana)

    assert not Letter.objects.exists()


def test_it_does_not_go_out_before_its_client_has_read_it(letter, ana, itself):
    with pytest.raises(letters.NotReadYet):
        letters.give_out(letter=letter, at=NOON, by=ana)
    assert not Disclosure.objects.exists()

    letters.open_letter(letter=letter, at=NOON, by=itself)
    shared = letters.give_out(letter=letter, at=NOON, by=ana)

    letter.refresh_from_db()
    assert (letter.state, letter.disclosure) == ("GIVEN", shared)
    assert shared.recipient == {"name": COURT.name, "kind": "COURT"}
    with pytest.raises(letters.Settled):
        letters.give_out(letter=letter, at=NOON, by=ana)
    assert Disclosure.objects.count() == 1


def test_the_database_keeps_an_unread_letter_in(letter, rosa, ana, itself):
    letters.open_letter(letter=letter, at=NOON, by=itself)
    letters.give_out(letter=letter, at=NOON, by=ana)
    letter.refresh_from_db()
    letter.read_at = None

    with pytest.raises(IntegrityError), transaction.atomic():
        letter.save()


def test_an_objection_keeps_it_in_and_asks_the_team(letter, care, ana, itself):
    letters.open_letter(letter=letter, at=NOON, by=itself)
    letters.object_to(letter=letter, words="Monday is wrong", at=NOON, by=itself)

    with pytest.raises(letters.NotReadYet):
        letters.give_out(letter=letter, at=NOON, by=ana)
    [task] = Task.objects.all()
    assert (task.assignee, task.details) == (care.staff, {"records": "OBJECTED"})


def test_a_consent_taken_back_after_reading_keeps_it_in(letter, consent, ana, itself):
    letters.open_letter(letter=letter, at=NOON, by=itself)
    consents.revoke(consent=consent, at=NOON, by=itself)

    with pytest.raises(NoConsent):
        letters.give_out(letter=letter, at=NOON, by=ana)

    letter.refresh_from_db()
    assert letter.state == "READ"
    assert not Disclosure.objects.exists()


def test_a_session_we_cancelled_is_no_day(rosa, consent, ana):
    on = _day(rosa, 3, "PRESENT")
    GroupSession.objects.filter(local_on=on).update(state="CANCELLED")

    assert _make(rosa, consent, ana).days == []
