"""Where somebody is on the way, and every change of it, each by a person on a small page."""

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.accounts.decorators import staff_only
from apps.audit.services import record
from apps.care.models import Enrollment
from apps.care.services.enrollments import AlreadyEnded
from apps.care.services.placements import (
    AlreadyPlanned,
    DayIsOver,
    NothingChanges,
    NothingPlanned,
)
from apps.common.typed import fill_in
from apps.desk.care_forms import (
    EndForm,
    LevelForm,
    PlacingForm,
)
from apps.desk.care_page import care_of, floor_warning, room_words, usual_week
from apps.sessions import services
from apps.sessions.ways import day_words


@staff_only
@require_GET
def care(request, client_id):
    at = timezone.now()
    enrollment = newest(Enrollment.objects.open_to(request.user, at), client_id)
    if enrollment is None:
        raise Http404
    found = care_of(enrollment, at)
    _note_read(request, enrollment, at)
    context = {
        "care": found,
        "client": enrollment.client,
        "zone": enrollment.program.site.zone,
        "may_change": enrollment.is_assigned,
        "overrides": [
            (each, room_words(each.group_session, found.today))
            for each in found.overrides
        ],
    }
    return render(request, "desk/care.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def level(request, client_id):
    """Another level, other days or another place, from a day on."""
    at = timezone.now()
    enrollment = in_care(request, client_id, at)
    today = enrollment.program.site.local_date(at)
    now = enrollment.placement_on(today)
    primary = enrollment.assignments.filter(role="PRIMARY", until=None).first()
    initial = {
        "level": now.level_id,
        "program": now.program_id,
        "weekdays": [str(day) for day in now.weekdays],
        "from_on": max(_next_monday(today), enrollment.started_on),
        "primary": primary.staff_id if primary else None,
    }
    form = LevelForm(
        request.POST or None,
        organization_id=enrollment.organization_id,
        today=today,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.change_level(
                enrollment=enrollment, at=at, by=request.actor, **data
            )
        except AlreadyPlanned as planned:
            form.add_error(
                None,
                _("A change is planned from %(day)s. Take that back first.")
                % {"day": day_words(planned.placement.from_on, today)},
            )
        except NothingChanges:
            form.add_error(None, _("This is how it is now. Change something."))
        except DayIsOver:
            form.add_error("from_on", _("Choose today or a day to come."))
        except services.GroupFull as full:
            form.add_error("weekdays", full_words(full, today))
        else:
            messages.success(request, _("Planned. They see it on their schedule."))
            _warn(request, data)
            return redirect("desk:care", client_id)
    said = _("From Monday: 3 days a week. You're never locked in.")
    return small_page(
        request,
        enrollment,
        form,
        title=_("Another level, days or place"),
        lead=_("It holds from that day on. What was stays as it was."),
        said=said,
        action=_("Plan it"),
    )


@staff_only
@require_POST
def level_back(request, client_id):
    at = timezone.now()
    enrollment = in_care(request, client_id, at)
    try:
        services.take_back_change(enrollment=enrollment, at=at, by=request.actor)
    except NothingPlanned:
        messages.info(request, _("Nothing is planned any more."))
    except services.GroupFull as full:
        today = enrollment.program.site.local_date(at)
        messages.warning(request, full_words(full, today))
    else:
        messages.success(request, _("Taken back. It stays as it is now."))
    return redirect("desk:care", client_id)


@staff_only
@require_http_methods(["GET", "POST"])
def end(request, client_id):
    """Completed, moved, or closed with the door open: always by a person."""
    at = timezone.now()
    enrollment = in_care(request, client_id, at)
    today = enrollment.program.site.local_date(at)
    form = EndForm(request.POST or None, first=enrollment.started_on, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_care(
                enrollment=enrollment, at=at, by=request.actor, **form.cleaned_data
            )
        except services.WasHereLater as later:
            form.add_error(
                "on",
                _("They were here on %(day)s. Choose that day or a later one.")
                % {"day": date_format(later.on, "D, M j")},
            )
        except AlreadyEnded:
            return redirect("desk:care", client_id)
        else:
            messages.success(request, _("Ended. The door stays open."))
            return redirect("desk:care", client_id)
    return small_page(
        request,
        enrollment,
        form,
        title=_("Completed, or closed with the door open"),
        lead=_(
            "Seats go to others and waiting messages are cancelled. "
            "Sign-in, plan, Help and their own data stay theirs."
        ),
        said=_("Your plan and the tools are still yours, any time. The door is open."),
        action=_("End it"),
        kind="danger",
    )


@staff_only
@require_http_methods(["GET", "POST"])
def again(request, client_id):
    """Coming back: a new episode, with everything that was theirs."""
    at = timezone.now()
    enrollment = assigned(request, client_id, at)
    if enrollment.state != Enrollment.State.ENDED:
        return redirect("desk:care", client_id)
    today = enrollment.program.site.local_date(at)
    client = enrollment.client
    last = enrollment.placement_on(enrollment.ended_on)
    former = services.former_primary(client)
    initial = {"from_on": today, "primary": former and former.pk}
    if last is not None:
        initial |= {
            "level": last.level_id,
            "program": last.program_id,
            "weekdays": [str(day) for day in last.weekdays],
        }
    form = PlacingForm(
        request.POST or None,
        organization_id=client.organization_id,
        today=today,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.begin_again(
                client=client,
                program=data["program"],
                level=data["level"],
                weekdays=data["weekdays"],
                started_on=data["from_on"],
                primary=data["primary"],
                at=at,
                by=request.actor,
            )
        except services.StillInCare:
            return redirect("desk:care", client_id)
        except services.StartsInThePast:
            form.add_error("from_on", _("Choose today or a day to come."))
        except services.GroupFull as full:
            form.add_error("weekdays", full_words(full, today))
        else:
            messages.success(request, _("They are back. Plan and history came along."))
            _warn(request, data)
            return _to_page(request, client_id)
    lead = _("Plan, triggers, own words and history come along.")
    if former is not None:
        lead += " " + _("%(name)s looked after them last time.") % {"name": former.name}
    return small_page(
        request,
        enrollment,
        form,
        title=_("Coming back"),
        lead=lead,
        said=_("Your place is here, and so is everything you made."),
        action=_("Begin again"),
    )


def newest(among, client_id) -> Enrollment | None:
    return (
        among.filter(client=client_id)
        .select_related("client", "program__site", "status")
        .order_by("-started_on", "-pk")
        .first()
    )


def assigned(request, client_id, at) -> Enrollment:
    """The latest episode of that client on this person's caseload, or 404."""
    found = newest(Enrollment.objects.on_caseload_of(request.user, at), client_id)
    if found is None:
        raise Http404
    return found


def in_care(request, client_id, at) -> Enrollment:
    """The same, while it is not over: what has ended is changed by nobody."""
    found = assigned(request, client_id, at)
    if found.state == Enrollment.State.ENDED:
        raise Http404
    return found


def small_page(
    request,
    enrollment,
    form,
    *,
    title,
    lead,
    action,
    said="",
    to_say="",
    kind="primary",
):
    """One form, with the words its client reads, or words to say to them."""
    if request.method == "GET":
        _note_read(request, enrollment, timezone.now())
    context = {
        "client": enrollment.client,
        "form": fill_in(request, form),
        "title": title,
        "lead": lead,
        "said": said or to_say,
        "to_say": to_say,
        "action": action,
        "kind": kind,
    }
    return render(request, "desk/care_form.html", context)


def _note_read(request, enrollment, at) -> None:
    with transaction.atomic():
        record(
            action="desk.care_read",
            at=at,
            by=request.actor,
            subject=enrollment,
            client_id=enrollment.client_id,
        )


def full_words(full, today) -> str:
    """Which sessions have no seat, and what can be done instead."""
    rooms = full.rooms
    first = room_words(rooms[0], today)
    words = _("%(room)s is full (%(taken)s of %(seats)s).") % {
        "room": first,
        "taken": rooms[0].seats_taken,
        "seats": rooms[0].capacity,
    }
    if len(rooms) > 1:
        words += " " + ngettext(
            "So is %(n)s more.", "So are %(n)s more.", len(rooms) - 1
        ) % {"n": len(rooms) - 1}
    return (
        words
        + " "
        + _("Choose other days or another place, or begin on %(day)s or later.")
        % {"day": date_format(full.room_from, "l, M j")}
    )


def _next_monday(today):
    return today + timedelta(days=7 - today.weekday())


def _warn(request, data) -> None:
    """Below what payers ask, it is planned all the same, and said."""
    week = usual_week(data["level"], data["program"], data["weekdays"], data["from_on"])
    if week is not None and (words := floor_warning(data["level"], week)):
        messages.warning(request, words)


def _to_page(request, client_id):
    """Their page, while it is still open to whoever began the new episode."""
    at = timezone.now()
    if newest(Enrollment.objects.on_caseload_of(request.user, at), client_id):
        return redirect("desk:care", client_id)
    return redirect("desk:people")
