"""Where somebody goes next: where they wanted to, if that page is for people like them."""

from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def home_of(user) -> str:
    return reverse("desk:board" if user.is_staff_member else "home:today")


def landing(request, user=None) -> str:
    user = user or request.user
    wanted = safe_next(request)
    is_desk = wanted.startswith(reverse("desk:board"))
    return wanted if wanted and is_desk == user.is_staff_member else home_of(user)


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
