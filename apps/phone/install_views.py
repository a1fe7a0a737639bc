"""The app on the home screen of a phone: what it is called there, and how it gets there."""

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.common.identity import identity_of

# As --paper in static/css/tokens.css.
PAPER = "#fbf9f6"
PNG = "image/png"
# The kinds of scripts/icons.py that a manifest names.
ICONS = (
    ("192", "192x192", "any"),
    ("512", "512x512", "any"),
    ("maskable", "512x512", "maskable"),
)


@login_not_required
@require_safe
def manifest(request):
    """Asked for with the session: the name and the picture are the organization's choice."""
    name, icon = identity_of(request)
    return JsonResponse(
        {
            "id": "/",
            "scope": "/",
            "start_url": "/",
            "name": name,
            "short_name": name,
            "lang": get_language(),
            "display": "standalone",
            "background_color": PAPER,
            "theme_color": PAPER,
            "icons": [
                {
                    "src": static(f"icons/app-{icon}-{kind}.png"),
                    "sizes": sizes,
                    "type": PNG,
                    "purpose": purpose,
                }
                for kind, sizes, purpose in ICONS
            ],
            "shortcuts": [
                {"name": words, "url": reverse(page)}
                for words, page in (
                    (_("Check in"), "checkins:start"),
                    (_("Plan"), "plans:plan"),
                    (_("Help"), "home:help"),
                )
            ],
        },
        content_type="application/manifest+json",
    )


@login_not_required
@require_safe
def install(request):
    return render(request, "phone/install.html")
