"""A task for whoever looks after the client, when something about their records waits."""

from datetime import datetime, timedelta

from apps.audit.actors import Actor
from apps.care.models import Client, Task
from apps.care.models.work import Outcome
from apps.care.services.glass import who_supervises
from apps.care.services.tasks import complete_task, create_task, primary_counselor
from apps.disclosures.selectors import latest_enrollment

SOURCE = "RECORDS"
ANSWERED_WITHIN = timedelta(days=7)


def ask_staff(*, client: Client, about: str, key, at: datetime, by: Actor) -> None:
    """Nothing of what was said: the task says where to read it."""
    enrollment = latest_enrollment(client)
    if enrollment is None:
        return
    create_task(
        kind=Task.Kind.ANSWER,
        organization_id=client.organization_id,
        enrollment=enrollment,
        assignee=primary_counselor(enrollment, at),
        source=SOURCE,
        source_key=str(key),
        details={"records": about},
        due_at=at + ANSWERED_WITHIN,
        at=at,
        by=by,
    )


def ask_supervisor(*, client: Client, about: str, key, at: datetime, by: Actor) -> None:
    """Not about the enrollment: a counselor need not know what was asked of the house."""
    enrollment = latest_enrollment(client)
    if enrollment is None:
        return
    supervisor = who_supervises(enrollment, at)
    if supervisor is None:
        return
    create_task(
        kind=Task.Kind.ANSWER,
        organization_id=client.organization_id,
        assignee=supervisor,
        source=SOURCE,
        source_key=str(key),
        details={"records": about},
        due_at=at + ANSWERED_WITHIN,
        at=at,
        by=by,
    )


def answered(*, key, at: datetime, by: Actor) -> None:
    for task in Task.objects.open().filter(source=SOURCE, source_key=str(key)):
        complete_task(task=task, outcome=Outcome.PLAN_CHANGED, at=at, by=by)
