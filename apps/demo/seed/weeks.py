"""Weeks looked back at, from the same cravings that the evenings were told from."""

import uuid
from datetime import date, datetime, time, timedelta
from random import Random

from apps.care.rules.weekly_questions import ITEMS, Answer, Scale
from apps.checkins import services as checkins
from apps.demo.seed import story
from apps.demo.seed.people import Person

DONE_OF = 0.85
# Days that count 0 to 4 points, as somebody would say them.
DAYS_FOR = ((0,), (1,), (2, 3), (4, 5), (6, 7))
STEADY_FROM = 16


def schedule(simulation, person: Person, cravings: list[int]) -> None:
    """Some evenings after the first day of each week here; the service knows which."""
    for number in range(7, len(cravings)):
        rng = story.rng_for(person, "week", number)
        start = simulation.today - timedelta(days=person.days_in_care)
        on = start + timedelta(days=number)
        if on.weekday() != min(person.weekdays) or rng.random() > DONE_OF:
            continue
        if not _is_in_touch(person, on, simulation.scripts[person.name]):
            continue
        at = simulation.at(on + timedelta(days=rng.choice((0, 0, 1))), time(20, 30))
        said = answers(person, number, cravings, rng)
        simulation.plan(at, look_back, simulation, person, number, said)


def _is_in_touch(person: Person, on: date, script: story.Script) -> bool:
    if person.flags.get("no_phone") or person.archetype == "never_started":
        return False
    if script.silent_after and on >= script.silent_after:
        return False
    return not script.ended_on or on < script.ended_on


def look_back(
    at: datetime, simulation, person: Person, number: int, said: dict
) -> None:
    enrollment = simulation.enrollments[person.name]
    rng = story.rng_for(person, "week sent", number)
    try:
        checkins.submit_review(
            enrollment=enrollment,
            uuid=uuid.UUID(int=rng.getrandbits(128), version=4),
            answers=said,
            language=person.language,
            occurred_at=at,
            at=at,
            by=simulation.client_actor(enrollment),
        )
    except checkins.NotDue:
        # The days of coming were changed meanwhile.
        return


def answers(person: Person, number: int, cravings: list[int], rng: Random) -> dict:
    """More risk with more craving; what helps grows by one a week, and then stays."""
    week = cravings[number - 6 : number + 1]
    risk = 5.5 + 1.25 * sum(week) / len(week)
    steady = STEADY_FROM + story.rng_for(person, "steady").randint(0, 3)
    protective = min(9 + number // 7, steady)
    used = sum(story.lapse_day(person, day) for day in range(number - 6, number + 1))
    drinks = person.substance == "alcohol"
    said: dict = {}
    for key, item in ITEMS.items():
        if key in ("alcohol", "drugs"):
            said[key] = used if drinks == (key == "alcohol") else 0
        elif item.scale is Scale.USE:
            said[key] = min(used, 1)
        elif item.answer is Answer.YES_NO:
            said[key] = "yes"
        elif item.scale is None:
            said[key] = rng.choice((2, 3)) if item.answer is Answer.STEPS else 0
        else:
            # One of the helps is the income, worth four.
            each = risk / 6 if item.scale is Scale.RISK else (protective - 4) / 5
            points = round(min(4, max(0, each + rng.gauss(0, 0.4))))
            days = item.answer is Answer.DAYS
            said[key] = rng.choice(DAYS_FOR[points]) if days else points
    kind = {"opioid": "drugs_opioids", "cannabis": "drugs_cannabis"}
    said[kind.get(person.substance, "drugs_stimulants")] = said["drugs"]
    return said
