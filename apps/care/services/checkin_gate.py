"""Switching check-ins on and off at a site: never on while nobody reads them."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.care.models import Site
from apps.care.rules.checkin_gate import Cover, Gap, gaps_in


class CheckinsOff(Exception):
    """Nobody reads check-ins at this site, so none is taken."""


class NotCovered(Exception):
    """Something is missing before check-ins can be on; ``gaps`` says what."""

    def __init__(self, gaps: list[Gap]):
        super().__init__(", ".join(gaps))
        self.gaps = gaps


def gaps_of(site: Site) -> list[Gap]:
    """What is missing before check-ins can be on. Who no longer works here reads nothing."""
    return gaps_in(
        Cover(
            has_hours=bool(site.staffed_hours),
            has_on_call=site.on_call is not None and site.on_call.is_active,
            has_readers=any(reader.is_active for reader in site.checkin_readers.all()),
            kinds_of_lines={line.kind for line in site.lines.all()},
            after_hours=site.after_hours,
            holiday_cover=site.holiday_cover,
        )
    )


@transaction.atomic
def cover_checkins(
    *,
    site: Site,
    readers: Collection[User],
    after_hours: str,
    holiday_cover: str,
    on: bool | None,
    at: datetime,
    by: Actor,
) -> Site:
    """Say who reads and what happens otherwise; ``on`` None leaves the switch as it is.

    Off hides nothing that was said before.

    :raises NotCovered: when check-ins would be on and something is missing.
    """
    site = Site.objects.select_for_update(of=("self",)).get(pk=site.pk)
    was_on = site.checkins_on
    site.after_hours = after_hours.strip()
    site.holiday_cover = holiday_cover.strip()
    site.checkin_readers.set(readers)
    will_be_on = was_on if on is None else on
    if will_be_on and (gaps := gaps_of(site)):
        raise NotCovered(gaps)
    site.checkins_on = will_be_on
    site.save(update_fields=["after_hours", "holiday_cover", "checkins_on"])
    action = {(False, True): "care.checkins_on", (True, False): "care.checkins_off"}
    record(
        action=action.get((was_on, site.checkins_on), "care.checkins_covered"),
        at=at,
        by=by,
        subject=site,
        field_names=["after_hours", "checkin_readers", "holiday_cover"],
    )
    return site
