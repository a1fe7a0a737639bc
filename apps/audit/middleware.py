import ipaddress

from django.utils.functional import SimpleLazyObject

from apps.audit.actors import Actor


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    prefix = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))


def actor_of(request) -> Actor:
    user = request.user
    signed_in = user.is_authenticated
    return Actor(
        user_id=user.pk if signed_in else None,
        role=user.kind if signed_in else "VISITOR",
        organization_id=user.organization_id if signed_in else None,
        source="API" if request.path.startswith("/api/") else "WEB",
        request_id=request.id,
        address=_network(request.META.get("REMOTE_ADDR", "")),
    )


class ActorMiddleware:
    """``request.actor``: lazily, because most static answers need none."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.actor = SimpleLazyObject(lambda: actor_of(request))
        return self.get_response(request)
