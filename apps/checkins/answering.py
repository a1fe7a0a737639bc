"""One answer on its way: with words of their own among it, kept, or sent with the others."""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import get_language

from apps.care.rules import checkin_flow
from apps.care.rules.checkin_flow import AnswerProblem
from apps.checkins import services
from apps.checkins.models import Draft
from apps.checkins.selectors import offered_codes, own_words_among
from apps.checkins.sitting import Sitting, answer_from


@transaction.atomic
def clean_and_add(request, sitting: Sitting, key: str, words: str, at):
    """The answer, with words of their own among it: both are taken, or neither."""
    raw = answer_from(request.POST, key)
    if "add" in request.POST and not words:
        raise AnswerProblem(key, checkin_flow.WRITE_OWN)
    if words:
        item = services.add_own_word(
            enrollment=sitting.enrollment, key=key, words=words, at=at, by=request.actor
        )
        raw = list(dict.fromkeys([*(raw or []), item.code]))
    offered = None
    if checkin_flow.QUESTIONS[key].vocabulary:
        # What stands there already may stay, also when it is offered no more.
        offered = offered_codes(sitting.program, key) | {
            *(sitting.answers.get(key) or [])
        }
    own = own_words_among(sitting.enrollment.client, {key: raw})
    return checkin_flow.clean_answer(key, raw, sitting.asking, own, offered)


def send_or_keep(request, sitting: Sitting, at) -> Sitting:
    """Send the answers when nothing is left to ask, or it must not wait."""
    if sitting.is_ready:
        services.submit_checkin(
            enrollment=sitting.enrollment,
            uuid=sitting.uuid,
            answers=sitting.given,
            occurred_at=at,
            local_on=sitting.on,
            language=get_language(),
            at=at,
            by=request.actor,
        )
        if sitting.next is None:
            services.count_pace(
                enrollment=sitting.enrollment,
                seconds=request.POST.get("took"),
                on=sitting.enrollment.client_day(at),
            )
        return sitting
    # What was begun may have got another number.
    return replace(sitting, uuid=keep(sitting, at).uuid)


def keep(sitting: Sitting, at) -> Draft:
    return services.save_draft(
        client=sitting.enrollment.client,
        kind=Draft.Kind.CHECKIN,
        uuid=sitting.uuid,
        local_on=sitting.on,
        answers=sitting.given,
        at=at,
    )
