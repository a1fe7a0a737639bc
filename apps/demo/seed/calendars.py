"""Two people have their times in a calendar of their own. Nobody knows the addresses."""

from datetime import datetime, timedelta

from apps.audit.actors import Actor
from apps.care.models import Enrollment, Organization
from apps.feeds.models import CalendarFeed
from apps.feeds.services import make_feed

DAYS_AGO = timedelta(days=20)


def build(organization: Organization, at: datetime) -> None:
    people = Enrollment.objects.active().filter(
        organization=organization,
        client__user__isnull=False,
        client__monitored_phone=False,
        client__no_phone=False,
    )
    rows = people.select_related("client__user").order_by("started_on", "pk")[:2]
    said = [(CalendarFeed.Title.BUSY, ""), (CalendarFeed.Title.OWN, "Errands")]
    for enrollment, (title_kind, title) in zip(rows, said, strict=False):
        client = enrollment.client
        make_feed(
            client=client,
            title_kind=title_kind,
            title=title,
            with_place=False,
            language=client.language,
            at=at - DAYS_AGO,
            by=Actor(
                user_id=client.user_id,
                role="CLIENT",
                organization_id=client.organization_id,
            ),
        )
