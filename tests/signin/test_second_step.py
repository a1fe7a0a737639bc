"""The second step of staff: nothing of the desk opens without it, and no way leads round."""

import datetime as dt
import json
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.services import record
from apps.signin import factors, proof
from apps.signin.models import LateForm
from tests.conftest import NOON
from tests.factories.care import OrganizationFactory, StaffFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HALF_MINUTE = dt.timedelta(seconds=30)


@pytest.fixture
def ana():
    organization = OrganizationFactory()
    return StaffFactory(email="ana@example.org", organization_id=organization.pk)


@pytest.fixture
def with_app(ana, actor):
    """Ana, whose app was set up an hour ago."""
    at = NOON - dt.timedelta(hours=1)
    factors.add_app(user=ana, secret=SECRET, code=code_at(at), at=at, by=actor)
    return ana


def code_at(at, secret=SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(at.timestamp()) // 30))


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def _is_in(browser) -> bool:
    return browser.get("/desk/").status_code == 200


def _written() -> list[tuple[str, str]]:
    ours = AuditEvent.objects.exclude(source="COMMAND").filter(
        action__startswith="accounts."
    )
    rows = ours.order_by("seq")
    return list(rows.values_list("action", "reason"))


def test_after_the_code_staff_are_led_to_set_up_a_second_way(
    client, ana, ask, mailed_code
):
    ask("ana@example.org")
    response = client.post("/sign-in/code/", {"code": mailed_code()}, follow=True)

    assert [url for url, _ in response.redirect_chain] == [
        "/desk/",
        "/second-step/?next=/desk/",
        "/second-step/set-up/?next=%2Fdesk%2F",
    ]


def test_after_the_code_staff_with_an_app_are_asked_for_it(
    client, with_app, ask, mailed_code
):
    ask("ana@example.org")
    response = client.post("/sign-in/code/", {"code": mailed_code()}, follow=True)

    assert response.redirect_chain[-1] == ("/second-step/?next=/desk/", 302)
    assert not _is_in(client)


def test_an_invitation_alone_opens_no_desk_either(client, capsys):
    """Fault: the first admin, or anybody invited, comes in beside the second step."""
    call_command(
        "bootstrap",
        organization="North Shore",
        alias="Harbor",
        site="Salem",
        timezone="America/New_York",
        admin_name="Alex",
        admin_email="alex@example.org",
    )
    told = capsys.readouterr().out
    link = re.search(r"Link: http://localhost:8000(/i/\S+/)\n", told)[1]
    client.post(link, {"code": re.search(r"Code: ([A-Z]{6})\n", told)[1]})

    response = client.get("/desk/", follow=True)

    assert client.session["_auth_user_id"] == str(User.objects.get().pk)
    assert response.redirect_chain[-1][0].startswith("/second-step/set-up/")


def test_setting_up_an_app_brings_in_and_shows_ten_spare_codes_once(
    client, ana, half_signed_in
):
    half_signed_in(ana)
    page = client.get("/second-step/set-up/app/?next=/desk/people/")
    secret = page.context["secret"].replace(" ", "")
    done = client.post(
        "/second-step/set-up/app/?next=/desk/people/", {"code": code_at(NOON, secret)}
    )

    assert f'<path d="{page.context["square"]["path"]}"/>' in page.text
    assert len(set(done.context["codes"])) == 10
    assert all(f">{code}</li>" in done.text for code in done.context["codes"])
    assert 'href="/desk/people/"' in done.text
    assert _is_in(client)
    assert _written() == [
        ("accounts.factor_added", "totp"),
        ("accounts.came_in", "first"),
        ("accounts.spare_codes_made", ""),
    ]


def test_a_code_of_another_app_sets_up_nothing_and_the_square_stays(
    client, ana, half_signed_in
):
    """Fault: after a slip the square changes, and the app that was scanned is of no use."""
    half_signed_in(ana)
    before = client.get("/second-step/set-up/app/").context["secret"]
    refused = client.post("/second-step/set-up/app/", {"code": code_at(NOON)})

    assert refused.context["secret"] == before
    assert 'aria-describedby="id_code_helptext id_code_error"' in refused.text
    assert not Authenticator.objects.exists()
    assert not _is_in(client)


def test_whoever_has_a_factor_gives_it_before_adding_another(
    client, with_app, half_signed_in
):
    """Fault: somebody with the mailbox alone adds an app of their own and walks in."""
    half_signed_in(with_app)
    asked = [
        client.get("/second-step/set-up/"),
        client.get("/second-step/set-up/app/"),
        client.post("/second-step/set-up/app/", {"code": code_at(NOON)}),
        client.get("/second-step/set-up/passkey/"),
        client.post("/second-step/set-up/passkey/", {"name": "Mine"}),
        client.post("/second-step/set-up/passkey/new/"),
    ]

    assert {response.get("Location") for response in asked} == {"/second-step/"}
    assert Authenticator.objects.count() == 1


def test_the_code_of_the_app_brings_in_and_the_session_gets_a_new_key(
    client, with_app, half_signed_in
):
    """Fault: a cookie that was read before the second step is worth as much after it."""
    before = half_signed_in(with_app).session.session_key
    response = client.post("/second-step/?next=/desk/people/", {"code": code_at(NOON)})

    assert response.url == "/desk/people/"
    assert not Session.objects.filter(session_key=before).exists()
    assert _is_in(client)
    assert _written() == [
        ("accounts.factor_used", "totp"),
        ("accounts.came_in", "first"),
    ]


@pytest.mark.parametrize(
    ("off", "works"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_clock_may_be_half_a_minute_off(client, with_app, half_signed_in, off, works):
    half_signed_in(with_app)

    client.post("/second-step/", {"code": code_at(NOON + off * HALF_MINUTE)})

    assert _is_in(client) is works


@pytest.mark.parametrize("later", [0, 30, 59])
def test_a_code_of_the_app_works_once(
    client, with_app, half_signed_in, frozen_noon, later
):
    """Fault: read over a shoulder, it opens another browser while it still counts."""
    half_signed_in(with_app).post("/second-step/", {"code": code_at(NOON)})
    frozen_noon.shift(later)
    other = half_signed_in(with_app, Client())

    other.post("/second-step/", {"code": code_at(NOON)})

    assert (_is_in(client), _is_in(other)) == (True, False)


def test_the_code_that_set_the_app_up_opens_nothing_more(
    client, ana, half_signed_in, actor
):
    factors.add_app(user=ana, secret=SECRET, code=code_at(NOON), at=NOON, by=actor)

    half_signed_in(ana).post("/second-step/", {"code": code_at(NOON)})

    assert not _is_in(client)


@pytest.mark.parametrize("typed", ["{0}", "{1}-{2}", " {3} "])
def test_a_spare_code_works_once_however_it_is_typed(
    client, with_app, half_signed_in, actor, typed
):
    code, *_ = factors.make_spare_codes(user=with_app, at=NOON, by=actor)
    typed = typed.format(code, code[:5], code[5:], code.lower())
    half_signed_in(with_app).post("/second-step/", {"code": typed})
    other = half_signed_in(with_app, Client())

    other.post("/second-step/", {"code": typed})

    assert (_is_in(client), _is_in(other)) == (True, False)
    assert factors.spare_codes_left(with_app) == 9
    assert _written() == [
        ("accounts.spare_code_used", ""),
        ("accounts.came_in", "first"),
        ("accounts.factor_refused", "code"),
    ]


def test_nothing_in_the_database_opens_the_second_step(
    client, ana, half_signed_in, actor
):
    """Fault: a copy of the tables is enough to make codes."""
    half_signed_in(ana).get("/second-step/set-up/app/")
    waiting = client.session["new_app"]
    factors.add_app(user=ana, secret=SECRET, code=code_at(NOON), at=NOON, by=actor)
    codes = factors.make_spare_codes(user=ana, at=NOON, by=actor)

    rows = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    shown = client.get("/second-step/set-up/app/").context
    assert [text for text in (SECRET, *codes) if text in rows] == []
    assert shown is None or shown["secret"].replace(" ", "") not in waiting


def test_a_sealed_secret_moved_to_somebody_else_does_not_open(with_app):
    """Fault: who can write to the tables gives a counselor the app they hold."""
    sealed = Authenticator.objects.get(user=with_app).data["secret"]

    with pytest.raises(factors.crypto.CannotOpen):
        factors.open_secret(StaffFactory(), sealed)


def test_new_spare_codes_end_those_from_before(client, with_app, actor):
    old, *_ = factors.make_spare_codes(user=with_app, at=NOON, by=actor)
    client.force_login(with_app)

    response = client.post("/ways-in/spare-codes/")

    assert len(response.context["codes"]) == 10
    assert not factors.accept_code(user=with_app, code=old, at=NOON, by=actor)


def test_five_wrong_codes_hold_even_the_right_one_for_ten_minutes(
    client, with_app, half_signed_in, frozen_noon
):
    half_signed_in(with_app)
    for _ in range(5):
        client.post("/second-step/", {"code": _wrong(code_at(NOON))})
    held = client.post("/second-step/", {"code": code_at(NOON)})
    frozen_noon.shift(dt.timedelta(minutes=10, seconds=1))
    later = NOON + dt.timedelta(minutes=10, seconds=1)
    client.post("/second-step/", {"code": code_at(later)})

    assert "Wait ten minutes, or use a passkey." in held.text
    assert _is_in(client)


def test_tries_are_counted_for_the_person_in_all_browsers(with_app, half_signed_in):
    """Fault: a new session for each try, and the count begins anew."""
    answers = [
        half_signed_in(with_app, Client()).post(
            "/second-step/", {"code": _wrong(code_at(NOON))}
        )
        for _ in range(6)
    ]

    assert ["That was often." in answer.text for answer in answers] == [False] * 5 + [
        True
    ]
    refused = AuditEvent.objects.filter(action="accounts.factor_refused")
    assert {row.object_id for row in refused} == {with_app.pk}
    assert refused.count() == 5


def test_thirty_wrong_codes_are_the_most_of_a_day(
    client, with_app, half_signed_in, frozen_noon
):
    """Fault: five each ten minutes guess a code of six numbers within the year."""
    tries = 0
    for _ in range(10):
        half_signed_in(with_app)
        for _ in range(5):
            response = client.post("/second-step/", {"code": "000000"})
            tries += "That was often." not in response.text
        frozen_noon.shift(dt.timedelta(minutes=11))

    assert tries == 30


def test_one_address_tries_few_codes_whoever_they_are_for(half_signed_in, actor):
    said = []
    for n in range(61):
        user = StaffFactory()
        factors.add_app(user=user, secret=SECRET, code=code_at(NOON), at=NOON, by=actor)
        browser = half_signed_in(user, Client())
        said.append(browser.post("/second-step/", {"code": f"{n:06d}"}).text)

    assert ["That was often." in text for text in said] == [False] * 60 + [True]


def test_a_code_that_is_wrong_and_one_that_was_used_look_the_same(
    client, with_app, half_signed_in, actor
):
    used, *_ = factors.make_spare_codes(user=with_app, at=NOON, by=actor)
    factors.accept_code(user=with_app, code=used, at=NOON, by=actor)
    half_signed_in(with_app)

    answers = [
        client.post("/second-step/", {"code": code}).context["form"].errors
        for code in (used, "BBBBBBBBBB", _wrong(code_at(NOON)))
    ]

    assert answers[0] == answers[1] == answers[2] != {}


MADE_UP = [
    "",
    "x",
    "null",
    "[]",
    "{}",
    '{"id": "x"}',
    json.dumps(
        {
            "id": "eA",
            "rawId": "eA",
            "type": "public-key",
            "response": {
                "clientDataJSON": "e30",
                "authenticatorData": "eA",
                "signature": "eA",
                "userHandle": "eA",
            },
        }
    ),
]


@pytest.mark.parametrize("credential", MADE_UP, ids=range(len(MADE_UP)))
def test_a_passkey_that_was_made_up_brings_nobody_in(client, credential):
    client.post("/sign-in/passkey/ask/")
    response = client.post("/sign-in/passkey/", {"credential": credential}, follow=True)

    assert response.redirect_chain == [("/sign-in/", 302)]
    assert "That passkey did not work." in response.text
    assert "_auth_user_id" not in client.session


def test_what_a_visitor_is_asked_to_sign_names_nobody(client, with_app):
    asked = client.post("/sign-in/passkey/ask/").json()

    assert asked["userVerification"] == "required"
    assert asked.get("allowCredentials", []) == []


def test_a_new_sign_in_proves_anew(client, ask, mailed_code, with_app):
    """Fault: what one sign-in had proven is left in the session for the next."""
    session = client.session
    session[proof.FACTOR_AT] = NOON.timestamp()
    session.save()
    ask("ana@example.org")

    client.post("/sign-in/code/", {"code": mailed_code()})

    assert not _is_in(client)


def test_the_mark_of_the_demonstration_opens_nothing_elsewhere(
    client, ana, half_signed_in, settings
):
    """Fault: the exception of the demonstration is left open where people are real."""
    session = half_signed_in(ana).session
    session[proof.DEMONSTRATION] = True
    session.save()

    in_each = []
    for settings.DEMO in (True, False):
        in_each.append(_is_in(client))

    assert in_each == [True, False]


def test_what_was_typed_before_the_second_step_is_kept(client, ana, half_signed_in):
    """Fault: the sign-in ran out, the code was given at another tab, and words are lost."""
    half_signed_in(ana)

    path = "/desk/check-ins/00000000-0000-0000-0000-000000000000/reply/"
    response = client.post(path, {"text": "I'll call at four."})

    assert response.url.startswith("/second-step/")
    assert LateForm.objects.get().content["fields"] == [
        ["text", ["I'll call at four."]]
    ]


def test_a_code_is_not_kept_as_words_of_somebody(
    client, with_app, half_signed_in, frozen_noon
):
    """Fault: it came too late, and the page shows it to whoever signs in next."""
    half_signed_in(with_app)
    frozen_noon.shift(dt.timedelta(minutes=15))

    response = client.post("/second-step/", {"code": "123456"})

    assert response.url.startswith("/sign-in/")
    assert not LateForm.objects.exists()


def test_inside_a_page_htmx_is_sent_out_of_it(client, ana, half_signed_in):
    response = half_signed_in(ana).get(
        "/desk/",
        headers={
            "HX-Request": "true",
            "HX-Current-URL": "http://testserver/desk/people/",
        },
    )

    assert response["HX-Redirect"] == "/second-step/?next=/desk/people/"


def _passkey(user, name="Laptop"):
    return Authenticator.objects.create(
        user=user, type="webauthn", data={"name": name}, created_at=NOON
    )


def test_a_way_in_is_taken_away_and_written_down(client, with_app):
    gone = _passkey(with_app)
    client.force_login(with_app)

    client.post(f"/ways-in/{gone.pk}/away/")

    assert [row.type for row in factors.factors_of(with_app)] == ["totp"]
    assert _written() == [("accounts.factor_removed", "webauthn")]


def test_the_last_way_in_stays(client, with_app):
    client.force_login(with_app)

    response = client.post(
        f"/ways-in/{Authenticator.objects.get().pk}/away/", follow=True
    )

    assert "That is your only one." in response.text
    assert factors.has_factor(with_app)


def test_nobody_takes_away_what_is_somebody_elses(client, with_app):
    theirs = _passkey(with_app)
    other = StaffFactory()
    _passkey(other), _passkey(other)
    client.force_login(other)

    client.post(f"/ways-in/{theirs.pk}/away/")

    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_a_spare_code_alone_is_no_second_way(ana, actor):
    factors.make_spare_codes(user=ana, at=NOON, by=actor)

    assert not factors.has_factor(ana)


def test_what_happens_to_a_factor_and_its_row_of_the_log_stand_or_fall_together(
    with_app, actor, monkeypatch
):
    def broken(**kwargs):
        record(**kwargs)
        raise OSError("full")

    monkeypatch.setattr(factors, "record", broken)
    code, before = code_at(NOON), Authenticator.objects.get().data
    with pytest.raises(OSError, match="full"):
        factors.accept_code(user=with_app, code=code, at=NOON, by=actor)

    assert Authenticator.objects.get().data == before
