"""What a check-in or a hard moment raises, at the moment it arrives."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from apps.care.rules.triage_facts import (
    ClientFacts,
    DayAnswers,
    Flag,
    MomentLog,
    fire,
)

HIGH_CRAVING = 8
USUAL_NEEDS = 4
CRAVING_JUMP = 3
CRAVING_FLOOR = 4
CRAVING_RISE = 2
LOW_CONFIDENCE = 3
CONFIDENCE_DROP = 3
MANY_LOGS = 3
WEEK = 7
# As far back as ClientFacts goes.
ALL_KNOWN = 40
DAYS_WITHOUT = 7
OVERDOSE_RISK = frozenset({"opioids", "benzos", "cocaine", "meth", "other"})
DANGEROUS_TO_STOP = frozenset({"alcohol", "benzos"})
# As substances and medicines begin in the record.
DANGEROUS_SUBSTANCES = ("alcohol", "benzo")
DAILY_OPIOID_MEDICINES = ("methadone", "buprenorphine")
LATE_FROM = timedelta(hours=1)


def after_checkin(facts: ClientFacts, said: DayAnswers) -> list[Flag]:
    """What one submission raises. ``facts.days`` are the days before and after it."""
    key = said.source or said.day.isoformat()
    flags = [
        _unsafe(facts, said, key),
        *_use(facts, said, key),
        *_medicine(facts, said, key),
    ]
    if said.contact_request == "today":
        flags.append(fire("R03", key, **_when(facts, said)))
    if said.craving is not None and said.craving >= HIGH_CRAVING:
        flags.append(
            fire("R05", key, craving=said.craving, triggers=list(said.triggers))
        )
    # A day filled in later says nothing about how things go now.
    if not any(other.day > said.day for other in facts.days):
        flags += [
            _craving_jump(facts, said, key),
            _craving_rise(facts, said, key),
            _low_confidence(facts, said, key),
            _low_mood(facts, said, key),
        ]
    return [flag for flag in flags if flag]


def after_moment(facts: ClientFacts, log: MomentLog) -> list[Flag]:
    """What a hard moment raises. ``facts.moments`` are the others."""
    flags = []
    if log.craving is not None and log.craving >= HIGH_CRAVING:
        triggers = [log.trigger] if log.trigger else []
        flags.append(
            fire("R05", log.source, craving=log.craving, triggers=triggers, moment=True)
        )
    if log.wants_call:
        flags.append(fire("R03", log.source, at=_local(facts, log.at), late_hours=0))
    logs = _logs_in_a_day(facts, log)
    if log.sign or logs >= MANY_LOGS:
        flags.append(fire("R18", log.source, sign=log.sign, logs=logs))
    return flags


def _logs_in_a_day(facts: ClientFacts, log: MomentLog) -> int:
    if log.craving is None:
        return 0
    day_before = log.at - timedelta(hours=24)
    return 1 + sum(
        other.craving is not None and day_before < other.at < log.at
        for other in facts.moments
    )


def _local(facts: ClientFacts, at: datetime) -> str:
    return at.astimezone(facts.tz).strftime("%Y-%m-%dT%H:%M")


def _when(facts: ClientFacts, said: DayAnswers) -> dict[str, Any]:
    """When it was answered on the client's clock, and how late it arrived."""
    late = (said.received_at or said.at) - said.at
    hours = late // timedelta(hours=1) if late >= LATE_FROM else 0
    return {"at": _local(facts, said.at), "late_hours": hours}


def _unsafe(facts: ClientFacts, said: DayAnswers, key: str) -> Flag | None:
    if said.feels_safe not in ("no", "not_sure") and not said.note_danger:
        return None
    return fire(
        "R01",
        key,
        feels_safe=said.feels_safe,
        because=said.unsafe_because,
        words=said.note_danger,
        **_when(facts, said),
    )


def _use(facts: ClientFacts, said: DayAnswers, key: str) -> list[Flag]:
    if said.use != "yes":
        return []
    what = said.use_what - {"rather_not"}
    unsaid = not what or "rather_not" in said.use_what
    used_before = [
        day.day for day in facts.days if day.use == "yes" and day.day < said.day
    ]
    last_use = max(used_before, default=None)
    recently = last_use is not None and (said.day - last_use).days < DAYS_WITHOUT
    tolerance_gone = facts.profile.opioid_history and not recently
    risky = unsaid or bool(what & OVERDOSE_RISK) or tolerance_gone
    if not risky:
        return [fire("R04", key, what=sorted(what))]
    return [
        fire(
            "R02",
            key,
            what=sorted(what),
            unsaid=unsaid,
            days_without=(said.day - last_use).days if last_use else None,
            opioid_history=facts.profile.opioid_history,
            **_when(facts, said),
        )
    ]


def _medicine(facts: ClientFacts, said: DayAnswers, key: str) -> list[Flag]:
    medications = sorted(facts.profile.medications)
    because = []
    if said.use == "yes" and "alcohol" in said.use_what and "disulfiram" in medications:
        because.append("disulfiram")
    daily = [name for name in medications if name.startswith(DAILY_OPIOID_MEDICINES)]
    if said.med_missed and daily:
        because.append("missed")
    if _is_sick(said) and _may_withdraw(facts, said):
        because.append("sick")
    flags = []
    if because:
        flags.append(
            fire("R21", key, because=because, medications=daily or medications)
        )
    missed = {day.day for day in (*facts.days, said) if day.med_missed}
    lately = [day for day in missed if 0 <= (said.day - day).days < 3]
    # The nurse looks the same day already when "missed" is among the reasons above.
    if said.med_missed and medications and len(lately) >= 2 and "missed" not in because:
        flags.append(fire("R10", key, days=len(lately), medications=medications))
    return flags


def _is_sick(said: DayAnswers) -> bool:
    return "sick" in said.body or "trg.body.sick" in said.triggers


def _may_withdraw(facts: ClientFacts, said: DayAnswers) -> bool:
    """Alcohol or benzodiazepines, by the record or by what was reported in a week."""
    if facts.profile.substance.startswith(DANGEROUS_SUBSTANCES):
        return True
    return any(
        day.use == "yes" and day.use_what & DANGEROUS_TO_STOP
        for day in (*facts.days, said)
        if 0 <= (said.day - day.day).days <= WEEK
    )


def _before(facts: ClientFacts, said: DayAnswers, days: int) -> list[DayAnswers]:
    """The days answered shortly before this one, oldest first."""
    recent = (day for day in facts.days if 0 < (said.day - day.day).days <= days)
    return sorted(recent, key=lambda day: day.day)


def usual_of(values: Sequence[int | None]) -> float | None:
    """The median of what was answered; None with too few answers to call it usual."""
    answered = [value for value in values if value is not None]
    return median(answered) if len(answered) >= USUAL_NEEDS else None


def _craving_jump(facts: ClientFacts, said: DayAnswers, key: str) -> Flag | None:
    usual = usual_of([day.craving for day in _before(facts, said, WEEK)])
    if said.craving is None or usual is None or said.craving < CRAVING_FLOOR:
        return None
    if said.craving - usual < CRAVING_JUMP:
        return None
    return fire("R06", key, craving=said.craving, usual=usual)


def _craving_rise(facts: ClientFacts, said: DayAnswers, key: str) -> Flag | None:
    # Three answers in a row are three answers, however many days lie between.
    answers = [day.craving for day in (*_before(facts, said, ALL_KNOWN), said)]
    last = [value for value in answers if value is not None][-3:]
    if said.craving is None or len(last) < 3 or not last[0] < last[1] < last[2]:
        return None
    if last[2] - last[0] < CRAVING_RISE or last[2] < CRAVING_FLOOR:
        return None
    return fire("R07", key, cravings=last)


def _low_confidence(facts: ClientFacts, said: DayAnswers, key: str) -> Flag | None:
    if said.confidence is None:
        return None
    if said.confidence <= LOW_CONFIDENCE:
        return fire("R08", key, confidence=said.confidence)
    usual = usual_of([day.confidence for day in _before(facts, said, WEEK)])
    if usual is None or usual - said.confidence < CONFIDENCE_DROP:
        return None
    return fire("R08", key, confidence=said.confidence, usual=usual)


def _low_mood(facts: ClientFacts, said: DayAnswers, key: str) -> Flag | None:
    days = (*_before(facts, said, 2 * WEEK), said)
    moods = [day.mood for day in days if day.mood is not None][-5:]
    low = sum(mood <= 2 for mood in moods)
    if said.mood is None or low < 3:
        return None
    return fire("R09", key, low=low, of=len(moods))
