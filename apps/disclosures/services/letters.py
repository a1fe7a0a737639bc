"""A letter about attendance: made by staff, read by the client, then given out."""

from datetime import date, datetime

from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Enrollment
from apps.disclosures.models import Disclosure, Letter, SharingConsent
from apps.disclosures.rules import ATTENDANCE
from apps.disclosures.selectors import may_disclose, recipient_of
from apps.disclosures.services.asking_staff import ask_staff
from apps.disclosures.services.sharing import NoConsent, noting_refusals, write_down
from apps.sessions.models import Attendance, GroupSession

State = Letter.State


class NotReadYet(Exception):
    """Its client has not read it, or does not want it."""


class Settled(Exception):
    """It went out before."""


def days_of(enrollment: Enrollment, first: date, last: date) -> list[dict]:
    """Each planned day and whether they came. No reasons, no titles, no hours.

    Only closed rosters count, and a day that we cancelled is no day.
    """
    marks = (
        Attendance.objects.filter(
            enrollment=enrollment,
            group_session__in=GroupSession.objects.held()
            .on_days(first, last)
            .exclude(roster_closed_at=None),
        )
        .exclude(status=Attendance.Status.CANCELLED)
        .values_list("group_session__local_on", "status")
    )
    came: dict[date, bool] = {}
    for on, status in marks:
        came[on] = came.get(on, False) or status in Attendance.ATTENDED
    return [{"on": on.isoformat(), "came": came[on]} for on in sorted(came)]


def make(
    *,
    enrollment: Enrollment,
    consent: SharingConsent,
    from_on: date,
    to_on: date,
    at: datetime,
    by: Actor,
) -> Letter:
    """Write it and put it before the client. It does not go out yet.

    :raises NoConsent: when the consent does not cover attendance for its recipient now.
    """
    with noting_refusals(client=enrollment.client, at=at, by=by), transaction.atomic():
        allowed = may_disclose(
            client=enrollment.client,
            recipient=recipient_of(consent),
            category=ATTENDANCE,
            purpose=consent.purpose or "",
            at=at,
        )
        if allowed is None:
            raise NoConsent
        letter = Letter.objects.create(
            organization_id=enrollment.organization_id,
            client=enrollment.client,
            enrollment=enrollment,
            consent=allowed,
            from_on=from_on,
            to_on=to_on,
            days=days_of(enrollment, from_on, to_on),
            made_by_id=by.user_id,
            made_at=at,
        )
        _record("made", letter, at, by)
        return letter


@transaction.atomic
def open_letter(*, letter: Letter, at: datetime, by: Actor) -> None:
    """The client reads it. Opened again, nothing changes."""
    letter = _locked(letter)
    if letter.state != State.WAITING:
        return
    letter.state, letter.read_at = State.READ, at
    letter.save()
    _record("read", letter, at, by)


@transaction.atomic
def object_to(*, letter: Letter, words: str, at: datetime, by: Actor) -> None:
    """The client does not want it to go out; the team is asked to look.

    :raises Settled: when it went out before.
    """
    letter = _locked(letter)
    if letter.state == State.GIVEN:
        raise Settled
    if letter.state == State.OBJECTED:
        return
    letter.state, letter.objected_at = State.OBJECTED, at
    letter.objection = words.strip() or None
    letter.save()
    _record("objected", letter, at, by)
    ask_staff(client=letter.client, about="OBJECTED", key=letter.pk, at=at, by=by)


def give_out(*, letter: Letter, at: datetime, by: Actor) -> Disclosure:
    """It goes to its recipient, under the consent as it is at this instant.

    :raises NotReadYet: before its client read it, or when they objected.
    :raises Settled: when it went out before.
    :raises NoConsent: when the consent does not cover it any more.
    """
    with noting_refusals(client=letter.client, at=at, by=by), transaction.atomic():
        letter = _locked(letter)
        if letter.state == State.GIVEN:
            raise Settled
        if letter.state != State.READ:
            raise NotReadYet
        shared = write_down(
            client=letter.client,
            recipient=recipient_of(letter.consent),
            category=ATTENDANCE,
            purpose=letter.consent.purpose or "",
            what=_what(letter),
            at=at,
            by=by,
        )
        letter.state, letter.disclosure = State.GIVEN, shared
        letter.save()
        return shared


def _what(letter: Letter) -> str:
    """As the client reads it in the list of what was shared."""
    with translation.override(letter.client.language):
        return _("A letter about when I came, %(first)s to %(last)s") % {
            "first": date_format(letter.from_on, _("M j, Y")),
            "last": date_format(letter.to_on, _("M j, Y")),
        }


def _locked(letter: Letter) -> Letter:
    return (
        Letter.objects.select_for_update(of=("self",))
        .select_related("client", "consent")
        .get(pk=letter.pk)
    )


def _record(what: str, letter: Letter, at: datetime, by: Actor) -> None:
    record(
        action=f"disclosures.letter_{what}",
        at=at,
        by=by,
        subject=letter,
        client_id=letter.client_id,
    )
