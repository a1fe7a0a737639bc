"""Words of the client's own for what set it off and what helped: private to them and the team.

They come from the page of a question or of a hard moment, or beside answers that a page
could not send, as ``own_triggers`` and the like.
"""

from datetime import datetime

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client, Enrollment, OwnItem
from apps.care.rules.checkin_flow import (
    OWN_FULL,
    OWN_LENGTH,
    OWN_MOST,
    OWN_TOO_LONG,
    WRITE_OWN,
    AnswerProblem,
)
from apps.care.rules.safety_words import mentions_danger
from apps.care.services.own_words import TooManyOwnWords, name_own_word
from apps.care.services.status import lock_status
from apps.checkins.services.flags import read_unfiled

KINDS = {"triggers": OwnItem.Kind.TRIGGER, "coping_used": OwnItem.Kind.COPING}
# As they come along with answers: the question, the answer they belong to, and whether
# that is a list. The last three are of a hard moment.
FIELDS = {
    "own_triggers": ("triggers", "triggers", True),
    "own_coping_used": ("coping_used", "coping_used", True),
    "own_trigger": ("triggers", "trigger", False),
    "own_tool": ("coping_used", "tool", False),
    "own_helped": ("coping_used", "helped", False),
}


@transaction.atomic
def add_own_word(
    *, enrollment: Enrollment, key: str, words: str, at: datetime, by: Actor
) -> OwnItem:
    """Take words for the question ``key`` once: the same words again are the same item.

    Words that may mean danger reach somebody now, before anything else is answered.

    :raises AnswerProblem: for nothing, for too much, and for one more than fits.
    """
    lock_status(enrollment=enrollment, at=at)
    item, is_new = _named(enrollment.client, key, words)
    if is_new:
        record(
            action="checkins.own_word_added",
            at=at,
            by=by,
            subject=item,
            client_id=enrollment.client_id,
        )
    # Once a day, however often the page is sent.
    once = f"{item.pk}:{enrollment.client_day(at)}"
    hear_danger(enrollment=enrollment, words=words, source_key=once, at=at, by=by)
    return item


@transaction.atomic
def hear_danger(
    *, enrollment: Enrollment, words: str, source_key: str, at: datetime, by: Actor
) -> bool:
    """Tell somebody of words that may mean danger, whether or not they become an item."""
    if not mentions_danger(words):
        return False
    read_unfiled(
        enrollment=enrollment,
        answers={"note": words},
        occurred_at=at,
        source_key=source_key,
        at=at,
        by=by,
    )
    return True


def has_own_words(answers: dict) -> bool:
    return not FIELDS.keys().isdisjoint(answers)


def put_in_own_words(
    *, enrollment: Enrollment, answers: dict, at: datetime, by: Actor
) -> dict:
    """Answers as a phone sent them, with a code for each of the words that came along.

    :raises AnswerProblem: as ``add_own_word`` does.
    """
    put = {name: said for name, said in answers.items() if name not in FIELDS}
    for name, (key, answer, is_list) in FIELDS.items():
        if not answers.get(name):
            continue
        item = add_own_word(
            enrollment=enrollment, key=key, words=answers[name], at=at, by=by
        )
        chosen = put.get(answer)
        if is_list:
            chosen = chosen if isinstance(chosen, list) else []
            put[answer] = list(dict.fromkeys([*chosen, item.code]))
        else:
            put[answer] = item.code
    return put


def _named(client: Client, key: str, words) -> tuple[OwnItem, bool]:
    said = " ".join(words.split()) if isinstance(words, str) else ""
    if not said:
        raise AnswerProblem(key, WRITE_OWN)
    if len(said) > OWN_LENGTH:
        raise AnswerProblem(key, OWN_TOO_LONG, most=OWN_LENGTH)
    try:
        return name_own_word(client=client, kind=KINDS[key], words=said, most=OWN_MOST)
    except TooManyOwnWords:
        raise AnswerProblem(key, OWN_FULL, most=OWN_MOST) from None
