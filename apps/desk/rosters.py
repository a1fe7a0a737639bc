"""Take attendance: one tap for most, and close the roster when it is over."""

from datetime import date

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from apps.accounts.decorators import staff_only
from apps.audit.services import record
from apps.desk.roster_forms import CancelForm, ChangeForm, MarkForm
from apps.desk.roster_page import Roster, roster_of, rosters_on
from apps.sessions import services
from apps.sessions.models import Attendance


@staff_only
@require_GET
def rosters(request):
    at = timezone.now()
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = None
    context = {"rosters": rosters_on(request.user, day, at)}
    return render(request, "desk/rosters.html", context)


@staff_only
@require_GET
def roster(request, session_id):
    at = timezone.now()
    found = _roster(request, session_id, at)
    with transaction.atomic():
        record(
            action="desk.roster_read",
            at=at,
            by=request.actor,
            subject=found.group_session,
            client_ids=found.client_ids,
        )
    return render(request, "desk/roster.html", _context(found, at))


@staff_only
@require_POST
def mark(request, session_id, enrollment_id):
    """One row: the row again for htmx, the page for a browser."""
    at = timezone.now()
    found = _roster(request, session_id, at)
    row = found.row(enrollment_id)
    if row is None:
        raise Http404
    form = MarkForm(
        request.POST, group_session=found.group_session, current=row.mark, at=at
    )
    said = ""
    if form.is_valid():
        said = _mark(form, found, row, at, request.actor)
        found = _roster(request, session_id, at)
        row = found.row(enrollment_id)
    if request.htmx:
        context = {"row": row, "form": form, "said": said, "swapped": True}
        return render(request, "desk/roster.html#row", _context(found, at) | context)
    if not form.is_valid():
        context = {"wrong": row.enrollment.pk, "form": form}
        return render(request, "desk/roster.html", _context(found, at) | context)
    if said:
        messages.info(request, f"{row.name}: {said}")
    return redirect(f"{request.path.rpartition('/people/')[0]}/#person-{enrollment_id}")
