"""Where somebody goes next: where they wanted to, if that page is for people like them."""

from urllib.parse import urlsplit

from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

from apps.common.routes import audience_of


def home_of(user) -> str:
    return reverse("desk:board" if user.is_staff_member else "home:today")


def landing(request, user=None) -> str:
    user = user or request.user
    wanted = safe_next(request)
    return wanted if wanted and _is_for(user, wanted) else home_of(user)


def _is_for(user, wanted: str) -> bool:
    try:
        view = resolve(urlsplit(wanted).path).func
    except Resolver404:
        return False
    return audience_of(view) in ("public", "everyone", user.kind.lower())


def safe_next(request) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if not wanted.startswith("/") or not url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None, require_https=request.is_secure()
    ):
        return ""
    return wanted


def with_next(request, name) -> str:
    wanted = safe_next(request)
    return reverse(name, query={"next": wanted} if wanted else None)
