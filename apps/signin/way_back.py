"""Where a form that came too late stood, and whether it is one that people fill in."""

from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from apps.common.routes import methods_of


def takes_forms_of_people(request, view_func) -> bool:
    """A page of somebody who is signed in; not what scripts send as JSON."""
    if request.method != "POST" or request.path.startswith("/api/"):
        return False
    # Codes and keys are no words of anybody: what is over is not kept.
    for says in ("before_second_step", "takes_secrets"):
        if getattr(view_func, says, False):
            return False
    return bool(getattr(view_func, "audience", ""))


def token_of(request) -> str:
    said = request.POST.get("csrfmiddlewaretoken")
    return said or request.headers.get("X-CSRFToken", "")


def page_of(request) -> str:
    """The page the form stood on; the nearest one above it when that cannot be opened."""
    named = (request.headers.get("HX-Current-URL"), request.headers.get("Referer"))
    for url in filter(None, named):
        try:
            there = urlsplit(url)
        except ValueError:
            # Some program wrote something else into the header.
            continue
        if there.netloc == request.get_host() and _opens(there.path):
            return there._replace(scheme="", netloc="", fragment="").geturl()
    if _opens(request.path):
        return request.get_full_path()
    path = request.path
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        if _opens(path):
            return path
    return path


def _opens(path: str) -> bool:
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    return "GET" in methods_of(view)
