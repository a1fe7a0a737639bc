"""May this message go out, and when? Asked when planning and again right before sending.

This is the one place where consent, stopped numbers, watched phones, quiet hours and the
limits on how often are looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.care.models import Client, ContactPoint, Enrollment
from apps.care.rules.limits import Sent, next_within_limits
from apps.care.rules.quiet import next_allowed
from apps.notifications import hooks
from apps.notifications.models import (
    Channel,
    Consent,
    Inbound,
    OutboxMessage,
    Purpose,
)

# A reply to what the client sent needs no permission, and may come in the evening.
AUTOMATIC = (Purpose.OUTREACH, Purpose.REMINDER)
# The first way that is open is taken.
IN_ORDER = (Channel.PUSH, Channel.SMS, Channel.EMAIL)
ADDRESS_KIND: dict[str, str] = {
    Channel.SMS: ContactPoint.Kind.PHONE,
    Channel.EMAIL: ContactPoint.Kind.EMAIL,
}
MONTH = timedelta(days=30)
# How far ahead own sessions are looked at: longer than any wait for a quiet hour's end.
SESSIONS_AHEAD = timedelta(days=4)

State = OutboxMessage.State
MAY_HAVE_ARRIVED = (
    State.SUBMITTING,
    State.ACCEPTED,
    State.DELIVERED,
    State.UNCONFIRMED,
)


@dataclass(frozen=True)
class Go:
    address: str


@dataclass(frozen=True)
class Wait:
    until: datetime


@dataclass(frozen=True)
class Never:
    reason: str


def judge(message: OutboxMessage, at: datetime) -> Go | Wait | Never:
    """Right before transmission. Reads everything again: a plan may be days old."""
    if message.expires_at is not None and message.expires_at <= at:
        return Never("TOO_LATE")
    if message.staff is not None:
        staff = message.staff
        reachable = staff.is_active and staff.email
        return Go(staff.email) if reachable else Never("NO_ADDRESS")
    reason = (
        closed_because(message.client, message.channel, message.purpose)
        or _stopped_since(message)
        or hooks.not_wanted_because(message, at)
    )
    if reason:
        return Never(reason)
    moment = first_moment(
        message.purpose, message.enrollment, at, sent=history(message.client, at)
    )
    if moment > at:
        too_late = message.expires_at is not None and message.expires_at <= moment
        return Never("TOO_LATE") if too_late else Wait(moment)
    return Go(address_of(message.client, message.channel).value)


def closed_because(client: Client, channel: str, purpose: str) -> str:
    """Why nothing of this purpose may reach the client this way; "" when it may."""
    if client.died_on is not None:
        return "DIED"
    if client.monitored_phone:
        return "MONITORED_PHONE"
    if client.no_phone:
        return "NO_PHONE"
    if purpose in AUTOMATIC and not Consent.objects.covers(client, channel, purpose):
        return "NO_CONSENT"
    if address_of(client, channel) is None:
        return "NO_ADDRESS"
    return ""


def open_channel(client: Client, purpose: str) -> tuple[str | None, str]:
    """The way to reach the client, or None and why the last one tried is closed."""
    reason = ""
    for channel in IN_ORDER:
        reason = closed_because(client, channel, purpose)
        if not reason:
            return channel, ""
    return None, reason


def address_of(client: Client, channel: str) -> ContactPoint | None:
    """The newest address that the client proved to be theirs."""
    return (
        ContactPoint.objects.filter(
            client=client,
            kind=ADDRESS_KIND.get(channel, ""),
            stopped_at=None,
            verified_at__isnull=False,
        )
        .order_by("-verified_at", "-pk")
        .first()
    )


def first_moment(
    purpose: str,
    enrollment: Enrollment,
    at: datetime,
    *,
    sent: Sequence[Sent],
) -> datetime:
    """The first moment from ``at`` on that is neither quiet nor too soon."""
    if purpose not in AUTOMATIC:
        return at
    zone = enrollment.zone
    busy = hooks.busy_times(enrollment, at, at + SESSIONS_AHEAD)
    while True:
        allowed = next_allowed(at, zone, busy)
        moment = next_within_limits(purpose, allowed, sent, zone)
        if moment == allowed:
            return moment
        at = moment


def history(client: Client, at: datetime, *, planned: bool = False) -> list[Sent]:
    """What reached the client, or may have, in the last month; and what is planned."""
    messages = OutboxMessage.objects.filter(client=client, purpose__in=AUTOMATIC)
    sent = [
        Sent(moment, purpose)
        for moment, purpose in messages.filter(
            state__in=MAY_HAVE_ARRIVED, submitted_at__gt=at - MONTH
        ).values_list("submitted_at", "purpose")
    ]
    if planned:
        sent += [
            Sent(moment, purpose)
            for moment, purpose in messages.filter(
                state__in=(State.PLANNED, State.CLAIMED)
            ).values_list("send_after", "purpose")
        ]
    return sent


def _stopped_since(message: OutboxMessage) -> str:
    """A text that says stop ends what was made before it; its one answer came with it."""
    stopped = Inbound.objects.filter(
        client=message.client,
        meaning=Inbound.STOP,
        received_at__gt=message.created_at,
    )
    return "STOPPED" if message.channel == Channel.SMS and stopped.exists() else ""
