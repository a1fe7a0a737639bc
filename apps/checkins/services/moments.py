"""A hard moment: logged in three taps, rated again when it has passed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Enrollment
from apps.care.services.checkin_gate import CheckinsOff
from apps.care.services.status import lock_status, note_contact, wake_at
from apps.checkins.models import Moment
from apps.checkins.selectors import site_of
from apps.checkins.services.drafts import clear_drafts
from apps.checkins.services.flags import read_moment
from apps.checkins.services.submissions import NotInCare, believed


@transaction.atomic
def log_moment(
    *,
    enrollment: Enrollment,
    uuid: UUID,
    craving: int,
    details: dict,
    occurred_at: datetime,
    at: datetime,
    by: Actor,
) -> tuple[Moment, bool]:
    """Take a hard moment once; sent again under its UUID, the first one stands.

    ``details`` holds codes: ``trigger`` or ``sign``, and ``tool``.

    :raises NotInCare: before the first day of care, or after the last.
    :raises CheckinsOff: where nobody reads them.
    """
    lock_status(enrollment=enrollment, at=at)
    clear_drafts(client_id=enrollment.client_id, uuid=uuid, at=at)
    known = Moment.objects.filter(client=enrollment.client_id, uuid=uuid).first()
    if known is not None:
        return known, False
    if enrollment.state != Enrollment.State.ACTIVE:
        raise NotInCare
    if not site_of(enrollment, at).checkins_on:
        raise CheckinsOff
    occurred_at = believed(enrollment, occurred_at, at)
    moment = Moment.objects.create(
        organization_id=enrollment.organization_id,
        client_id=enrollment.client_id,
        enrollment=enrollment,
        uuid=uuid,
        local_on=enrollment.client_day(occurred_at),
        occurred_at=occurred_at,
        received_at=at,
        craving=craving,
        details=details,
    )
    note_contact(enrollment=enrollment, at=at, occurred_at=occurred_at)
    record(
        action="checkins.moment_logged",
        at=at,
        by=by,
        subject=moment,
        client_id=enrollment.client_id,
    )
    read_moment(moment=moment, at=at, by=by)
    wake_at(enrollment=enrollment, moment=at)
    return moment, True


@transaction.atomic
def rate_moment_after(
    *,
    moment: Moment,
    craving: int,
    at: datetime,
    by: Actor,
    helped: str = "",
    occurred_at: datetime | None = None,
) -> None:
    """How strong it is now. Asked once; a later answer replaces it.

    ``occurred_at`` is when it was said, where that was not now.
    """
    moment.craving_after = craving
    moment.after_at = occurred_at or at
    if helped:
        moment.details = moment.details | {"helped": helped}
    moment.save()
    note_contact(enrollment=moment.enrollment, at=at, occurred_at=occurred_at)
    record(
        action="checkins.moment_rated",
        at=at,
        by=by,
        subject=moment,
        client_id=moment.client_id,
    )


@transaction.atomic
def note_what_helped(*, moment: Moment, code: str, at: datetime, by: Actor) -> bool:
    """Said after how strong it is now, and asked once: the first answer stands."""
    moment = Moment.objects.select_for_update().get(pk=moment.pk)
    if "helped" in moment.details:
        return False
    moment.details = moment.details | {"helped": code}
    moment.save()
    record(
        action="checkins.moment_helped",
        at=at,
        by=by,
        subject=moment,
        client_id=moment.client_id,
    )
    return True


@transaction.atomic
def ask_for_call(*, moment: Moment, at: datetime, by: Actor) -> None:
    """The client would like to hear from somebody today."""
    moment = Moment.objects.select_for_update().get(pk=moment.pk)
    if "call_asked_at" in moment.details:
        return
    moment.details = moment.details | {"call_asked_at": at.isoformat()}
    moment.save()
    record(
        action="checkins.call_asked",
        at=at,
        by=by,
        subject=moment,
        client_id=moment.client_id,
    )
    read_moment(moment=moment, at=at, by=by)
