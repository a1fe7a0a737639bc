"""A supervisor looks into who looked. Each look of theirs is written down as well."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from apps.audit.services import record
from apps.desk.look_forms import SearchForm
from apps.desk.looks import questions, search
from apps.desk.supervising import supervisor_only
from apps.lifecycle.selectors import house_zone

WEEK = timedelta(days=7)
EARLIEST = date(2000, 1, 1)


@supervisor_only
@require_http_methods(["GET", "POST"])
def looks(request):
    """The search. It is sent by POST; nothing changes by it but the log."""
    house = request.user.organization_id
    context = {"zone": house_zone(request.user)}
    if request.method == "GET":
        context["form"] = SearchForm(house=house)
        return render(request, "desk/looks.html", context)
    form = SearchForm(request.POST, house=house)
    context["form"] = form
    if form.is_valid():
        page = form.page()
        found = search(
            request.user, page=page, zone=context["zone"], **form.cleaned_data
        )
        _note(request, "desk.looks_read", found.client_ids)
        context |= {
            "found": found,
            "page": page,
            "before": page - 1,
            "after": page + 1,
        }
    return render(request, "desk/looks.html", context)


@supervisor_only
@require_GET
def unusual(request):
    """The seven days that end with the one asked for, or with today."""
    zone = house_zone(request.user)
    today = timezone.now().astimezone(zone).date()
    try:
        asked = date.fromisoformat(request.GET.get("until", ""))
    except ValueError:
        asked = today
    last = min(max(asked, EARLIEST), today)
    first = last - WEEK + timedelta(days=1)
    found = questions(
        request.user.organization_id,
        since=datetime.combine(first, time(), zone),
        until=datetime.combine(last + timedelta(days=1), time(), zone),
        zone=zone,
    )
    ids = {pk for question in found for pk in question.found.clients}
    _note(request, "desk.unusual_read", sorted(ids, key=str))
    context = {
        "zone": zone,
        "questions": found,
        "first": first,
        "last": last,
        "before": last - WEEK,
        "after": min(last + WEEK, today) if last < today else None,
    }
    return render(request, "desk/unusual.html", context)


def _note(request, action, client_ids) -> None:
    with transaction.atomic():
        record(
            action=action,
            at=timezone.now(),
            by=request.actor,
            client_ids=client_ids,
        )
