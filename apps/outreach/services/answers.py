"""What somebody answered becomes a task for their own counselor, once."""

from datetime import datetime, timedelta

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.message_library import SPANS
from apps.care.models import Enrollment, Task
from apps.care.rules.hours import StaffedHours
from apps.care.services.status import lock_status, note_contact, wake_at
from apps.care.services.tasks import case_manager, create_task, primary_counselor
from apps.checkins.selectors import hours_of, site_of
from apps.notifications.models import Consent, Purpose
from apps.notifications.services import cancel_planned, stop_consents
from apps.outreach.facts import call_by
from apps.outreach.models import Answer, AnswerLink, Episode

# After any answer a person speaks next.
PAUSE = timedelta(hours=48)
NOT_NOW, STOP = "not_now", "stop_caring"
# "Not now" once, and again; a third time is for good.
QUIET_DAYS = (7, 30)
CALLS = ("call_me", "call_today", "call_tomorrow")
RIDES = ("barrier_ride",)
SOON, CALM = 2, 4


@transaction.atomic
def answer(
    *,
    episode: Episode,
    choice: str,
    text: str,
    via: str,
    once_key: str,
    at: datetime,
    by: Actor,
) -> Answer:
    """Keep the answer, quiet what is automatic, and ask somebody to act on it.

    ``choice`` is one of the library's meanings, or empty for words a person must read.
    The same ``once_key`` gives the first answer.
    """
    enrollment = episode.enrollment
    lock_status(enrollment=enrollment, at=at)
    known = Answer.objects.filter(once_key=once_key).first()
    if known is not None:
        return known
    episode = Episode.objects.select_for_update().get(pk=episode.pk)
    _quiet(episode, choice, at)
    cancel_planned(
        client=enrollment.client,
        purpose=Purpose.OUTREACH,
        reason="ANSWERED",
        at=at,
        by=by,
    )
    given = Answer.objects.create(
        episode=episode,
        via=via,
        details={"choice": choice, "text": text},
        at=at,
        once_key=once_key,
        task=ask_somebody(
            enrollment=enrollment,
            choice=choice,
            text=text,
            source_key=once_key,
            at=at,
            by=by,
            not_before=episode.quiet_until if choice == NOT_NOW else None,
        ),
    )
    note_contact(enrollment=enrollment, at=at)
    wake_at(enrollment=enrollment, moment=at)
    record(
        action="outreach.answered",
        at=at,
        by=by,
        subject=given,
        client_id=enrollment.client_id,
    )
    return given


@transaction.atomic
def answer_by_link(*, link: AnswerLink, choice: str, at: datetime, by: Actor) -> None:
    """Answer the page of a link: the first answer counts, pressed however often."""
    first = AnswerLink.objects.filter(pk=link.pk, answered_at=None).update(
        answered_at=at
    )
    if not first:
        return
    client = link.episode.enrollment.client
    answer(
        episode=link.episode,
        choice=choice,
        text="",
        via=Answer.Via.LINK,
        once_key=link_key(link),
        at=at,
        by=by,
    )
    if choice == STOP:
        stop_consents(
            client=client,
            channel=link.channel,
            because=Consent.Because.STOP,
            at=at,
            by=by,
        )


def link_key(link: AnswerLink) -> str:
    return f"link:{link.pk}"


def given_answer(link: AnswerLink) -> Answer:
    """What was pressed on the page of this link, with who was asked to see to it."""
    return Answer.objects.select_related(
        "task__assignee", "episode__enrollment__program__site"
    ).get(once_key=link_key(link))


def quiet_days(episode: Episode) -> int | None:
    """How long the last "not now" keeps it quiet; None for as long as they like."""
    asked = episode.not_now_count
    return QUIET_DAYS[asked - 1] if asked <= len(QUIET_DAYS) else None


def _quiet(episode: Episode, choice: str, at: datetime) -> None:
    until = at + PAUSE
    if choice == NOT_NOW:
        episode.not_now_count += 1
        until = at + timedelta(days=quiet_days(episode) or max(SPANS))
    episode.quiet_until = max(until, episode.quiet_until or until)
    episode.save()


def ask_somebody(
    *,
    enrollment: Enrollment,
    choice: str,
    text: str,
    source_key: str,
    at: datetime,
    by: Actor,
    not_before: datetime | None = None,
) -> Task:
    """A task for the own counselor; asked for the same again, the open one stands."""
    kind = Task.Kind.ANSWER
    if choice in CALLS:
        kind = Task.Kind.CALL
    elif choice in RIDES:
        kind = Task.Kind.RIDE
    details = {"choice": choice, "text": text}
    for task in Task.objects.open().filter(
        enrollment=enrollment, kind=kind, source="answer"
    ):
        if task.details == details:
            return task
    hours = hours_of(site_of(enrollment, at))
    own = primary_counselor(enrollment, at)
    return create_task(
        kind=kind,
        organization_id=enrollment.organization_id,
        enrollment=enrollment,
        assignee=case_manager(enrollment.pk, at) or own if choice in RIDES else own,
        details=details,
        source="answer",
        source_key=source_key,
        priority=CALM if not_before else SOON,
        due_at=_due(hours, choice, not_before or at),
        at=at,
        by=by,
    )


def _due(hours: StaffedHours, choice: str, at: datetime) -> datetime:
    """Only what is staffed is promised."""
    if choice == "call_tomorrow":
        at += timedelta(days=1)
    return call_by(hours, at)
