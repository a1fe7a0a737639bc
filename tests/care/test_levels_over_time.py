"""Asking for more or less, being away, and places outside that are followed up."""

import datetime as dt
import itertools
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from apps.audit.actors import Actor
from apps.care.models import DueMoment, LevelAsk, Pause, Referral, Task
from apps.care.services.asks import NotInCare, ask_about_level, open_ask
from apps.care.services.enrollments import AlreadyEnded, end_enrollment
from apps.care.services.pauses import DaysInDisorder, PausesOverlap, end_pause, pause
from apps.care.services.places import (
    FollowUpInThePast,
    OutcomeNeeded,
    lives_now,
    note_living,
    note_referral,
    refer,
    referral_tasks,
)
from apps.care.services.tasks import complete_task, reopen_task
from tests.factories.care import (
    AssignmentFactory,
    EnrollmentFactory,
    ProgramFactory,
    SiteFactory,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 10, 14)
DAY = dt.timedelta(days=1)


@pytest.fixture
def person():
    return AssignmentFactory(staff__name="Ana").enrollment


@pytest.fixture
def ask(person, noon, actor):
    minutes = itertools.count()

    def said(wish="MORE", uuid=None, words=""):
        return ask_about_level(
            enrollment=person,
            uuid=uuid or uuid4(),
            wish=wish,
            words=words,
            at=noon + dt.timedelta(minutes=next(minutes)),
            by=actor,
        )

    return said


def test_asked_twice_is_one_open_request(ask, person, noon, actor):
    """Fault: the second tap makes a second task, or a resend undoes the newer wish."""
    first = ask("MORE", words="Evenings are hard.")
    second = ask("LESS")
    again = ask("MORE", uuid=first.ask.uuid)

    task = Task.objects.get(kind="LEVEL")
    assert (first.created, second.created, again.created) == (True, True, False)
    assert task.details == {"wish": "LESS", "text": ""}
    assert task.assignee.name == "Ana"
    # Two work days on, at noon.
    assert task.due_at == noon + 2 * DAY
    assert open_ask(person) == second.ask

    complete_task(task=task, outcome="IN_PERSON", at=noon, by=actor)
    assert open_ask(person) is None
    third = ask("UNSURE")
    assert third.ask.task != task
    # Undoing the first answer would make two.
    reopen_task(task=task, at=noon, by=actor)
    assert Task.objects.open().get(kind="LEVEL") == third.ask.task


def test_an_id_of_somebody_elses_phone_leads_to_no_record_of_theirs(ask, noon, actor):
    """Fault: the task is found by the id a phone made, so two people share it."""
    uuid = ask(words="Mine.").ask.uuid
    other = AssignmentFactory().enrollment

    theirs = ask_about_level(
        enrollment=other, uuid=uuid, wish="LESS", at=noon, by=actor
    )

    assert theirs.created
    assert theirs.ask.task.enrollment == other


def test_who_has_ended_is_told_that_it_begins_with_care(ask, person, noon, actor):
    end_enrollment(enrollment=person, on=TODAY, reason="MOVED", at=noon, by=actor)

    with pytest.raises(NotInCare):
        ask()
    with pytest.raises(AlreadyEnded):
        pause(
            enrollment=person,
            kind="TRAVEL",
            from_on=TODAY,
            to_on=None,
            at=noon,
            by=actor,
        )


def test_what_is_said_is_sealed(ask, person, noon, actor):
    """Fault: words, a place or a home stand readable in the database."""
    ask(words="Secretwords")
    pause(
        enrollment=person,
        kind="CUSTODY",
        from_on=TODAY,
        to_on=None,
        note="Secretwords",
        at=noon,
        by=actor,
    )
    refer(
        enrollment=person,
        kind="HOUSING",
        place="Secretwords",
        made_on=TODAY,
        at=noon,
        by=actor,
    )
    note_living(
        enrollment=person,
        kind="SOBER_LIVING",
        place="Secretwords",
        feels_safe="UNSURE",
        from_on=TODAY,
        at=noon,
        by=actor,
    )
    tables = ("levelask", "pause", "referral", "livingsituation", "task")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM care_{table}")
            rows = cursor.fetchall()
            kept = b"".join(
                bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode()
                for row in rows
                for v in row
            )
            assert rows
            assert b"Secretwords" not in kept
            assert b"UNSURE" not in kept
    assert LevelAsk.objects.get().words == "Secretwords"


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [
        pytest.param(4, None, PausesOverlap, id="inside"),
        pytest.param(-9, 2, PausesOverlap, id="reaches into it"),
        pytest.param(5, 9, PausesOverlap, id="on its last day"),
        pytest.param(6, 9, None, id="after it"),
        pytest.param(-9, 1, None, id="before it"),
        pytest.param(9, 8, DaysInDisorder, id="ends before it begins"),
        pytest.param(-99, 1, DaysInDisorder, id="before the episode"),
    ],
)
def test_pauses_do_not_overlap(person, noon, actor, first, last, refusal):
    """Fault: two pauses of the same days, and ending one leaves somebody away; or a pause
    of somebody else is in the way."""
    given = {"enrollment": person, "kind": "TRAVEL", "at": noon, "by": actor}
    others = EnrollmentFactory(client__organization=person.organization)
    pause(from_on=TODAY - 20 * DAY, to_on=None, **given | {"enrollment": others})
    pause(from_on=TODAY + 2 * DAY, to_on=TODAY + 5 * DAY, **given)
    to_on = None if last is None else TODAY + last * DAY

    if refusal is None:
        pause(from_on=TODAY + first * DAY, to_on=to_on, **given)
    else:
        with pytest.raises(refusal):
            pause(from_on=TODAY + first * DAY, to_on=to_on, **given)

    assert person.pauses.count() == (2 if refusal is None else 1)


def test_a_pause_ends_early_or_is_taken_back(person, noon, actor):
    given = {"enrollment": person, "kind": "TRAVEL", "at": noon, "by": actor}
    away = pause(from_on=TODAY, to_on=None, **given)
    assert DueMoment.objects.get(enrollment=person).at == noon
    with pytest.raises(PausesOverlap):
        pause(from_on=TODAY + 9 * DAY, to_on=None, **given)

    end_pause(pause=away, to_on=TODAY + DAY, at=noon, by=actor)
    assert Pause.objects.get().to_on == TODAY + DAY
    later = pause(from_on=TODAY + 5 * DAY, to_on=TODAY + 6 * DAY, **given)
    with pytest.raises(PausesOverlap):
        end_pause(pause=away, to_on=TODAY + 5 * DAY, at=noon, by=actor)
    end_pause(pause=later, to_on=TODAY, at=noon, by=actor)
    end_pause(pause=away, to_on=TODAY - DAY, at=noon, by=actor)

    assert not Pause.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Pause.objects.create(
            enrollment=person, kind="TRAVEL", from_on=TODAY, to_on=TODAY - DAY
        )


def test_where_the_day_comes_first_it_is_asked_on_its_morning(person, noon, actor):
    """Fault: ahead of UTC it is asked when the working day is over."""
    site = person.program.site
    site.timezone = "Pacific/Guam"
    site.save()
    refer(
        enrollment=person,
        kind="PSYCHIATRY",
        place="Dr. Lee",
        made_on=TODAY,
        follow_up_on=dt.date(2026, 10, 16),
        at=noon,
        by=actor,
    )

    # Thursday in UTC, and Friday at nine in the morning there.
    assert referral_tasks(dt.datetime(2026, 10, 15, 23, tzinfo=dt.UTC)) == 1


def test_a_place_is_asked_about_when_its_day_has_come(person, noon, actor):
    """Fault: asked weeks ahead, at every tick, or still after something came of it."""
    referral = refer(
        enrollment=person,
        kind="PSYCHIATRY",
        place="Dr. Lee",
        made_on=TODAY,
        follow_up_on=TODAY + 2 * DAY,
        at=noon,
        by=actor,
    )
    assert referral_tasks(noon) == 0
    # Friday in UTC, and Thursday evening where it is asked.
    assert referral_tasks(dt.datetime(2026, 10, 16, 2, tzinfo=dt.UTC)) == 0

    friday = noon + 2 * DAY
    assert [referral_tasks(friday), referral_tasks(friday)] == [1, 0]
    task = Task.objects.get(kind="REFERRAL")
    assert task.details == {"kind": "PSYCHIATRY", "place": "Dr. Lee"}
    assert task.assignee.name == "Ana"

    referral.refresh_from_db()
    change = {"referral": referral, "at": friday, "by": actor}
    with pytest.raises(OutcomeNeeded):
        note_referral(state="CLOSED", outcome=" ", follow_up_on=None, **change)
    with pytest.raises(FollowUpInThePast):
        note_referral(state="SENT", outcome="", follow_up_on=TODAY, **change)
    note_referral(state="WENT", outcome="Liked it.", follow_up_on=None, **change)

    task.refresh_from_db()
    assert task.done_at == friday
    # The same day again is a new question.
    monday = friday + 3 * DAY
    note_referral(
        referral=referral,
        state="WENT",
        outcome="",
        follow_up_on=monday.date(),
        at=monday,
        by=actor,
    )
    assert referral_tasks(monday) == 1
    note_referral(
        referral=referral,
        state="RETURNED",
        outcome="Back, sleeping better.",
        follow_up_on=None,
        at=monday,
        by=actor,
    )
    assert not Task.objects.open().exists()
    assert Referral.objects.get().outcome == "Back, sleeping better."


@pytest.mark.parametrize("still_theirs", [True, False])
def test_who_made_it_is_asked_about_a_place_while_they_look_after_them(
    person, noon, still_theirs
):
    """Fault: somebody who may not open the record is asked about it, or the counselor
    about what a colleague has in hand."""
    until = None if still_theirs else noon - DAY
    maker = AssignmentFactory(enrollment=person, role="CO", until=until).staff
    given = {"kind": "HOUSING", "made_on": TODAY, "follow_up_on": TODAY}
    by = Actor(user_id=maker.pk)
    refer(enrollment=person, place="Oak House", at=noon, by=by, **given)
    died = EnrollmentFactory(client__organization=person.organization)
    refer(enrollment=died, place="Oak House", at=noon, by=by, **given)
    type(died.client).objects.filter(pk=died.client_id).update(died_on=TODAY)

    assert referral_tasks(noon) == 1

    task = Task.objects.get(kind="REFERRAL")
    assert task.enrollment == person
    assert task.assignee.name == (maker.name if still_theirs else "Ana")


def test_after_a_move_answers_are_due_by_the_hours_of_the_new_place(
    ask, person, noon, actor
):
    """Fault: a day on which the new site is closed counts, because the old one is open."""
    new = SiteFactory(
        organization=person.organization,
        staffed_hours={str(day): ["09:00", "20:00"] for day in range(5)},
        holidays=["2026-10-15"],
    )
    person.placements.update(program=ProgramFactory(site=new))
    refer(
        enrollment=person,
        kind="HOUSING",
        place="Oak House",
        made_on=TODAY,
        follow_up_on=TODAY,
        at=noon,
        by=actor,
    )
    referral_tasks(noon)

    assert ask().ask.task.due_at == noon + 5 * DAY
    closing = dt.datetime(2026, 10, 14, 20, tzinfo=new.zone)
    assert Task.objects.get(kind="REFERRAL").due_at == closing


def test_the_newest_home_counts_also_from_an_earlier_episode(person, noon, actor):
    given = {"enrollment": person, "at": noon, "by": actor}
    note_living(kind="SHELTER", from_on=TODAY - 40 * DAY, **given)
    note_living(kind="FAMILY", from_on=TODAY - DAY, **given | {"at": noon - DAY})
    note_living(kind="SOBER_LIVING", from_on=TODAY - DAY, **given)
    end_enrollment(enrollment=person, on=TODAY, reason="MOVED", at=noon, by=actor)
    again = EnrollmentFactory(client=person.client, program=person.program)

    assert lives_now(again, TODAY).kind == "SOBER_LIVING"
    assert lives_now(again, TODAY - 2 * DAY).kind == "SHELTER"
