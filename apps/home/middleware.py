from django.conf import settings
from django.urls import reverse
from django.utils import translation

from apps.home.views import neutral_page


class AwayMiddleware:
    """Between "Leave now" and the way back, every page is the neutral one.

    However it is asked for: the back button, a bookmark, the icon on the home screen. The
    browser remembers it in a cookie that says nothing about anybody, so it needs no script.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.COOKIES.get(settings.AWAY_COOKIE_NAME) and _wants_a_page(request):
            with translation.override(translation.get_language_from_request(request)):
                return neutral_page(request)
        return self.get_response(request)


def _wants_a_page(request) -> bool:
    """Not what scripts and the worker fetch for themselves, and not the way back."""
    return (
        request.method in ("GET", "HEAD")
        and "text/html" in request.headers.get("Accept", "")
        and "HX-Request" not in request.headers
        and request.path != reverse("home:away")
    )
