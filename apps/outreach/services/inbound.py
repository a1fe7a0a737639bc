"""A text came in: keep it once, read it, and let a person answer."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care import message_library, replies
from apps.care.models import Client, ContactPoint, Enrollment, SiteLine
from apps.care.rules.safety_words import mentions_danger
from apps.care.services.enrollments import (
    NotANumber,
    find_contact_point,
    normalized_phone,
)
from apps.care.services.status import lock_status, note_contact, wake_at
from apps.care.services.tasks import primary_counselor
from apps.checkins.selectors import hours_of, site_of
from apps.notifications.models import (
    Channel,
    Consent,
    Inbound,
    OutboxMessage,
    Purpose,
)
from apps.notifications.services import (
    plan_message,
    restart_consents,
    stop_consents,
)
from apps.outreach import links
from apps.outreach.models import Answer, Episode
from apps.outreach.services.answers import STOP, answer, ask_somebody, quiet_days
from apps.outreach.services.safety import raise_safety
from apps.outreach.services.steps import when_words
from apps.outreach.visits import visits_of

State = OutboxMessage.State
# Handed over for sure, so that a digit can be about it.
ARRIVED = (State.ACCEPTED, State.DELIVERED)
PERHAPS = (State.SUBMITTING, State.UNCONFIRMED)
COMING = timedelta(days=30)


@transaction.atomic
def receive_sms(
    *,
    from_number: str,
    text: str,
    provider_id: str,
    at: datetime,
    by: Actor,
    provider_answered: bool = False,
) -> Inbound | None:
    """Take what a phone sent, once for each id of the provider.

    None when nobody here has that number. ``provider_answered`` says that the provider
    has answered STOP, HELP or START by itself.
    """
    try:
        number = normalized_phone(from_number)
    except NotANumber:
        return None
    point = find_contact_point(kind=ContactPoint.Kind.PHONE, value=number)
    enrollment = _newest_enrollment(point.client) if point else None
    if point is None or enrollment is None:
        return None
    lock_status(enrollment=enrollment, at=at)
    last = last_sent(point.client, at)
    inbound, is_new = Inbound.objects.get_or_create(
        provider_id=provider_id,
        defaults={
            "organization_id": point.client.organization_id,
            "client": point.client,
            "in_reply_to": last,
            "text": text,
            "meaning": _meaning(last, text),
            "received_at": at,
        },
    )
    if not is_new:
        return inbound
    by = replace(
        by,
        user_id=point.client.user_id,
        role="CLIENT",
        organization_id=point.client.organization_id,
    )
    record(
        action="notifications.text_received",
        at=at,
        by=by,
        subject=inbound,
        client_id=point.client_id,
    )
    note_contact(enrollment=enrollment, at=at)
    wake_at(enrollment=enrollment, moment=at)
    _act_on(inbound, enrollment, point, at, by, provider_answered)
    return inbound


def last_sent(client: Client, at: datetime) -> OutboxMessage | None:
    """The last text really sent in the time an answer can be about it.

    None when a later one may or may not have arrived: nobody knows which one a digit is
    about, so a person reads it.
    """
    last = (
        OutboxMessage.objects.filter(
            client=client,
            channel=Channel.SMS,
            state__in=(*ARRIVED, *PERHAPS),
            submitted_at__gt=at - message_library.ANSWER_WINDOW,
        )
        .order_by("-submitted_at", "-pk")
        .first()
    )
    return last if last is not None and last.state in ARRIVED else None


def _meaning(last: OutboxMessage | None, text: str) -> str:
    # A wrong number is also a wish for no more texts, so it is asked first.
    if replies.is_wrong_number(text):
        return Inbound.WRONG_NUMBER
    if replies.is_opt_out(text):
        return Inbound.STOP
    if replies.is_opt_in(text):
        return Inbound.START
    if replies.is_help(text):
        return Inbound.HELP
    return message_library.meaning_of(last.template if last else None, text) or ""


def _act_on(inbound, enrollment, point, at, by, provider_answered) -> None:
    client, text = inbound.client, inbound.text
    match inbound.meaning:
        case Inbound.STOP:
            stop_consents(
                client=client,
                channel=Channel.SMS,
                because=Consent.Because.STOP,
                at=at,
                by=by,
            )
            if not provider_answered:
                _reply(inbound, enrollment, "STOP-01", at, by)
            _ask(inbound, enrollment, at, by)
        case Inbound.WRONG_NUMBER:
            point.stopped_at = at
            point.save()
            stop_consents(
                client=client,
                channel=Channel.SMS,
                because=Consent.Because.STOP,
                at=at,
                by=by,
            )
            _ask(inbound, enrollment, at, by)
        case Inbound.START:
            restart_consents(client=client, channel=Channel.SMS, at=at, by=by)
            allowed = Consent.objects.current().filter(
                client=client, channel=Channel.SMS
            )
            if allowed.exists() and not provider_answered:
                _reply(inbound, enrollment, "START-01", at, by)
        case Inbound.HELP:
            if not _front_desk(enrollment, at):
                _ask(inbound, enrollment, at, by)
            elif not provider_answered:
                _reply(inbound, enrollment, "HELP-01", at, by)
        case meaning:
            episode = _episode(enrollment)
            if episode is None:
                _ask(inbound, enrollment, at, by)
            else:
                episode = answer(
                    episode=episode,
                    choice=meaning,
                    text="" if meaning else text,
                    via=Answer.Via.SMS,
                    once_key=f"sms:{inbound.pk}",
                    at=at,
                    by=by,
                ).episode
            _acknowledge(inbound, enrollment, episode, at, by)
    if mentions_danger(text):
        # Last, so that it goes out even beside a stop.
        raise_safety(enrollment=enrollment, inbound=inbound, at=at, by=by)
        _reply(inbound, enrollment, "SAFE-01", at, by)


def _ask(inbound, enrollment, at, by) -> None:
    """Without an episode, or about the texts themselves: a task and nothing else."""
    choice = STOP if inbound.meaning == Inbound.STOP else inbound.meaning
    understood = choice in replies.MEANINGS
    ask_somebody(
        enrollment=enrollment,
        choice=choice if understood else "",
        text="" if understood else inbound.text,
        source_key=f"sms:{inbound.pk}",
        at=at,
        by=by,
    )


def _acknowledge(inbound, enrollment, episode, at, by) -> None:
    """One text back where it helps, the same one at most once a day."""
    language = inbound.client.language
    match inbound.meaning:
        case "call_me" | "call_today":
            window = hours_of(site_of(enrollment, at)).call_window(at, language)
            _reply(inbound, enrollment, "ACK-01", at, by, window=window)
        case "not_now" if episode is not None:
            days = quiet_days(episode)
            if days is not None:
                span = message_library.span_word(days, language)
                _reply(inbound, enrollment, "ACK-02", at, by, span=span)
        case "new_time":
            _reply(inbound, enrollment, "ACK-03", at, by)
        case "intent_next":
            visit = _next_visit(enrollment, at)
            if visit is not None:
                when = when_words(visit, enrollment.zone, language)
                _reply(inbound, enrollment, "RET-01", at, by, **when)


def _next_visit(enrollment: Enrollment, at: datetime):
    today = enrollment.client_day(at)
    visits = visits_of([enrollment], today, today + COMING)[enrollment.pk]
    coming = (visit for visit in visits if visit.starts_at > at and visit.status == "")
    return next(coming, None)


def _reply(inbound, enrollment, template: str, at, by, **words) -> None:
    client = inbound.client
    # Danger is answered each time, the rest once a day.
    once = (
        inbound.pk if template == "SAFE-01" else enrollment.client_day(at).isoformat()
    )
    plan_message(
        client=client,
        enrollment=enrollment,
        channel=Channel.SMS,
        purpose=Purpose.ANSWER,
        template=template,
        variables={
            "first": client.preferred_name,
            "sender": primary_counselor(enrollment, at).name,
            "alias": client.organization.alias,
            "number": _front_desk(enrollment, at),
            "link": links.help_link(),
            **words,
        },
        once_key=f"reply:{client.pk}:{template}:{once}",
        send_after=at,
        at=at,
        by=by,
    )


def _front_desk(enrollment: Enrollment, at: datetime) -> str:
    lines = SiteLine.objects.filter(
        site=site_of(enrollment, at), kind=SiteLine.Kind.PROGRAM
    ).order_by("position", "pk")
    line = lines.first()
    return line.number if line else ""


def _newest_enrollment(client: Client) -> Enrollment | None:
    return (
        client.enrollments.select_related("client__organization", "program__site")
        .order_by("-started_on", "-pk")
        .first()
    )


def _episode(enrollment: Enrollment) -> Episode | None:
    """The open one; after it, the one they are answering about."""
    episodes = enrollment.episodes.select_related("enrollment__client")
    return episodes.order_by("-started_at", "-pk").first()
