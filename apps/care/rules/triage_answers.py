"""What a check-in or a hard moment raises, at the moment it arrives."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from apps.care.rules.triage_facts import (
    ClientFacts,
    DayAnswers,
    Flag,
    MomentLog,
    fire,
)

# What happens once a week or more often is a habit.
USUAL_NEEDS = 4
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
A_DAY = timedelta(hours=24)
# Medicine: so many of these days. Mood: so many of these answers, each this low.
OF_DAYS = 3
OF_ANSWERS, LOW_MOOD = 5, 2


def after_checkin(facts: ClientFacts, said: DayAnswers) -> list[Flag]:
    """What one submission raises. ``facts.days`` are the days before and after it."""
    flags = at_once(facts, said)
    # A day filled in later says nothing about how things go now.
    if not any(other.day > said.day for other in facts.days):
        flags += trends(facts, said)
    return flags


def at_once(facts: ClientFacts, said: DayAnswers) -> list[Flag]:
    """What the answers say by themselves, whatever was answered since."""
    key = _key(said)
    flags = [
        _unsafe(facts, said, key),
        *_use(facts, said, key),
        *_medicine(facts, said, key),
    ]
    if said.contact_request == "today":
        flags.append(fire("R03", key, **_when(facts, said)))
    if said.craving is not None and said.craving >= facts.limits.craving_high:
        flags.append(
            fire(
                "R05",
                key,
                craving=said.craving,
                triggers=list(said.triggers),
                **facts.limits.used("craving_high"),
                **_when(facts, said),
            )
        )
    return [flag for flag in flags if flag]


def trends(facts: ClientFacts, said: DayAnswers) -> list[Flag]:
    """What the day says beside the days before it."""
    key = _key(said)
    flags = [
        _craving_jump(facts, said, key),
        _craving_rise(facts, said, key),
        _low_confidence(facts, said, key),
        _low_mood(facts, said, key),
    ]
    return [flag for flag in flags if flag and flag.rule not in facts.limits.off]


def _key(said: DayAnswers) -> str:
    return said.source or said.day.isoformat()


def after_moment(facts: ClientFacts, log: MomentLog) -> list[Flag]:
    """What a hard moment raises. ``facts.moments`` are those of the day around it."""
    limits, when = facts.limits, _when(facts, log)
    flags = []
    if log.craving is not None and log.craving >= limits.craving_high:
        triggers = [log.trigger] if log.trigger else []
        flags.append(
            fire(
                "R05",
                log.source,
                craving=log.craving,
                triggers=triggers,
                moment=True,
                **limits.used("craving_high"),
                **when,
            )
        )
    if log.wants_call:
        asked = {"at": _local(facts, log.called_at)} if log.called_at else {}
        flags.append(fire("R03", log.source, **(when | asked)))
    logs = _logs_in_a_day(facts, log)
    if log.sign or logs >= limits.logs_a_day:
        flags.append(
            fire(
                "R18",
                log.source,
                sign=log.sign,
                logs=logs,
                **limits.used("logs_a_day"),
                **when,
            )
        )
    return flags


def _logs_in_a_day(facts: ClientFacts, log: MomentLog) -> int:
    """The most within any 24 hours around this one: what waited on a phone comes late."""
    if log.craving is None:
        return 0
    times = [log.at]
    times += [
        other.at
        for other in facts.moments
        if other.craving is not None
        and other.source != log.source
        and abs(other.at - log.at) < A_DAY
    ]
    return max(
        sum(last - A_DAY < at <= last for at in times)
        for last in times
        if log.at <= last
    )


def _local(facts: ClientFacts, at: datetime) -> str:
    return at.astimezone(facts.tz).strftime("%Y-%m-%dT%H:%M")


def _when(facts: ClientFacts, said: DayAnswers | MomentLog) -> dict[str, Any]:
    """When it was answered, on the client's clock too, and when and how late it arrived."""
    received_at = said.received_at or said.at
    when = {
        "at": _local(facts, said.at),
        "said_at": said.at.astimezone(UTC).isoformat(),
    }
    late = received_at - said.at
    if late < LATE_FROM:
        return when | {"late_hours": 0}
    return when | {
        "late_hours": late // timedelta(hours=1),
        "received": _local(facts, received_at),
    }


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
        return [fire("R04", key, what=sorted(what), **_when(facts, said))]
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
            fire(
                "R21",
                key,
                because=because,
                medications=daily or medications,
                **_when(facts, said),
            )
        )
    missed = {day.day for day in (*facts.days, said) if day.med_missed}
    lately = [day for day in missed if 0 <= (said.day - day).days < OF_DAYS]
    often = len(lately) >= facts.limits.medicine_days
    # The nurse looks the same day already when "missed" is among the reasons above.
    if said.med_missed and medications and often and "missed" not in because:
        flags.append(
            fire(
                "R10",
                key,
                days=len(lately),
                of=OF_DAYS,
                medications=medications,
                **facts.limits.used("medicine_days"),
                **_when(facts, said),
            )
        )
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


def usual_of(values: Sequence[int | None], needs: int = USUAL_NEEDS) -> float | None:
    """The median of what was answered; None with too few answers to call it usual."""
    answered = [value for value in values if value is not None]
    return median(answered) if len(answered) >= needs else None


def _craving_jump(facts: ClientFacts, said: DayAnswers, key: str) -> Flag | None:
    limits = facts.limits
    before = [day.craving for day in _before(facts, said, WEEK)]
    usual = usual_of(before, limits.usual_needs)
    if said.craving is None or usual is None or said.craving < limits.craving_floor:
        return None
    if said.craving - usual < limits.craving_jump:
        return None
    used = limits.used("craving_jump", "craving_floor", "usual_needs")
    return fire(
        "R06", key, craving=said.craving, usual=usual, **used, **_when(facts, said)
    )


def _craving_rise(facts: ClientFacts, said: DayAnswers, key: str) -> Flag | None:
    limits = facts.limits
    # Three answers in a row are three answers, however many days lie between.
    answers = [day.craving for day in (*_before(facts, said, ALL_KNOWN), said)]
    last = [value for value in answers if value is not None][-3:]
    if said.craving is None or len(last) < 3 or not last[0] < last[1] < last[2]:
        return None
    if last[2] - last[0] < limits.craving_rise or last[2] < limits.craving_floor:
        return None
    used = limits.used("craving_rise", "craving_floor")
    return fire("R07", key, cravings=last, **used, **_when(facts, said))


def _low_confidence(facts: ClientFacts, said: DayAnswers, key: str) -> Flag | None:
    limits = facts.limits
    if said.confidence is None:
        return None
    found: dict[str, Any] = {"confidence": said.confidence}
    if said.confidence > limits.confidence_low:
        before = [day.confidence for day in _before(facts, said, WEEK)]
        usual = usual_of(before, limits.usual_needs)
        if usual is None or usual - said.confidence < limits.confidence_drop:
            return None
        found["usual"] = usual
    used = limits.used("confidence_low", "confidence_drop", "usual_needs")
    return fire("R08", key, **found, **used, **_when(facts, said))


def _low_mood(facts: ClientFacts, said: DayAnswers, key: str) -> Flag | None:
    days = (*_before(facts, said, 2 * WEEK), said)
    moods = [day.mood for day in days if day.mood is not None][-OF_ANSWERS:]
    low = sum(mood <= LOW_MOOD for mood in moods)
    if said.mood is None or low < facts.limits.mood_days:
        return None
    used = facts.limits.used("mood_days")
    return fire("R09", key, low=low, of=len(moods), **used, **_when(facts, said))
