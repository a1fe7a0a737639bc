"""The one way out: something goes to somebody under a consent, and is written down."""

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


def share(
    *,
    client: Client,
    recipient: Recipient,
    category: str,
    purpose: str,
    what: str,
    at: datetime,
    by: Actor,
) -> Disclosure:
    """Write down that it goes out, if it may. What is refused is written down too.

    :raises NoConsent: when no consent covers it at this instant.
    """
    try:
        with transaction.atomic():
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
    except NoConsent:
        with transaction.atomic():
            record(action="disclosures.refused", at=at, by=by, client_id=client.pk)
        raise
