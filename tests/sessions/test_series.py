"""The weekly template: what may be put into it, and how an edit reaches what is made."""

import datetime as dt

import pytest

from apps.audit.models import AuditEvent
from apps.sessions import wording
from apps.sessions.models import Series
from apps.sessions.recurrence import BadRule, read_rule
from apps.sessions.services import (
    BlocksDoNotFit,
    BlockSpec,
    DoubleBooked,
    create_series,
)
from tests.factories.care import LevelFactory, ProgramFactory, StaffFactory
from tests.factories.sessions import GroupSessionFactory, OneToOneFactory

D = dt.date
MONDAY = D(2026, 10, 19)


@pytest.fixture
def new(actor, noon):
    """Make a series: Mondays and Thursdays, 17:30 to 19:00, Room 2."""
    program = ProgramFactory()
    house = program.site.organization

    def make(**kwargs):
        values = {
            "program": program,
            "title": "Skills group",
            "kind": "LIFE_SKILLS",
            "rrule": "FREQ=WEEKLY;BYDAY=MO,TH",
            "starts_at_time": dt.time(17, 30),
            "minutes": 90,
            "valid_from": MONDAY,
            "levels": [LevelFactory(organization=house, code="IOP")],
            "room": "Room 2",
            "at": noon,
            "by": actor,
        } | kwargs
        if "facilitator" not in values:
            values["facilitator"] = StaffFactory(organization_id=house.pk)
        return create_series(**values)

    make.program = program
    return make


@pytest.mark.parametrize(
    ("text", "kept", "until"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TU", "FREQ=WEEKLY;BYDAY=MO,TU", None),
        ("rrule:freq=weekly;byday=mo", "FREQ=WEEKLY;BYDAY=MO", None),
        ("FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=-1FR", None),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "FREQ=MONTHLY;BYMONTHDAY=15", None),
        # Every other Saturday, three times: Oct 24, Nov 7, Nov 21.
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA;COUNT=3",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA",
            D(2026, 11, 21),
        ),
        (
            "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261201T000000Z",
            "FREQ=WEEKLY;BYDAY=MO",
            D(2026, 12, 1),
        ),
    ],
)
def test_a_rule_is_kept_without_its_end(text, kept, until):
    rule = read_rule(text, MONDAY)

    assert (rule.text, rule.until) == (kept, until)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "every Monday",
        "FREQ=HOURLY",
        "FREQ=YEARLY",
        "FREQ=DAILY;BYHOUR=9,10",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;INTERVAL=0",
        "FREQ=WEEKLY;INTERVAL=520",
        "FREQ=WEEKLY;COUNT=0",
        "FREQ=WEEKLY;COUNT=100000",
        "FREQ=WEEKLY;COUNT=2;UNTIL=20261201",
        "FREQ=WEEKLY;UNTIL=20251201",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY\nEXDATE:20261026",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYDAY=6MO",
    ],
)
def test_a_rule_nobody_could_keep_is_refused_in_words(text):
    with pytest.raises(BadRule) as refused:
        read_rule(text, MONDAY)

    assert str(refused.value.words).endswith(".")


@pytest.mark.django_db
def test_a_new_series_stands_twelve_weeks_ahead_and_is_one_event(new):
    before = AuditEvent.objects.count()

    series = new(blocks=[BlockSpec("Skills", "LIFE_SKILLS", 0, 80)])

    days = list(series.occurrences.order_by("series_on"))
    assert (len(days), days[0].series_on) == (23, MONDAY)
    assert {room.service_minutes for room in days} == {80}
    assert AuditEvent.objects.count() == before + 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "parts",
    [
        [(0, 91)],
        [(10, 0)],
        [(0, 60), (50, 30)],
        [(30, 30), (0, 31)],
    ],
)
def test_parts_outside_or_on_each_other_are_refused_and_leave_nothing(new, parts):
    blocks = [BlockSpec("Part", "GROUP", offset, length) for offset, length in parts]

    with pytest.raises(BlocksDoNotFit):
        new(blocks=blocks)

    assert not Series.objects.exists()


@pytest.mark.django_db
def test_a_taken_room_or_leader_is_refused_by_name(new):
    first = new()
    busy = first.facilitator

    with pytest.raises(DoubleBooked) as room:
        new(title="Other", starts_at_time=dt.time(18, 59), room=" room 2 ")
    with pytest.raises(DoubleBooked) as leader:
        new(title="Other", starts_at_time=dt.time(16, 1), room="", facilitator=busy)

    assert wording.taken(room.value).startswith(
        "Room 2 is taken by Skills group, Monday, October 19, "
    )
    assert wording.taken(leader.value).startswith(f"{busy.name} is taken by Skills")
    assert Series.objects.count() == 1


@pytest.mark.django_db
def test_next_door_by_video_or_right_after_takes_nothing(new):
    new()

    new(title="Next door", room="Room 3")
    new(title="By video", telehealth=True)
    new(title="Right after", starts_at_time=dt.time(19))
    new(title="Elsewhere", program=ProgramFactory())

    assert Series.objects.count() == 5


@pytest.mark.django_db
def test_a_one_to_one_of_the_leader_is_in_the_way_and_stays_unnamed(new):
    own = OneToOneFactory(
        enrollment__program=new.program,
        on=MONDAY,
        title="With Rosa",
        facilitator__organization_id=new.program.site.organization_id,
    )

    with pytest.raises(DoubleBooked) as leader:
        new(starts_at_time=dt.time(14, 30), facilitator=own.facilitator)

    words = wording.taken(leader.value)
    assert "one-to-one" in words
    assert "Rosa" not in words


@pytest.mark.django_db
def test_what_is_cancelled_takes_no_room(new):
    GroupSessionFactory(
        series__program=new.program,
        series__starts_at_time=dt.time(17, 30),
        on=MONDAY,
        state="CANCELLED",
    )

    assert new().occurrences.count() == 23
