"""Hand one message to a provider and say what is known afterwards."""

import logging
import smtplib
from dataclasses import dataclass
from email.utils import parseaddr

import httpx
from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from apps.care.rules.wording import Text
from apps.notifications.models import Channel, OutboxMessage, Purpose

logger = logging.getLogger(__name__)

SUBJECT = Text("A note for you", "Una nota para ti")
STAFF_SUBJECT = Text("You have a note to look at", "Tienes una nota por ver")


@dataclass(frozen=True)
class Accepted:
    provider_id: str = ""


@dataclass(frozen=True)
class NotAccepted:
    """Clearly not taken, and it may be offered again."""

    reason: str


@dataclass(frozen=True)
class Refused:
    """Clearly not taken, and offering it again would change nothing."""

    reason: str


@dataclass(frozen=True)
class Unknown:
    """It may have been taken. Nobody may send it again."""

    reason: str


Outcome = Accepted | NotAccepted | Refused | Unknown


def transmit(message: OutboxMessage, to: str) -> Outcome:
    """Never raises: whatever surprises here leaves an outcome nobody knows."""
    send = _send_email if message.channel == Channel.EMAIL else _send_sms
    try:
        return send(message, to)
    except Exception:
        logger.exception("Message %s met something unexpected", message.pk)
        return Unknown("ERROR")


def status_url(message: OutboxMessage) -> str:
    """Where the provider reports. It carries our id, so it finds a lost answer too."""
    return settings.PUBLIC_BASE_URL + reverse("outreach:sms_status", args=[message.pk])


def _send_sms(message: OutboxMessage, to: str) -> Outcome:
    if not settings.SMS_API_BASE_URL:
        return NotAccepted("NOT_SET_UP")
    account = settings.SMS_ACCOUNT_SID
    try:
        # A new connection each time: a kept one that the other side has closed fails in
        # a way that looks like an answer lost after sending.
        response = httpx.post(
            f"{settings.SMS_API_BASE_URL}/2010-04-01/Accounts/{account}/Messages.json",
            data={
                "To": to,
                "From": settings.SMS_FROM,
                "Body": message.body,
                "StatusCallback": status_url(message),
            },
            auth=(account, settings.SMS_AUTH_TOKEN),
            timeout=settings.SMS_TIMEOUT_SECONDS,
        )
    except (httpx.ConnectError, httpx.ConnectTimeout):
        return NotAccepted("NO_CONNECTION")
    except httpx.TransportError:
        return Unknown("NO_ANSWER")
    return _read(response)


def _read(response: httpx.Response) -> Outcome:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    answer = answer if isinstance(answer, dict) else {}
    status = response.status_code
    if response.is_success:
        sid = answer.get("sid")
        return Accepted(str(sid)) if sid else Unknown("UNREADABLE")
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return NotAccepted("BUSY")
    # Only the provider itself says with a code that it did not take the message; a
    # gateway in between does not know.
    said_no = isinstance(answer.get("code"), int)
    if response.is_server_error:
        return NotAccepted("BUSY") if said_no else Unknown(f"ANSWER_{status}")
    if status == httpx.codes.REQUEST_TIMEOUT:
        return Unknown(f"ANSWER_{status}")
    return Refused(f"CODE_{answer['code']}" if said_no else f"ANSWER_{status}")


def _send_email(message: OutboxMessage, to: str) -> Outcome:
    subject = STAFF_SUBJECT if message.purpose == Purpose.STAFF_ALERT else SUBJECT
    mail = EmailMessage(
        subject=subject.in_language(message.language),
        body=message.body,
        to=[to],
        headers={"Message-ID": f"<{message.pk}@{_mail_domain()}>"},
    )
    try:
        mail.send()
    except (ConnectionRefusedError, smtplib.SMTPConnectError, smtplib.SMTPHeloError):
        return NotAccepted("NO_CONNECTION")
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        return _by_smtp_code(max(codes, default=550))
    except smtplib.SMTPResponseException as answer:
        return _by_smtp_code(answer.smtp_code)
    except (smtplib.SMTPException, OSError):
        return Unknown("NO_ANSWER")
    return Accepted()


def _mail_domain() -> str:
    return parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2]


def _by_smtp_code(code: int) -> Outcome:
    return Refused(f"SMTP_{code}") if code >= 500 else NotAccepted(f"SMTP_{code}")
