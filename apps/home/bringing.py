"""What of a day's answers a client may bring to their group."""

from datetime import date

from apps.care import vocabulary
from apps.care.models import Enrollment, OwnItem
from apps.care.services.vocabulary import spoken
from apps.checkins.history import BROUGHT_FOR
from apps.checkins.models import CheckinDay
from apps.sessions.topics import topic_words

MOST_LETTERS = 140
NOTHING_TO_TALK_ABOUT = {"trg.none", vocabulary.NOTHING_YET}

Offer = tuple[str, str]


def day_of(enrollment: Enrollment, on: date) -> CheckinDay | None:
    return CheckinDay.objects.filter(client=enrollment.client_id, local_on=on).first()


def is_near(on: date, today: date) -> bool:
    return today - BROUGHT_FOR <= on <= today


def offers_of(
    day: CheckinDay | None, enrollment: Enrollment, language: str
) -> tuple[list[Offer], list[Offer]]:
    """Pairs of value and words: of the common list, and of the client's own words.

    The first can be brought in one tap. The second say what only this person says, so they
    are shown once more before.
    """
    if day is None:
        return [], []
    answers = day.answers
    codes = [
        code
        for key in ("triggers", "coping_used")
        for code in answers.get(key) or ()
        if code not in NOTHING_TO_TALK_ABOUT
    ]
    common = [code for code in codes if ".own." not in code]
    house = spoken({}, enrollment.organization_id, language)
    offers = [(code, topic_words({"code": code}, language, house)) for code in common]
    if mood := answers.get("mood"):
        offers.append((f"mood.{mood}", topic_words({"mood": mood}, language, house)))
    labels = dict(
        OwnItem.objects.filter(
            client=enrollment.client_id, code__in=set(codes) - set(common)
        ).values_list("code", "label")
    )
    return offers, [(code, labels[code]) for code in codes if labels.get(code)]


def content_of(value: str, offers: list[Offer]) -> dict | None:
    """What one of the offers stands for; nothing for what was not offered."""
    if value not in dict(offers):
        return None
    if value.startswith("mood."):
        return {"mood": int(value.removeprefix("mood."))}
    return {"code": value}
