"""The first weekly template of a program. Later changes are made in the week itself."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.decorators import staff_only
from apps.common.typed import fill_in
from apps.sessions.services import BadRule, DoubleBooked, create_series
from apps.setup import selectors
from apps.setup.presets import PRESETS
from apps.setup.week_forms import SeriesForm

EMPTY = "empty"


@staff_only
@require_http_methods(["GET", "POST"])
def new_series(request, program_id):
    """GET fills the form from ``like``, or from the time of day while the week is empty."""
    program = get_object_or_404(selectors.programs_of(request.user), pk=program_id)
    at = timezone.now()
    levels = selectors.levels_of(request.user)
    like = request.GET.get("like", "")
    if like not in PRESETS and like != EMPTY:
        like = EMPTY if program.series.exists() else _usual(program)
    initial = {} if like == EMPTY else SeriesForm.filled_from(PRESETS[like], levels)
    form = SeriesForm(
        request.POST or None,
        program=program,
        leaders=selectors.staff_of(request.user),
        levels=levels,
        today=program.site.local_date(at),
        initial=initial,
    )
    if form.is_valid():
        try:
            create_series(**form.as_made(), at=at, by=request.actor)
        except DoubleBooked as error:
            form.say_taken(error)
        except BadRule as error:
            form.add_error("weekdays", error.words)
        else:
            return redirect("setup:site", program.site_id)
    context = {
        "form": fill_in(request, form),
        "program": program,
        "like": like,
        "presets": _presets(),
    }
    return render(request, "setup/series_form.html", context)


def _usual(program) -> str:
    return {"DAY": "day", "EVENING": "evening"}.get(program.track, EMPTY)


def _presets():
    return [
        ("day", _("Day IOP, 9:00 to 12:30")),
        ("evening", _("Evening IOP, 17:30 to 20:40")),
        ("whole-day", _("Day PHP, 9:00 to 15:15")),
        ("weekly", _("One group a week")),
        (EMPTY, _("Nothing filled in")),
    ]
