from collections.abc import Iterable

from apps.care.models import Concern
from apps.care.rules.triage import RULES, Path


def people_only(open_concerns: Iterable[Concern]) -> bool:
    """Somebody's safety is in question: people speak now, and nothing automatic does."""
    return any(
        RULES[concern.finding["rule"]].path == Path.ON_CALL
        for concern in open_concerns
        if concern.priority == 1
    )
