"""What somebody should know about their sign-ins: told on their own pages, in few words."""

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.signin import sign_ins
from apps.signin.limits import IN_ALL
from apps.signin.models import Notice, SignIn


def note_sign_in(*, user: User, row: SignIn, at: datetime) -> None:
    """Told where they are signed in already; the first place has nobody to tell."""
    elsewhere = [one for one in sign_ins.places_of(user, at) if one.pk != row.pk]
    if user.is_client and elsewhere:
        note_new(user=user, row=row, at=at)


def note_new(*, user: User, row: SignIn, at: datetime) -> None:
    Notice.objects.create(
        user=user,
        kind=Notice.Kind.NEW,
        sign_in=row.pk,
        device=row.device,
        at=at,
    )


def note_address(*, user: User, session, at: datetime) -> None:
    """Told at the other places, in case it was not them."""
    here = session.get(sign_ins.KEY)
    row = SignIn.objects.filter(pk=here).first()
    Notice.objects.create(
        user=user,
        kind=Notice.Kind.ADDRESS,
        sign_in=here,
        device=row.device if row else "",
        at=at,
    )


def note_end(*, user: User, at: datetime) -> None:
    """Their team ended all of them: told at the next one."""
    Notice.objects.create(user=user, kind=Notice.Kind.ENDED, at=at)


def told_to(user: User, session) -> list[Notice]:
    """Not where the new sign-in itself is."""
    rows = Notice.objects.visible_to(user).unseen().order_by("-at", "-pk")
    return [row for row in rows if str(row.sign_in) != session.get(sign_ins.KEY)]


@transaction.atomic
def say_seen(*, notice: Notice, at: datetime, by: Actor) -> None:
    if Notice.objects.unseen().filter(pk=notice.pk).update(seen_at=at):
        record(action="accounts.notice_seen", at=at, by=by, subject=notice)


def forget_old(at: datetime) -> None:
    """As old as no sign-in can be any more."""
    Notice.objects.filter(at__lte=at - max(IN_ALL.values())).delete()
