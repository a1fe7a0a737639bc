"""What the delivery engine asks about a message right before it leaves."""

from datetime import datetime, timedelta

from django.db.models import Q

from apps.care.models import Concern, Enrollment, Pause
from apps.notifications.hooks import ask_before_sending, ask_for_busy_times
from apps.notifications.models import OutboxMessage, Purpose
from apps.outreach.models import Episode, Step
from apps.outreach.people_only import people_only
from apps.sessions.models import Attendance
from apps.sessions.selectors import expected_sessions

LONGEST = timedelta(days=1)


def register() -> None:
    ask_before_sending(Purpose.OUTREACH, not_wanted_because)
    ask_for_busy_times(own_sessions)


def not_wanted_because(message: OutboxMessage, at: datetime) -> str:
    """Why this one is not wanted any more; "" while it is."""
    enrollment = message.enrollment
    if enrollment.state != Enrollment.State.ACTIVE:
        return "CARE_ENDED"
    today = enrollment.client_day(at)
    paused = Pause.objects.filter(
        Q(to_on__gte=today) | Q(to_on=None), enrollment=enrollment, from_on__lte=today
    )
    if paused.exists():
        return "PAUSED"
    step = Step.objects.filter(message=message).select_related("episode").first()
    if step is not None and (reason := _episode_says(step.episode, at)):
        return reason
    came = Attendance.objects.filter(
        enrollment=enrollment,
        status__in=Attendance.ATTENDED,
        group_session__starts_at__gt=message.created_at,
    )
    if came.exists():
        return "CAME_BACK"
    concerns = Concern.objects.open().filter(enrollment=enrollment, priority=1)
    return "SAFETY" if people_only(concerns) else ""


def _episode_says(episode: Episode, at: datetime) -> str:
    if episode.closed_at is not None:
        return "EPISODE_CLOSED"
    if episode.stage == Episode.Stage.RETURNED:
        return "CAME_BACK"
    quiet = episode.quiet_until is not None and episode.quiet_until > at
    return "ASKED_FOR_QUIET" if quiet or episode.wants_no_more else ""


def own_sessions(
    enrollment: Enrollment, start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    sessions = expected_sessions(enrollment, start - LONGEST, end)
    return list(sessions.held().values_list("starts_at", "ends_at"))
