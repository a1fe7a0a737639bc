import datetime as dt

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from apps.care.message_library import is_gsm_7
from apps.care.rules.lexicon import telling_words
from apps.signin.addresses import Address
from apps.signin.models import CodeMessage
from apps.signin.services import queue_code, send_waiting_codes
from apps.signin.tasks import forget_ended
from tests.conftest import NOON
from tests.factories.care import EnrollmentFactory
from tests.signin.conftest import EMAIL, PHONE

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _ in settings.LANGUAGES]


def _queue(user, address, code="123456"):
    return queue_code(
        user=user, address_index=Address.typed(address).index, code=code, at=NOON
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_fits_one_message_and_tells_nothing(rosa, texts, language):
    rosa.user.language = language
    rosa.user.save()
    _queue(rosa.user, PHONE)

    send_waiting_codes(at=NOON)

    body = texts[0]["Body"]
    assert "123456" in body
    assert is_gsm_7(body)
    assert len(body) <= 160
    assert telling_words(body) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_email_tells_nothing(rosa, language):
    rosa.user.language = language
    rosa.user.save()
    _queue(rosa.user, EMAIL)

    send_waiting_codes(at=NOON)

    message = mail.outbox[0]
    assert message.to == [EMAIL]
    assert "123456" in message.body
    assert "123456" not in message.subject
    assert telling_words(f"{message.subject} {message.body}") == []
    assert message.attachments == []


def test_a_code_is_sent_once_however_often_the_bell_rings(rosa, texts):
    _queue(rosa.user, PHONE)

    for _ in range(3):
        send_waiting_codes(at=NOON)

    assert len(texts) == 1
    assert not CodeMessage.objects.exists()


def test_a_code_that_waited_too_long_is_not_sent(rosa, texts):
    _queue(rosa.user, PHONE)

    send_waiting_codes(at=NOON + dt.timedelta(minutes=10))

    assert texts == []
    assert not CodeMessage.objects.exists()


def test_a_provider_that_does_not_answer_stops_nobody_else(rosa, settings, caplog):
    settings.SMS_API_BASE_URL = "http://127.0.0.1:1"
    _queue(rosa.user, PHONE)
    _queue(rosa.user, EMAIL)

    send_waiting_codes(at=NOON)

    assert [message.to for message in mail.outbox] == [[EMAIL]]
    assert "ConnectError" in caplog.text
    assert "6175550123" not in caplog.text


def test_without_a_provider_a_text_is_not_sent_and_that_is_logged(rosa, caplog):
    _queue(rosa.user, PHONE)

    send_waiting_codes(at=NOON)

    assert "was not handed over" in caplog.text


def test_what_was_asked_before_the_phone_was_watched_is_not_sent(rosa, texts):
    _queue(rosa.user, PHONE)
    rosa.monitored_phone = True
    rosa.save()

    send_waiting_codes(at=NOON)

    assert texts == []


def test_the_row_does_not_hold_the_address_or_the_code(rosa):
    _queue(rosa.user, PHONE)

    row = str(CodeMessage.objects.values().get())

    assert "6175550123" not in row
    assert "123456" not in row


def test_sign_ins_that_ran_out_are_forgotten(frozen_noon):
    Client().force_login(EnrollmentFactory().client.user)
    frozen_noon.shift(dt.timedelta(days=31))
    here = Client()
    here.force_login(EnrollmentFactory().client.user)

    forget_ended()

    assert [s.session_key for s in Session.objects.all()] == [here.session.session_key]
