"""Lin goes on to once a week on Monday, asked for more, and a place outside is looked for."""

import datetime as dt
from uuid import uuid4

from apps.care.models import LevelOfCare
from apps.care.services.asks import ask_about_level
from apps.care.services.pauses import pause
from apps.care.services.places import note_living, note_referral, refer
from apps.sessions.services import change_level, swap_sessions
from tests.browser.house import DAY, TODAY
from tests.conftest import NOON
from tests.factories.care import LevelFactory
from tests.factories.checkins import CheckinDayFactory


def levels_over_time(house) -> None:
    LevelOfCare.objects.filter(organization=house.organization).update(
        floor_days=3, floor_minutes=180, review_weeks=4
    )
    lin, by = house.lin, house.by_ana
    given = {"enrollment": lin, "at": NOON, "by": by}
    for back in range(1, 6):
        CheckinDayFactory(
            enrollment=lin,
            local_on=TODAY - back * DAY,
            answers={"use_reported": "yes" if back in (2, 4) else "no"},
        )
    ask_about_level(uuid=uuid4(), wish="MORE", words="The evenings are long.", **given)
    note_living(
        kind="SOBER_LIVING",
        place="Oak House",
        feels_safe="UNSURE",
        from_on=TODAY - 20 * DAY,
        **given,
    )
    house.referral = refer(
        kind="HOUSING",
        place="Oak House",
        made_on=TODAY - 30 * DAY,
        state="SENT",
        follow_up_on=TODAY + 5 * DAY,
        **given,
    )
    doctor = refer(
        kind="PSYCHIATRY", place="Dr. Lee", made_on=TODAY - 25 * DAY, **given
    )
    note_referral(
        referral=doctor,
        state="WENT",
        outcome="Liked it. Goes again in November.",
        follow_up_on=None,
        at=NOON,
        by=by,
    )
    house.pause = pause(
        kind="TRAVEL",
        from_on=TODAY + 30 * DAY,
        to_on=TODAY + 34 * DAY,
        note="A wedding in Lowell.",
        **given,
    )
    once_a_week = LevelFactory(
        organization=house.organization,
        code="OP",
        name="Outpatient",
        position=1,
        days_min=1,
        days_max=2,
        weekly_hours_min=1,
        weekly_hours_max=9,
    )
    change_level(
        level=once_a_week,
        program=house.program,
        weekdays=[2],
        from_on=TODAY + dt.timedelta(days=5),
        note="Once a week fits beside work.",
        **given,
    )
    swap_sessions(drop=house.moved, add=None, **given)
