"""What each fictional person does on each day: pure, and the same for the same dates."""

import math
import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from apps.care.rules import checkin_flow
from apps.demo.seed.people import SEED, Person

SNOW_DAY, HOLIDAY = 37, 16
# Who left for a while and came back as a new episode: so many days ago, and so many.
CAME_BACK = {"Joy": (21, 7)}
PERSONAL_TRIGGERS = {
    "weekend_spiker": ["trg.time.weekend", "trg.place.bar", "trg.people.using_friends"],
    "payday_spiker": ["trg.time.payday", "trg.thing.cash", "trg.feel.stress"],
    "pain_driven": ["trg.body.pain", "trg.body.tired", "trg.feel.bored"],
    "rising_risk": ["trg.feel.lonely", "trg.thing.phone", "trg.body.sick"],
    "anxious_saw_tooth": ["trg.feel.anxious", "trg.feel.stress", "trg.time.night"],
}
COMMON_TRIGGERS = [
    "trg.feel.stress",
    "trg.time.payday",
    "trg.time.after_work",
    "trg.feel.lonely",
    "trg.people.family",
    "trg.body.tired",
    "trg.time.night",
]
SKILLS = [
    "cop.con.call",
    "cop.move.walk",
    "cop.urge.surf",
    "cop.dbt.breath",
    "cop.care.eat",
    "cop.move.leave",
]
# The evening before, whatever weekday the demonstration is made on.
LAST_NIGHT = {"Tess": 9, "Yesenia": 8, "Maeve": 8}
# What people who got a text sent back, by name: digit and hours later.
TEXT_ANSWERS = {"Paulo": ("1", 2), "Cole": ("1", 1), "Ines": ("2", 3)}
REPLIES = [
    "Thank you for telling me. Let's talk about it next time.",
    "Glad you took that walk.",
    "That sounds like a lot. I'm here on Thursday.",
    "Good to read this. One hour at a time.",
]
NOTES = [
    "Long day. Made it home.",
    "Walked the long way so I did not pass the store.",
    "My sister came over. That helped.",
    "Hard to sleep this week.",
    "Work was a lot.",
]
USE_WHAT = {
    "alcohol": "alcohol",
    "opioid": "opioids",
    "cocaine": "cocaine",
    "stimulant": "meth",
    "benzodiazepine": "benzos",
    "cannabis": "cannabis",
}


@dataclass
class Script:
    """The days a person did not come, and why, worked out from their archetype."""

    expected: list[date]
    no_show: set[date] = field(default_factory=set)
    excused: dict[date, str] = field(default_factory=dict)
    late: set[date] = field(default_factory=set)
    left_early: set[date] = field(default_factory=set)
    silent_after: date | None = None
    ended_on: date | None = None
    back_on: date | None = None


def rng_for(person: Person, *parts) -> random.Random:
    return random.Random("-".join(map(str, (SEED, person.name, *parts))))


def write_script(person: Person, today: date) -> Script:
    start = today - timedelta(days=person.days_in_care)
    closed = {today - timedelta(days=SNOW_DAY), today - timedelta(days=HOLIDAY)}
    days = (start + timedelta(days=n) for n in range((today - start).days + 1))
    expected = [d for d in days if d.weekday() in person.weekdays and d not in closed]
    script = Script(expected)
    kind = person.archetype.split("_")[0]
    if kind == "drift":
        _drift(person.archetype, script, today)
    elif kind == "returned":
        back_days, gap = (5, 11) if "d5" in person.archetype else (19, 16)
        _return(script, today, back_days, gap)
    elif person.archetype != "never_started":
        _ordinary(person, script, start)
    if person.name in CAME_BACK:
        left, back = CAME_BACK[person.name]
        script.ended_on = today - timedelta(days=left)
        script.back_on = today - timedelta(days=back)
    return script


def _before(expected: list[date], day: date) -> int:
    """Index of the last expected day on or before ``day``."""
    return max(n for n, d in enumerate(expected) if d <= day)


def _drift(archetype: str, script: Script, today: date) -> None:
    expected = script.expected
    if "slipping" in archetype:
        yesterday = today - timedelta(days=1)
        missed = expected[_before(expected, yesterday)]
        script.no_show.add(missed)
        if today in expected:
            script.excused[today] = "WORK"
        return
    if "quiet" in archetype:
        # Away begins after 14 days without coming; this person is just before it.
        last_came = next(d for d in expected if d >= today - timedelta(days=13))
        script.no_show.update(d for d in expected if d > last_came)
        return
    days_back = {
        "drift_open_d6": 6,
        "drift_away_d23": 25,
        "drift_closed_d47_caring": 62,
    }
    opened = _before(expected, today - timedelta(days=days_back[archetype]))
    script.no_show.update(expected[opened - 1 :])
    script.silent_after = expected[opened - 1]
    if "closed" in archetype:
        script.ended_on = today - timedelta(days=47)


def _return(script: Script, today: date, back_days: int, gap: int) -> None:
    back = script.expected[_before(script.expected, today - timedelta(days=back_days))]
    away_from = back - timedelta(days=gap)
    script.no_show.update(d for d in script.expected if away_from < d < back)


def _ordinary(person: Person, script: Script, start: date) -> None:
    attend_p = person.params[7]
    settled = start + timedelta(days=15)
    before_missed = False
    for day in script.expected:
        roll = rng_for(person, "came", day - start).random()
        stays_away = roll > attend_p and day >= settled
        if stays_away and roll > attend_p + (1 - attend_p) * 0.6:
            script.excused[day] = "WORK" if roll < 0.985 else "CHILDREN"
        elif stays_away and not before_missed:
            script.no_show.add(day)
        elif roll < 0.06:
            script.late.add(day)
        elif roll < 0.09:
            script.left_early.add(day)
        before_missed = day in script.no_show


def craving_on(person: Person, day_number: int, on: date, today: date, z: float) -> int:
    start, end, tau = person.params[:3]
    level = end + (start - end) * math.exp(-day_number / tau)
    match person.archetype:
        case "weekend_spiker" if on.weekday() >= 5:
            level += 2.5
        case "payday_spiker" if day_number % 14 == 12:
            level += 4
        case "rising_risk":
            level += max(0, 8 - (today - on).days) * 0.55
        case "pain_driven" if day_number // 5 % 3 == 0:
            level += 1.5
        case "one_lapse_recovered" if lapse_day(person, day_number):
            level += 3
    return round(min(10, max(0, level + z)))


def lapse_day(person: Person, day_number: int) -> bool:
    at = round(person.days_in_care * 0.55)
    return person.archetype == "one_lapse_recovered" and day_number in (at, at + 1)


def cravings(person: Person, today: date) -> list[int]:
    """One value 0 to 10 for each day in care: an exponential fall with small memory."""
    phi, spread = person.params[3], person.params[4]
    start = today - timedelta(days=person.days_in_care)
    rng, z, found = rng_for(person, "craving"), 0.0, []
    for number in range(person.days_in_care + 1):
        z = phi * z + rng.gauss(0, spread)
        on = start + timedelta(days=number)
        value = craving_on(person, number, on, today, z)
        if (today - on).days == 1:
            value = LAST_NIGHT.get(person.name, value)
        found.append(value)
    return found


def answers_on(person: Person, number: int, craving: int, days_left: int) -> dict:
    """The answers of one evening, without those whose question was not asked."""
    rng = rng_for(person, "answers", number)
    if rng.random() < 0.08 and days_left > 1:
        return {"one_tap": "HARD" if craving >= 7 else "OK" if craving >= 4 else "GOOD",
                "feels_safe": "yes"} if craving >= 7 else {
                    "one_tap": "OK" if craving >= 4 else "GOOD"}  # fmt: skip
    triggers = PERSONAL_TRIGGERS.get(person.archetype, COMMON_TRIGGERS)
    used = lapse_day(person, number)
    rather_not = rng.random() < (0.2 if person.name == "Noor" else 0.03)
    answers = {
        "craving_peak": craving,
        "triggers": rng.sample(triggers, k=min(len(triggers), rng.randint(1, 2))),
        "coping_used": rng.sample(SKILLS, k=rng.randint(1, 2)),
        "mood": round(min(5, max(2, 5 - 0.35 * craving + rng.gauss(0, 0.7)))),
        "body": rng.choice([["fine"], ["tired"], ["hungry", "tired"], ["lonely"]]),
        "confidence": round(min(10, max(3, 9 - 0.6 * craving + rng.gauss(0, 1)))),
        "use_reported": "yes" if used else "rather_not" if rather_not else "no",
        "use_what": [USE_WHAT[person.substance]],
        "contact_request": "no",
        "feels_safe": "yes",
    }
    if person.medication not in ("none", "methadone_external"):
        answers["body"] = [*answers["body"], "med_taken"]
    if person.name == "Tess" and days_left <= 1:
        answers["contact_request"] = "today"
    asking = checkin_flow.Asking(has_medication=person.medication != "none")
    return checkin_flow.kept(answers, asking)


def checks_in(
    person: Person, number: int, on: date, script: Script, today: date
) -> bool:
    if person.flags.get("no_phone") or person.archetype == "never_started":
        return False
    if script.silent_after and on > script.silent_after:
        return False
    if script.ended_on and script.ended_on <= on < (script.back_on or date.max):
        return False
    first, last = person.params[5], person.params[6]
    share = number / max(person.days_in_care, 1)
    # Those the board should show today did check in last night.
    if (today - on).days == 1 and person.name in LAST_NIGHT:
        return True
    return rng_for(person, "checks", number).random() < first + (last - first) * share


def plan_content(person: Person) -> dict:
    """A finished plan in the person's own triggers and skills, by section."""
    rng = rng_for(person, "plan")
    triggers = PERSONAL_TRIGGERS.get(person.archetype, rng.sample(COMMON_TRIGGERS, 3))
    reasons = ["My kids", "Waking up clear", "My job at the bakery", "Sunday dinners"]
    return {
        "why": {"lines": rng.sample(reasons, 2)},
        "goal": {"choice": "not_any", "which": "", "words": ""},
        "triggers": {
            "items": [
                {"id": f"t{n}", "code": code, "strength": 3 - n % 3, "plan": "face"}
                for n, code in enumerate(triggers)
            ]
        },
        "signs": {
            "items": [
                {"id": "s1", "code": "wrn.do.dodge"},
                {"id": "s2", "code": "wrn.think.just_one"},
            ],
            "who": "",
        },
        "if_then": {
            "items": [
                {"id": "i1", "when_code": triggers[0], "then_code": "cop.con.call",
                 "where": "", "words": ""},
                {"id": "i2", "when_code": triggers[1], "then_code": "cop.move.walk",
                 "where": "", "words": ""},
            ]
        },
        "kit": {
            "items": [
                {"id": f"k{n}", "code": code, "pinned": n < 3}
                for n, code in enumerate(SKILLS[:4])
            ]
        },
        "people": {"none_yet": False},
        "good_things": {
            "items": [
                {"id": "g1", "code": "prt.fun.outside", "when": "Saturday morning"},
                {"id": "g2", "code": "prt.support.person", "when": ""},
            ]
        },
        "slip": {
            "lines": ["Get to a safe place", "Tell one person"],
            "tell_myself": "The next choice counts more than the last one.",
            "call_first": "",
        },
        "emergency": {"opened": True},
    }  # fmt: skip
