"""Days against the usual ones: away for a while, one session more or less, another day."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.decorators import staff_only
from apps.care.models import Pause
from apps.care.services import pauses
from apps.desk.care_forms import AwayForm, BackForm, DayForm, InsteadForm
from apps.desk.care_page import room_words
from apps.desk.care_views import full_words, in_care, small_page
from apps.sessions import services
from apps.sessions.choices import open_rooms, own_rooms
from apps.sessions.models import Override
from apps.sessions.selectors import AHEAD
from apps.sessions.ways import day_words


@staff_only
@require_http_methods(["GET", "POST"])
def away(request, client_id):
    """Hospital, custody, travel, a higher level: nobody expects them, no clock runs."""
    at = timezone.now()
    enrollment = in_care(request, client_id, at)
    today = enrollment.program.site.local_date(at)
    form = AwayForm(request.POST or None, initial={"from_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            pauses.pause(
                enrollment=enrollment, at=at, by=request.actor, **form.cleaned_data
            )
        except pauses.PausesOverlap as overlap:
            form.add_error("from_on", _overlap_words(overlap.pause, today))
        except pauses.DaysInDisorder:
            form.add_error("from_on", _("Choose a day after they began."))
        else:
            messages.success(request, _("Written down. Their place stays theirs."))
            return redirect("desk:care", client_id)
    return small_page(
        request,
        enrollment,
        form,
        title=_("Away for a while"),
        lead=_(
            "Nobody expects them, no clock runs and nothing is sent. Seats are kept."
        ),
        said=_("Nobody expects you here for now. Your place stays yours."),
        action=_("Write it down"),
    )


@staff_only
@require_http_methods(["GET", "POST"])
def away_change(request, client_id, pk):
    """They are back, or will be: earlier or later than was thought."""
    at = timezone.now()
    enrollment = in_care(request, client_id, at)
    pause = get_object_or_404(
        Pause.objects.on_caseload_of(request.user, at).select_related(
            "enrollment__client"
        ),
        pk=pk,
        enrollment=enrollment,
    )
    today = enrollment.program.site.local_date(at)
    form = BackForm(request.POST or None, pause=pause, today=today)
    if request.method == "POST" and form.is_valid():
        last = pauses.back_on(form.cleaned_data["back_on"])
        try:
            pauses.end_pause(pause=pause, to_on=last, at=at, by=request.actor)
        except pauses.PausesOverlap as overlap:
            form.add_error("back_on", _overlap_words(overlap.pause, today))
        else:
            messages.success(request, _("Written down."))
            return redirect("desk:care", client_id)
    return small_page(
        request,
        enrollment,
        form,
        title=_("Back, or back soon"),
        lead=f"{pause.get_kind_display()} · {day_words(pause.from_on, today)}",
        action=_("Write it down"),
    )


@staff_only
@require_http_methods(["GET", "POST"])
def day(request, client_id):
    """One session falls out, one is added, or both: from any group with a seat."""
    at = timezone.now()
    enrollment = in_care(request, client_id, at)
    today = enrollment.program.site.local_date(at)
    own = {str(room.pk): room for room in own_rooms(enrollment, at)}
    others = {str(room.pk): room for room in open_rooms(enrollment, at)}
    form = DayForm(
        request.POST or None,
        own=[(key, room_words(room, today)) for key, room in own.items()],
        others=[
            (key, f"{room_words(room, today)} · {room.site.name}")
            for key, room in others.items()
        ],
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.swap_sessions(
                enrollment=enrollment,
                drop=own.get(data["drop"]),
                add=others.get(data["add"]),
                at=at,
                by=request.actor,
            )
        except services.GroupFull as full:
            form.add_error("add", full_words(full, today))
        else:
            messages.success(request, _("Changed. They see it on their schedule."))
            return redirect("desk:care", client_id)
    return small_page(
        request,
        enrollment,
        form,
        title=_("One day, other than usual"),
        lead=_("Only this once. Any group of the house with a seat can stand in."),
        action=_("Change it"),
    )


@staff_only
@require_http_methods(["GET", "POST"])
def instead(request, client_id):
    """Tuesday instead of Monday, for some weeks."""
    at = timezone.now()
    enrollment = in_care(request, client_id, at)
    today = enrollment.program.site.local_date(at)
    placement = enrollment.placement_on(today)
    form = InsteadForm(
        request.POST or None,
        weekdays=placement.weekdays,
        today=today,
        furthest=today + AHEAD,
    )
    if request.method == "POST" and form.is_valid():
        try:
            weeks = services.use_other_day(
                enrollment=enrollment, at=at, by=request.actor, **form.cleaned_data
            )
        except services.NothingToMove:
            form.add_error(
                "instead", _("Nothing is held on that day, or they come then already.")
            )
        except services.GroupFull as full:
            form.add_error("instead", full_words(full, today))
        else:
            words = ngettext(
                "Changed for %(n)s week.", "Changed for %(n)s weeks.", weeks
            )
            messages.success(request, words % {"n": weeks})
            return redirect("desk:care", client_id)
    return small_page(
        request,
        enrollment,
        form,
        title=_("Another day for a while"),
        lead=_("The days of the level stay; only these weeks are different."),
        action=_("Change it"),
    )


@staff_only
@require_POST
def day_back(request, client_id, pk):
    at = timezone.now()
    enrollment = in_care(request, client_id, at)
    override = get_object_or_404(
        Override.objects.on_caseload_of(request.user, at).select_related(
            "enrollment__client", "group_session"
        ),
        pk=pk,
        enrollment=enrollment,
        group_session__starts_at__gt=at,
    )
    try:
        services.take_back_override(override=override, at=at, by=request.actor)
    except services.GroupFull as full:
        today = enrollment.program.site.local_date(at)
        messages.warning(request, full_words(full, today))
    else:
        messages.success(request, _("As usual again."))
    return redirect("desk:care", client_id)


def _overlap_words(pause: Pause, today) -> str:
    return _("They are away from %(day)s already. Change that one.") % {
        "day": day_words(pause.from_on, today)
    }
