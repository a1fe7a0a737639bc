import base64
import json
import smtplib
import socket
import struct
import threading
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import pytest
from django.core import mail

from apps.care.rules.lexicon import telling_words
from apps.notifications.channels import (
    Accepted,
    NotAccepted,
    Refused,
    Unknown,
    transmit,
)
from apps.notifications.models import Channel, Purpose
from tests.factories.care import StaffFactory
from tests.factories.notifications import OutboxMessageFactory

pytestmark = pytest.mark.django_db

NUMBER = "+16175550100"


class Scripted(BaseHTTPRequestHandler):
    """Gives the one answer the test asked for, and keeps what it was asked."""

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        fields = parse_qs(self.rfile.read(length).decode())
        self.server.asked.append((self.path, self.headers["Authorization"], fields))
        if self.server.answer == "reset":
            self.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
            self.close_connection = True
            self.connection.close()
            return
        if self.server.answer == "hang":
            self.server.let_go.wait(10)
            return
        status, body = self.server.answer
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        if status == 307:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass


@pytest.fixture
def provider(settings):
    server = HTTPServer(("127.0.0.1", 0), Scripted)
    server.asked, server.answer = [], (201, {"sid": "SM1"})
    server.let_go = threading.Event()
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}
    )
    thread.start()
    settings.SMS_API_BASE_URL = f"http://127.0.0.1:{server.server_port}"
    settings.SMS_ACCOUNT_SID, settings.SMS_AUTH_TOKEN = "AC1", "secret"
    settings.SMS_FROM = "+16175550000"
    yield server
    server.let_go.set()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_text_is_posted_as_the_provider_wants_it_with_our_id_to_report_to(
    provider, settings
):
    settings.PUBLIC_BASE_URL = "https://app.example.org"
    message = OutboxMessageFactory(body="Hi Rosa")

    outcome = transmit(message, NUMBER)

    [(path, authorization, fields)] = provider.asked
    assert outcome == Accepted("SM1")
    assert path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert base64.b64decode(authorization.removeprefix("Basic ")) == b"AC1:secret"
    assert fields == {
        "To": [NUMBER],
        "From": ["+16175550000"],
        "Body": ["Hi Rosa"],
        "StatusCallback": [f"https://app.example.org/hooks/sms-status/{message.pk}/"],
    }


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((200, {"sid": "SM2"}), Accepted("SM2")),
        ((201, "<html>"), Unknown("UNREADABLE")),
        ((201, []), Unknown("UNREADABLE")),
        ((400, {"code": 21211, "message": "Invalid To"}), Refused("CODE_21211")),
        ((401, "no"), Refused("ANSWER_401")),
        ((307, ""), Refused("ANSWER_307")),
        ((408, ""), Unknown("ANSWER_408")),
        ((429, {"code": 20429}), NotAccepted("BUSY")),
        ((429, "slow down"), NotAccepted("BUSY")),
        ((500, {"code": 20500}), NotAccepted("BUSY")),
        ((500, "Internal error"), Unknown("ANSWER_500")),
        ((502, "<html>Bad gateway"), Unknown("ANSWER_502")),
        ((504, ""), Unknown("ANSWER_504")),
        ("reset", Unknown("NO_ANSWER")),
        ("hang", Unknown("NO_ANSWER")),
    ],
)
def test_only_what_is_certain_is_called_certain(provider, settings, answer, outcome):
    settings.SMS_TIMEOUT_SECONDS = 0.5
    provider.answer = answer

    assert transmit(OutboxMessageFactory(), NUMBER) == outcome


def test_a_provider_that_is_not_there_took_nothing(settings):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.SMS_API_BASE_URL = f"http://127.0.0.1:{unused.getsockname()[1]}"

        assert transmit(OutboxMessageFactory(), NUMBER) == NotAccepted("NO_CONNECTION")


def test_without_a_provider_nothing_is_taken(settings):
    settings.SMS_API_BASE_URL = ""

    assert transmit(OutboxMessageFactory(), NUMBER) == NotAccepted("NOT_SET_UP")


def alert(**kwargs):
    return OutboxMessageFactory(
        client=None,
        staff=StaffFactory(),
        channel=Channel.EMAIL,
        purpose=Purpose.STAFF_ALERT,
        **kwargs,
    )


def test_an_alert_to_staff_says_nothing_but_that_there_is_a_note(settings):
    settings.MAIL_FROM = "Harbor <hello@harbor.example>"
    message = alert(
        body="There is a note for you to look at: https://x.example/desk/\n"
    )

    outcome = transmit(message, "ana@example.org")

    [sent] = mail.outbox
    assert outcome == Accepted()
    assert (sent.subject, sent.to) == (
        "You have a note to look at",
        ["ana@example.org"],
    )
    assert sent.extra_headers["Message-ID"] == f"<{message.pk}@harbor.example>"
    assert telling_words(f"{sent.subject} {sent.body}") == []


@pytest.mark.parametrize(
    ("language", "subject"), [("en", "A note for you"), ("es", "Una nota para ti")]
)
def test_an_email_to_a_client_has_a_neutral_subject(language, subject):
    message = OutboxMessageFactory(channel=Channel.EMAIL, language=language)

    transmit(message, "rosa@example.org")

    assert mail.outbox[0].subject == subject
    assert telling_words(subject) == []


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ConnectionRefusedError(), NotAccepted("NO_CONNECTION")),
        (smtplib.SMTPConnectError(421, b"busy"), NotAccepted("NO_CONNECTION")),
        (smtplib.SMTPDataError(451, b"later"), NotAccepted("SMTP_451")),
        (smtplib.SMTPDataError(554, b"no"), Refused("SMTP_554")),
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no")}), Refused("SMTP_550")),
        (smtplib.SMTPRecipientsRefused({"a": (450, b"no")}), NotAccepted("SMTP_450")),
        (smtplib.SMTPServerDisconnected("gone"), Unknown("NO_ANSWER")),
        (TimeoutError(), Unknown("NO_ANSWER")),
        (KeyError("a bug"), Unknown("ERROR")),
    ],
)
def test_what_a_mail_server_says_is_read_as_carefully(monkeypatch, error, outcome):
    def refuse(self, messages):
        raise error

    monkeypatch.setattr(
        "django.core.mail.backends.locmem.EmailBackend.send_messages", refuse
    )

    assert transmit(alert(), "ana@example.org") == outcome


def test_the_message_parses_as_an_email():
    transmit(alert(), "ana@example.org")

    assert isinstance(mail.outbox[0].message(), EmailMessage)
