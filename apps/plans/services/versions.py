"""The life of a version: written, sent, read, answered, agreed. Each move is taken once."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client
from apps.care.rules import plan_rules
from apps.plans.models import Comment, PlanVersion
from apps.plans.selectors import live_parts
from apps.plans.services.events import note_event
from apps.plans.services.own_words import name_own_words, publish

State = PlanVersion.State

REVIEW_AFTER = {"OP": timedelta(days=60)}
REVIEW_AFTER_ELSE = timedelta(days=30)


class NotEditable(Exception):
    """The version is with the counselor, or it is over."""


class NotWaiting(Exception):
    """Nobody is asked to read this version: a colleague answered, or it was taken back."""


class AlreadyBeingRead(Exception):
    """The counselor has begun to read: it cannot be taken back any more."""


class AgreedStands(Exception):
    """There is an agreed version: a new one is started from it on purpose."""


class NothingAgreed(Exception):
    """A next version needs an agreed one to start from."""


class NeedsComment(Exception):
    """Ideas are sent back with at least one idea."""


class NeedsAffirmation(Exception):
    """Ideas are sent back with one true thing that was liked."""


class ReviewInThePast(Exception):
    """The next look together lies ahead."""


@transaction.atomic
def start_draft(*, client: Client, at: datetime, by: Actor) -> PlanVersion:
    """The version the client writes in; made when there is none, so two taps are one.

    :raises NotEditable: when the open version is with the counselor.
    :raises AgreedStands: when the plan is agreed; see ``start_next_version``.
    """
    Client.objects.select_for_update().get(pk=client.pk)
    version = client.plan_versions.open().first()
    if version is not None:
        if not version.is_editable:
            raise NotEditable
        return version
    if client.plan_versions.agreed().exists():
        raise AgreedStands
    return _next_version(client, at, by)


@transaction.atomic
def start_next_version(*, client: Client, at: datetime, by: Actor) -> PlanVersion:
    """Version n+1, prefilled; the agreed one stays in use until the new one is agreed.

    :raises NothingAgreed: when there is no agreed version.
    """
    Client.objects.select_for_update().get(pk=client.pk)
    if not client.plan_versions.agreed().exists():
        raise NothingAgreed
    version = client.plan_versions.open().first()
    return version or _next_version(client, at, by)


def _next_version(client, at, by, *, after: PlanVersion | None = None) -> PlanVersion:
    """``after`` is the version just taken back, else the agreed one is continued."""
    base = after or client.plan_versions.agreed().first()
    last = client.plan_versions.aggregate(last=Max("number"))["last"] or 0
    version = PlanVersion.objects.create(
        organization_id=client.organization_id,
        client=client,
        number=last + 1,
        content=base.content if base else {},
        answered_content=after.answered_content if after else None,
        created_at=at,
        changed_at=at,
    )
    _record("plans.draft_started", version, at, by)
    return version


@transaction.atomic
def save_section(
    *, version: PlanVersion, section: str, data: dict, at: datetime, by: Actor
) -> PlanVersion:
    """Write one section and publish its words to the check-in.

    :raises NotEditable: when the version is with the counselor, or over.
    :raises plan_rules.PlanProblem: when the content does not fit the section.
    """
    version = PlanVersion.objects.select_for_update().get(pk=version.pk)
    if not version.is_editable:
        raise NotEditable
    named = name_own_words(client=version.client, section=section, data=data)
    cleaned = plan_rules.clean_section(section, named)
    version.content = {**version.content, section: cleaned}
    version.changed_at = at
    version.save(update_fields=["content", "changed_at"])
    publish(
        client=version.client,
        content=version.content,
        kit_order=live_parts(version.client).kit_order,
    )
    _record("plans.section_saved", version, at, by, field_names=[section])
    note_event(client=version.client, at=at, by=by)
    return version


@transaction.atomic
def write_section(
    *, client: Client, section: str, data: dict, at: datetime, by: Actor
) -> PlanVersion:
    """Write in the client's draft, which begins with the first words.

    :raises NotEditable: when the plan is with the counselor.
    :raises AgreedStands: when it is agreed and no new version was started.
    :raises plan_rules.PlanProblem: when the content does not fit the section.
    """
    version = start_draft(client=client, at=at, by=by)
    return save_section(version=version, section=section, data=data, at=at, by=by)


@transaction.atomic
def send_plan(*, version: PlanVersion, at: datetime, by: Actor) -> None:
    """Hand it to the counselor. What is still open becomes "to do together".

    :raises NotEditable: when it was sent before, or is over.
    """
    _move(version, PlanVersion.EDITABLE, State.SUBMITTED, NotEditable, submitted_at=at)
    _record("plans.sent", version, at, by)
    note_event(client=version.client, at=at, by=by)


@transaction.atomic
def withdraw(*, version: PlanVersion, at: datetime, by: Actor) -> PlanVersion:
    """Take it back before it is read; writing goes on in a new draft with the same words.

    :raises AlreadyBeingRead: once the counselor has begun.
    """
    _move(version, (State.SUBMITTED,), State.WITHDRAWN, AlreadyBeingRead)
    _record("plans.withdrawn", version, at, by)
    note_event(client=version.client, at=at, by=by)
    return _next_version(version.client, at, by, after=version)


@transaction.atomic
def open_for_review(*, version: PlanVersion, at: datetime, by: Actor) -> None:
    """
    :raises NotWaiting: when it is not waiting, or a colleague began to read it.
    """
    _move(version, (State.SUBMITTED,), State.IN_REVIEW, NotWaiting)
    _record("plans.reading_started", version, at, by)


@transaction.atomic
def comment(
    *,
    version: PlanVersion,
    section: str,
    step: str,
    text: str,
    at: datetime,
    by: Actor,
) -> Comment:
    """Say something about a section or a step; the client sees it at that place.

    :raises NotWaiting: when the version is not with the counselor.
    """
    _move(version, PlanVersion.WAITING, State.IN_REVIEW, NotWaiting)
    written = Comment.objects.create(
        version=version, section=section, step=step, by_id=by.user_id, at=at, text=text
    )
    _record("plans.commented", version, at, by, field_names=[section])
    return written


@transaction.atomic
def ask_for_changes(
    *, version: PlanVersion, affirmation: str, at: datetime, by: Actor
) -> None:
    """Send ideas back, never without one thing that was liked.

    :raises NeedsAffirmation: without it.
    :raises NeedsComment: without a comment since it was sent.
    :raises NotWaiting: when a colleague was faster.
    """
    if not affirmation.strip():
        raise NeedsAffirmation
    _move(
        version,
        PlanVersion.WAITING,
        State.CHANGES_REQUESTED,
        NotWaiting,
        decided_at=at,
        decided_by=by.user_id,
    )
    since_sent = version.comments.about_a_section().filter(at__gte=version.submitted_at)
    if not since_sent.exists():
        raise NeedsComment
    Comment.objects.create(
        version=version, by_id=by.user_id, at=at, text=affirmation.strip()
    )
    version.answered_content = version.content
    version.save(update_fields=["answered_content"])
    _record("plans.ideas_sent", version, at, by)
    note_event(client=version.client, at=at, by=by)


@transaction.atomic
def agree(
    *, version: PlanVersion, review_due_on: date, at: datetime, by: Actor
) -> None:
    """From now on this is the plan; the version agreed before is kept as it was.

    :raises NotWaiting: when a colleague was faster, or it was taken back.
    :raises ReviewInThePast: when the review date has passed already.
    """
    if review_due_on <= at.date():
        raise ReviewInThePast
    version.client.plan_versions.agreed().update(state=State.SUPERSEDED)
    _move(
        version,
        PlanVersion.WAITING,
        State.APPROVED,
        NotWaiting,
        decided_at=at,
        decided_by=by.user_id,
        review_due_on=review_due_on,
    )
    _record("plans.agreed", version, at, by)
    note_event(client=version.client, at=at, by=by)


@transaction.atomic
def keep_plan(
    *, version: PlanVersion, review_due_on: date, at: datetime, by: Actor
) -> None:
    """Looked at again together, and it stays as it is until then.

    :raises NothingAgreed: when the version is not the agreed one.
    :raises ReviewInThePast: when the review date has passed already.
    """
    if review_due_on <= at.date():
        raise ReviewInThePast
    _move(
        version,
        (State.APPROVED,),
        State.APPROVED,
        NothingAgreed,
        review_due_on=review_due_on,
        kept_at=at,
    )
    _record("plans.kept", version, at, by)
    note_event(client=version.client, at=at, by=by)


def review_date(level_code: str, today: date) -> date:
    """When to look at a plan again that is agreed today."""
    return today + REVIEW_AFTER.get(level_code, REVIEW_AFTER_ELSE)


def _move(version, from_states, to_state, refusal, **values) -> None:
    """Compare-and-set in one statement: of two at the same moment, one gets it."""
    moved = PlanVersion.objects.filter(pk=version.pk, state__in=from_states).update(
        state=to_state, **values
    )
    version.refresh_from_db()
    if not moved:
        raise refusal


def _record(action, version, at, by, field_names=None) -> None:
    record(
        action=action,
        at=at,
        by=by,
        subject=version,
        client_id=version.client_id,
        field_names=field_names,
    )
