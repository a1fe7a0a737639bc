"""Take attendance: one tap for most, and close the roster when it is over."""

from contextlib import contextmanager
from datetime import date, datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from apps.accounts.decorators import staff_only
from apps.audit.services import record
from apps.common.typed import fill_in
from apps.desk.roster_forms import REASONS, CancelForm, ChangeForm, MarkForm
from apps.desk.roster_page import Roster, roster_of, rosters_on
from apps.sessions import services, wording
from apps.sessions.models import Attendance
from apps.sessions.topics import read_in


@staff_only
@require_GET
def rosters(request):
    at = timezone.now()
    try:
        asked = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        asked = None
    context = {"rosters": rosters_on(request.user, asked, at)}
    return render(request, "desk/rosters.html", context)


@staff_only
@require_GET
def roster(request, session_id):
    at = timezone.now()
    found = _roster(request, session_id, at, made_at=_moment(request.GET.get("all")))
    _note_read(request, found, at)
    topics = read_in(found.group_session, at, get_language()) if found.leads else []
    return render(request, "desk/roster.html", _context(found) | {"topics": topics})


@staff_only
@require_POST
def mark(request, session_id, enrollment_id):
    """One row: the row again for htmx, back to the page for a browser."""
    at = timezone.now()
    found = _roster(request, session_id, at)
    row = _row(found, enrollment_id)
    form = MarkForm(
        request.POST, group_session=found.group_session, current=row.mark, at=at
    )
    said = ""
    if form.is_valid() and _mark(form, found, row, at, request.actor):
        said = _afterwards(form)
        found = _roster(request, session_id, at)
        row = _row(found, enrollment_id)
    context = _context(found) | {"form": form, "touched": enrollment_id}
    if request.htmx:
        context |= {"row": row, "said": said, "swapped": True}
        return render(request, "desk/roster.html#row", context)
    if form.errors:
        return render(request, "desk/roster.html", context)
    if said:
        messages.info(request, said)
    return redirect(
        reverse("desk:roster", args=[session_id]) + f"#person-{enrollment_id}"
    )


@staff_only
@require_POST
def everybody(request, session_id):
    """The room is full. Back to the page, which offers to take it back for a while."""
    at = timezone.now()
    found = _whole(request, session_id, at)
    path = reverse("desk:roster", args=[session_id])
    try:
        made = services.mark_everybody(
            group_session=found.group_session, at=at, by=request.actor
        )
    except services.NotOpenYet:
        messages.warning(request, _("This roster is not open yet."))
    except (services.RosterClosed, services.SessionCancelled):
        messages.warning(request, _("It is over or cancelled already."))
    else:
        if made:
            path += "?" + urlencode({"all": at.isoformat()})
    return redirect(path)


@staff_only
@require_POST
def undo_everybody(request, session_id):
    at = timezone.now()
    found = _whole(request, session_id, at)
    made_at = _moment(request.POST.get("all"))
    try:
        count = made_at and services.take_back_everybody(
            group_session=found.group_session, made_at=made_at, at=at, by=request.actor
        )
    except (services.RosterClosed, services.SessionCancelled):
        count = 0
    if not count:
        messages.info(request, _("Too late to take back. Correct each row instead."))
    return redirect("desk:roster", session_id)


def _moment(said: str | None) -> datetime | None:
    """An instant as our own pages write it; nonsense is none."""
    try:
        moment = datetime.fromisoformat(said or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None


@staff_only
@require_http_methods(["GET", "POST"])
def close_roster(request, session_id):
    """GET says who will be written down as not here; POST closes."""
    at = timezone.now()
    found = _whole(request, session_id, at)
    if request.method == "POST":
        try:
            services.close_roster(
                group_session=found.group_session, at=at, by=request.actor
            )
        except services.RosterClosed:
            messages.info(request, _("Somebody closed it a moment ago."))
        except (services.NotBegun, services.SessionCancelled):
            messages.warning(request, _("It can be closed once it has begun."))
        else:
            messages.success(request, _("Closed. You can still correct it."))
        return redirect("desk:roster", session_id)
    _note_read(request, found, at)
    return render(request, "desk/roster_close.html", _context(found))


@staff_only
@require_http_methods(["GET", "POST"])
def change_session(request, session_id):
    """Another time, room or leader for this once."""
    at = timezone.now()
    found = _whole(request, session_id, at)
    group_session = found.group_session
    form = ChangeForm(request.POST or None, group_session=group_session)
    if form.is_valid():
        with _too_late(request), _in_the_way(form):
            services.change_session(
                group_session=group_session,
                at=at,
                by=request.actor,
                **form.as_changed(),
            )
            messages.success(request, _("Changed. People see it on their schedule."))
        if not form.errors:
            return redirect("desk:roster", session_id)
    cancel_path = reverse("desk:roster_cancel", args=[session_id])
    context = _context(found) | {
        "form": fill_in(request, form),
        "cancel_form": fill_in(request, CancelForm(), cancel_path),
    }
    return render(request, "desk/roster_change.html", context)


@staff_only
@require_POST
def cancel_session(request, session_id):
    at = timezone.now()
    found = _whole(request, session_id, at)
    form = CancelForm(request.POST)
    if not form.is_valid():
        change_form = ChangeForm(group_session=found.group_session)
        context = _context(found) | {"form": change_form, "cancel_form": form}
        return render(request, "desk/roster_change.html", context)
    with _too_late(request):
        services.cancel_session(
            group_session=found.group_session,
            at=at,
            by=request.actor,
            **form.cleaned_data,
        )
        messages.success(request, _("Cancelled. People see it on their schedule."))
    return redirect("desk:roster", session_id)


@contextmanager
def _too_late(request):
    try:
        yield
    except (services.RosterClosed, services.SessionCancelled):
        messages.warning(
            request, _("It is over or cancelled already. Nothing was changed.")
        )


@contextmanager
def _in_the_way(form):
    try:
        yield
    except services.DoubleBooked as refused:
        form.add_error(None, wording.taken(refused))
    except services.ClosedThen as refused:
        form.add_error(None, _("It is closed then: %(note)s") % {"note": refused.note})
    except services.TimeIsOver:
        form.add_error("begins", wording.TIME_IS_OVER)


def _roster(request, session_id, at, made_at=None) -> Roster:
    found = roster_of(request.user, session_id, at, made_at)
    if found is None:
        raise Http404
    return found


def _whole(request, session_id, at) -> Roster:
    """Only who sees everybody on it decides about all of it."""
    found = _roster(request, session_id, at)
    if not found.is_whole:
        raise Http404
    return found


def _row(found: Roster, enrollment_id):
    row = found.row(enrollment_id)
    if row is None:
        raise Http404
    return row


def _note_read(request, found: Roster, at) -> None:
    with transaction.atomic():
        record(
            action="desk.roster_read",
            at=at,
            by=request.actor,
            subject=found.group_session,
            client_ids=found.client_ids,
        )


def _mark(form: MarkForm, found: Roster, row, at, by) -> bool:
    room = found.group_session
    try:
        services.mark_attendance(
            group_session=room,
            enrollment=row.enrollment,
            at=at,
            by=by,
            **form.as_marked(),
        )
    except services.NotOpenYet:
        opens = wording.clock(room.starts_at - services.DOORS_OPEN, room.site.zone)
        form.add_error(None, _("This roster opens at %(time)s.") % {"time": opens})
    except services.SessionCancelled:
        form.add_error(None, _("This was cancelled a moment ago."))
    return not form.errors


def _afterwards(form: MarkForm) -> str:
    """What a person at the door should think of now."""
    if form.cleaned_data["mark"] == Attendance.Status.ONE_TO_ONE:
        return _("Ask for a medical look, and see that the ride home is safe.")
    return ""


def _context(found: Roster) -> dict:
    return {"roster": found, "room": found.group_session, "reasons": REASONS}
