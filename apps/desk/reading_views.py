"""Read what came in and put it away: one by one, or the calm ones together."""

from collections import defaultdict
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.decorators import staff_only
from apps.audit.services import record
from apps.care.rules.reading import Alone
from apps.checkins.models import CheckinDay
from apps.checkins.services import Together, mark_seen_together
from apps.desk.reading import AT_ONCE, reading_of, shown_to

WHY = {
    Alone.SAFETY: gettext_lazy("may not be safe"),
    Alone.USE: gettext_lazy("drank or used"),
    Alone.CRAVING: gettext_lazy("craving of 8 or more"),
    Alone.HARD: gettext_lazy("a hard day"),
    Alone.CALL: gettext_lazy("asked for a call"),
    Alone.NOTE: gettext_lazy("wrote a note"),
}


@staff_only
@require_http_methods(["GET", "POST"])
def reading(request):
    """Everything unread in full; POST marks the ticked ones that may go together."""
    at = timezone.now()
    if request.method == "POST":
        ticked = _ids(request.POST.getlist("day")[:AT_ONCE])
        days = CheckinDay.objects.on_caseload_of(request.user, at).filter(pk__in=ticked)
        found = mark_seen_together(
            days=days,
            shown=shown_to(request.user, request.POST.get("shown", "")),
            at=at,
            by=request.actor,
        )
        _say(request, found)
        return redirect("desk:reading")
    found = reading_of(request.user, at, get_language())
    with transaction.atomic():
        record(
            action="desk.checkins_read",
            at=at,
            by=request.actor,
            client_ids=found.client_ids,
        )
    context = {
        "reading": found,
        "alone": [(card, WHY[card.why]) for card in found.alone],
        "at": at,
    }
    return render(request, "desk/reading.html", context)


def _ids(said: list[str]) -> list[UUID]:
    ids = []
    for each in said:
        try:
            ids.append(UUID(each))
        except ValueError:
            continue
    return ids


def _say(request, found: Together) -> None:
    """How many were seen, and by name which were left and why."""
    if count := len(found.seen):
        messages.success(
            request,
            ngettext(
                "%(count)s seen. They see that you read it.",
                "%(count)s seen. They see that you read it.",
                count,
            )
            % {"count": count},
        )
    by_why = defaultdict(list)
    for day, why in found.alone:
        by_why[WHY[why]].append(day.client.preferred_name)
    for day in found.unread:
        by_why[_("something new came, or it was not shown to you")].append(
            day.client.preferred_name
        )
    for why, names in by_why.items():
        said = {"names": ", ".join(names), "why": why}
        messages.warning(
            request, _("Left to read by itself: %(names)s (%(why)s).") % said
        )
    if not (found.seen or found.alone or found.unread):
        messages.info(request, _("Nothing was ticked that is still unread."))
