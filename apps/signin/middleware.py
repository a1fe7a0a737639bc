from django.contrib.auth import logout
from django.utils import timezone

from apps.care.models import Organization
from apps.common import identity
from apps.signin import limits


def stamp(sender, request, user, **kwargs):
    """Every way in passes here, the library's too."""
    limits.begin(request.session, user=user, at=timezone.now())
    organization = Organization.objects.filter(pk=user.organization_id).first()
    if organization is not None:
        identity.keep(
            request.session,
            name=organization.app_name,
            icon=organization.app_icon.lower(),
        )


class SessionLimitsMiddleware:
    """End a sign-in that ran out, before anything of it is shown."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            at = timezone.now()
            if limits.has_run_out(request.session, user=request.user, at=at):
                logout(request)
            elif not _asks_by_itself(request):
                limits.note(request.session, at=at)
        return self.get_response(request)


def _asks_by_itself(request) -> bool:
    """A page that polls says what it ``have``s. Nobody is there because of that."""
    return "HX-Request" in request.headers and "have" in request.GET
