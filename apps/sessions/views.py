"""The client's own week, and what is in the way of it."""

from datetime import date

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.decorators import client_only
from apps.sessions import services
from apps.sessions.forms import BarrierForm
from apps.sessions.schedule import pause_on, week_of
from apps.sessions.selectors import own_enrollment
from apps.sessions.ways import ask_words, way_of


@client_only
@require_GET
def schedule(request):
    at = timezone.now()
    enrollment = own_enrollment(request.user)
    context = {"enrollment": enrollment}
    if enrollment is not None:
        week = week_of(enrollment, _asked(request), at)
        context |= {"week": week, "pause": pause_on(enrollment, at)}
        context |= {"way": way_of(enrollment, at), "asked": ask_words(enrollment, at)}
    return render(request, "sessions/schedule.html", context)


@client_only
@require_POST
def in_the_way(request):
    """One tap, and back to where it was tapped, which says what becomes of it."""
    at = timezone.now()
    enrollment = own_enrollment(request.user)
    form = BarrierForm(request.POST)
    try:
        if enrollment is None or not form.is_valid():
            raise services.NothingToAsk
        services.answer_barrier(
            enrollment=enrollment,
            occurred_at=at,
            at=at,
            by=request.actor,
            **form.as_answered(),
        )
    except services.NothingToAsk:
        messages.info(request, _("That day has begun or changed. Look at your week."))
    back = "home:today" if request.POST.get("back") == "today" else "sessions:schedule"
    return redirect(back)


def _asked(request) -> date | None:
    """The day of ``?week=``; nonsense is this week."""
    try:
        return date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        return None
