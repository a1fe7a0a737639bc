"""The clock on the wall where somebody is: their site's, or the client's own."""

from zoneinfo import ZoneInfo

from apps.accounts.models import User
from apps.care.models import Enrollment, Site

UTC = ZoneInfo("UTC")


def zone_of(user: User) -> ZoneInfo:
    """Staff of every site read the clock of the first."""
    if user.is_client:
        own = Enrollment.objects.filter(client__user=user)
        own = own.select_related("client", "program__site")
        enrollment = own.order_by("-started_on", "-pk").first()
        return enrollment.zone if enrollment is not None else UTC
    sites = Site.objects.filter(organization=user.organization_id).order_by("code")
    site = sites.filter(staff_roles__user=user).first() or sites.first()
    return site.zone if site is not None else UTC
