import re
import uuid

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.care.models import Task
from apps.notifications.models import Channel, Inbound, OutboxMessage
from apps.outreach.models import Answer
from tests.conftest import NOON
from tests.factories.care import AssignmentFactory, StaffFactory
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.outreach import EpisodeFactory, Story

State = OutboxMessage.State
URL = "/desk/outbox/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(frozen_noon, client):
    story = Story()
    EpisodeFactory(enrollment=story.enrollment)
    client.force_login(story.counselor)
    return story


def sent(story, template="OUT-01", at=NOON, **kwargs):
    return OutboxMessageFactory(
        enrollment=story.enrollment,
        template=template,
        state=State.ACCEPTED,
        submitted_at=at,
        accepted_at=at,
        **kwargs,
    )


def answer(client, message, text, key=None):
    return client.post(
        reverse("desk:outbox_answer", args=[message.pk]),
        {"text": text, "key": key or uuid.uuid4().hex},
    )


def test_the_outbox_shows_the_lock_screen_the_digits_and_what_became_of_it(
    client, story
):
    message = sent(story, body="Hi Rosa, it's Ana. What would help now?")
    message.changes.create(state=State.ACCEPTED, at=NOON)

    page = client.get(URL).text

    assert "Hi Rosa, it&#x27;s Ana. What would help now?" in page
    assert "Handed over, today noon" in page
    assert re.findall(r'name="text" value="(\d)"', page) == ["1", "2", "3", "4"]


def test_only_the_last_text_offers_digits(client, story):
    sent(story, "OUT-01", at=NOON.replace(hour=10))
    last = sent(story, "OUT-08")

    page = client.get(URL).text

    assert re.findall(r'name="text" value="(\d)"', page) == ["1", "4"]
    assert page.count(reverse("desk:outbox_answer", args=[last.pk])) == 2


def test_a_digit_takes_the_way_of_a_real_text(client, story):
    message = sent(story)

    response = answer(client, message, "2")

    assert response.status_code == 302
    inbound = Inbound.objects.get()
    assert (inbound.text, inbound.in_reply_to) == ("2", message)
    assert Task.objects.get().kind == Task.Kind.CALL


def test_pressing_twice_is_one_answer(client, story):
    message = sent(story)

    for _ in range(2):
        answer(client, message, "2", key="same")

    assert Answer.objects.count() == 1


def test_free_words_go_to_the_counselor(client, story):
    answer(client, sent(story), " my bus is late ")

    assert Task.objects.get().details["text"] == "my bus is late"


def test_nothing_written_is_nothing_sent(client, story):
    answer(client, sent(story), "  ")

    assert not Inbound.objects.exists()


def test_an_email_offers_its_link_as_a_path_of_this_page(client, story):
    sent(
        story,
        channel=Channel.EMAIL,
        body="Ana left a note for you: http://elsewhere.example:9/a/abc/\n",
    )

    page = client.get(URL).text

    assert '<a href="/a/abc/">' in page
    assert 'name="text"' not in page


def test_the_list_is_written_into_the_audit(client, story):
    sent(story)

    client.get(URL)

    event = AuditEvent.objects.get(action="desk.outbox_read")
    assert event.client_ids == [str(story.enrollment.client_id)]


def test_a_colleague_of_another_caseload_sees_and_answers_nothing(client, story):
    message = sent(story, body="Only for Rosa")
    client.force_login(AssignmentFactory(staff=StaffFactory()).staff)

    assert "Only for Rosa" not in client.get(URL).text
    assert answer(client, message, "2").status_code == 404
    assert not Inbound.objects.exists()


def test_a_client_finds_no_outbox(client, story):
    client.force_login(story.enrollment.client.user)

    assert client.get(URL).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_length(
    client, story, count, django_assert_num_queries
):
    for _ in range(count):
        message = sent(story)
        message.changes.create(state=State.ACCEPTED, at=NOON)

    with django_assert_num_queries(8):
        client.get(URL)
