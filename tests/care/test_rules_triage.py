import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from apps.care.rules.checkin_flow import clean_answers
from apps.care.rules.drift import State, Visit
from apps.care.rules.hours import StaffedHours
from apps.care.rules.triage import (
    RULES,
    ClientFacts,
    DayAnswers,
    DriftStanding,
    DueRule,
    MomentLog,
    Path,
    PlanFacts,
    Profile,
    after_checkin,
    after_moment,
    clears_itself,
    due_at,
    order_key,
    over_time,
    silenced,
    worsened,
)
from apps.common.days import wall_to_utc

BOSTON = ZoneInfo("America/New_York")
HOURS = StaffedHours.of(BOSTON, {str(n): ["09:00", "17:00"] for n in range(5)})
# A Wednesday evening.
TODAY = dt.date(2026, 10, 14)
NOW = wall_to_utc(TODAY, dt.time(19, 4), BOSTON)


def ago(days):
    return TODAY - dt.timedelta(days=days)


def moment(days_ago=0, hour=19, minute=4):
    return wall_to_utc(ago(days_ago), dt.time(hour, minute), BOSTON)


def answered(days_ago, **answers):
    return DayAnswers(day=ago(days_ago), at=moment(days_ago), **answers)


def facts(*days, **more):
    return ClientFacts(now=NOW, tz=BOSTON, hours=HOURS, days=days, **more)


def said(**answers):
    return answered(0, **answers)


def fired(flags):
    return [flag.rule for flag in flags]


def only(flags):
    [flag] = flags
    return flag


OPIOID_HISTORY = Profile(opioid_history=True)
EARLIER_USE = answered(3, use="yes", use_what=frozenset({"alcohol"}))


# Safety


@pytest.mark.parametrize(
    ("answers", "rules"),
    [
        pytest.param({"feels_safe": "no"}, ["R01"], id="no"),
        pytest.param({"feels_safe": "not_sure"}, ["R01"], id="not sure"),
        pytest.param({"feels_safe": "yes"}, [], id="yes"),
        pytest.param({"feels_safe": None}, [], id="not answered"),
        pytest.param({"note_danger": True}, ["R01"], id="words in the note"),
        pytest.param(
            {"feels_safe": "yes", "note_danger": True}, ["R01"], id="yes, but words"
        ),
    ],
)
def test_r01_safety(answers, rules):
    assert fired(after_checkin(facts(), said(**answers))) == rules


def test_r01_says_when_it_was_answered_and_how_late_it_came():
    late = replace(
        said(feels_safe="no", unsafe_because="thoughts"),
        received_at=NOW + dt.timedelta(hours=9, minutes=20),
        source="submission-1",
    )

    flag = only(after_checkin(facts(), late))

    assert flag.key == "submission-1"
    assert flag.evidence == {
        "feels_safe": "no",
        "because": "thoughts",
        "words": False,
        "at": "2026-10-14T19:04",
        "said_at": "2026-10-14T23:04:00+00:00",
        "late_hours": 9,
        "received": "2026-10-15T04:24",
    }
    assert (flag.priority, flag.due, flag.path) == (1, DueRule.NOW, Path.ON_CALL)


def test_each_submission_raises_safety_again():
    first = replace(said(feels_safe="no"), source="one")
    second = replace(said(feels_safe="no"), source="two")

    keys = {only(after_checkin(facts(), each)).key for each in (first, second)}

    assert keys == {"one", "two"}


# Use


@pytest.mark.parametrize(
    ("what", "rule"),
    [
        pytest.param({"opioids"}, "R02", id="opioids or pills"),
        pytest.param({"benzos"}, "R02", id="benzodiazepines"),
        pytest.param({"cocaine"}, "R02", id="cocaine"),
        pytest.param({"meth"}, "R02", id="another stimulant"),
        pytest.param({"other"}, "R02", id="something else"),
        pytest.param({"rather_not"}, "R02", id="rather not say what"),
        pytest.param(set(), "R02", id="no answer to what"),
        pytest.param({"alcohol", "rather_not"}, "R02", id="alcohol and more unsaid"),
        pytest.param({"alcohol"}, "R04", id="alcohol"),
        pytest.param({"cannabis"}, "R04", id="cannabis"),
        pytest.param({"alcohol", "cannabis"}, "R04", id="both"),
        pytest.param({"alcohol", "cocaine"}, "R02", id="alcohol and cocaine"),
    ],
)
def test_which_use_is_an_overdose_risk(what, rule):
    flags = after_checkin(facts(), said(use="yes", use_what=frozenset(what)))

    assert fired(flags) == [rule]


@pytest.mark.parametrize(
    "use",
    [
        pytest.param("no", id="no"),
        pytest.param("rather_not", id="rather not say"),
        pytest.param(None, id="not answered"),
    ],
)
def test_only_reported_use_is_use(use):
    twice = facts(answered(1, use="rather_not"), answered(2, use="rather_not"))

    assert after_checkin(twice, said(use=use)) == []


@pytest.mark.parametrize(
    ("profile", "days", "rule", "without"),
    [
        pytest.param(
            OPIOID_HISTORY, [answered(6, use="yes")], "R04", None, id="six days before"
        ),
        pytest.param(
            OPIOID_HISTORY, [answered(7, use="yes")], "R02", 7, id="seven days before"
        ),
        pytest.param(
            OPIOID_HISTORY, [answered(19, use="yes")], "R02", 19, id="19 days before"
        ),
        pytest.param(
            OPIOID_HISTORY, [answered(2, use="no")], "R02", None, id="none reported"
        ),
        pytest.param(OPIOID_HISTORY, [], "R02", None, id="nothing known before"),
        pytest.param(
            Profile(),
            [answered(19, use="yes")],
            "R04",
            None,
            id="no opioids in history",
        ),
    ],
)
def test_any_use_after_a_week_without_is_a_risk_with_opioids_in_history(
    profile, days, rule, without
):
    alcohol = said(use="yes", use_what=frozenset({"alcohol"}))

    flag = only(after_checkin(facts(*days, profile=profile), alcohol))

    assert flag.rule == rule
    assert flag.evidence.get("days_without") == without


# Asking, craving, confidence, mood


def test_r03_asks_for_a_call():
    assert fired(after_checkin(facts(), said(contact_request="today"))) == ["R03"]
    assert after_checkin(facts(), said(contact_request="next")) == []


@pytest.mark.parametrize(
    ("craving", "rules"),
    [
        pytest.param(None, [], id="no answer"),
        pytest.param(0, [], id="none"),
        pytest.param(7, [], id="below the line"),
        pytest.param(8, ["R05"], id="on the line"),
        pytest.param(10, ["R05"], id="highest"),
    ],
)
def test_r05_high_craving(craving, rules):
    assert fired(after_checkin(facts(), said(craving=craving))) == rules


def test_r05_carries_what_set_it_off():
    flag = only(after_checkin(facts(), said(craving=9, triggers=("trg.time.payday",))))

    assert flag.evidence == {
        "craving": 9,
        "triggers": ["trg.time.payday"],
        "limits": {"craving_high": 8},
        "at": "2026-10-14T19:04",
        "said_at": "2026-10-14T23:04:00+00:00",
        "late_hours": 0,
    }


def cravings(*values):
    """Days before today, the last one yesterday; None is a day without an answer."""
    return [
        answered(len(values) - place, craving=value)
        for place, value in enumerate(values)
    ]


@pytest.mark.parametrize(
    ("before", "now", "fires"),
    [
        pytest.param([3, 3, 3, 3], 6, True, id="three above usual"),
        pytest.param([4, 4, 4, 4], 6, False, id="two above usual"),
        pytest.param([0, 0, 0, 0], 3, False, id="below the floor of four"),
        pytest.param([0, 0, 0, 0], 4, True, id="on the floor of four"),
        pytest.param([3, 3, 3], 7, False, id="three answers are not a habit"),
        pytest.param(
            [3, None, 3, None, 3, None, 3], 7, True, id="days without between"
        ),
        pytest.param(
            [0, 0, 0, 0, 5, 5, 5], 7, True, id="usual of seven: five counts low"
        ),
        pytest.param([3, 3, 3, 3, None, None, None, None], 7, False, id="a week ago"),
        pytest.param([3, 3, 4, 4], 6, False, id="usual of 3.5"),
    ],
)
def test_r06_craving_jump(before, now, fires):
    flags = after_checkin(facts(*cravings(*before)), said(craving=now))

    assert ("R06" in fired(flags)) is fires


def test_missing_days_are_never_zeros():
    gaps = cravings(5, None, 5, None, 5, None, 5)

    assert "R06" not in fired(after_checkin(facts(*gaps), said(craving=7)))


@pytest.mark.parametrize(
    ("before", "now", "fires"),
    [
        pytest.param([3, 5], 6, True, id="three up"),
        pytest.param([3, 4], 5, True, id="rise of two"),
        pytest.param([3, 3], 5, False, id="not each one up"),
        pytest.param([1, 2], 3, False, id="ends below four"),
        pytest.param([1, 2], 4, True, id="ends on four"),
        pytest.param([5], 7, False, id="two answers"),
        pytest.param([3, None, 5], 6, True, id="a day without between"),
        pytest.param([3, *[None] * 9, 5], 6, True, id="ten days between"),
        pytest.param([6, 5], 7, False, id="down before up"),
    ],
)
def test_r07_craving_rising(before, now, fires):
    flags = after_checkin(facts(*cravings(*before)), said(craving=now))

    assert ("R07" in fired(flags)) is fires


@pytest.mark.parametrize(
    ("before", "now", "fires"),
    [
        pytest.param([], 3, True, id="three"),
        pytest.param([], 4, False, id="four"),
        pytest.param([], None, False, id="not answered"),
        pytest.param([8, 8, 8, 8], 5, True, id="three below usual"),
        pytest.param([8, 8, 8, 8], 6, False, id="two below usual"),
        pytest.param([8, 8, 8], 5, False, id="no usual yet"),
    ],
)
def test_r08_low_confidence(before, now, fires):
    days = [answered(len(before) - n, confidence=v) for n, v in enumerate(before)]

    flags = after_checkin(facts(*days), said(confidence=now))

    assert ("R08" in fired(flags)) is fires


@pytest.mark.parametrize(
    ("before", "now", "fires"),
    [
        pytest.param([2, 4, 1, 4], 2, True, id="three of five"),
        pytest.param([2, 4, 3, 4], 2, False, id="two of five"),
        pytest.param([2, 2, 4, 4, 4], 2, False, id="the sixth is too old"),
        pytest.param([2, 2], 2, True, id="three of three"),
        pytest.param([2, None, 2], 2, True, id="a day without between"),
        pytest.param([2, 2, 2], None, False, id="not answered today"),
    ],
)
def test_r09_low_mood(before, now, fires):
    days = [answered(len(before) - n, mood=v) for n, v in enumerate(before)]

    flags = after_checkin(facts(*days), said(mood=now))

    assert ("R09" in fired(flags)) is fires


def test_a_day_filled_in_later_says_nothing_about_how_things_go_now():
    later = answered(0, craving=2)
    backfilled = answered(1, craving=9, confidence=1, mood=1, feels_safe="no")

    flags = after_checkin(facts(later, *cravings(1, 1, 1, 1)[:3]), backfilled)

    assert fired(flags) == ["R01", "R05"]


# Medicine


def on(*medications, **more):
    return Profile(medications=frozenset(medications), **more)


@pytest.mark.parametrize(
    ("profile", "days", "answers", "rules"),
    [
        pytest.param(
            on("naltrexone"), [], {"med_missed": True}, [], id="naltrexone once"
        ),
        pytest.param(
            on("naltrexone"),
            [answered(1, med_missed=True)],
            {"med_missed": True},
            ["R10"],
            id="naltrexone two days running",
        ),
        pytest.param(
            on("naltrexone"),
            [answered(2, med_missed=True), answered(1, med_missed=False)],
            {"med_missed": True},
            ["R10"],
            id="naltrexone two of three",
        ),
        pytest.param(
            on("naltrexone"),
            [answered(3, med_missed=True)],
            {"med_missed": True},
            [],
            id="naltrexone two of four",
        ),
        pytest.param(
            on("naltrexone"),
            [answered(1, med_missed=True)],
            {"med_missed": None},
            [],
            id="no answer today is not missed",
        ),
        pytest.param(
            on("buprenorphine"),
            [],
            {"med_missed": True},
            ["R21"],
            id="buprenorphine once",
        ),
        pytest.param(
            on("methadone_external"),
            [answered(1, med_missed=True)],
            {"med_missed": True},
            ["R21"],
            id="methadone twice: one flag",
        ),
        pytest.param(
            on("disulfiram"),
            [],
            {"use": "yes", "use_what": frozenset({"alcohol"})},
            ["R04", "R21"],
            id="alcohol while on disulfiram",
        ),
        pytest.param(
            on("disulfiram"),
            [],
            {"use": "yes", "use_what": frozenset({"cannabis"})},
            ["R04"],
            id="cannabis while on disulfiram",
        ),
        pytest.param(
            Profile(substance="alcohol"),
            [],
            {"body": frozenset({"sick"})},
            ["R21"],
            id="sick or shaking with alcohol in the record",
        ),
        pytest.param(
            Profile(substance="benzodiazepine"),
            [],
            {"triggers": ("trg.body.sick",)},
            ["R21"],
            id="in withdrawal with benzodiazepines in the record",
        ),
        pytest.param(
            Profile(substance="cannabis"),
            [answered(3, use="yes", use_what=frozenset({"benzos"}))],
            {"body": frozenset({"sick"})},
            ["R21"],
            id="sick after benzodiazepines this week",
        ),
        pytest.param(
            Profile(substance="cannabis"),
            [],
            {"body": frozenset({"sick"})},
            [],
            id="sick with nothing dangerous to stop",
        ),
    ],
)
def test_medicine(profile, days, answers, rules):
    flags = after_checkin(facts(*days, profile=profile), said(**answers))

    assert fired(flags) == rules


def test_r21_names_every_reason():
    profile = on("methadone", "disulfiram", substance="alcohol")
    answers = said(
        med_missed=True,
        use="yes",
        use_what=frozenset({"alcohol"}),
        body=frozenset({"sick"}),
    )

    flags = after_checkin(facts(EARLIER_USE, profile=profile), answers)

    flag = next(flag for flag in flags if flag.rule == "R21")
    assert flag.evidence["because"] == ["disulfiram", "missed", "sick"]
    assert (flag.path, flag.due) == (Path.NURSE, DueRule.SAME_DAY)


# From the check-in itself


def test_answers_of_a_check_in_reach_the_rules():
    raw = {
        "craving_peak": "8",
        "triggers": ["trg.time.payday"],
        "mood": "1",
        "use_reported": "no",
        "contact_request": "today",
        "feels_safe": "not_sure",
        "note": "I don't want to live like this",
    }

    sent = DayAnswers.of(TODAY, NOW, clean_answers(raw), source="s")

    assert fired(after_checkin(facts(), sent)) == ["R01", "R03", "R05"]
    assert sent.note_danger is True
    assert sent.med_missed is None


@pytest.mark.parametrize(
    ("body", "missed"),
    [
        pytest.param(["med_taken"], False, id="taken"),
        pytest.param(["tired", "med_not_today"], True, id="not today"),
        pytest.param(["tired"], None, id="not said"),
        pytest.param(None, None, id="skipped"),
    ],
)
def test_medicine_is_missed_only_when_said(body, missed):
    assert DayAnswers.of(TODAY, NOW, {"body": body}).med_missed is missed


# Hard moments


@pytest.mark.parametrize(
    ("log", "earlier_hours", "rules"),
    [
        pytest.param({"craving": 8}, [], ["R05"], id="strong"),
        pytest.param({"craving": 7}, [], [], id="below the line"),
        pytest.param(
            {"craving": 2, "wants_call": True}, [], ["R03"], id="wants a call"
        ),
        pytest.param({"craving": 2}, [1, 23], ["R18"], id="third in 24 hours"),
        pytest.param({"craving": 2}, [1, 24], [], id="the first is 24 hours old"),
        pytest.param({"sign": "wrn.think.just_one"}, [], ["R18"], id="own sign"),
        pytest.param(
            {"craving": 2, "sign": "wrn.think.just_one"},
            [1, 2],
            ["R18"],
            id="sign and third: one flag",
        ),
    ],
)
def test_hard_moments(log, earlier_hours, rules):
    moments = [
        MomentLog(NOW - dt.timedelta(hours=hours), f"log-{hours}", craving=3)
        for hours in earlier_hours
    ]

    flags = after_moment(facts(moments=moments), MomentLog(NOW, "log", **log))

    assert fired(flags) == rules


# What time brings


@pytest.mark.parametrize(
    ("days_ago", "fires"),
    [
        pytest.param([3, 4, 5, 6], False, id="two whole days without"),
        pytest.param([4, 5, 6, 7], True, id="three whole days without"),
        pytest.param([4, 5, 6], False, id="three of seven before: no habit"),
        pytest.param([4, 6, 8, 10], True, id="four of seven before"),
        pytest.param([4, 6, 8, 11], False, id="the fourth is eight days before"),
        pytest.param([0, 4, 5, 6, 7], False, id="checked in today"),
        pytest.param([], False, id="never began"),
    ],
)
def test_r11_checkins_stopped(days_ago, fires):
    standing = facts(*(answered(days, craving=1) for days in days_ago))

    assert ("R11" in fired(over_time(standing))) is fires


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"profile": Profile(in_person=True)}, id="in touch in person"),
        pytest.param({"paused": True}, id="paused"),
    ],
)
def test_no_check_ins_are_waited_for(more):
    standing = facts(*(answered(days, craving=1) for days in (4, 5, 6, 7)), **more)

    assert over_time(standing) == []


MISSED = {"missed": 1, "on": ["2026-10-13T09:00"]}


@pytest.mark.parametrize(
    ("drift", "rules"),
    [
        pytest.param(DriftStanding(), [], id="on track"),
        pytest.param(
            DriftStanding(State.SLIPPING, "no_show", MISSED), ["R12"], id="one missed"
        ),
        pytest.param(
            DriftStanding(State.SLIPPING, "no_checkin", {}),
            [],
            id="another soft signal",
        ),
        pytest.param(
            DriftStanding(State.DRIFTING, "consecutive", MISSED, opened_on=ago(1)),
            ["R13"],
            id="drifting",
        ),
        pytest.param(
            DriftStanding(State.AWAY, "consecutive", MISSED, opened_on=ago(20)),
            ["R13"],
            id="away",
        ),
        pytest.param(
            DriftStanding(State.RETURNED, returned_on=ago(5)), ["R14"], id="back"
        ),
        pytest.param(
            DriftStanding(State.RETURNED, returned_on=TODAY),
            ["R14", "R20"],
            id="first day back",
        ),
    ],
)
def test_where_the_drift_clocks_stand(drift, rules):
    assert fired(over_time(facts(drift=drift))) == rules


def test_drift_keeps_its_key_for_the_whole_episode():
    drifting = DriftStanding(State.DRIFTING, "consecutive", MISSED, opened_on=ago(9))
    away = replace(drifting, state=State.AWAY)

    keys = {only(over_time(facts(drift=each))).key for each in (drifting, away)}

    assert keys == {"2026-10-05"}


@pytest.mark.parametrize(
    ("days_ago", "priority"),
    [
        pytest.param(5, None, id="three work days"),
        pytest.param(6, 4, id="four work days"),
        pytest.param(7, 3, id="five work days"),
    ],
)
def test_r16_plan_waits(days_ago, priority):
    plan = PlanFacts(submitted_at=moment(days_ago, hour=10))

    flags = over_time(facts(plan=plan))

    assert [flag.priority for flag in flags] == ([priority] if priority else [])


def test_r16_becomes_more_urgent_under_a_new_key():
    keys = {
        only(over_time(facts(plan=PlanFacts(submitted_at=moment(days))))).key
        for days in (6, 7, 8)
    }

    assert len({key.split(":")[1] for key in keys}) == 2


@pytest.mark.parametrize(
    ("plan", "days", "because"),
    [
        pytest.param(PlanFacts(), [EARLIER_USE], None, id="no plan"),
        pytest.param(
            PlanFacts(agreed_on=ago(34), review_due_on=TODAY), [], "date", id="due"
        ),
        pytest.param(
            PlanFacts(agreed_on=ago(34), review_due_on=ago(-1)), [], None, id="not due"
        ),
        pytest.param(
            PlanFacts(agreed_on=ago(34)), [EARLIER_USE], "use", id="use since"
        ),
        pytest.param(
            PlanFacts(agreed_on=ago(2)), [EARLIER_USE], None, id="use before it"
        ),
    ],
)
def test_r17_plan_review(plan, days, because):
    flags = [f for f in over_time(facts(*days, plan=plan)) if f.rule == "R17"]

    assert [flag.evidence["because"] for flag in flags] == (
        [because] if because else []
    )


def test_r17_after_a_return():
    plan = PlanFacts(agreed_on=ago(34))
    back = DriftStanding(State.RETURNED, returned_on=ago(2))

    assert fired(over_time(facts(plan=plan, drift=back))) == ["R17", "R14"]


@pytest.mark.parametrize(
    ("silent", "more", "fires"),
    [
        pytest.param(13, {}, False, id="13 days"),
        pytest.param(14, {}, True, id="14 days"),
        pytest.param(14, {"profile": Profile()}, False, id="no opioids in history"),
        pytest.param(14, {"paused": True}, False, id="paused"),
        pytest.param(
            14, {"standing_decision_until": TODAY}, False, id="decided until today"
        ),
        pytest.param(
            14, {"standing_decision_until": ago(1)}, True, id="the decision ran out"
        ),
        pytest.param(None, {}, False, id="not known"),
    ],
)
def test_r22_silence_with_opioids_in_history(silent, more, fires):
    standing = facts(
        drift=DriftStanding(days_silent=silent),
        last_contact_on=ago(14),
        **({"profile": OPIOID_HISTORY} | more),
    )

    assert ("R22" in fired(over_time(standing))) is fires


def test_r22_is_raised_again_when_its_decision_runs_out():
    standing = facts(
        drift=DriftStanding(days_silent=20),
        last_contact_on=ago(20),
        profile=OPIOID_HISTORY,
    )
    decided = replace(standing, standing_decision_until=ago(1))

    keys = {only(over_time(each)).key for each in (standing, decided)}

    assert len(keys) == 2


def week(weeks_ago, *statuses):
    """Sessions of the week that began so many Mondays ago."""
    monday = TODAY - dt.timedelta(days=TODAY.weekday() + 7 * weeks_ago)
    starts = [
        wall_to_utc(monday + dt.timedelta(days=n), dt.time(9), BOSTON)
        for n in range(len(statuses))
    ]
    return [
        Visit(start, start + dt.timedelta(hours=3), status)
        for start, status in zip(starts, statuses, strict=True)
    ]


@pytest.mark.parametrize(
    ("visits", "days"),
    [
        pytest.param(week(1, *["PRESENT"] * 4), 4, id="all four"),
        pytest.param(
            week(1, "PRESENT", "LATE", "CANCELLED"), 2, id="one was cancelled"
        ),
        pytest.param(week(1, "PRESENT", "EXCUSED"), None, id="one excused"),
        pytest.param(week(1, "PRESENT", ""), None, id="a roster is open"),
        pytest.param(week(2, *["PRESENT"] * 4), None, id="the week before last"),
        pytest.param(
            [*week(2, "PRESENT"), *week(1, "PRESENT")], None, id="not the first one"
        ),
        pytest.param(
            [*week(2, "NO_SHOW"), *week(1, "PRESENT"), *week(0, "PRESENT", "")],
            1,
            id="the first one, with this week begun",
        ),
        pytest.param([], None, id="nothing expected"),
    ],
)
def test_r20_first_full_week(visits, days):
    flags = over_time(facts(visits=visits))

    assert [flag.evidence["days"] for flag in flags] == ([days] if days else [])


@pytest.mark.parametrize(
    ("now", "before", "fires"),
    [
        pytest.param([2] * 4, [5] * 4, True, id="three lower"),
        pytest.param([3] * 4, [5] * 4, False, id="two lower"),
        pytest.param([2] * 3, [5] * 4, False, id="too few answers now"),
        pytest.param([2] * 4, [5] * 3, False, id="too few answers then"),
    ],
)
def test_r20_craving_down_in_a_month(now, before, fires):
    days = [answered(n, craving=value) for n, value in enumerate(now)]
    days += [answered(30 + n, craving=value) for n, value in enumerate(before)]

    assert (fired(over_time(facts(*days))) == ["R20"]) is fires


# What happens with a flag


def october(day, hour, minute=0):
    return wall_to_utc(dt.date(2026, 10, day), dt.time(hour, minute), BOSTON)


@pytest.mark.parametrize(
    ("due", "raised_at", "expected"),
    [
        pytest.param(DueRule.NOW, october(17, 23), october(17, 23), id="now"),
        pytest.param(
            DueRule.SAME_DAY, october(14, 10), october(14, 17), id="same day, in hours"
        ),
        pytest.param(
            DueRule.SAME_DAY, october(14, 16, 30), october(14, 21), id="near closing"
        ),
        pytest.param(
            DueRule.SAME_DAY, october(17, 11), october(17, 21), id="on a Saturday"
        ),
        pytest.param(
            DueRule.SAME_DAY,
            october(17, 23),
            october(18, 0),
            id="late: within the hour",
        ),
        pytest.param(
            DueRule.SAME_WORK_DAY,
            october(14, 15, 59),
            october(14, 17),
            id="before four",
        ),
        pytest.param(
            DueRule.SAME_WORK_DAY, october(14, 16), october(15, 10), id="after four"
        ),
        pytest.param(
            DueRule.ONE_WORK_DAY, october(14, 19), october(15, 17), id="one work day"
        ),
        pytest.param(
            DueRule.TWO_WORK_DAYS,
            october(15, 10),
            october(19, 10),
            id="over the weekend",
        ),
        pytest.param(
            DueRule.NEXT_SESSION,
            october(14, 10),
            october(21, 10),
            id="no session known",
        ),
    ],
)
def test_due_at(due, raised_at, expected):
    assert due_at(due, raised_at, HOURS) == expected


@pytest.mark.parametrize(
    ("session_at", "expected"),
    [
        pytest.param(october(15, 9), october(15, 9), id="tomorrow"),
        pytest.param(october(30, 9), october(21, 10), id="in two weeks"),
        pytest.param(october(14, 9), october(21, 10), id="already begun"),
    ],
)
def test_due_at_the_next_session_but_within_a_week(session_at, expected):
    assert due_at(DueRule.NEXT_SESSION, october(14, 10), HOURS, session_at) == expected


def test_order_is_priority_then_due_then_first_raised_then_who_waits_longest():
    early, late = october(14, 9), october(14, 12)

    keys = {
        "never spoken to": order_key(2, early, early, None),
        "spoken to": order_key(2, early, early, october(1, 9)),
        "raised later": order_key(2, early, late, None),
        "due later": order_key(2, late, early, None),
        "less urgent": order_key(3, early, early, None),
        "cannot wait": order_key(1, late, late, late),
    }

    assert sorted(keys, key=keys.get) == [
        "cannot wait",
        "never spoken to",
        "spoken to",
        "raised later",
        "due later",
        "less urgent",
    ]


@pytest.mark.parametrize(
    ("rule", "hours", "silent"),
    [
        pytest.param("R04", 23, True, id="priority 2 within a day"),
        pytest.param("R04", 24, False, id="priority 2 a day later"),
        pytest.param("R03", 1, False, id="a call asked for: never"),
        pytest.param("R09", 24 * 7 - 1, True, id="priority 3 within a week"),
        pytest.param("R09", 24 * 7, False, id="priority 3 a week later"),
        pytest.param("R11", 100, True, id="priority 4 within a week"),
        pytest.param("R01", 1, False, id="safety never"),
        pytest.param("R02", 1, False, id="overdose risk never"),
        pytest.param("R21", 1, False, id="nurse, same day: never"),
        pytest.param("R22", 1, False, id="silence with opioids: never"),
    ],
)
def test_how_long_a_rule_keeps_still(rule, hours, silent):
    kept = silenced(
        rule,
        {},
        ack_at=NOW,
        ack_evidence={},
        at=NOW + dt.timedelta(hours=hours),
    )

    assert kept is silent


@pytest.mark.parametrize(
    ("rule", "evidence", "earlier", "worse"),
    [
        pytest.param("R05", {"craving": 10}, {"craving": 8}, True, id="two higher"),
        pytest.param("R05", {"craving": 9}, {"craving": 8}, False, id="one higher"),
        pytest.param(
            "R07",
            {"cravings": [1, 2, 7]},
            {"cravings": [1, 3, 5]},
            True,
            id="rising on",
        ),
        pytest.param("R08", {"confidence": 1}, {"confidence": 3}, True, id="two lower"),
        pytest.param(
            "R08", {"confidence": 2}, {"confidence": 3}, False, id="one lower"
        ),
        pytest.param("R10", {"days": 3}, {"days": 2}, False, id="one more day"),
        pytest.param("R09", {"low": 5}, {"low": 3}, True, id="two more low days"),
        pytest.param("R18", {"logs": 4}, {"logs": 3}, False, id="one more log"),
        pytest.param("R04", {}, {}, False, id="nothing to compare"),
    ],
)
def test_a_value_worse_by_two_is_heard_again(rule, evidence, earlier, worse):
    assert worsened(rule, evidence, earlier) is worse
    assert (
        silenced(rule, evidence, ack_at=NOW, ack_evidence=earlier, at=NOW) is not worse
    )


def test_what_only_a_clinician_closes():
    only_clinicians = {rule.id for rule in RULES.values() if rule.clinician_only}

    assert only_clinicians == {"R01", "R02", "R21"}
    assert {rule.id for rule in RULES.values() if rule.path == Path.ON_CALL} == {
        "R01",
        "R02",
    }
    assert "R19" not in RULES


RAISED = NOW - dt.timedelta(days=3, hours=1)


@pytest.mark.parametrize(
    ("rule", "evidence", "standing", "cleared"),
    [
        pytest.param(
            "R05",
            {"craving": 8},
            facts(*cravings(5, 5, 5)),
            True,
            id="three calm answers",
        ),
        pytest.param(
            "R05", {"craving": 8}, facts(*cravings(5, 6, 5)), False, id="one above five"
        ),
        pytest.param(
            "R05", {"craving": 8}, facts(*cravings(5, 5)), False, id="two calm answers"
        ),
        pytest.param(
            "R05",
            {"craving": 8},
            facts(*cravings(5, 5, None)),
            False,
            id="a day without is not calm",
        ),
        pytest.param(
            "R07", {"cravings": [3, 5, 6]}, facts(*cravings(5)), True, id="falls"
        ),
        pytest.param(
            "R07", {"cravings": [3, 5, 6]}, facts(*cravings(6)), False, id="stays"
        ),
        pytest.param("R11", {}, facts(answered(0, craving=1)), True, id="checked in"),
        pytest.param("R12", {}, facts(), True, id="attended"),
        pytest.param(
            "R13",
            {},
            facts(drift=DriftStanding(State.AWAY, "x", {}, opened_on=ago(20))),
            False,
            id="still away",
        ),
        pytest.param(
            "R13",
            {},
            facts(drift=DriftStanding(State.RETURNED, returned_on=ago(1))),
            True,
            id="came back",
        ),
        pytest.param("R16", {}, facts(), True, id="plan answered"),
        pytest.param("R01", {}, facts(), False, id="safety"),
        pytest.param("R02", {}, facts(), False, id="overdose risk"),
        pytest.param("R21", {}, facts(), False, id="nurse"),
        pytest.param("R03", {}, facts(), False, id="a call asked for"),
        pytest.param("R09", {}, facts(), False, id="low mood"),
    ],
)
def test_what_clears_by_itself(rule, evidence, standing, cleared):
    assert clears_itself(rule, evidence, RAISED, standing) is cleared


@pytest.mark.parametrize("rule", ["R06", "R08", "R20"])
def test_what_expires_after_a_week(rule):
    week_ago = NOW - dt.timedelta(days=7)

    assert clears_itself(rule, {}, week_ago, facts())
    assert not clears_itself(rule, {}, week_ago + dt.timedelta(minutes=1), facts())
