"""The one thing that fits what somebody just said, for the end of an ordinary check-in.

A phone without a network reads the same table: frontend/phone/one_thing.js.
"""

from collections.abc import Mapping, Sequence
from typing import Any

# Hungry, angry, lonely, tired: what the body asks for comes before anything else.
FOR_BODY = {
    "hungry": "cop.care.eat",
    "angry": "cop.dbt.stop",
    "lonely": "cop.con.call",
    "tired": "cop.care.rest",
}
A_PERSON = FOR_BODY["lonely"]
LOW_MOOD, UNSURE = 2, 4
FOR_LOW_MOOD = "cop.con.text"
WHEN_UNSURE = "cop.cbt.next_hour"
FOR_ANYBODY = "cop.dbt.breath"
# Everything it can name by itself.
CODES = (*FOR_BODY.values(), FOR_LOW_MOOD, WHEN_UNSURE, FOR_ANYBODY)


def one_thing(answers: Mapping[str, Any], pinned: Sequence[str]) -> str:
    """A person where somebody is not safe; for the body; of their own; what is usual."""
    if answers.get("feels_safe") in ("no", "not_sure"):
        return A_PERSON
    body = answers.get("body") or ()
    for state, code in FOR_BODY.items():
        if state in body:
            return code
    if pinned:
        return pinned[0]
    if (answers.get("mood") or 5) <= LOW_MOOD:
        return FOR_LOW_MOOD
    confidence = answers.get("confidence")
    if confidence is not None and confidence <= UNSURE:
        return WHEN_UNSURE
    return FOR_ANYBODY


def is_good_day(answers: Mapping[str, Any]) -> bool:
    """Nothing to help with: what is good may be kept in mind instead."""
    if answers.get("one_tap") == "GOOD":
        return True
    in_need = set(FOR_BODY) & set(answers.get("body") or ())
    return (
        answers.get("craving_peak") == 0
        and (answers.get("mood") or 0) > LOW_MOOD + 1
        and not in_need
    )
