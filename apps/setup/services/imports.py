"""A table becomes people or a week: everything in it, once, or nothing."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Organization
from apps.care.services.enrollments import AddressTaken
from apps.sessions.services import (
    BadRule,
    BlocksDoNotFit,
    DoubleBooked,
    NoSeatLeft,
    create_series,
)
from apps.sessions.services.conflicts import lock_schedule
from apps.sessions.wording import taken
from apps.setup.models import Import
from apps.setup.people_table import check_people
from apps.setup.reading import Problem
from apps.setup.services.people import begin_record, seat_all
from apps.setup.week_table import CheckedWeek, check_week


class NotMade(Exception):
    """Nothing was made. ``problems`` say why, row by row."""

    def __init__(self, problems: list[Problem]):
        self.problems = problems
        super().__init__()


@dataclass(frozen=True)
class Made:
    """``again``: it had been made before, and nothing was made now."""

    count: int
    again: bool = False


def _made_before(key: UUID, user: User, kind: str) -> Made | None:
    earlier = Import.objects.filter(
        pk=key, organization=user.organization_id, kind=kind
    ).first()
    return Made(earlier.made, again=True) if earlier is not None else None


def _note(
    key: UUID, user: User, kind: str, count: int, at: datetime, by: Actor
) -> None:
    made = Import.objects.create(
        pk=key,
        organization_id=user.organization_id,
        kind=kind,
        made=count,
        made_at=at,
        made_by=user,
    )
    record(action=f"care.{kind.lower()}_imported", at=at, by=by, subject=made)


@transaction.atomic
def import_people(*, key: UUID, text: str, user: User, at: datetime, by: Actor) -> Made:
    """Everybody in the table comes into care, or nobody does.

    :raises Unreadable: when it is no table of ours.
    :raises NotMade: when a row is wrong, also one that was right a moment ago.
    """
    # Two at once would not see each other's people.
    lock_schedule(user.organization_id)
    if (earlier := _made_before(key, user, Import.Kind.PEOPLE)) is not None:
        return earlier
    checked = check_people(text, organization_id=user.organization_id, at=at)
    if checked.problems:
        raise NotMade(checked.problems)
    organization = Organization.objects.get(pk=user.organization_id)
    for number, person in checked.people:
        try:
            begin_record(organization=organization, person=person, at=at, by=by)
        except AddressTaken as error:
            words = _("This is in use already.")
            raise NotMade([Problem(number, str(error).lower(), words)]) from None
    try:
        seat_all(programs={person.program for _number, person in checked.people}, at=at)
    except NoSeatLeft:
        words = _("A group filled up a moment ago. Check it once more.")
        raise NotMade([Problem(0, "weekdays", words)]) from None
    count = len(checked.people)
    _note(key, user, Import.Kind.PEOPLE, count, at, by)
    return Made(count)


class _OnlyTried(Exception):
    """Ends the rehearsal: what was made is taken back."""


def rehearse_week(*, text: str, user: User, at: datetime, by: Actor) -> CheckedWeek:
    """What a week comes to, with everything that would stand on something else.

    It is made and taken back: who is where at once is known to the services alone.

    :raises Unreadable: when it is no table of ours.
    """
    checked = check_week(text, organization_id=user.organization_id, at=at)
    if not checked.problems:
        with suppress(_OnlyTried), transaction.atomic():
            checked.problems += _make(checked, at, by)
            raise _OnlyTried
    return checked


@transaction.atomic
def import_week(*, key: UUID, text: str, user: User, at: datetime, by: Actor) -> Made:
    """Every series in the table, with its occurrences, or none.

    :raises Unreadable: when it is no table of ours.
    :raises NotMade: when a row is wrong, also one that was right a moment ago.
    """
    lock_schedule(user.organization_id)
    if (earlier := _made_before(key, user, Import.Kind.WEEK)) is not None:
        return earlier
    checked = check_week(text, organization_id=user.organization_id, at=at)
    problems = checked.problems or _make(checked, at, by)
    if problems:
        raise NotMade(problems)
    count = len(checked.series)
    _note(key, user, Import.Kind.WEEK, count, at, by)
    return Made(count)


def _make(checked: CheckedWeek, at: datetime, by: Actor) -> list[Problem]:
    """Each in a savepoint of its own, so that all that collide are named."""
    problems = []
    for number, series in checked.series:
        try:
            with transaction.atomic():
                create_series(**series.as_made(), at=at, by=by)
        except DoubleBooked as error:
            column = "leader" if error.what == "LEADER" else "room"
            problems.append(Problem(number, column, taken(error)))
        except BadRule as error:
            problems.append(Problem(number, "weekdays", str(error.words)))
        except BlocksDoNotFit:
            words = _("The parts do not fit into one day.")
            problems.append(Problem(number, "minutes", words))
    return problems
