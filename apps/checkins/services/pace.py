"""How long a check-in took, as the phone measured it: counted, and forgotten."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import F

from apps.care.models import Enrollment
from apps.checkins.models import Pace
from apps.checkins.models.pace import MOST, STEP


@transaction.atomic
def count_pace(*, enrollment: Enrollment, seconds: object, on: date) -> bool:
    """Add one to its five seconds. False for what is no time, or was interrupted.

    Nothing is written of who it was, also not in the audit trail: an event would tie the
    time to the person, which is what this leaves out.
    """
    took = _seconds(seconds)
    if took is None:
        return False
    pace, _ = Pace.objects.get_or_create(
        program_id=enrollment.program_id,
        week_on=on - timedelta(days=on.weekday()),
        up_to=-(-took // STEP) * STEP,
        defaults={"organization_id": enrollment.organization_id},
    )
    Pace.objects.filter(pk=pace.pk).update(count=F("count") + 1)
    return True


def _seconds(said: object) -> int | None:
    if isinstance(said, str) and said.isascii() and said.isdecimal() and len(said) < 5:
        said = int(said)
    return said if type(said) is int and 0 < said <= MOST else None
