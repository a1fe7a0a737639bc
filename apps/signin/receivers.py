"""What every way in does besides opening: the app's own name, the language just chosen."""

from apps.audit.middleware import actor_of
from apps.care.models import Organization
from apps.common import identity
from apps.signin import services, sign_ins

# In the session of a visitor: chosen by hand, so it is theirs once we know who it is. The
# cookie alone may come from somebody else who had this phone.
CHOSEN = "language"


def wear_the_name(sender, request, user, **kwargs):
    organization = Organization.objects.filter(pk=user.organization_id).first()
    if organization is not None:
        identity.keep(
            request.session,
            name=organization.app_name,
            icon=organization.app_icon.lower(),
        )


def keep_the_language(sender, request, user, **kwargs):
    chosen = request.session.pop(CHOSEN, user.language)
    if chosen != user.language:
        # Django has just written down when this sign-in was.
        services.choose_language(
            user=user, language=chosen, at=user.last_login, by=actor_of(request)
        )


def leave_the_list(sender, request, user, **kwargs):
    """Signed out, by the person or because it ran out."""
    sign_ins.forget(request.session)
