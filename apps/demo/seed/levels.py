"""Levels over time: a step down next week, a place outside, somebody away, somebody asking."""

from datetime import datetime, timedelta
from uuid import UUID

from apps.audit.actors import Actor
from apps.care.models import Enrollment, Organization
from apps.care.services.asks import ask_about_level
from apps.care.services.pauses import pause
from apps.care.services.places import note_living, note_referral, refer
from apps.care.services.tasks import primary_counselor
from apps.sessions.services import begin_again, change_level, former_primary

DAY = timedelta(days=1)
ASKED = UUID("6d1f6f0e-5d2b-4c47-9d5e-4d6b0f0f7a11")


def build(organization: Organization, at: datetime) -> None:
    """For whoever of them is there; a smaller cast has fewer."""
    active = Enrollment.objects.active().filter(organization=organization)
    people = {
        enrollment.client.preferred_name: enrollment
        for enrollment in active.select_related("client", "program__site")
    }
    for name, happens in (
        ("Rosa", _goes_on_to_three_days),
        ("Kim", _lives_elsewhere),
        ("Ray", _is_away),
        ("Andre", _asks_for_less),
    ):
        if name in people:
            happens(people[name], at)


def come_back(before: Enrollment, at: datetime, by: Actor) -> Enrollment:
    """As it was, with the counselor they had."""
    placement = before.placement_on(before.started_on)
    return begin_again(
        client=before.client,
        program=placement.program,
        level=placement.level,
        weekdays=placement.weekdays,
        started_on=at.date(),
        primary=former_primary(before.client),
        at=at,
        by=by,
    )


def _goes_on_to_three_days(enrollment: Enrollment, at: datetime) -> None:
    today = enrollment.program.site.local_date(at)
    placement = enrollment.placement_on(today)
    change_level(
        enrollment=enrollment,
        level=placement.level,
        program=placement.program,
        weekdays=[0, 3, 4],
        from_on=today + timedelta(days=7 - today.weekday()),
        note="Four weeks steady, and the bakery gives her Tuesdays.",
        at=at,
        by=_counselor(enrollment, at),
    )


def _lives_elsewhere(enrollment: Enrollment, at: datetime) -> None:
    """A place in sober living was looked for, and found."""
    asked, moved = at - 20 * DAY, at - 9 * DAY
    by = _counselor(enrollment, at)
    site = enrollment.program.site
    note_living(
        enrollment=enrollment,
        kind="FAMILY",
        feels_safe="UNSURE",
        from_on=enrollment.started_on,
        at=asked,
        by=by,
    )
    referral = refer(
        enrollment=enrollment,
        kind="HOUSING",
        place="Sample House",
        state="SENT",
        made_on=site.local_date(asked),
        follow_up_on=site.local_date(moved),
        at=asked,
        by=by,
    )
    note_referral(
        referral=referral,
        state="WENT",
        outcome="Moved in. Likes the quiet, and the house meeting on Sundays.",
        follow_up_on=site.local_date(moved) + 21 * DAY,
        at=moved,
        by=by,
    )
    note_living(
        enrollment=enrollment,
        kind="SOBER_LIVING",
        place="Sample House",
        feels_safe="YES",
        from_on=site.local_date(moved),
        at=moved,
        by=by,
    )


def _is_away(enrollment: Enrollment, at: datetime) -> None:
    today = enrollment.program.site.local_date(at)
    pause(
        enrollment=enrollment,
        kind="TRAVEL",
        from_on=today,
        to_on=today + 4 * DAY,
        note="With his sister for the week.",
        at=at,
        by=_counselor(enrollment, at),
    )


def _asks_for_less(enrollment: Enrollment, at: datetime) -> None:
    user = enrollment.client.user
    ask_about_level(
        enrollment=enrollment,
        uuid=ASKED,
        wish="LESS",
        words="Work wants me back on Mondays.",
        at=at,
        by=Actor(user.pk, user.kind, user.organization_id, source="COMMAND"),
    )


def _counselor(enrollment: Enrollment, at: datetime) -> Actor:
    user = primary_counselor(enrollment, at)
    return Actor(user.pk, user.kind, user.organization_id, source="COMMAND")
