"""The week of a site: everybody of the staff reads it, a few change it."""

from contextlib import contextmanager
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from apps.accounts.decorators import staff_only
from apps.common.typed import fill_in
from apps.desk.week_forms import (
    LATER,
    AddSeriesForm,
    ChangeWeekForm,
    CloseForm,
    DayForm,
)
from apps.desk.week_page import (
    coming_holidays,
    may_change_week,
    occurrence_of,
    site_week,
    sites_of,
)
from apps.sessions import services, wording
from apps.sessions.models import Closure


@staff_only
@require_GET
def week(request):
    at, asked = timezone.now(), request.GET
    found = site_week(
        request.user,
        code=asked.get("site", ""),
        track=asked.get("track", ""),
        asked=_date(asked.get("week", "")),
        at=at,
    )
    return render(request, "desk/week.html", {"week": found})


@staff_only
@require_http_methods(["GET", "POST"])
def change(request, occurrence_id):
    """One form: this one, or this one and all later ones."""
    at, room = timezone.now(), _occurrence(request, occurrence_id)
    form = ChangeWeekForm(request.POST or None, room=room, series=room.series)
    if request.method == "POST" and form.is_valid():
        with _said_in(form):
            if form.cleaned_data["reach"] == LATER:
                services.change_series(
                    series=room.series,
                    from_on=room.series_on,
                    at=at,
                    by=request.actor,
                    **form.as_later(),
                )
            else:
                services.change_session(
                    group_session=room, at=at, by=request.actor, **form.as_once()
                )
            messages.success(request, _("Changed. People see it on their schedule."))
        if not form.errors:
            return redirect(_week_of(room.site, form.cleaned_data["on"]))
    context = {
        "room": room,
        "day": wording.day_words(room, at),
        "span": wording.span(room),
        "changes": wording.changes(room),
        "has_begun": room.starts_at <= at,
        "back": _week_of(room.site, room.local_on),
        "form": fill_in(request, form),
        "day_form": DayForm(),
    }
    return render(request, "desk/week_change.html", context)


@staff_only
@require_POST
def end(request, occurrence_id):
    """This group is not held from this day on."""
    room = _occurrence(request, occurrence_id)
    services.end_series(
        series=room.series, on=room.series_on, at=timezone.now(), by=request.actor
    )
    messages.success(request, _("It ends before this day. People see it."))
    return redirect(_week_of(room.site, room.local_on))


@staff_only
@require_POST
def single_day(request, occurrence_id):
    """One day out of the plan, or one more in it."""
    room = _occurrence(request, occurrence_id)
    form = DayForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose a day."))
        return redirect("desk:week_change", occurrence_id)
    what: dict[str, Any] = {
        "series": room.series,
        "on": form.cleaned_data["on"],
        "at": timezone.now(),
        "by": request.actor,
    }
    with _said_in(form):
        if request.POST.get("do") == "skip":
            services.skip_day(**what)
        else:
            services.add_day(**what)
        messages.success(request, _("Changed. People see it on their schedule."))
    for error in form.non_field_errors():
        messages.warning(request, error)
    return redirect(_week_of(room.site, what["on"]))


@staff_only
@require_http_methods(["GET", "POST"])
def add(request):
    at, site = timezone.now(), _site(request)
    form = AddSeriesForm(request.POST or None, site=site, today=site.local_date(at))
    if request.method == "POST" and form.is_valid():
        with _said_in(form):
            made = services.create_series(at=at, by=request.actor, **form.as_series())
            messages.success(request, _("Added. It is on the schedule for 12 weeks."))
            return redirect(_week_of(site, made.valid_from))
    context = {
        "site": site,
        "form": fill_in(request, form),
        "back": _week_of(site, site.local_date(at)),
    }
    return render(request, "desk/week_add.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def close(request):
    at, site = timezone.now(), _site(request)
    on = _date(request.GET.get("day", "")) or site.local_date(at)
    form = CloseForm(request.POST or None, site=site, on=on)
    if request.method == "POST" and form.is_valid():
        with _said_in(form):
            services.close_site(site=site, at=at, by=request.actor, **form.as_closure())
            messages.success(request, _("Closed. People see it on their schedule."))
            return redirect(_week_of(site, form.cleaned_data["first"]))
    context = {"site": site, "form": fill_in(request, form), "back": _week_of(site, on)}
    return render(request, "desk/week_close.html", context)


@staff_only
@require_POST
def reopen(request, closure_id):
    _changer(request)
    closures = Closure.objects.visible_to(request.user)
    closure = get_object_or_404(closures.select_related("site"), pk=closure_id)
    services.reopen(closure=closure, at=timezone.now(), by=request.actor)
    messages.success(request, _("Open again. What was cancelled for it is back."))
    return redirect(_week_of(closure.site, closure.site.local_date(closure.starts_at)))


@staff_only
@require_http_methods(["GET", "POST"])
def holidays(request):
    at, site = timezone.now(), _site(request)
    form = DayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day, days = form.cleaned_data["on"], set(coming_holidays(site, at))
        days = days - {day} if request.POST.get("do") == "open" else days | {day}
        services.set_holidays(site=site, days=days, at=at, by=request.actor)
        messages.success(request, _("Changed. People see it on their schedule."))
        return redirect(reverse("desk:week_holidays") + f"?site={site.code}")
    context = {
        "site": site,
        "days": coming_holidays(site, at),
        "form": fill_in(request, form),
        "back": _week_of(site, site.local_date(at)),
    }
    return render(request, "desk/week_holidays.html", context)


@contextmanager
def _said_in(form):
    """What a service refuses, in words over the form."""
    try:
        yield
    except services.BadRule as refused:
        form.add_error(None, str(refused.words))
    except services.DoubleBooked as refused:
        form.add_error(None, wording.taken(refused))
    except services.ClosedThen as refused:
        form.add_error(
            None, _("It is closed then: %(note)s") % {"note": _(refused.note)}
        )
    except services.BlocksDoNotFit:
        form.add_error(None, _("Its parts need more time than that."))
    except services.ChangedMeanwhile:
        form.add_error(
            None, _("Somebody changed it a moment ago. Open it anew and look again.")
        )
    except services.TimeIsOver:
        form.add_error("begins", wording.TIME_IS_OVER)
    except services.NotAClosure:
        form.add_error(None, _("That time is over, or ends before it begins."))
    except (
        services.HasBegun,
        services.SeriesEnded,
        services.RosterClosed,
        services.SessionCancelled,
    ):
        form.add_error(None, _("It is over or cancelled already. Nothing was changed."))


def _changer(request) -> None:
    if not may_change_week(request.user):
        raise Http404


def _occurrence(request, pk):
    _changer(request)
    room = occurrence_of(request.user, pk)
    if room is None:
        raise Http404
    return room


def _site(request):
    """The site of the page, of the house only."""
    _changer(request)
    code = request.GET.get("site", "")
    sites = sites_of(request.user)
    site = next((site for site in sites if site.code == code), None)
    if site is None and code:
        raise Http404
    if site is None and not sites:
        raise Http404
    return site or sites[0]


def _week_of(site, on: date) -> str:
    return reverse("desk:week") + f"?site={site.code}&week={on.isoformat()}"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
