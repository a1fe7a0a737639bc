"""Keep the one status row of an enrollment true, in the transaction of each event."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Min

from apps.care.models import Concern, DueMoment, Enrollment, Status, Task


def lock_status(*, enrollment: Enrollment, at: datetime) -> Status:
    """The row, locked where the database can: events of one client come one by one."""
    status, _ = Status.objects.select_for_update().get_or_create(
        enrollment=enrollment, defaults={"changed_at": at}
    )
    return status


def note_contact(
    *,
    enrollment: Enrollment,
    at: datetime,
    occurred_at: datetime | None = None,
    human: bool = False,
) -> Status:
    """Something came from the client: it resets the contact clock, never moves it back."""
    status = lock_status(enrollment=enrollment, at=at)
    _hear(status, occurred_at or at, human=human)
    status.changed_at = at
    status.save()
    return status


def _hear(status: Status, moment: datetime, *, human: bool = False) -> None:
    status.last_contact_at = max(status.last_contact_at or moment, moment)
    if human:
        status.last_human_contact_at = max(
            status.last_human_contact_at or moment, moment
        )


def note_checkin(
    *,
    enrollment: Enrollment,
    local_on: date,
    occurred_at: datetime,
    craving: int | None,
    at: datetime,
    status: Status | None = None,
) -> Status:
    """``occurred_at`` is the latest of that day, ``craving`` the last there is of any.

    What arrives late moves neither back. ``status`` is the row where it is locked already.
    """
    status = status or lock_status(enrollment=enrollment, at=at)
    _hear(status, occurred_at)
    if status.last_checkin_on is None or local_on >= status.last_checkin_on:
        status.last_checkin_on = local_on
        status.last_checkin_at = occurred_at
    if craving is not None:
        status.last_craving = craving
    status.changed_at = at
    status.save()
    return status


def note_attendance(
    *, standings: dict[UUID, tuple[datetime | None, int]], at: datetime
) -> None:
    """What rosters say, by enrollment: last here, and missed in a row since.

    The clocks of all of them are read again at the next tick.
    """
    statuses = list(
        Status.objects.select_for_update().filter(pk__in=standings).order_by("pk")
    )
    for status in statuses:
        status.last_attended_at, status.missed_in_a_row = standings[status.pk]
        status.changed_at = at
    Status.objects.bulk_update(
        statuses, ["last_attended_at", "missed_in_a_row", "changed_at"]
    )
    wake_all(enrollment_ids=standings, at=at)


def refresh_open(*, enrollment: Enrollment, at: datetime) -> Status:
    """Read the most urgent open work again. Proportional to what is open, not to history."""
    status = lock_status(enrollment=enrollment, at=at)
    work = [
        (row["priority"], row["due"], row["since"])
        for row in (
            *Concern.objects.open()
            .filter(enrollment=enrollment)
            .values("priority")
            .annotate(due=Min("due_at"), since=Min("raised_at")),
            *Task.objects.open()
            .filter(enrollment=enrollment)
            .values("priority")
            .annotate(due=Min("due_at"), since=Min("created_at")),
        )
    ]
    first = min(work, default=(None, None, None))
    status.open_priority, status.open_due_at, status.open_since = first
    status.changed_at = at
    status.save()
    return status


def wake_at(*, enrollment: Enrollment, moment: datetime | None) -> None:
    """Store when the clocks must be read again; None means not before an event."""
    if moment is None:
        DueMoment.objects.filter(enrollment=enrollment).delete()
        return
    wake_all(enrollment_ids=[enrollment.pk], at=moment)


def wake_all(*, enrollment_ids: Iterable[UUID], at: datetime) -> None:
    """The same event touched all of them: read their clocks again at ``at``."""
    DueMoment.objects.bulk_create(
        [DueMoment(enrollment_id=pk, at=at) for pk in enrollment_ids],
        update_conflicts=True,
        unique_fields=["enrollment"],
        update_fields=["at"],
    )
