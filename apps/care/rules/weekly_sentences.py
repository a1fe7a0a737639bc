"""What R15 says to staff: which scale, from what to what, and the items that moved."""

from collections.abc import Mapping
from typing import Any

from apps.care.rules.weekly_questions import ITEMS
from apps.care.rules.wording import Text

REVIEW = Text("Weekly review: {what}.", "Repaso semanal: {what}.")
PARTS = {
    "use": Text("Use {use} of 12", "Consumo {use} de 12"),
    "risk": Text("Risk {risk} of 24", "Riesgo {risk} de 24"),
    "protective": Text(
        "Protective {protective} of 24", "Protección {protective} de 24"
    ),
    "crossed": Text(
        "Risk {risk} above Protective {protective}",
        "Riesgo {risk} mayor que Protección {protective}",
    ),
    "risk_rose": Text(
        "Risk rose from {risk_before} to {risk}",
        "Riesgo subió de {risk_before} a {risk}",
    ),
    "use_rose": Text(
        "Use rose from {use_before} to {use}", "Consumo subió de {use_before} a {use}"
    ),
}
ITEM = Text("{name}: {before}, now {now}", "{name}: {before}, ahora {now}")
# Who says the more telling of two has said the other.
SAID_BY = {"risk": ("crossed", "risk_rose"), "protective": ("crossed",)}
SAID_BY["use"] = ("use_rose",)


def r15(evidence: Mapping[str, Any], language: str, *_: Any) -> str:
    because = evidence["because"]
    parts = [
        PARTS[reason].filled(language, **evidence)
        for reason in PARTS
        if reason in because
        and not any(other in because for other in SAID_BY.get(reason, ()))
    ]
    parts += [
        ITEM.filled(
            language,
            name=_lowered(ITEMS[key].name.in_language(language)),
            before=before,
            now=now,
        )
        for key, before, now in evidence["rises"]
    ]
    return REVIEW.filled(language, what="; ".join(parts))


def _lowered(name: str) -> str:
    return name[:1].lower() + name[1:]
