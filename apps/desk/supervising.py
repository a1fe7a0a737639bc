"""Pages for who answers for a house. Other staff get 404, as strangers do elsewhere."""

from functools import wraps
from zoneinfo import ZoneInfo

from django.http import Http404

from apps.accounts.decorators import staff_only
from apps.accounts.models import User
from apps.care.models import Site, StaffRole


def supervises(user: User) -> bool:
    return StaffRole.objects.filter(
        user=user,
        organization=user.organization_id,
        role=StaffRole.Role.SUPERVISOR,
    ).exists()


def house_zone(user: User) -> ZoneInfo:
    """The clock of the organization: its first site's."""
    sites = Site.objects.filter(organization=user.organization_id)
    return sites.order_by("code", "pk")[0].zone


def supervisor_only(view):
    @staff_only
    @wraps(view)
    def wrapped(request, *args, **kwargs):
        if not supervises(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped
