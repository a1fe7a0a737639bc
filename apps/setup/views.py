"""A new site, from nothing to a week that people come to. For program admins."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.decorators import staff_only
from apps.care.models import LevelOfCare
from apps.common.typed import fill_in
from apps.setup import selectors
from apps.setup.checkin_words import GAP_FIELDS, GAP_WORDS, gap_sentences
from apps.setup.forms import LevelForm, ProgramForm, SiteForm, today_of
from apps.setup.services import places
from apps.setup.week_table import days_in_words


@staff_only
@require_GET
def start(request):
    """Every site, and what is missing before it works."""
    context = {
        "cards": selectors.site_cards(request.user, timezone.now()),
        "levels": selectors.levels_of(request.user),
    }
    return render(request, "setup/start.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def new_site(request):
    form = _site_form(request)
    if form.is_valid():
        house = selectors.house_of(request.user)
        site = _taken_or_saved(
            form,
            places.open_site,
            organization=house,
            details=form.details,
            at=timezone.now(),
            by=request.actor,
        )
        if site is not None:
            return redirect("setup:new_program", site.pk)
    context = {"form": fill_in(request, form), "site": None}
    return render(request, "setup/site_form.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def change_site(request, site_id):
    site = get_object_or_404(selectors.sites_of(request.user), pk=site_id)
    form = _site_form(request, site)
    if form.is_valid():
        saved = _taken_or_saved(
            form,
            places.change_site,
            site=site,
            details=form.details,
            at=timezone.now(),
            by=request.actor,
        )
        if saved is not None:
            return redirect("setup:site", site.pk)
    context = {"form": fill_in(request, form), "site": site}
    return render(request, "setup/site_form.html", context)


def _site_form(request, site=None) -> SiteForm:
    zone = selectors.zone_of_house(request.user)
    form = SiteForm(
        request.POST or None,
        staff=selectors.staff_of(request.user, selectors.ON_CALL),
        today=today_of(site, zone, timezone.now()),
        site=site,
        initial={} if site or zone is None else {"timezone": str(zone)},
    )
    return form.without_holidays() if site and selectors.has_week(site) else form


def _taken_or_saved(form, save, **what):
    """What was saved, or nothing with the reason at the field."""
    try:
        return save(**what)
    except places.NameTaken:
        field = "code" if "code" in form.fields else "name"
        form.add_error(field, _("Another one here is called so. Choose another name."))
    except places.NotCovered as uncovered:
        for gap in uncovered.gaps:
            form.add_error(GAP_FIELDS[gap], GAP_WORDS[gap].stays)
    except places.AppNameTells:
        form.add_error(
            "name",
            _("The app is called like this on phones, and would say where people go."),
        )
    return None


@staff_only
@require_GET
def site(request, site_id):
    site = get_object_or_404(selectors.sites_of(request.user), pk=site_id)
    at = timezone.now()
    [card] = selectors.site_cards(request.user, at, only=site)
    weeks: dict = {program: [] for program in card.programs}
    for series in selectors.week_of(site, site.local_date(at)):
        weeks[series.program].append((series, days_in_words(series.rrule)))
    context = {
        "card": card,
        "site": card.site,
        "weeks": weeks.items(),
        "checkin_gaps": gap_sentences(card.site),
    }
    return render(request, "setup/site.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def new_program(request, site_id):
    site = get_object_or_404(selectors.sites_of(request.user), pk=site_id)
    form = ProgramForm(request.POST or None, initial={"track": "DAY"})
    if form.is_valid():
        program = _taken_or_saved(
            form,
            places.open_program,
            site=site,
            **form.cleaned_data,
            at=timezone.now(),
            by=request.actor,
        )
        if program is not None:
            return redirect("setup:new_series", program.pk)
    context = {"form": fill_in(request, form), "site": site, "program": None}
    return render(request, "setup/program_form.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def change_program(request, program_id):
    program = get_object_or_404(selectors.programs_of(request.user), pk=program_id)
    initial = {name: getattr(program, name) for name in ProgramForm.base_fields}
    form = ProgramForm(request.POST or None, initial=initial)
    if form.is_valid():
        saved = _taken_or_saved(
            form,
            places.change_program,
            program=program,
            **form.cleaned_data,
            at=timezone.now(),
            by=request.actor,
        )
        if saved is not None:
            return redirect("setup:site", program.site_id)
    context = {"form": fill_in(request, form), "site": program.site, "program": program}
    return render(request, "setup/program_form.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def new_level(request):
    return _level(request, LevelOfCare(), _("It is there now."))


@staff_only
@require_http_methods(["GET", "POST"])
def level(request, level_id):
    found = get_object_or_404(selectors.levels_of(request.user), pk=level_id)
    return _level(request, found, _("Saved."))


def _level(request, level, said):
    form = LevelForm(request.POST or None, instance=level)
    if form.is_valid():
        house = selectors.house_of(request.user)
        saved = _taken_or_saved(
            form,
            places.save_level,
            organization=house,
            level=form.instance,
            at=timezone.now(),
            by=request.actor,
        )
        if saved is not None:
            messages.success(request, said)
            return redirect("setup:start")
    context = {"form": fill_in(request, form), "is_new": level._state.adding}
    return render(request, "setup/level_form.html", context)
