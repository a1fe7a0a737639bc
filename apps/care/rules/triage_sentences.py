"""The one plain sentence of each flag, made when somebody reads it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from apps.care import vocabulary
from apps.care.rules.substances import MEDICINES, SUBSTANCES
from apps.care.rules.weekly_sentences import r15
from apps.care.rules.wording import Text, clock, short_date, short_day

Evidence = Mapping[str, Any]

UNSAFE = {
    "no": Text(
        "Said they do not feel safe ({at}).", "Dijo que no se siente a salvo ({at})."
    ),
    "not_sure": Text(
        "Not sure whether they feel safe ({at}).", "No sabe si está a salvo ({at})."
    ),
    None: Text(
        "Wrote words about danger ({at}).", "Escribió palabras de peligro ({at})."
    ),
}
UNSAFE_BECAUSE = {
    "thoughts": Text("Their own thoughts.", "Sus propios pensamientos."),
    "someone": Text("Someone may hurt them.", "Alguien puede hacerle daño."),
    "place": Text("The place they are in.", "El lugar donde está."),
    "rather_not": Text("Would rather not say why.", "Prefiere no decir por qué."),
}
AND = Text("{some} and {last}", "{some} y {last}")
ALSO_WORDS = Text("Also wrote about danger.", "También escribió sobre peligro.")
LATE = Text("Received {hours} h late.", "Recibido {hours} h tarde.")

USE = Text("Reported {what} use.", "Reportó consumo de {what}.")
USE_OTHER = Text("Reported use of something else.", "Reportó consumo de otra cosa.")
USE_UNSAID = Text(
    "Reported use, did not say what.", "Reportó consumo, sin decir de qué."
)
USE_AFTER = Text(
    "The last report was {days} days before; tolerance may be low.",
    "El reporte anterior fue {days} días antes; la tolerancia puede ser baja.",
)
USE_TOLERANCE = Text(
    "None reported in the week before; tolerance may be low.",
    "Sin reportes la semana anterior; la tolerancia puede ser baja.",
)
CALL = Text("Asked for a call ({at}).", "Pidió una llamada ({at}).")
CRAVING = Text("Craving {craving} of 10", "Impulso {craving} de 10")
CRAVING_NOW = Text(
    "Hard moment: craving {craving} of 10", "Momento difícil: {craving} de 10"
)
TRIGGERS = Text("; trigger: {names}", "; lo provocó: {names}")
JUMP = Text("Craving {craving}, usual {usual}.", "Impulso {craving}, usual {usual}.")
RISE = Text("Craving {cravings}.", "Impulso {cravings}.")
CONFIDENCE = Text("Confidence {confidence} of 10", "Confianza {confidence} de 10")
CONFIDENCE_USUAL = Text(", usual {usual}", ", usual {usual}")
MOOD = Text("Low mood {low} of {of} days.", "Ánimo bajo {low} de {of} días.")
MEDICINE = Text(
    "No {names} on {days} of {of} days.", "Sin {names} {days} de {of} días."
)
STOPPED = Text(
    "No check-in for {days} days; usually {usual} a week.",
    "Sin registro {days} días; suele hacer {usual} por semana.",
)
MISSED = Text("Missed {on}.", "Faltó {on}.")
BACK = Text(
    "Day {day} back. {left} days of watch left.",
    "Día {day} de vuelta. Quedan {left} días de atención.",
)
PLAN_WAITS = Text("Plan waiting since {since}.", "El plan espera desde el {since}.")
PLAN_REVIEW = {
    "date": Text(
        "Plan is {age} days old; its review date has come.",
        "El plan tiene {age} días; llegó su fecha de revisión.",
    ),
    "use": Text(
        "Reported use since the plan was agreed; worth a look together.",
        "Reportó consumo desde que se acordó el plan; conviene verlo en equipo.",
    ),
    "return": Text(
        "Back since the plan was agreed; worth a look together.",
        "Volvió desde que se acordó el plan; conviene verlo en equipo.",
    ),
}
SIGN = Text("Tapped “{sign}”.", "Marcó «{sign}».")
LOGS = Text(
    "{logs} hard moments in 24 hours.", "{logs} momentos difíciles en 24 horas."
)
GOOD_NEWS = {
    "full_week": Text("Came to all {days} days.", "Vino los {days} días."),
    "craving_down": Text(
        "Craving usually {now} now, {before} a month ago.",
        "El impulso suele ser {now}; hace un mes, {before}.",
    ),
    "first_day_back": Text("First day back.", "Primer día de vuelta."),
}
NURSE = {
    "disulfiram": Text(
        "Reported alcohol while on disulfiram.",
        "Reportó alcohol mientras toma disulfiram.",
    ),
    "missed": Text("No {names} today.", "Hoy sin {names}."),
    "sick": Text(
        "Sick or shaking, with alcohol or benzodiazepines in the picture.",
        "Malestar o temblores, con alcohol o benzodiacepinas de por medio.",
    ),
}
SILENT = Text(
    "No word for {days} days; opioids in their history.",
    "Sin noticias {days} días; opioides en su historia.",
)
DRIFT = {
    "consecutive": Text(
        "{missed} sessions missed in a row: {on}.",
        "Faltó a {missed} sesiones seguidas: {on}.",
    ),
    "new_missed": Text(
        "Missed {on}, in the first two weeks.",
        "Faltó {on}, en las primeras dos semanas.",
    ),
    "watch_missed": Text("Missed {on}, newly back.", "Faltó {on}, recién de vuelta."),
    "in_7d": Text(
        "{missed} sessions missed in 7 days: {on}.",
        "Faltó a {missed} sesiones en 7 días: {on}.",
    ),
    "days_since_attended": Text(
        "{days} days since the last session attended.",
        "{days} días desde la última sesión.",
    ),
    "days_no_contact": Text(
        "{days} days without any contact.", "{days} días sin ningún contacto."
    ),
}
NOT_BACK = Text("Not back yet.", "Todavía no vuelve.")
IN_TOUCH = Text("Still in touch.", "Sigue en contacto.")


def sentence(
    rule: str,
    evidence: Evidence,
    language: str,
    own: Mapping[str, str] | None = None,
    on: date | None = None,
) -> str:
    """What the numbers of a flag say, in words.

    ``own`` are the client's own triggers and signs. ``on`` is the day of reading, for what
    keeps counting after the flag was raised.
    """
    words = _SENTENCES[rule](evidence, language, own or {}, on)
    return " ".join([words, *_late(evidence, language)])


def _r01(evidence: Evidence, language: str, *_: Any) -> str:
    said = evidence["feels_safe"]
    parts = [
        UNSAFE[said if said != "yes" else None].filled(
            language, at=_at(evidence, language)
        )
    ]
    if evidence["because"]:
        parts.append(UNSAFE_BECAUSE[evidence["because"]].in_language(language))
    if evidence["words"] and said in ("no", "not_sure"):
        parts.append(ALSO_WORDS.in_language(language))
    return " ".join(parts)


def _r02(evidence: Evidence, language: str, *_: Any) -> str:
    parts = [_used(evidence["what"], language)]
    if evidence["what"] and evidence["unsaid"]:
        parts.append(USE_UNSAID.in_language(language))
    days = evidence["days_without"]
    opioids = evidence["opioid_history"] or "opioids" in evidence["what"]
    if opioids and days is None:
        parts.append(USE_TOLERANCE.in_language(language))
    elif opioids and days >= 7:
        parts.append(USE_AFTER.filled(language, days=days))
    return " ".join(parts)


def _r03(evidence: Evidence, language: str, *_: Any) -> str:
    return CALL.filled(language, at=_at(evidence, language))


def _r04(evidence: Evidence, language: str, *_: Any) -> str:
    return _used(evidence["what"], language)


def _r05(evidence: Evidence, language: str, own: Mapping[str, str], _: Any) -> str:
    text = CRAVING_NOW if evidence.get("moment") else CRAVING
    words = text.filled(language, craving=evidence["craving"])
    if evidence["triggers"]:
        names = [
            own.get(code) or vocabulary.as_clause(vocabulary.label(code, language))
            for code in evidence["triggers"]
        ]
        words += TRIGGERS.filled(language, names=", ".join(names))
    return f"{words}."


def _r06(evidence: Evidence, language: str, *_: Any) -> str:
    usual = _number(evidence["usual"])
    return JUMP.filled(language, craving=evidence["craving"], usual=usual)


def _r07(evidence: Evidence, language: str, *_: Any) -> str:
    return RISE.filled(language, cravings=", ".join(map(str, evidence["cravings"])))


def _r08(evidence: Evidence, language: str, *_: Any) -> str:
    words = CONFIDENCE.filled(language, confidence=evidence["confidence"])
    if "usual" in evidence:
        words += CONFIDENCE_USUAL.filled(language, usual=_number(evidence["usual"]))
    return f"{words}."


def _r09(evidence: Evidence, language: str, *_: Any) -> str:
    return MOOD.filled(language, **evidence)


def _r10(evidence: Evidence, language: str, *_: Any) -> str:
    names = _medicines(evidence["medications"], language)
    of = evidence.get("of", 3)
    return MEDICINE.filled(language, names=names, days=evidence["days"], of=of)


def _r11(
    evidence: Evidence, language: str, own: Mapping[str, str], on: date | None
) -> str:
    last = date.fromisoformat(evidence["last"])
    # Whole days: neither the last one with a check-in nor the one of reading.
    silent = _limit(evidence, "silent_days", 3)
    days = max((on - last).days - 1, silent) if on else silent
    return STOPPED.filled(language, days=days, usual=evidence["usual"])


def _r12(evidence: Evidence, language: str, *_: Any) -> str:
    return MISSED.filled(language, on=_sessions(evidence["on"], language))


def _r13(evidence: Evidence, language: str, *_: Any) -> str:
    text = DRIFT.get(evidence["rule"], NOT_BACK)
    words = text.filled(
        language,
        missed=evidence.get("missed"),
        days=evidence.get("days"),
        on=_sessions(evidence.get("on", ()), language),
    )
    if evidence["quiet"]:
        words += f" {IN_TOUCH.in_language(language)}"
    return words


def _r14(
    evidence: Evidence, language: str, own: Mapping[str, str], on: date | None
) -> str:
    back = date.fromisoformat(evidence["returned_on"])
    day = (on - back).days if on else 0
    left = max(evidence["watch_days"] - day, 0)
    return BACK.filled(language, day=day + 1, left=left)


def _r16(evidence: Evidence, language: str, *_: Any) -> str:
    since = date.fromisoformat(evidence["since"])
    return PLAN_WAITS.filled(language, since=short_date(since, language))


def _r17(
    evidence: Evidence, language: str, own: Mapping[str, str], on: date | None
) -> str:
    agreed = date.fromisoformat(evidence["agreed_on"])
    age = ((on or date.fromisoformat(evidence["seen_on"])) - agreed).days
    return PLAN_REVIEW[evidence["because"]].filled(language, age=age)


def _r18(evidence: Evidence, language: str, own: Mapping[str, str], _: Any) -> str:
    parts = []
    if evidence["sign"]:
        name = vocabulary.label(evidence["sign"], language, own).strip("'«»")
        parts.append(SIGN.filled(language, sign=name))
    if evidence["logs"] >= _limit(evidence, "logs_a_day", 3):
        parts.append(LOGS.filled(language, logs=evidence["logs"]))
    return " ".join(parts)


def _r20(evidence: Evidence, language: str, *_: Any) -> str:
    numbers = {key: _number(value) for key, value in evidence.items() if key != "kind"}
    return GOOD_NEWS[evidence["kind"]].filled(language, **numbers)


def _r21(evidence: Evidence, language: str, *_: Any) -> str:
    names = _medicines(evidence["medications"], language)
    return " ".join(
        NURSE[reason].filled(language, names=names) for reason in evidence["because"]
    )


def _r22(
    evidence: Evidence, language: str, own: Mapping[str, str], on: date | None
) -> str:
    days = evidence["days"]
    if on and evidence["seen_on"]:
        days += (on - date.fromisoformat(evidence["seen_on"])).days
    return SILENT.filled(language, days=days)


_SENTENCES: dict[str, Callable[..., str]] = {
    "R01": _r01,
    "R02": _r02,
    "R03": _r03,
    "R04": _r04,
    "R05": _r05,
    "R06": _r06,
    "R07": _r07,
    "R08": _r08,
    "R09": _r09,
    "R10": _r10,
    "R11": _r11,
    "R12": _r12,
    "R13": _r13,
    "R14": _r14,
    "R15": r15,
    "R16": _r16,
    "R17": _r17,
    "R18": _r18,
    "R20": _r20,
    "R21": _r21,
    "R22": _r22,
}


def _used(what: Sequence[str], language: str) -> str:
    if not what:
        return USE_UNSAID.in_language(language)
    names = [
        SUBSTANCES[code].in_language(language) for code in what if code in SUBSTANCES
    ]
    if not names:
        return USE_OTHER.in_language(language)
    return USE.filled(language, what=_listed(names, language))


def _medicines(names: Sequence[str], language: str) -> str:
    """``methadone_external`` is methadone, given elsewhere."""
    known = [
        next(
            (
                text.in_language(language)
                for key, text in MEDICINES.items()
                if name.startswith(key)
            ),
            name,
        )
        for name in names
    ]
    return _listed(known, language)


def _listed(names: Sequence[str], language: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return AND.filled(language, some=", ".join(names[:-1]), last=names[-1])


def _sessions(on: Sequence[str], language: str) -> str:
    starts = map(datetime.fromisoformat, on)
    return ", ".join(f"{short_day(at.date(), language)} {clock(at)}" for at in starts)


def _at(evidence: Evidence, language: str) -> str:
    return _sessions([evidence["at"]], language)


def _late(evidence: Evidence, language: str) -> list[str]:
    hours = evidence.get("late_hours")
    return [LATE.filled(language, hours=hours)] if hours else []


def _limit(evidence: Evidence, name: str, usual: int) -> int:
    """The number that held when the rule spoke up; ``usual`` before it was kept."""
    return evidence.get("limits", {}).get(name, usual)


def _number(value: float) -> str:
    """3 rather than 3.0."""
    return f"{value:g}"
