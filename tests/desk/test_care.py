"""The page of levels: what it says, and each change made on it by a person."""

import datetime as dt

import pytest
from django.urls import reverse

from apps.audit.actors import Actor
from apps.audit.models import AuditEvent
from apps.care.models import (
    Enrollment,
    LivingSituation,
    Pause,
    Referral,
    StaffRole,
    Task,
)
from apps.care.services.asks import ask_about_level
from apps.care.services.concerns import raise_concern, resolve_concern
from apps.care.services.pauses import pause
from apps.care.services.places import note_living, refer
from apps.sessions.models import GroupSession, Override
from apps.sessions.services import take_seats
from tests.factories.care import (
    AssignmentFactory,
    EnrollmentFactory,
    LevelFactory,
    ProgramFactory,
    StaffFactory,
    StaffRoleFactory,
)
from tests.factories.checkins import CheckinDayFactory
from tests.factories.plans import PlanVersionFactory
from tests.factories.sessions import (
    AttendanceFactory,
    GroupSessionFactory,
    OverrideFactory,
    SeriesFactory,
    seated,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_noon")]
TODAY = dt.date(2026, 10, 14)
MONDAY = dt.date(2026, 10, 12)
NEXT_MONDAY = dt.date(2026, 10, 19)
DAY = dt.timedelta(days=1)


@pytest.fixture
def rooms():
    """This week and the next, each morning of 210 minutes."""
    series = SeriesFactory()
    days = [MONDAY + dt.timedelta(days=n) for n in range(14)]
    return [
        GroupSessionFactory(series=series, on=day) for day in days if day.weekday() < 5
    ]


@pytest.fixture
def person(rooms):
    enrollment = seated(
        rooms[0], client__preferred_name="Rosa", placement__weekdays=[0, 1, 2, 3]
    )[0]
    ana = StaffFactory(name="Ana", organization_id=enrollment.organization_id, role="")
    StaffRole.objects.create(
        user=ana, organization_id=enrollment.organization_id, role="COUNSELOR"
    )
    AssignmentFactory(enrollment=enrollment, staff=ana)
    take_seats(enrollment=enrollment, since=MONDAY)
    return enrollment


@pytest.fixture
def ana(client, person):
    client.force_login(person.assignments.get().staff)
    return client


def url(name, person, *args):
    return reverse(f"desk:{name}", args=[person.client_id, *args])


def level_form(person, **kwargs):
    placement = person.placements.get(to_on=None)
    return {
        "level": placement.level_id,
        "program": placement.program_id,
        "weekdays": ["0", "2", "4"],
        "from_on": NEXT_MONDAY,
        "primary": person.assignments.get(role="PRIMARY", until=None).staff_id,
        "note": "",
    } | kwargs


def words(response):
    return " ".join(response.text.split())


def test_the_page_says_what_speaks_for_a_talk_with_its_numbers(
    ana, person, rooms, noon, actor
):
    for room in rooms[:2]:
        minutes = 210 if room == rooms[0] else 0
        status = "PRESENT" if minutes else "NO_SHOW"
        AttendanceFactory(
            group_session=room, enrollment=person, status=status, minutes=minutes
        )
        GroupSession.objects.filter(pk=room.pk).update(roster_closed_at=noon)
    # Told before, not written down to the end, or not held after all: nothing against them.
    told, unclosed, off = rooms[2], rooms[3], rooms[5]
    AttendanceFactory(group_session=told, enrollment=person, status="EXCUSED")
    for room in (unclosed, off):
        AttendanceFactory(group_session=room, enrollment=person, status="NO_SHOW")
    GroupSession.objects.filter(pk__in=(told.pk, off.pk)).update(roster_closed_at=noon)
    GroupSession.objects.filter(pk=off.pk).update(state="CANCELLED")
    concern = raise_concern(
        enrollment=person,
        rule="R02",
        version=1,
        evidence={},
        priority=2,
        due_at=noon,
        source="CHECKIN",
        source_key="a",
        at=noon,
        by=actor,
    )
    seen_to = Actor(
        user_id=person.assignments.get().staff_id,
        role="STAFF",
        organization_id=person.organization_id,
    )
    resolve_concern(concern=concern, outcome="REACHED", at=noon, by=seen_to)
    for back in (1, 3):
        CheckinDayFactory(
            enrollment=person,
            local_on=TODAY - back * DAY,
            answers={"use_reported": "yes"},
        )
    ask_about_level(
        enrollment=person,
        uuid=person.pk,
        wish="MORE",
        words="Nights are long.",
        at=noon,
        by=actor,
    )
    given = {"enrollment": person, "at": noon, "by": actor}
    note_living(kind="SOBER_LIVING", feels_safe="YES", from_on=TODAY, **given)

    said = words(ana.get(url("care", person)))

    assert "Use on 2 days in seven." in said
    assert "Something about safety" not in said
    assert "Asks for more support." in said
    assert "Came for 3.5 of 7 hours in two weeks: 50 of 100." in said
    assert "Feels safe where they live." in said
    assert "No agreed plan yet." in said
    assert "Sober living" in said
    board = words(ana.get(reverse("desk:board")))
    assert "Asks for more support. “Nights are long.”" in board


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(
    ana, person, rooms, count, noon, actor, django_assert_num_queries
):
    given = {"enrollment": person, "at": noon, "by": actor}
    for number in range(count):
        refer(kind="HOUSING", place="Home", made_on=TODAY, **given)
        note_living(kind="FAMILY", from_on=TODAY - number * DAY, **given)
        day = TODAY + (30 + number) * DAY
        pause(kind="TRAVEL", from_on=day, to_on=day, **given)
        OverrideFactory(enrollment=person, group_session=rooms[3 + number])
        CheckinDayFactory(enrollment=person, local_on=TODAY - number * DAY)
        earlier = EnrollmentFactory(
            client=person.client,
            program=person.program,
            state="ENDED",
            started_on=TODAY - (90 + number) * DAY,
            ended_on=TODAY - 80 * DAY,
        )
        AssignmentFactory(enrollment=earlier)
    PlanVersionFactory(client=person.client)

    with django_assert_num_queries(21):
        ana.get(url("care", person))


def test_a_step_down_is_planned_and_taken_back_on_the_page(ana, person):
    planned = ana.post(url("care_level", person), level_form(person), follow=True)

    assert "From Monday: 3 days a week (Mon, Wed, Fri)." in words(planned)
    assert person.placements.count() == 2
    again = ana.post(url("care_level", person), level_form(person))
    assert "A change is planned from Monday. Take that back first." in words(again)

    ana.post(url("care_level_back", person))

    assert person.placements.get().days_per_week == 4


def test_below_what_payers_ask_it_is_planned_and_said(ana, person, rooms):
    """Fault: the warning blocks, or counts the break as time."""
    level = person.placements.get().level
    level.days_min, level.floor_days, level.floor_minutes = 2, 3, 180
    level.save()
    GroupSession.objects.filter(pk=rooms[5].pk).update(service_minutes=179)
    form = level_form(person, weekdays=["0", "2"])

    page = ana.post(url("care_level", person), form, follow=True)

    warning = "1 day of 3 hours or more; payers ask for 3. Mon has 2 h 59 min."
    assert [str(said) for said in page.context["messages"]][1:] == [warning]
    assert words(page).count(warning) == 2
    assert person.placements.get(to_on=None).weekdays == [0, 2]


def test_a_week_gone_by_counts_what_was_attended_at_the_level_it_ended_with(
    ana, person, rooms
):
    """Fault: payers are told of the hours that were planned, or of another level."""
    level = person.placements.get().level
    level.floor_days, level.floor_minutes = 3, 180
    level.save()
    person.placements.update(from_on=MONDAY - 4 * DAY)
    person.placements.create(
        level=LevelFactory(organization=person.organization, code="OP"),
        program=person.program,
        weekdays=[0],
        from_on=person.started_on,
        to_on=MONDAY - 5 * DAY,
    )
    for back, minutes in ((7, 100), (4, 210)):
        room = GroupSessionFactory(series=rooms[0].series, on=MONDAY - back * DAY)
        AttendanceFactory(group_session=room, enrollment=person, minutes=minutes)

    lines = ana.get(url("care", person)).context["care"].weeks

    assert [line.warning for line in lines] == [
        "1 day of 3 hours or more; payers ask for 3. Mon has 1 h 40 min.",
        "",
        "",
    ]


def test_a_day_is_that_of_the_site(client, person, frozen_noon):
    """Fault: on Sunday evening the week is already over, because it is in UTC."""
    frozen_noon.move_to(dt.datetime(2026, 10, 19, 2, tzinfo=dt.UTC))
    client.force_login(person.assignments.get().staff)

    assert client.get(url("care", person)).context["care"].today == NEXT_MONDAY - DAY


def test_a_page_changes_only_what_is_of_its_person_and_chooses_only_in_the_house(
    ana, person, rooms, noon, actor
):
    """Fault: the address names one person of a counselor, and another one is changed."""
    other = seated(rooms[0])[0]
    AssignmentFactory(enrollment=other, staff=person.assignments.get().staff)
    given = {"enrollment": other, "at": noon, "by": actor}
    theirs = {
        "care_away_change": pause(kind="TRAVEL", from_on=TODAY, to_on=None, **given),
        "care_place_change": refer(
            kind="HOUSING", place="Home", made_on=TODAY, **given
        ),
        "care_day_back": OverrideFactory(enrollment=other, group_session=rooms[4]),
    }
    over = OverrideFactory(enrollment=person, group_session=rooms[0], kind="DROPPED")

    for name, thing in [*theirs.items(), ("care_day_back", over)]:
        assert ana.post(url(name, person, thing.pk), {}).status_code == 404
    assert Override.objects.count() == 2
    assert ana.get(url("care", AssignmentFactory().enrollment)).status_code == 404
    elsewhere = StaffRoleFactory()
    for strange in (
        {"primary": elsewhere.user_id},
        {"level": LevelFactory(organization=elsewhere.organization).pk},
        {"program": ProgramFactory(site__organization=elsewhere.organization).pk},
    ):
        page = ana.post(url("care_level", person), level_form(person, **strange))
        assert "Choose from the list." in words(page)
    assert person.placements.count() == 1


def test_a_full_group_is_named_with_what_can_be_done(ana, person, rooms):
    friday = rooms[9]
    GroupSession.objects.filter(pk=friday.pk).update(capacity=3, seats_taken=3)

    said = words(ana.post(url("care_level", person), level_form(person)))

    assert "is full (3 of 3). Choose other days or another place, or begin on" in said
    assert "Saturday, Oct 24 or later" in said
    assert person.placements.count() == 1


def test_an_end_and_a_return_by_the_pages(ana, person, noon):
    plan = PlanVersionFactory(client=person.client, state="APPROVED")
    end = {"reason": "LOST_TOUCH", "on": TODAY}
    ana.post(url("care_end", person), end)
    over = words(ana.get(url("care", person)))
    assert "The door is open." in over
    assert ana.get(url("care_level", person)).status_code == 404
    page = ana.get(url("care_again", person))
    assert "Ana looked after them last time." in words(page)
    assert page.context["form"]["primary"].value() == person.assignments.get().staff_id

    initial = page.context["form"].initial
    form = {
        "level": initial["level"],
        "program": initial["program"],
        "weekdays": initial["weekdays"],
        "primary": initial["primary"],
        "from_on": NEXT_MONDAY,
    }
    back = words(ana.post(url("care_again", person), form, follow=True))

    assert Enrollment.objects.filter(client=person.client).count() == 2
    assert person.client.plan_versions.get() == plan
    # Both times stand there, and the plan is still agreed.
    assert back.count("Ana · IOP 4") == 2
    assert "The plan is agreed." in back


def test_away_home_and_places_by_the_pages(ana, person):
    ana.post(
        url("care_away", person),
        {"kind": "HOSPITAL", "from_on": TODAY, "to_on": "", "note": "Knee."},
    )
    ana.post(
        url("care_home", person),
        {"kind": "SHELTER", "place": "", "feels_safe": "NO", "from_on": TODAY},
    )
    ana.post(
        url("care_place", person),
        {
            "kind": "HOUSING",
            "place": "Oak House",
            "state": "SENT",
            "follow_up_on": NEXT_MONDAY,
        },
    )
    referral = Referral.objects.get()
    change = url("care_place_change", person, referral.pk)
    silent = ana.post(change, {"state": "DECLINED", "outcome": "", "follow_up_on": ""})
    assert "Say in a few words what came of it." in words(silent)
    ana.post(
        change,
        {"state": "DECLINED", "outcome": "No bed yet.", "follow_up_on": NEXT_MONDAY},
    )

    said = words(ana.get(url("care", person)))
    away = Pause.objects.get()
    ana.post(url("care_away_change", person, away.pk), {"back_on": NEXT_MONDAY})

    away.refresh_from_db()
    assert away.to_on == NEXT_MONDAY - DAY
    assert "Hospital" in said
    assert "Knee." in said
    assert "Does not feel safe there." in said
    assert "No bed yet." in said
    assert Pause.objects.get().note == "Knee."
    assert LivingSituation.objects.get().feels_safe == "NO"
    referral.refresh_from_db()
    assert (referral.state, referral.follow_up_on) == ("DECLINED", None)
    assert not Task.objects.filter(kind="REFERRAL").exists()


def test_one_day_and_another_day_by_the_pages(ana, person, rooms):
    thursday, friday = rooms[3], rooms[4]
    ana.post(url("care_day", person), {"drop": thursday.pk, "add": friday.pk})
    kinds = dict(Override.objects.values_list("group_session", "kind"))
    assert kinds == {thursday.pk: "DROPPED", friday.pk: "ADDED"}
    dropped = Override.objects.get(kind="DROPPED")

    ana.post(url("care_day_back", person, dropped.pk))
    said = words(
        ana.post(
            url("care_instead", person),
            {
                "usual": "0",
                "instead": "4",
                "from_on": NEXT_MONDAY,
                "to_on": NEXT_MONDAY + 5 * DAY,
            },
            follow=True,
        )
    )

    assert "Changed for 1 week." in said
    assert Override.objects.filter(group_session=rooms[9], kind="ADDED").exists()
    # A slip of a hand is said, not done.
    nothing = ana.post(url("care_day", person), {"drop": "", "add": ""})
    assert "Choose one to leave out, one to add, or both." in words(nothing)


def test_a_look_is_written_down_once(ana, person):
    ana.get(url("care", person))

    event = AuditEvent.objects.get(action="desk.care_read")
    assert event.client_id == person.client_id


def test_who_opened_the_record_with_a_reason_reads_and_changes_nothing(
    client, person, noon
):
    """Fault: buttons for who may only read, and a form behind them that works."""
    dre = StaffFactory(organization_id=person.organization_id)
    AssignmentFactory(
        enrollment=person, staff=dre, role="BROKEN_GLASS", until=noon + DAY
    )
    client.force_login(dre)

    page = client.get(url("care", person))

    assert page.status_code == 200
    assert "Another level" not in page.text
    assert client.get(url("care_level", person)).status_code == 404
