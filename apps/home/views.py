"""The first page of a client, and the help that is there for everybody."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from apps.accounts.decorators import signed_in
from apps.care.how_to import every_how_to
from apps.checkins.endings import words_in
from apps.home.selectors import lines_by_site, record_of, today_of
from apps.plans.selectors import pinned_step


@signed_in
@require_GET
def today(request):
    """The front door: a client's day, or the staff's board."""
    if request.user.is_staff_member:
        return redirect("desk:board")
    at = timezone.now()
    client = request.user.client
    context = {"client": client, "opened": "step" in request.GET}
    if context["opened"]:
        context["step"] = pinned_step(client, get_language())
        # The card alone, for somebody who has the rest of the page before them.
        if request.htmx and not request.htmx.history_restore_request:
            return render(request, "home/today.html#my_plan", context)
    enrollment = record_of(request.user)
    if enrollment is None:
        return render(request, "home/between.html", context)
    context |= {
        "today": today_of(request.user, enrollment, at),
        "zone": enrollment.zone,
    }
    return render(request, "home/today.html", context)


@login_not_required
@require_GET
def help_page(request):
    context = {"words": words_in(get_language()), "sites": lines_by_site(request.user)}
    return render(request, "home/help.html", context)


@login_not_required
@require_GET
def tools(request):
    """How every skill is done. The same for everybody, signed in or not."""
    context = {"every_how_to": every_how_to(get_language())}
    return render(request, "home/tools.html", context)


@login_not_required
@require_GET
def away(request):
    """Where "Leave now" leads, and the way back from there.

    Both change one cookie of this browser and nothing else, so a link does it: the page
    has no form and no token, and is the same for everybody.
    """
    if "open" in request.GET:
        response = redirect("home:today")
        response.delete_cookie(settings.AWAY_COOKIE_NAME, samesite="Lax")
        return response
    response = neutral_page(request)
    # For as long as the browser is open. The script reads it when a page is shown again.
    response.set_cookie(
        settings.AWAY_COOKIE_NAME,
        "1",
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


def neutral_page(request):
    """A page that could be anybody's."""
    return render(request, "home/away.html")
