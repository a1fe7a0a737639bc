import re
from urllib.parse import urlencode

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client, override_settings
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.care.models import Task
from apps.care.rules.lexicon import telling_words
from apps.notifications.models import Consent, Inbound, OutboxMessage
from apps.notifications.signatures import sign
from apps.outreach.links import answer_link
from apps.outreach.models import Answer, AnswerLink, Episode
from apps.outreach.wording import CHOICES
from tests.conftest import NOON
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.outreach import DAY, EpisodeFactory, Story

State = OutboxMessage.State

pytestmark = pytest.mark.django_db

PUBLIC = "https://app.example.org"


@pytest.fixture(autouse=True)
def _noon(frozen_noon, settings):
    settings.PUBLIC_BASE_URL = PUBLIC
    settings.SMS_AUTH_TOKEN = "token-of-the-provider"


@pytest.fixture
def story():
    story = Story()
    EpisodeFactory(enrollment=story.enrollment)
    return story


@pytest.fixture
def page(story):
    """The path of a link that stands in one message."""
    url = answer_link(episode=story.episode, channel="EMAIL", at=NOON)
    return url.removeprefix(PUBLIC)


def facts():
    """Everything an answer could change."""
    return (
        list(AnswerLink.objects.values("pk", "answered_at")),
        list(Episode.objects.values("pk", "quiet_until", "not_now_count", "stage")),
        Answer.objects.count(),
        Task.objects.count(),
        Consent.objects.current().count(),
    )


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_page_changes_nothing(client, page, method):
    before = facts()

    for _ in range(2):
        response = getattr(client, method)(page)

    assert response.status_code == 200
    assert facts() == before


def test_the_page_asks_one_thing_and_shows_no_record(client, page, story):
    response = client.get(page)

    assert "I’m glad you’re here." in response.text
    assert "What would help now?" in response.text
    values = re.findall(r'name="choice" value="(\w+)"', response.text)
    assert values == [*dict(CHOICES), "stop_caring"]
    for telling in ("Rosa", "Ana", "Day morning", str(story.enrollment.pk)):
        assert telling not in response.text
    words = re.sub(r"<[^>]+>", " ", re.sub(r"<head>.*?</head>", "", response.text))
    assert telling_words(words) == []
    # The origin only: a referrer must not carry the link to the next page.
    assert response["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("choice", dict(CHOICES))
def test_pressing_answers_once_and_says_truthfully_what_happens(client, page, choice):
    first = client.post(page, {"choice": choice}, follow=True)
    again = client.post(page, {"choice": "call_me"}, follow=True)

    assert Answer.objects.get().details == {"choice": choice, "text": ""}
    assert Task.objects.count() == 1
    assert "Thank you." in first.text
    expected = {
        "call_me": "Ana will call you today by 5 pm.",
        "not_now": "It will stay quiet for a week.",
    }.get(choice, "Ana will read this and get back to you today by 5 pm.")
    assert expected in first.text
    assert expected in again.text
    assert 'name="choice"' not in first.text


def test_the_promise_is_not_repeated_when_its_time_has_passed(client, page):
    client.post(page, {"choice": "call_me"})

    with time_machine.travel(NOON + DAY):
        response = client.get(page)

    assert "Ana has your answer." in response.text


def test_please_stop_ends_the_notes_of_that_way(client, page, story):
    Consent.objects.update(channel="EMAIL")

    response = client.post(page, {"choice": "stop_caring"}, follow=True)

    assert "No more notes will come this way." in response.text
    assert not Consent.objects.current().exists()
    assert Task.objects.get().assignee == story.counselor


@pytest.mark.parametrize("choice", ["", "prescribe", "R01"])
def test_an_answer_that_is_none_of_them_is_asked_again(client, page, choice):
    before = facts()

    response = client.post(page, {"choice": choice})

    assert response.status_code == 200
    assert "Choose one of the answers." in response.text
    assert facts() == before


def test_the_page_speaks_their_language_until_somebody_chooses_another(
    client, page, story
):
    story.enrollment.client.language = "es"
    story.enrollment.client.save()

    assert 'lang="es"' in client.get(page).text
    client.cookies["django_language"] = "en"
    assert 'lang="en"' in client.get(page).text


def test_an_old_link_and_one_that_never_was_look_the_same(client, page):
    unknown = client.get(reverse("outreach:answer", args=["x" * 22]))
    with time_machine.travel(NOON + 31 * DAY):
        old = client.get(page)
        pressed = client.post(page, {"choice": "call_me"})

    assert [unknown.status_code, old.status_code, pressed.status_code] == [404] * 3
    pages = {
        re.sub(r'(nonce|value|content)="[^" ]{20,}"|/a/[^"/]+/', "", response.text)
        for response in (unknown, old, pressed)
    }
    assert len(pages) == 1
    assert reverse("home:help") in old.text
    assert not Answer.objects.exists()


def test_the_link_is_kept_as_a_hash_only(page):
    token = page.split("/")[2]

    assert token not in str(list(AnswerLink.objects.values()))
    assert len(token) >= 22


def test_an_answer_needs_the_form_of_the_page(page):
    response = Client(enforce_csrf_checks=True).post(page, {"choice": "call_me"})

    assert response.status_code == 403
    assert not Answer.objects.exists()


# The doors of the provider.


def post_signed(client, path, fields, *, signature=None):
    url = PUBLIC + path
    if signature is None:
        signature = sign(url, QueryDict(urlencode(fields)))
    return client.post(path, fields, headers={"X-Twilio-Signature": signature})


def inbound(story, **changes):
    return {"From": story.phone.value, "Body": "call me", "MessageSid": "SM1"} | changes


def test_a_signed_text_is_taken(client, story):
    response = post_signed(client, "/hooks/sms/", inbound(story))

    assert response.status_code == 200
    assert response["Content-Type"] == "text/xml"
    assert Inbound.objects.get().text == "call me"
    assert Task.objects.get().kind == Task.Kind.CALL


def test_a_text_the_provider_answered_itself_is_said_so(client, story):
    fields = inbound(story, Body="STOP", OptOutType="STOP")

    post_signed(client, "/hooks/sms/", fields)

    assert not Consent.objects.current().exists()
    assert not OutboxMessage.objects.filter(template="STOP-01").exists()


def test_a_replayed_text_changes_nothing(client, story, frozen_noon):
    """Fault: sent again on another day, it looks as if they had been in touch since."""

    def _there() -> tuple:
        story.enrollment.status.refresh_from_db()
        rows = (Inbound, Task, OutboxMessage, AuditEvent)
        return (
            story.enrollment.status.last_contact_at,
            *(model.objects.count() for model in rows),
        )

    post_signed(client, "/hooks/sms/", inbound(story))
    once = _there()
    frozen_noon.shift(DAY)
    response = post_signed(client, "/hooks/sms/", inbound(story))

    assert response.status_code == 200
    assert Inbound.objects.count() == Task.objects.count() == 1
    assert _there() == once


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param({"signature": ""}, id="unsigned"),
        pytest.param({"signature": "AAAA"}, id="made up"),
        pytest.param({"signature": "äöü"}, id="not ascii"),
    ],
)
@pytest.mark.parametrize("path", ["/hooks/sms/", "status"])
def test_what_is_not_signed_is_refused_unread(client, story, forged, path):
    message = OutboxMessageFactory(state=State.ACCEPTED, accepted_at=NOON)
    if path == "status":
        path = f"/hooks/sms-status/{message.pk}/"
    fields = inbound(story, MessageStatus="failed")

    response = post_signed(client, path, fields, **forged)

    message.refresh_from_db()
    assert response.status_code == 403
    assert message.state == State.ACCEPTED
    assert not Inbound.objects.exists()
    assert not Task.objects.exists()


def test_a_signature_of_other_words_or_another_address_is_refused(client, story):
    fields = inbound(story)
    of_other_words = sign(
        f"{PUBLIC}/hooks/sms/", QueryDict(urlencode(fields | {"Body": "STOP"}))
    )
    of_http = sign(
        f"{PUBLIC.replace('https', 'http')}/hooks/sms/", QueryDict(urlencode(fields))
    )

    for signature in (of_other_words, of_http):
        response = post_signed(client, "/hooks/sms/", fields, signature=signature)
        assert response.status_code == 403

    assert not Inbound.objects.exists()


def test_without_a_token_of_the_provider_nothing_is_trusted(client, story, settings):
    fields = inbound(story)
    settings.SMS_AUTH_TOKEN = ""

    assert post_signed(client, "/hooks/sms/", fields).status_code == 403


def test_a_text_without_a_sender_is_not_one(client, story):
    response = post_signed(client, "/hooks/sms/", {"Body": "hello"})

    assert response.status_code == 400


def test_a_strangers_text_gets_the_same_answer(client, story):
    response = post_signed(client, "/hooks/sms/", inbound(story, From="+16175559999"))

    assert response.status_code == 200
    assert not Inbound.objects.exists()


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("delivered", State.DELIVERED),
        ("sent", State.ACCEPTED),
        ("failed", State.FAILED),
    ],
)
def test_a_signed_report_moves_the_message(client, story, status, state):
    message = OutboxMessageFactory(
        enrollment=story.enrollment, state=State.UNCONFIRMED, submitted_at=NOON
    )
    fields = {"MessageSid": "SM1", "MessageStatus": status}

    response = post_signed(client, f"/hooks/sms-status/{message.pk}/", fields)

    message.refresh_from_db()
    assert (response.status_code, message.state) == (204, state)


@pytest.mark.django_db(transaction=True)
def test_a_report_is_written_whole_or_not_at_all(client, story):
    """Outside of a test's own transaction the audit row needs one of its own."""
    message = OutboxMessageFactory(
        enrollment=story.enrollment, state=State.UNCONFIRMED, submitted_at=NOON
    )
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered"}

    response = post_signed(client, f"/hooks/sms-status/{message.pk}/", fields)

    assert response.status_code == 204
    assert message.changes.count() == 2


def test_a_signed_report_about_nothing_is_not_found(client):
    fields = {"MessageSid": "SM1", "MessageStatus": "sent"}
    path = "/hooks/sms-status/00000000-0000-4000-8000-000000000000/"

    assert post_signed(client, path, fields).status_code == 404


def test_the_signature_is_the_one_the_provider_documents():
    """The worked example of the provider's own pages."""
    fields = QueryDict(
        urlencode(
            {
                "CallSid": "CA1234567890ABCDE",
                "Caller": "+14158675309",
                "Digits": "1234",
                "From": "+14158675309",
                "To": "+18005551212",
            }
        )
    )
    with override_settings(SMS_AUTH_TOKEN="12345"):
        signature = sign("https://mycompany.com/myapp.php?foo=1&bar=2", fields)

    assert signature == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_paths_tell_nothing():
    for name, args in (
        ("outreach:answer", ["token"]),
        ("outreach:sms_inbound", []),
        ("outreach:sms_status", ["00000000-0000-4000-8000-000000000000"]),
    ):
        assert telling_words(reverse(name, args=args)) == []
