"""The head of a mail is ours: nothing that somebody wrote adds a line to it."""

import pytest
from django.core import mail

from apps.notifications.channels import SUBJECT, Accepted, transmit
from apps.notifications.models import Channel
from tests.factories.care import StaffFactory
from tests.factories.notifications import OutboxMessageFactory

pytestmark = pytest.mark.django_db
NASTY = "Rosa\r\nBcc: evil@example.org\r\nSubject: Rehab"


def test_no_name_adds_a_line_to_the_head_of_a_mail():
    """Fault: a name with a line break in it chooses who else gets the mail."""
    message = OutboxMessageFactory(
        channel=Channel.EMAIL,
        body=f"Hello {NASTY}",
        enrollment__client__preferred_name=NASTY,
    )
    transmit(message, "rosa@example.org")

    [sent] = mail.outbox
    head = dict(sent.message().items())
    assert set(head) >= {"Subject", "From", "To", "Message-ID"}
    assert "Bcc" not in head
    assert head["Subject"] == SUBJECT.en
    assert head["To"] == "rosa@example.org"
    assert sent.recipients() == ["rosa@example.org"]
    assert not [value for value in head.values() if "Rehab" in value or "\n" in value]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "%0a"])
def test_an_address_with_a_second_line_gets_nothing(end):
    message = OutboxMessageFactory(channel=Channel.EMAIL, body="Hello")
    outcome = transmit(message, f"rosa@example.org{end}Bcc: evil@example.org")

    assert not isinstance(outcome, Accepted) or end == "%0a"
    assert not [
        to for m in mail.outbox for to in m.recipients() if to == "evil@example.org"
    ]
    assert not [m for m in mail.outbox if "Bcc" in m.message()]


@pytest.mark.parametrize("end", ["\n", "\r\n", "%0d%0a"])
def test_a_code_goes_to_one_address(client, end):
    StaffFactory(email="ana@example.org")
    address = f"ana@example.org{end}Bcc: evil@example.org"
    client.post("/sign-in/", {"address": address})

    assert mail.outbox == []
