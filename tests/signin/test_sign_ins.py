"""Where somebody is signed in, and that it is over where they say so."""

import datetime as dt

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from apps.audit.models import AuditEvent
from apps.care.services.invitations import DoesNotOpen, accept_invitation, invite_staff
from apps.signin import factors, services, sign_ins
from apps.signin.models import CodeMessage, SignIn
from apps.signin.tasks import forget_ended
from tests.conftest import NOON
from tests.factories.care import (
    AssignmentFactory,
    EnrollmentFactory,
    OrganizationFactory,
    StaffFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Mobile/15E148 Safari"
IPAD = "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) Mobile/15E148 Safari/604.1"
PIXEL = "Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/156.0 Mobile Safari/537.36"
GALAXY_TAB = "Mozilla/5.0 (Linux; Android 14; SM-X910) Chrome/156.0 Safari/537.36"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0 Safari/537.36"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15"


@pytest.fixture
def rosa():
    return EnrollmentFactory().client.user


@pytest.fixture
def ana():
    organization = OrganizationFactory()
    return StaffFactory(email="ana@example.org", organization_id=organization.pk)


def _in(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def _is_in(browser) -> bool:
    return browser.get("/signed-in/").status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (IPHONE, "PHONE"),
        (PIXEL, "PHONE"),
        (IPAD, "TABLET"),
        (GALAXY_TAB, "TABLET"),
        (WINDOWS, "COMPUTER"),
        (MAC, "COMPUTER"),
        ("", "OTHER"),
        ("curl/8.1", "OTHER"),
    ],
)
def test_the_rough_kind_of_device_is_read(user_agent, device):
    assert sign_ins.device_of(user_agent) == device


def test_each_browser_is_in_the_list_and_this_one_is_marked(rosa):
    here, there = _in(rosa), _in(rosa)

    response = here.get("/signed-in/")

    assert [str(row.pk) for row in response.context["here"]] == [
        here.session[sign_ins.KEY]
    ]
    assert [str(row.pk) for row in response.context["elsewhere"]] == [
        there.session[sign_ins.KEY]
    ]
    assert "This one" in response.text


def test_the_list_shows_nobody_elses(rosa, ana):
    _in(ana)

    assert _in(rosa).get("/signed-in/").context["elsewhere"] == []


def test_signing_out_there_ends_it_at_once(rosa):
    here, there = _in(rosa), _in(rosa)

    here.post(f"/signed-in/{there.session[sign_ins.KEY]}/end/")

    assert (_is_in(here), _is_in(there)) == (True, False)
    assert Session.objects.count() == SignIn.objects.count() == 1
    ended = AuditEvent.objects.get(action="accounts.sign_ins_ended")
    assert (ended.actor_id, ended.object_id, ended.reason) == (rosa.pk, rosa.pk, "1")


def test_signing_out_everywhere_else_leaves_this_one(rosa, ana):
    here, others, somebody = _in(rosa), [_in(rosa), _in(rosa)], _in(ana)

    here.post("/signed-in/others/end/")

    assert [_is_in(browser) for browser in (here, *others, somebody)] == [
        True,
        False,
        False,
        True,
    ]


def test_nobody_ends_a_sign_in_of_somebody_else(rosa, ana):
    theirs = _in(ana)

    response = _in(rosa).post(f"/signed-in/{theirs.session[sign_ins.KEY]}/end/")

    assert response.status_code == 404
    assert _is_in(theirs)


def test_after_the_second_step_the_row_still_knows_its_session(
    client, ana, actor, half_signed_in
):
    """Fault: the step changes the session's key, and "sign out there" ends nothing."""
    there = half_signed_in(ana)
    Authenticator.objects.create(
        user=ana, type="webauthn", data={"name": "x"}, created_at=NOON
    )
    code, *_ = factors.make_spare_codes(user=ana, at=NOON, by=actor)
    there.post("/second-step/", {"code": code})
    assert _is_in(there)
    here = _in(ana)

    here.post("/signed-in/others/end/")

    assert not _is_in(there)


def test_signing_out_takes_it_off_the_list(rosa):
    browser = _in(rosa)

    browser.post("/sign-out/")

    assert not SignIn.objects.exists()


def test_a_browser_that_somebody_else_uses_now_is_not_in_the_list(client, rosa, ana):
    client.force_login(rosa)
    client.force_login(ana)

    assert _in(rosa).get("/signed-in/").context["elsewhere"] == []


def test_when_it_was_last_used_is_written_once_a_minute_at_most(
    client, rosa, frozen_noon
):
    """Fault: every look at a page writes a row."""
    client.force_login(rosa)
    client.get("/signed-in/")
    frozen_noon.shift(MINUTE - dt.timedelta(seconds=1))
    client.get("/signed-in/")
    before = SignIn.objects.get().seen_at
    frozen_noon.shift(dt.timedelta(seconds=1))
    client.get("/signed-in/")

    assert (before, SignIn.objects.get().seen_at) == (NOON, NOON + MINUTE)


def test_what_ran_out_is_not_in_the_list(ana, frozen_noon):
    _in(ana)
    frozen_noon.shift(15 * MINUTE)

    assert _in(ana).get("/signed-in/").context["elsewhere"] == []


@pytest.mark.parametrize(("days", "left"), [(29, 1), (31, 0)])
def test_rows_of_what_is_over_are_removed(rosa, frozen_noon, days, left):
    _in(rosa)
    frozen_noon.shift(days * DAY)

    forget_ended()

    assert SignIn.objects.count() == left


def test_the_row_does_not_hold_the_key_of_the_session(rosa):
    """Fault: a copy of this table is a list of cookies."""
    browser = _in(rosa)
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_key FROM signin_signin")
        (kept,) = cursor.fetchone()

    assert browser.session.session_key.encode() not in bytes(kept)


@pytest.fixture
def ana_everywhere(ana, actor, half_signed_in):
    """Two browsers, one half of the way, a code and a paper on the way, a passkey."""
    ana.last_login = None
    invitation = invite_staff(staff=ana, at=NOON, by=actor)
    browsers = [_in(ana), _in(ana), half_signed_in(ana, Client())]
    services.queue_code(user=ana, address_index="x", code="123456", at=NOON)
    Authenticator.objects.create(
        user=ana, type="webauthn", data={"name": "x"}, created_at=NOON
    )
    return browsers, invitation


def test_who_left_has_nothing_that_opens(ana, ana_everywhere, actor, capsys):
    browsers, handout = ana_everywhere

    call_command("disable_staff", "Ana@example.org")

    assert [_is_in(browser) for browser in browsers] == [False] * 3
    for model in (Session, SignIn, CodeMessage, Authenticator):
        assert not model.objects.exists(), model
    with pytest.raises(DoesNotOpen):
        accept_invitation(token=handout.token, code=handout.code, at=NOON, by=actor)
    assert AuditEvent.objects.filter(action="accounts.staff_disabled").exists()


def test_a_paper_that_was_given_out_opens_nothing_either(ana, actor):
    """Fault: who was invited, never came, and is not to come any more, still may."""
    handout = invite_staff(staff=ana, at=NOON, by=actor)

    services.disable_staff(user=ana, at=NOON, by=actor)

    with pytest.raises(DoesNotOpen):
        accept_invitation(token=handout.token, code=handout.code, at=NOON, by=actor)


def test_who_left_and_is_still_named_on_records_is_counted(ana, capsys):
    """Fault: their clients have nobody, and nobody is told."""
    AssignmentFactory.create_batch(2, staff=ana)
    AssignmentFactory(staff=ana, until=NOON)
    # Nobody has to look after an episode that is over.
    AssignmentFactory(
        staff=ana, enrollment__state="ENDED", enrollment__ended_on=NOON.date()
    )

    call_command("disable_staff", "ana@example.org")

    assert "still named on 2 records" in capsys.readouterr().out


def test_times_are_those_of_the_clock_on_their_wall(rosa):
    """Fault: noon in Boston reads as four in the afternoon, and somebody is frightened."""
    assert "Wed Oct 14, 12:00 PM" in _in(rosa).get("/signed-in/").text


def test_disabling_is_whole_or_not_at_all(ana, ana_everywhere, actor, monkeypatch):
    """Fault: it breaks half way, and a browser stays signed in of somebody who left."""
    browsers, _ = ana_everywhere

    def broken(**kwargs):
        raise OSError("full")

    monkeypatch.setattr(services, "record", broken)
    with pytest.raises(OSError, match="full"):
        services.disable_staff(user=ana, at=NOON, by=actor)

    ana.refresh_from_db()
    assert ana.is_active
    assert [_is_in(browser) for browser in browsers[:2]] == [True, True]


def test_who_lost_everything_sets_up_anew(ana, ana_everywhere, capsys):
    browsers, _ = ana_everywhere

    call_command("reset_ways_in", "ana@example.org")

    assert [_is_in(browser) for browser in browsers] == [False] * 3
    assert not Authenticator.objects.exists()
    ana.refresh_from_db()
    assert ana.is_active


@pytest.mark.parametrize("command", ["disable_staff", "reset_ways_in"])
def test_nobody_is_disabled_by_mistake(command, rosa):
    with pytest.raises(CommandError, match="Nobody of the staff"):
        call_command(command, "nobody@example.org")
