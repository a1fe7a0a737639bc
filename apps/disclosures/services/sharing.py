"""The one way out: something goes to somebody under a consent, and is written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Client
from apps.disclosures.models import Disclosure
from apps.disclosures.notice import VERSION
from apps.disclosures.rules import Recipient
from apps.disclosures.selectors import may_disclose


class NoConsent(Exception):
    """No consent lets this go there for this now."""


@transaction.atomic
def write_down(
    *,
    client: Client,
    recipient: Recipient,
    category: str,
    purpose: str,
    what: str,
    at: datetime,
    by: Actor,
) -> Disclosure:
    """Write down that it goes out, if it may.

    :raises NoConsent: when no consent covers it at this instant.
    """
    consent = may_disclose(
        client=client,
        recipient=recipient,
        category=category,
        purpose=purpose,
        at=at,
        lock=True,
    )
    if consent is None:
        raise NoConsent
    shared = Disclosure.objects.create(
        organization_id=client.organization_id,
        client=client,
        consent=consent,
        basis=Disclosure.Basis.CONSENT,
        at=at,
        recipient={"name": recipient.name, "kind": recipient.kind},
        what=what,
        purpose=purpose,
        notice=VERSION,
        by_id=by.user_id,
    )
    record(
        action="disclosures.shared",
        at=at,
        by=by,
        subject=shared,
        client_id=client.pk,
    )
    return shared


@contextmanager
def noting_refusals(*, client: Client, at: datetime, by: Actor) -> Iterator[None]:
    """Around a transaction: what it refused for want of a consent is written down too."""
    try:
        yield
    except NoConsent:
        with transaction.atomic():
            record(action="disclosures.refused", at=at, by=by, client_id=client.pk)
        raise


def share(*, client: Client, at: datetime, by: Actor, **said) -> Disclosure:
    """As ``write_down``; a refusal leaves its trace."""
    with noting_refusals(client=client, at=at, by=by):
        return write_down(client=client, at=at, by=by, **said)
