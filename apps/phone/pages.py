"""The pages a phone keeps for when there is no network: public, the same for everybody."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from apps.care.how_to import every_how_to
from apps.checkins.endings import words_in
from apps.checkins.standard import check_in_page, moment_page
from apps.home.selectors import lines_by_site

HOME = "home"
# The page that stands in for the app after "Leave now".
AWAY = "away"
TEMPLATES = {
    HOME: "phone/offline_home.html",
    "help": "phone/offline_help.html",
    "tools": "phone/offline_tools.html",
    "check-in": "phone/offline_check_in.html",
    "moment": "phone/offline_moment.html",
    "plan": "phone/offline_plan.html",
    AWAY: "home/away.html",
}
LANGUAGES = tuple(code for code, _ in settings.LANGUAGES)


def url_of(page: str, language: str) -> str:
    if page == HOME:
        return reverse("phone:offline", args=[language])
    return reverse("phone:offline_page", args=[language, page])


def render_page(request: HttpRequest, page: str, language: str) -> str:
    """Nothing here may depend on ``request`` but the address it came to."""
    context = {
        "page": page,
        "language": language,
        "others": [
            (code, url_of(page, code)) for code in LANGUAGES if code != language
        ],
    }
    with translation.override(language):
        if page == "help":
            context |= {
                "words": words_in(language),
                "sites": lines_by_site(AnonymousUser()),
            }
        elif page == "tools":
            context["every_how_to"] = every_how_to(language)
        elif page == "check-in":
            context |= check_in_page(language)
        elif page == "moment":
            context |= moment_page(language)
        return render_to_string(TEMPLATES[page], context, request)
