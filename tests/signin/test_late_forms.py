"""What was typed when a sign-in had run out comes back to whoever typed it."""

import datetime as dt

import pytest
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from apps.audit.models import AuditEvent
from apps.plans.models import PlanVersion
from apps.signin import late_forms, proof
from apps.signin.models import LateForm, PageToken, SignIn
from apps.signin.tasks import forget_ended
from apps.signin.way_back import page_of
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, EnrollmentFactory
from tests.factories.checkins import CheckinDayFactory
from tests.factories.plans import PlanVersionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
WORDS = "For my girls, and for the nights."
STILL_HERE = "What you wrote is still here."
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
WHY = "/plan/why/"


@pytest.fixture
def browser():
    """With the check of the form's token, as browsers meet it."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def rosa():
    return EnrollmentFactory(client__preferred_name="Rosa").client.user


@pytest.fixture
def bob():
    return EnrollmentFactory(client__preferred_name="Bob").client.user


def _in(browser, user):
    """Signed in as browsers are: with the cookie that forms are checked against."""
    request = HttpRequest()
    request.session = SessionStore()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    proof.give(request.session, user=user, at=NOON)
    request.session.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key
    browser.cookies[settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"]
    return browser


def _token(browser, path):
    return str(browser.get(path).context["csrf_token"])


def _send(browser, path, data, *, token, page=None, **kwargs):
    headers = {"Referer": f"http://localhost{page or path}", "Host": "localhost"}
    return browser.post(
        path,
        {**data, "csrfmiddlewaretoken": token},
        headers=headers | kwargs.pop("headers", {}),
        **kwargs,
    )


@pytest.fixture
def late(browser, rosa, frozen_noon):
    """Rosa wrote into her plan; by the time she sent it, her sign-in had run out."""
    token = _token(_in(browser, rosa), WHY)
    session = Session.objects.get()
    frozen_noon.shift(91 * DAY)
    # Used now and then meanwhile, so that only the ninety days are over.
    session.expire_date += 91 * DAY
    session.save()
    return _send(browser, WHY, {"lines": WORDS}, token=token)


def test_the_way_back_leads_to_the_page(browser, late):
    assert late.url == "/sign-in/?next=/plan/why/"
    assert not PlanVersion.objects.exists()
    assert "What you wrote is kept for you." in browser.get(late.url).text


def test_it_is_filled_in_after_signing_in_again(browser, late, rosa):
    page = _in(browser, rosa).get(WHY)

    assert STILL_HERE in page.text
    assert escape(WORDS) in page.context["form"]["lines"].as_widget()
    assert not PlanVersion.objects.exists()


def test_it_stays_until_it_is_sent_and_then_is_gone(browser, late, rosa):
    """Fault: somebody looks, is called away, and finds it gone."""
    _in(browser, rosa).get(WHY)
    page = browser.get(WHY)
    token = str(page.context["csrf_token"])
    assert STILL_HERE in page.text

    _send(browser, WHY, {"lines": WORDS}, token=token)

    assert PlanVersion.objects.get().content["why"]["lines"] == [WORDS]
    assert not LateForm.objects.exists()
    assert STILL_HERE not in browser.get(WHY).text


def test_bob_signs_in_next_and_sees_nothing(browser, late, rosa, bob):
    """Fault: the next person on a shared phone reads what the one before wrote."""
    _in(browser, bob)
    pages = [browser.get(path).text for path in (WHY, "/", "/plan/", "/check-in/")]

    assert [WORDS in page or STILL_HERE in page for page in pages] == [False] * 4
    assert LateForm.objects.get().user == rosa
    assert browser.post(reverse("signin:let_go", args=[LateForm.objects.get().pk]))
    assert LateForm.objects.exists()


def test_it_is_ciphertext_in_the_database(late):
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM signin_lateform")
        (sealed,) = cursor.fetchone()

    assert WORDS.encode() not in bytes(sealed)


def test_nobody_comes_for_it_and_it_is_deleted(late, rosa, browser, frozen_noon):
    frozen_noon.shift(LateForm.KEPT_FOR)
    assert STILL_HERE not in _in(browser, rosa).get(WHY).text

    forget_ended()

    assert not LateForm.objects.exists()


def test_page_tokens_go_when_no_page_can_be_open(rosa, browser, frozen_noon):
    _in(browser, rosa)
    frozen_noon.shift(late_forms.PAGES_KNOWN_FOR)

    forget_ended()

    assert not PageToken.objects.exists()


def test_it_is_written_down_without_a_word_of_it(late, browser, rosa):
    page = _in(browser, rosa).get(WHY)
    _send(browser, WHY, {"lines": WORDS}, token=str(page.context["csrf_token"]))

    events = AuditEvent.objects.filter(action__startswith="accounts.late")
    assert [(e.action, e.actor_id) for e in events.order_by("seq")] == [
        ("accounts.late_form_kept", None),
        ("accounts.late_form_gone", rosa.pk),
    ]


def test_it_can_be_let_go(browser, late, rosa):
    _in(browser, rosa)
    home = browser.get("/")
    assert STILL_HERE in home.text
    assert "Go back to it" in home.text

    kept = LateForm.objects.get()
    token = str(home.context["csrf_token"])
    _send(browser, reverse("signin:let_go", args=[kept.pk]), {}, token=token)

    assert not LateForm.objects.exists()


def test_signed_out_elsewhere_it_is_kept_all_the_same(browser, rosa):
    """Fault: with its session gone, a form belongs to nobody."""
    token = _token(_in(browser, rosa), WHY)
    _send(browser, "/sign-out/", {}, token=token)

    response = _send(browser, WHY, {"lines": WORDS}, token=token)

    assert response.url == "/sign-in/?next=/plan/why/"
    assert LateForm.objects.get().user == rosa
    assert STILL_HERE in _in(browser, rosa).get(WHY).text


def test_sessions_that_were_swept_away_do_not_take_it_with_them(browser, rosa):
    token = _token(_in(browser, rosa), WHY)
    Session.objects.all().delete()

    _send(browser, WHY, {"lines": WORDS}, token=token)

    assert LateForm.objects.get().user == rosa


def test_a_form_of_nobody_known_says_so_kindly(browser, rosa):
    token = _token(_in(browser, rosa), WHY)
    Session.objects.all().delete()
    PageToken.objects.all().delete()

    response = _send(browser, WHY, {"lines": WORDS}, token=token)

    assert not LateForm.objects.exists()
    assert "could not keep what you wrote" in browser.get(response.url).text


def test_bob_is_signed_in_when_rosas_page_is_sent(browser, rosa, bob):
    """Fault: it is offered to Bob, or sent in his name."""
    token = _token(_in(browser, rosa), WHY)
    _token(_in(browser, bob), WHY)

    response = _send(browser, WHY, {"lines": WORDS}, token=token)

    assert response.status_code == 403
    assert WORDS not in response.text
    assert "Send it now" not in response.text
    assert not PlanVersion.objects.exists()
    assert LateForm.objects.get().user == rosa
    assert WORDS not in browser.get(WHY).text
    assert escape(WORDS) in _in(browser, rosa).get(WHY).text


def test_a_token_made_anew_loses_nothing(browser, rosa):
    """She signed in again in another tab; the first one still has the old token."""
    token = _token(_in(browser, rosa), WHY)
    _token(_in(browser, rosa), WHY)

    refused = _send(browser, WHY, {"lines": WORDS}, token=token)
    assert refused.status_code == 403
    assert escape(WORDS) in refused.text
    assert "Send it now" in refused.text

    again = refused.context["kept"]
    fresh = str(refused.context["csrf_token"])
    response = _send(browser, again.path, dict(again.pairs), token=fresh)

    assert response.url == "/plan/#why"
    assert PlanVersion.objects.get().content["why"]["lines"] == [WORDS]


def test_a_page_elsewhere_is_offered_nothing_to_send(browser, rosa):
    """Fault: the page for late forms becomes the one tap that sends a foreign form."""
    _token(_in(browser, rosa), WHY)
    for token in ("", "x" * 32, "y" * 64):
        response = _send(browser, WHY, {"lines": "Not hers."}, token=token)

        assert response.status_code == 403
        assert "Not hers." not in response.text
    assert not LateForm.objects.exists()


def test_codes_are_never_kept(browser, rosa):
    token = _token(browser, "/sign-in/")
    _in(browser, rosa)
    for path in ("/sign-in/", "/sign-in/code/", "/i/some-token/"):
        response = _send(browser, path, {"code": "123 456"}, token=token)

        assert "123 456" not in response.text
    assert not LateForm.objects.exists()


def test_too_much_is_not_kept(browser, rosa):
    token = _token(_in(browser, rosa), WHY)
    Session.objects.all().delete()

    _send(browser, WHY, {"lines": "so much " * 5000}, token=token)

    assert not LateForm.objects.exists()


def test_the_newest_of_each_path_and_few_in_all(browser, rosa):
    token = _token(_in(browser, rosa), WHY)
    Session.objects.all().delete()
    slugs = ("why", "why", "signs", "kit", "good", "slip", "medicine", "reward")
    for number, slug in enumerate(slugs):
        _send(browser, f"/plan/{slug}/", {"lines": f"Number {number}"}, token=token)

    assert LateForm.objects.count() == late_forms.MOST_FORMS


def test_a_button_alone_leads_back_and_keeps_nothing(browser, rosa):
    token = _token(_in(browser, rosa), "/plan/")
    Session.objects.all().delete()

    response = _send(browser, "/plan/send/", {}, token=token, page="/plan/")

    assert response.url == "/sign-in/?next=/plan/"
    assert not LateForm.objects.exists()


def test_a_check_in_answer_is_chosen_again(browser, rosa):
    token = _token(_in(browser, rosa), "/check-in/first/")
    Session.objects.all().delete()
    page = "/check-in/first/?on=2026-10-14"

    _send(browser, page, {"answer": "8", "on": "2026-10-14"}, token=token)
    response = _in(browser, rosa).get(page)

    assert '<button class="button" name="answer" value="8" aria-pressed="true"' in (
        response.text
    )
    assert STILL_HERE in response.text


def test_a_note_comes_back_open(browser, rosa):
    day = CheckinDayFactory(enrollment=rosa.client.enrollments.get())
    page = f"/check-in/done/?on={day.local_on}"
    token = _token(_in(browser, rosa), "/check-in/")
    Session.objects.all().delete()

    sent = {"text": WORDS, "on": str(day.local_on)}
    response = _send(browser, "/check-in/note/", sent, token=token, page=page)
    back = _in(browser, rosa).get(page)

    assert (
        response.url == f"/sign-in/?next={page.replace('?', '%3F').replace('=', '%3D')}"
    )
    assert f">{escape(WORDS)}</textarea>" in back.text.replace("\n", "")


@pytest.fixture
def ana():
    return AssignmentFactory(staff__name="Ana")


def test_a_reply_of_staff_comes_back_where_it_was_written(browser, ana, frozen_noon):
    """Fifteen minutes are soon over for who writes with care."""
    day = CheckinDayFactory(enrollment=ana.enrollment)
    page = reverse("desk:client", args=[day.client_id])
    token = _token(_in(browser, ana.staff), page)
    frozen_noon.shift(15 * MINUTE)
    reply = reverse("desk:reply", args=[day.pk])

    htmx = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{page}"}
    gone = _send(browser, reply, {"text": WORDS}, token=token, page=page, headers=htmx)
    back = _in(browser, ana.staff).get(page)

    assert gone["HX-Redirect"] == f"/sign-in/?next={page}"
    assert f"{escape(WORDS)}</textarea>" in back.text
    assert STILL_HERE in back.text


def test_a_comment_of_staff_comes_back_to_its_section(browser, ana, frozen_noon):
    version = PlanVersionFactory(client=ana.enrollment.client, state="SUBMITTED")
    page = reverse("desk:plan", args=[version.pk])
    token = _token(_in(browser, ana.staff), page)
    frozen_noon.shift(15 * MINUTE)

    sent = {"section": "why", "text": WORDS}
    path = reverse("desk:plan_comment", args=[version.pk])
    _send(browser, path, sent, token=token, page=page)
    back = _in(browser, ana.staff).get(page)

    assert back.text.count(f"{escape(WORDS)}</textarea>") == 1


def test_what_has_no_place_on_the_page_is_shown_beside_it(browser, ana, frozen_noon):
    CheckinDayFactory(enrollment=ana.enrollment)
    token = _token(_in(browser, ana.staff), "/desk/")
    frozen_noon.shift(15 * MINUTE)

    path = reverse("desk:close", args=[ana.enrollment.client_id])
    sent = {"items": "", "outcome": "REACHED", "note": WORDS}
    _send(browser, path, sent, token=token, page="/desk/")
    back = _in(browser, ana.staff).get("/desk/")

    assert escape(WORDS) in back.text
    assert f'action="{path}"' in back.text
    assert "Send it now" in back.text


def test_inside_a_page_a_stale_token_brings_the_page_anew(browser, ana):
    day = CheckinDayFactory(enrollment=ana.enrollment)
    page = reverse("desk:client", args=[day.client_id])
    token = _token(_in(browser, ana.staff), page)
    _token(_in(browser, ana.staff), page)

    htmx = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{page}"}
    reply = reverse("desk:reply", args=[day.pk])
    gone = _send(browser, reply, {"text": WORDS}, token=token, page=page, headers=htmx)

    assert gone["HX-Redirect"] == page
    assert f"{escape(WORDS)}</textarea>" in browser.get(page).text


def test_who_is_gone_for_good_has_nothing_kept(browser, rosa):
    token = _token(_in(browser, rosa), WHY)
    rosa.is_active = False
    rosa.save()

    _send(browser, WHY, {"lines": WORDS}, token=token)

    assert not LateForm.objects.exists()


def test_pages_look_for_nothing_when_nothing_is_kept(browser, rosa):
    _in(browser, rosa)
    with CaptureQueriesContext(connection) as queries:
        browser.get(WHY)

    assert not [q for q in queries.captured_queries if "lateform" in q["sql"]]


@pytest.mark.parametrize("header", ["HTTP_REFERER", "HTTP_HX_CURRENT_URL"])
def test_a_page_that_has_no_address_is_no_error(rf, header):
    """Fault: what a program wrote into the header is taken apart unasked."""
    request = rf.post("/ways-in/spare-codes/", **{header: "http://[x/"})

    assert page_of(request) == "/ways-in/"


def test_who_is_signed_out_by_now_has_nothing_waiting():
    """Fault: the database is asked for what belongs to nobody in particular."""
    nobody = AnonymousUser()

    assert not LateForm.objects.visible_to(nobody).exists()
    assert not SignIn.objects.visible_to(nobody).exists()
