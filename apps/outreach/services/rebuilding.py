"""Make the status row anew from history: the proof that events keep it true."""

from datetime import datetime

from django.db import transaction

from apps.audit.models import AuditEvent
from apps.care.models import Concern, Enrollment, Invitation, Status, Task
from apps.care.services.concerns import REACHED
from apps.care.services.status import lock_status, refresh_open
from apps.checkins.models import Moment, Submission
from apps.notifications.models import Inbound
from apps.outreach.models import Answer
from apps.sessions.marks import standings
from apps.sessions.models import Attendance, Barrier


@transaction.atomic
def rebuild_status(*, enrollment: Enrollment, at: datetime) -> Status:
    """Write the row that the history gives. Where somebody drifts stays as it is."""
    status = lock_status(enrollment=enrollment, at=at)
    status.last_checkin_on = status.last_checkin_at = status.last_craving = None
    for submission in Submission.objects.filter(enrollment=enrollment).order_by(
        "local_on", "occurred_at", "received_at", "pk"
    ):
        status.last_checkin_on = submission.local_on
        status.last_checkin_at = submission.occurred_at
        craving = submission.answers.get("craving_peak")
        status.last_craving = status.last_craving if craving is None else craving
    status.last_attended_at, status.missed_in_a_row = standings([enrollment.pk])[
        enrollment.pk
    ]
    human = _human_contacts(enrollment)
    status.last_human_contact_at = max(human, default=None)
    status.last_contact_at = max([*human, *_own_contacts(enrollment)], default=None)
    status.save()
    return refresh_open(enrollment=enrollment, at=at)


def _human_contacts(enrollment: Enrollment) -> list[datetime]:
    """Here in person, or reached by somebody of the team."""
    here = Attendance.objects.filter(
        enrollment=enrollment, status__in=Attendance.ATTENDED
    ).select_related("group_session")
    concerns = Concern.objects.filter(enrollment=enrollment, outcome__in=REACHED)
    tasks = Task.objects.filter(enrollment=enrollment, outcome__in=REACHED)
    return [
        *(
            min(mark.arrived_at or mark.group_session.starts_at, mark.marked_at)
            for mark in here
        ),
        *concerns.values_list("resolved_at", flat=True),
        *tasks.values_list("done_at", flat=True),
    ]


def _own_contacts(enrollment: Enrollment) -> list[datetime]:
    """What came from the client by itself."""
    client = enrollment.client
    moments = Moment.objects.filter(enrollment=enrollment)
    found = [
        *Submission.objects.filter(enrollment=enrollment).values_list(
            "occurred_at", flat=True
        ),
        *moments.values_list("occurred_at", flat=True),
        *moments.exclude(after_at=None).values_list("after_at", flat=True),
        *Answer.objects.filter(episode__enrollment=enrollment).values_list(
            "at", flat=True
        ),
        *Barrier.objects.filter(enrollment=enrollment).values_list(
            "answered_at", flat=True
        ),
        *Inbound.objects.filter(
            client=client, received_at__date__gte=enrollment.started_on
        ).values_list("received_at", flat=True),
        *Invitation.objects.filter(
            client=client, accepted_at__isnull=False
        ).values_list("accepted_at", flat=True),
    ]
    if client.user_id:
        # Work on a plan leaves no row of its own for each visit; the log has them all.
        found += AuditEvent.objects.filter(
            client_id=client.pk, actor_id=client.user_id, action__startswith="plans."
        ).values_list("at", flat=True)
    return found
