"""Answers on their way: kept sealed on the server until they are sent."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q

from apps.care.models import Client
from apps.checkins.models import Draft

# Longer than any day stays open.
KEPT_FOR = timedelta(days=7)


@transaction.atomic
def save_draft(
    *,
    client: Client,
    kind: str,
    uuid: UUID,
    local_on: date,
    answers: dict,
    at: datetime,
) -> Draft:
    """Keep what is answered so far: one check-in a day, one look back a week (by the day
    it was due), any number of moments.

    A check-in already begun on another page keeps its UUID. A UUID that something else
    of theirs was begun under gives way to a new one.
    """
    mine = {"client": client, "kind": kind}
    mine |= {"uuid": uuid} if kind == Draft.Kind.MOMENT else {"local_on": local_on}
    given = {"answers": answers, "changed_at": at}
    try:
        draft, _ = Draft.objects.update_or_create(
            **mine,
            defaults=given,
            create_defaults=given | {"uuid": uuid, "local_on": local_on},
        )
    except IntegrityError:
        draft = Draft.objects.create(
            client=client, kind=kind, uuid=uuid4(), local_on=local_on, **given
        )
    return draft


def clear_drafts(
    *, client_id: UUID, uuid: UUID, at: datetime, sent: Collection[str] = ()
) -> None:
    """The answers were sent. What nobody can send any more goes with them.

    ``sent`` names what was answered. A single answer under the UUID of a check-in that was
    begun does not take the rest of it away.
    """
    done = Q(uuid=uuid)
    if sent and "craving_peak" not in sent:
        begun = Draft.objects.filter(client=client_id, uuid=uuid).first()
        if begun is not None and begun.answers.keys() - {*sent}:
            done = Q(pk=None)
    Draft.objects.filter(
        done | Q(changed_at__lt=at - KEPT_FOR), client=client_id
    ).delete()
