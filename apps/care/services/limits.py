"""The numbers of a program's rules: who chose them, when, and what stood before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import LimitChange, Program
from apps.care.rules.triage_limits import Limits


@transaction.atomic
def choose_limits(
    *, program: Program, chosen: Mapping[str, Any], at: datetime, by: Actor
) -> Limits:
    """From now on; what was raised before keeps the numbers it was raised by.

    :raises OutOfRange: for a number that may not be, or a rule that may not be off.
    """
    limits = Limits.checked(chosen)
    program = Program.objects.select_for_update(of=("self",)).get(pk=program.pk)
    if limits == Limits.of(program.rule_limits):
        return limits
    program.rule_limits = limits.overrides
    program.save(update_fields=["rule_limits"])
    change = LimitChange.objects.create(
        organization_id=program.site.organization_id,
        program=program,
        limits=limits.overrides,
        changed_at=at,
        changed_by_id=by.user_id,
    )
    record(
        action="care.limits_changed",
        at=at,
        by=by,
        subject=change,
        field_names=sorted(limits.overrides),
    )
    return limits
