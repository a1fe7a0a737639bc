import datetime as dt

import pytest

from apps.care.rules.triage import RULES, sentence

AT = {"at": "2026-10-13T19:04", "late_hours": 0}
ON = ["2026-10-05T09:00", "2026-10-07T17:30"]
CASES = [
    pytest.param(
        "R01",
        {"feels_safe": "no", "because": None, "words": False, **AT},
        "Said they do not feel safe (Tue 19:04).",
        "Dijo que no se siente a salvo (mar 19:04).",
        id="R01 no",
    ),
    pytest.param(
        "R01",
        {
            "feels_safe": "not_sure",
            "because": "someone",
            "words": True,
            **AT,
            "late_hours": 9,
        },
        "Not sure whether they feel safe (Tue 19:04). Someone may hurt them. Also wrote "
        "about danger. Received 9 h late.",
        "No sabe si está a salvo (mar 19:04). Alguien puede hacerle daño. También "
        "escribió sobre peligro. Recibido 9 h tarde.",
        id="R01 not sure, with everything",
    ),
    pytest.param(
        "R01",
        {"feels_safe": "yes", "because": None, "words": True, **AT},
        "Wrote words about danger (Tue 19:04).",
        "Escribió palabras de peligro (mar 19:04).",
        id="R01 words only",
    ),
    pytest.param(
        "R02",
        {
            "what": ["opioids"],
            "unsaid": False,
            "days_without": 19,
            "opioid_history": True,
            **AT,
        },
        "Reported opioid use. The last report was 19 days before; tolerance may be low.",
        "Reportó consumo de opioides. El reporte anterior fue 19 días antes; la "
        "tolerancia puede ser baja.",
        id="R02 after 19 days",
    ),
    pytest.param(
        "R02",
        {
            "what": ["alcohol", "cocaine"],
            "unsaid": True,
            "days_without": 3,
            "opioid_history": False,
            **AT,
        },
        "Reported alcohol and cocaine use. Reported use, did not say what.",
        "Reportó consumo de alcohol y cocaína. Reportó consumo, sin decir de qué.",
        id="R02 two and more unsaid",
    ),
    pytest.param(
        "R02",
        {
            "what": [],
            "unsaid": True,
            "days_without": None,
            "opioid_history": True,
            **AT,
        },
        "Reported use, did not say what. None reported in the week before; tolerance may "
        "be low.",
        "Reportó consumo, sin decir de qué. Sin reportes la semana anterior; la "
        "tolerancia puede ser baja.",
        id="R02 unsaid, nothing known before",
    ),
    pytest.param(
        "R02",
        {
            "what": ["other"],
            "unsaid": False,
            "days_without": 2,
            "opioid_history": True,
            **AT,
        },
        "Reported use of something else.",
        "Reportó consumo de otra cosa.",
        id="R02 something else, lately too",
    ),
    pytest.param(
        "R03",
        AT,
        "Asked for a call (Tue 19:04).",
        "Pidió una llamada (mar 19:04).",
        id="R03",
    ),
    pytest.param(
        "R04",
        {"what": ["alcohol"]},
        "Reported alcohol use.",
        "Reportó consumo de alcohol.",
        id="R04",
    ),
    pytest.param(
        "R05",
        {"craving": 9, "triggers": ["trg.time.payday", "trg.own.1"]},
        "Craving 9 of 10; trigger: payday, Dee's birthday.",
        "Impulso 9 de 10; lo provocó: día de pago, Dee's birthday.",
        id="R05 with triggers",
    ),
    pytest.param(
        "R05",
        {"craving": 8, "triggers": [], "moment": True},
        "Hard moment: craving 8 of 10.",
        "Momento difícil: 8 de 10.",
        id="R05 in a hard moment",
    ),
    pytest.param(
        "R06",
        {"craving": 7, "usual": 3.0},
        "Craving 7, usual 3.",
        "Impulso 7, usual 3.",
        id="R06",
    ),
    pytest.param(
        "R06",
        {"craving": 7, "usual": 3.5},
        "Craving 7, usual 3.5.",
        "Impulso 7, usual 3.5.",
        id="R06 between two",
    ),
    pytest.param(
        "R07",
        {"cravings": [3, 5, 6]},
        "Craving 3, 5, 6.",
        "Impulso 3, 5, 6.",
        id="R07",
    ),
    pytest.param(
        "R08",
        {"confidence": 2},
        "Confidence 2 of 10.",
        "Confianza 2 de 10.",
        id="R08",
    ),
    pytest.param(
        "R08",
        {"confidence": 5, "usual": 8},
        "Confidence 5 of 10, usual 8.",
        "Confianza 5 de 10, usual 8.",
        id="R08 below usual",
    ),
    pytest.param(
        "R09",
        {"low": 3, "of": 5},
        "Low mood 3 of 5 days.",
        "Ánimo bajo 3 de 5 días.",
        id="R09",
    ),
    pytest.param(
        "R10",
        {"days": 2, "medications": ["naltrexone"]},
        "No naltrexone on 2 of 3 days.",
        "Sin naltrexona 2 de 3 días.",
        id="R10",
    ),
    pytest.param(
        "R11",
        {"last": "2026-10-10", "usual": 6},
        "No check-in for 3 days; usually 6 a week.",
        "Sin registro 3 días; suele hacer 6 por semana.",
        id="R11",
    ),
    pytest.param(
        "R12",
        {"rule": "no_show", "missed": 1, "on": ON[:1]},
        "Missed Mon 9:00.",
        "Faltó lun 9:00.",
        id="R12",
    ),
    pytest.param(
        "R13",
        {"rule": "consecutive", "missed": 2, "on": ON, "quiet": False},
        "2 sessions missed in a row: Mon 9:00, Wed 17:30.",
        "Faltó a 2 sesiones seguidas: lun 9:00, mié 17:30.",
        id="R13 in a row",
    ),
    pytest.param(
        "R13",
        {"rule": "days_since_attended", "days": 8, "quiet": True},
        "8 days since the last session attended. Still in touch.",
        "8 días desde la última sesión. Sigue en contacto.",
        id="R13 quiet",
    ),
    pytest.param(
        "R13",
        {"rule": "still_open", "quiet": False},
        "Not back yet.",
        "Todavía no vuelve.",
        id="R13 without numbers",
    ),
    pytest.param(
        "R14",
        {"returned_on": "2026-10-10", "watch_days": 28},
        "Day 5 back. 24 days of watch left.",
        "Día 5 de vuelta. Quedan 24 días de atención.",
        id="R14",
    ),
    pytest.param(
        "R15",
        {
            "because": ["use", "risk", "protective", "crossed", "risk_rose"],
            "use": 2,
            "risk": 14,
            "protective": 9,
            "risk_before": 10,
            "use_before": 2,
            "rises": [["risky", 1, 3]],
            "official": True,
        },
        "Weekly review: Use 2 of 12; Risk 14 above Protective 9; Risk rose from 10 to 14; "
        "days in places that tempt: 1, now 3.",
        "Repaso semanal: Consumo 2 de 12; Riesgo 14 mayor que Protección 9; Riesgo subió "
        "de 10 a 14; días en lugares que tientan: 1, ahora 3.",
        id="R15 beyond cut-offs",
    ),
    pytest.param(
        "R15",
        {
            "because": ["use_rose"],
            "use": 3,
            "risk": None,
            "protective": 15,
            "risk_before": 5,
            "use_before": 0,
            "rises": [],
            "official": False,
        },
        "Weekly review: Use rose from 0 to 3.",
        "Repaso semanal: Consumo subió de 0 a 3.",
        id="R15 change alone",
    ),
    pytest.param(
        "R16",
        {"since": "2026-10-08", "work_days": 4},
        "Plan waiting since Thu Oct 8.",
        "El plan espera desde el jue 8 oct.",
        id="R16",
    ),
    pytest.param(
        "R17",
        {"because": "date", "agreed_on": "2026-09-10", "seen_on": "2026-10-14"},
        "Plan is 34 days old; its review date has come.",
        "El plan tiene 34 días; llegó su fecha de revisión.",
        id="R17 by date",
    ),
    pytest.param(
        "R17",
        {"because": "use", "agreed_on": "2026-09-10", "seen_on": "2026-10-14"},
        "Reported use since the plan was agreed; worth a look together.",
        "Reportó consumo desde que se acordó el plan; conviene verlo en equipo.",
        id="R17 after use",
    ),
    pytest.param(
        "R18",
        {"sign": "wrn.think.just_one", "logs": 0},
        "Tapped “I can handle just one”.",
        "Marcó «Puedo con solo una vez».",
        id="R18 sign",
    ),
    pytest.param(
        "R18",
        {"sign": "wrn.do.skip", "logs": 3},
        "Tapped “Skipping sessions”. 3 hard moments in 24 hours.",
        "Marcó «Faltar a sesiones». 3 momentos difíciles en 24 horas.",
        id="R18 both",
    ),
    pytest.param(
        "R20",
        {"kind": "full_week", "days": 4},
        "Came to all 4 days.",
        "Vino los 4 días.",
        id="R20 full week",
    ),
    pytest.param(
        "R20",
        {"kind": "craving_down", "now": 2.0, "before": 5.5},
        "Craving usually 2 now, 5.5 a month ago.",
        "El impulso suele ser 2; hace un mes, 5.5.",
        id="R20 craving down",
    ),
    pytest.param(
        "R20",
        {"kind": "first_day_back"},
        "First day back.",
        "Primer día de vuelta.",
        id="R20 first day back",
    ),
    pytest.param(
        "R21",
        {"because": ["disulfiram", "missed"], "medications": ["methadone_external"]},
        "Reported alcohol while on disulfiram. No methadone today.",
        "Reportó alcohol mientras toma disulfiram. Hoy sin metadona.",
        id="R21",
    ),
    pytest.param(
        "R22",
        {"days": 14, "seen_on": "2026-10-13"},
        "No word for 15 days; opioids in their history.",
        "Sin noticias 15 días; opioides en su historia.",
        id="R22",
    ),
]
# What a counselor never reads about a client, in any sentence.
NEVER = ("addict", "relapse", "clean", "dirty", "compl", "fail", "risk", "patient", "!")


@pytest.mark.parametrize(("rule", "evidence", "english", "spanish"), CASES)
def test_sentences(rule, evidence, english, spanish):
    own = {"trg.own.1": "Dee's birthday"}
    on = dt.date(2026, 10, 14)

    assert sentence(rule, evidence, "en", own, on) == english
    assert sentence(rule, evidence, "es", own, on) == spanish
    # The published name of a scale is not said of a person.
    said = english.replace("Risk ", "").casefold()
    assert not any(word in said for word in NEVER)


def test_every_rule_has_its_sentence():
    covered = {case.values[0] for case in CASES}

    assert covered == set(RULES)


@pytest.mark.parametrize(
    "rule", ["consecutive", "new_missed", "watch_missed", "in_7d", "days_no_contact"]
)
def test_every_way_into_a_drift_says_which_sessions_or_days(rule):
    evidence = {"rule": rule, "missed": 2, "on": ON, "days": 7, "quiet": False}

    words = sentence("R13", evidence, "en")

    assert "Mon 9:00" in words or "7 days" in words
    assert words != sentence("R13", {"rule": "", "quiet": False}, "en")


def test_what_keeps_counting_is_counted_to_the_day_of_reading():
    evidence = {"last": "2026-10-10", "usual": 6}

    later = sentence("R11", evidence, "en", on=dt.date(2026, 10, 16))

    assert later == "No check-in for 5 days; usually 6 a week."
