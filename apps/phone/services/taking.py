"""What one trusted item becomes: a check-in, a hard moment, a draft, or set aside."""

from dataclasses import replace
from datetime import datetime

from apps.audit.actors import Actor
from apps.care import vocabulary
from apps.care.models import Client, Enrollment
from apps.care.rules.checkin_flow import AnswerProblem, UnknownQuestionSet
from apps.care.services.status import lock_status
from apps.checkins import services as checkins
from apps.checkins.chips import RIDE_IT_OUT
from apps.checkins.models import Draft, Submission
from apps.checkins.selectors import added_codes, asking_of
from apps.common.days import backfill_days
from apps.phone.models import Device, SetAside
from apps.phone.services.aside import sayable, set_aside
from apps.phone.services.items import CannotBeTaken, Item, NotNow

REFUSALS = (
    CannotBeTaken,
    checkins.NotInCare,
    checkins.DayClosed,
    UnknownQuestionSet,
    AnswerProblem,
)


class HasPassed(Exception):
    """Half a check-in that the client has gone beyond, on another page."""


def take_item(*, item: Item, device: Device, at: datetime, by: Actor) -> bool:
    """Make of it what it is, in the caller's transaction. False when it was known.

    :raises NotNow: for a person without any episode of care, and where check-ins are off.
    """
    enrollment = _enrollment_of(device.client)
    if enrollment is None:
        raise NotNow
    # Of several arrivals at once the later ones see what the first one made.
    lock_status(enrollment=enrollment, at=at)
    put_aside = SetAside.objects.filter(
        client=device.client_id, uuid=item.uuid, kind=item.kind
    )
    if put_aside.exists():
        return False
    try:
        item = _with_own_words(item, enrollment, at, by)
        match item.kind:
            case "CHECKIN":
                return _take_checkin(item, enrollment, at, by)
            case "MOMENT":
                return _take_moment(item, enrollment, at, by)
            case "DRAFT":
                return _take_draft(item, enrollment, at)
        raise CannotBeTaken("unknown kind")
    except checkins.CheckinsOff:
        # Nobody would read it. It waits on the phone until somebody does.
        raise NotNow from None
    except REFUSALS as refusal:
        set_aside(
            item=item,
            device=device,
            enrollment=enrollment,
            reason=type(refusal).__name__,
            # Nobody has sent the half of a check-in.
            is_asked=item.kind != "DRAFT",
            at=at,
            by=by,
        )
    except HasPassed as passed:
        set_aside(
            item=item,
            device=device,
            enrollment=enrollment,
            reason=type(passed).__name__,
            is_asked=False,
            at=at,
            by=by,
        )
    return True


def _enrollment_of(client: Client) -> Enrollment | None:
    """The episode that runs; without one, the last there was."""
    episodes = client.enrollments.select_related("client__user", "program__site")
    return (
        episodes.filter(state=Enrollment.State.ACTIVE).first()
        or episodes.order_by("-started_on", "-pk").first()
    )


def _with_own_words(
    item: Item, enrollment: Enrollment, at: datetime, by: Actor
) -> Item:
    """Words of their own that were typed on a page which could not send them."""
    if not item.can_be_written:
        return item
    answers = checkins.put_in_own_words(
        enrollment=enrollment, answers=item.answers, at=at, by=by
    )
    return replace(item, answers=answers)


def _take_checkin(item: Item, enrollment: Enrollment, at: datetime, by: Actor) -> bool:
    if not item.can_be_written:
        raise CannotBeTaken("letters")
    kinds = Submission.Kind
    result = checkins.submit_checkin(
        enrollment=enrollment,
        uuid=item.uuid,
        kind=kinds.ONE_TAP if "one_tap" in item.answers else kinds.DAILY,
        answers=item.answers,
        question_set=item.question_set,
        language=item.language,
        occurred_at=item.occurred_at,
        local_on=item.local_on,
        at=at,
        by=by,
    )
    if result.created:
        checkins.count_pace(
            enrollment=enrollment,
            seconds=item.said.get("took"),
            on=enrollment.client_day(item.occurred_at),
        )
    return result.created


def _take_moment(item: Item, enrollment: Enrollment, at: datetime, by: Actor) -> bool:
    craving = _strength(item.answers.get("craving"))
    if craving is None:
        raise CannotBeTaken("strength")
    codes = _codes(item, enrollment)
    said_first = {name: code for name, code in codes.items() if name != "helped"}
    moment, created = checkins.log_moment(
        enrollment=enrollment,
        uuid=item.uuid,
        craving=craving,
        details={"tool": RIDE_IT_OUT} | said_first,
        occurred_at=item.occurred_at,
        at=at,
        by=by,
    )
    after = _strength(item.answers.get("craving_after"))
    if after is not None and moment.craving_after is None:
        checkins.rate_moment_after(
            moment=moment, craving=after, occurred_at=item.occurred_at, at=at, by=by
        )
    if helped := codes.get("helped"):
        checkins.note_what_helped(moment=moment, code=helped, at=at, by=by)
    if item.answers.get("call") is True:
        checkins.ask_for_call(moment=moment, at=at, by=by)
    return created


def _strength(value) -> int | None:
    return value if type(value) is int and 0 <= value <= 10 else None


def _codes(item: Item, enrollment: Enrollment) -> dict[str, str]:
    """What set it off, what was tried and what helped: codes of the list, or their own."""
    given = {
        name: item.answers[name]
        for name in ("trigger", "sign", "tool", "helped")
        if item.answers.get(name) is not None
    }
    codes = list(given.values())
    if not all(isinstance(code, str) and vocabulary.is_known(code) for code in codes):
        raise CannotBeTaken("codes")
    added = {code for code in codes if vocabulary.is_added(code)}
    if added - added_codes(enrollment.client, added):
        raise CannotBeTaken("codes")
    return given


def _take_draft(item: Item, enrollment: Enrollment, at: datetime) -> bool:
    """Half a check-in goes on where it was left, unless the client went on elsewhere.

    :raises HasPassed: when the day has newer answers, whole ones.
    """
    if Submission.objects.filter(client=enrollment.client_id, uuid=item.uuid).exists():
        return False
    if enrollment.state != Enrollment.State.ACTIVE:
        raise checkins.NotInCare
    drafts = enrollment.client.drafts.filter(kind=Draft.Kind.CHECKIN)
    own = drafts.filter(uuid=item.uuid).first()
    # It stays with the day it was begun on.
    happened_on = item.local_on or enrollment.client_day(item.occurred_at)
    local_on = own.local_on if own else happened_on
    today = enrollment.client_day(at)
    if local_on not in backfill_days(today) or local_on < enrollment.started_on:
        raise checkins.DayClosed
    day = enrollment.checkin_days.filter(local_on=local_on).first()
    if day is not None and day.is_whole and day.last_at >= item.occurred_at:
        raise HasPassed
    asking = asking_of(enrollment.client, past_day=local_on < today)
    answers = sayable(item, enrollment, asking)
    if not answers:
        raise CannotBeTaken("answers")
    begun = drafts.filter(local_on=local_on).first()
    changed_at = item.occurred_at
    if begun is not None:
        if begun.uuid == item.uuid and begun.changed_at >= item.occurred_at:
            return False
        is_newer = item.occurred_at >= begun.changed_at
        answers = begun.answers | answers if is_newer else answers | begun.answers
        changed_at = max(begun.changed_at, item.occurred_at)
    checkins.save_draft(
        client=enrollment.client,
        kind=Draft.Kind.CHECKIN,
        uuid=item.uuid,
        local_on=local_on,
        answers=answers,
        at=changed_at,
    )
    return True
