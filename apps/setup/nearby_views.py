"""Meetings and help outside of each site. For program admins and case managers."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.decorators import staff_only
from apps.care.models import OutsidePlace
from apps.care.services import outside
from apps.common.typed import fill_in
from apps.setup import selectors
from apps.setup.nearby_forms import NearbyForm


@staff_only
@require_GET
def nearby(request):
    """Every site with what is near it, the ones nobody checked for long first."""
    at = timezone.now()
    context = {"sites": selectors.nearby_of(request.user, at)}
    return render(request, "setup/nearby.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def new_place(request, site_id):
    at = timezone.now()
    site = get_object_or_404(selectors.sites_of(request.user), pk=site_id)
    form = NearbyForm(request.POST or None, today=site.local_date(at))
    if form.is_valid():
        outside.add_outside_place(
            site=site, details=form.details, at=at, by=request.actor
        )
        messages.success(request, _("It is there now."))
        return redirect("setup:nearby")
    context = {"form": fill_in(request, form), "site": site}
    return render(request, "setup/nearby_form.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def change_place(request, pk):
    at = timezone.now()
    place = _place_or_404(request, pk)
    today = place.site.local_date(at)
    form = NearbyForm(request.POST or None, today=today, place=place)
    if form.is_valid():
        outside.change_outside_place(
            place=place, details=form.details, at=at, by=request.actor
        )
        messages.success(request, _("Saved."))
        return redirect("setup:nearby")
    context = {"form": fill_in(request, form), "site": place.site, "place": place}
    return render(request, "setup/nearby_form.html", context)


@staff_only
@require_POST
def checked(request, pk):
    at = timezone.now()
    place = _place_or_404(request, pk)
    today = place.site.local_date(at)
    outside.note_outside_checked(place=place, on=today, at=at, by=request.actor)
    return redirect("setup:nearby")


@staff_only
@require_POST
def shown(request, pk):
    outside.show_outside_place(
        place=_place_or_404(request, pk),
        shown=request.POST.get("shown") == "1",
        at=timezone.now(),
        by=request.actor,
    )
    return redirect("setup:nearby")


def _place_or_404(request, pk) -> OutsidePlace:
    places = OutsidePlace.objects.visible_to(request.user).select_related("site")
    return get_object_or_404(places, pk=pk)
