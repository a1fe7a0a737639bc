"""What a demonstration shows of the outbox: a lock screen, what became of it, the digits."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.care import message_library
from apps.desk.wording import moment_words
from apps.notifications.models import Channel, OutboxMessage

SHOWN = 60
State = OutboxMessage.State
SENT = (State.ACCEPTED, State.DELIVERED)
LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Shown:
    message: OutboxMessage
    to: str
    sender: str
    # When it reached the screen, or would.
    when: str
    tone: str
    history: list[str]
    # Whether it is the text an answer would be about now, and what it offers.
    is_last: bool
    digits: list[str]
    path: str
    # Named by the form, so that pressing twice is one answer.
    key: str


def messages_shown(user: User, at: datetime) -> list[Shown]:
    """The newest messages of somebody's caseload, newest first."""
    messages = list(
        OutboxMessage.objects.on_caseload_of(user, at)
        .select_related("client", "staff", "organization", "enrollment__program__site")
        .prefetch_related("changes")
        .order_by("-created_at", "-pk")[:SHOWN]
    )
    last = _last_texts({message.client_id for message in messages})
    return [_shown(message, last, at) for message in messages]


def _last_texts(client_ids) -> set:
    """The text each client got last: the one a digit is about."""
    sent = OutboxMessage.objects.filter(
        client__in=client_ids, channel=Channel.SMS, state__in=SENT
    ).order_by("submitted_at", "pk")
    newest = dict(sent.values_list("client_id", "pk"))
    return set(newest.values())


def _shown(message: OutboxMessage, last: set, at: datetime) -> Shown:
    zone = message.enrollment.program.site.zone
    is_last = message.pk in last
    link = LINK.search(message.body)
    moment = message.accepted_at or message.submitted_at or message.send_after
    return Shown(
        message=message,
        to=message.client.preferred_name if message.client else message.staff.name,
        sender=message.organization.alias,
        when=moment_words(moment, at, zone),
        tone=_tone(message.state),
        history=[_change(change, at, zone) for change in _in_order(message)],
        is_last=is_last,
        digits=list(message_library.get(message.template).replies) if is_last else [],
        path=urlsplit(link.group()).path if link else "",
        key=uuid.uuid4().hex,
    )


def _in_order(message: OutboxMessage):
    return sorted(message.changes.all(), key=lambda change: (change.at, change.pk))


def _change(change, at, zone) -> str:
    words = _("%(state)s, %(when)s") % {
        "state": change.get_state_display(),
        "when": moment_words(change.at, at, zone),
    }
    return f"{words} ({change.reason})" if change.reason else words


def _tone(state: str) -> str:
    if state in SENT:
        return "accent"
    return "amber" if state in (State.FAILED, State.UNCONFIRMED) else ""
