"""A new sign-in is told where the person is signed in already, in words for any eyes."""

import datetime as dt

import pytest
from django.test import Client

from apps.audit.models import AuditEvent
from apps.care.rules.lexicon import telling_words
from apps.signin.models import Notice
from apps.signin.tasks import forget_ended
from tests.factories.care import EnrollmentFactory, StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
NEWS = "There is news about your sign-ins."


@pytest.fixture
def rosa():
    return EnrollmentFactory().client.user


def _in(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def test_the_first_place_has_nobody_to_tell(rosa):
    assert NEWS not in _in(rosa).get("/").text


def test_a_second_place_is_told_at_the_first_and_not_at_itself(rosa):
    """Fault: whoever just came in is told of themselves, and the owner of nothing."""
    first, second = _in(rosa), _in(rosa)

    assert [NEWS in b.get("/").text for b in (first, second)] == [True, False]
    assert "A new sign-in" in first.get("/signed-in/").text
    assert "A new sign-in" not in second.get("/signed-in/").text


def test_it_is_told_until_they_say_that_they_know(rosa):
    first, _ = _in(rosa), _in(rosa)
    first.get("/signed-in/")
    before = NEWS in first.get("/").text

    first.post(f"/signed-in/seen/{Notice.objects.get().pk}/")

    assert (before, NEWS in first.get("/").text) == (True, False)
    assert AuditEvent.objects.filter(action="accounts.notice_seen").count() == 1


def test_nobody_says_it_for_somebody_else(rosa):
    _in(rosa), _in(rosa)
    dev = _in(EnrollmentFactory().client.user)

    response = dev.post(f"/signed-in/seen/{Notice.objects.get().pk}/")

    assert response.status_code == 404
    assert Notice.objects.unseen().exists()


def test_the_card_tells_nothing_of_what_this_is_about(rosa):
    first, _ = _in(rosa), _in(rosa)
    page = first.get("/").text
    card = page[page.index(NEWS) - 200 : page.index(NEWS) + 200]

    assert telling_words(card) == []


def test_staff_have_their_own_list_and_no_card():
    ana = StaffFactory()
    _in(ana), _in(ana)

    assert not Notice.objects.exists()


def test_it_goes_when_no_sign_in_can_be_that_old(rosa, frozen_noon):
    _in(rosa), _in(rosa)
    frozen_noon.shift(dt.timedelta(days=89))
    forget_ended()
    before = Notice.objects.count()
    frozen_noon.shift(dt.timedelta(days=1))
    forget_ended()

    assert (before, Notice.objects.count()) == (1, 0)
