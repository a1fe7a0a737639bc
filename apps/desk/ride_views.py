"""Rides of one client, for who looks after them; and the door, for the front desk."""

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from apps.accounts.decorators import staff_only
from apps.audit.services import record
from apps.care.models import Enrollment
from apps.common.typed import fill_in
from apps.desk.door import arrivals_of
from apps.desk.ride_forms import RideForm
from apps.sessions import services
from apps.sessions.arriving import ride_words, rides_of
from apps.sessions.models import Ride
from apps.sessions.selectors import expected_sessions

AHEAD = timedelta(weeks=2)


@staff_only
@require_http_methods(["GET", "POST"])
def rides(request, client_id):
    """What is booked for the next two weeks, and one more."""
    at = timezone.now()
    enrollment = _enrollment(request, client_id, at)
    coming = expected_sessions(enrollment, at, at + AHEAD).held().select_related("site")
    form = RideForm(request.POST or None, sessions=list(coming), at=at)
    if form.is_valid():
        try:
            services.book_ride(
                enrollment=enrollment,
                booked_by=request.user,
                at=at,
                by=request.actor,
                **form.as_booked(),
            )
        except services.AlreadyBooked:
            form.add_error("picks_up", _("They have a ride at that time."))
        else:
            messages.success(request, _("Booked. They see it on their phone."))
            return redirect("desk:rides", client_id)
    site = enrollment.program.site
    today = site.local_date(at)
    booked = rides_of(enrollment, today, today + AHEAD)
    with transaction.atomic():
        record(
            action="desk.rides_read",
            at=at,
            by=request.actor,
            subject=enrollment,
            client_id=enrollment.client_id,
        )
    context = {
        "enrollment": enrollment,
        "form": fill_in(request, form),
        "rides": [(ride, ride_words(ride, site)) for ride in booked],
    }
    return render(request, "desk/rides.html", context)


@staff_only
@require_POST
def ride_off(request, ride_id):
    at = timezone.now()
    ride = get_object_or_404(Ride.objects.on_caseload_of(request.user, at), pk=ride_id)
    services.call_off_ride(ride=ride, at=at, by=request.actor)
    messages.info(request, _("Called off. Give them a call if it is soon."))
    return redirect("desk:rides", ride.enrollment.client_id)


@staff_only
@require_GET
def arrivals(request):
    at = timezone.now()
    door = arrivals_of(request.user, at)
    with transaction.atomic():
        record(
            action="desk.arrivals_read",
            at=at,
            by=request.actor,
            client_ids=door.client_ids,
        )
    return render(request, "desk/arrivals.html", {"door": door})


def _enrollment(request, client_id, at) -> Enrollment:
    mine = Enrollment.objects.on_caseload_of(request.user, at)
    open_ones = mine.exclude(state=Enrollment.State.ENDED)
    found = (
        open_ones.filter(client=client_id)
        .select_related("client", "program__site")
        .first()
    )
    if found is None:
        raise Http404
    return found
