"""The client's own week."""

from datetime import date

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.accounts.decorators import client_only
from apps.sessions.schedule import pause_on, way_of, week_of
from apps.sessions.selectors import own_enrollment


@client_only
@require_GET
def schedule(request):
    at = timezone.now()
    enrollment = own_enrollment(request.user)
    context = {"enrollment": enrollment}
    if enrollment is not None:
        week = week_of(enrollment, _asked(request), at)
        context |= {"week": week, "pause": pause_on(enrollment, at)}
        context["way"] = way_of(enrollment, at)
    return render(request, "sessions/schedule.html", context)


def _asked(request) -> date | None:
    """The day of ``?week=``; nonsense is this week."""
    try:
        return date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        return None
