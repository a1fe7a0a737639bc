"""The counselor's board and client page: read, reply, close the loop."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)
from django_htmx.http import HttpResponseClientRefresh

from apps.accounts import policy
from apps.accounts.decorators import staff_only
from apps.audit.services import record
from apps.care.models import Enrollment, Task
from apps.care.services.concerns import NeedsClinician, NeedsDecision
from apps.care.services.glass import open_glass
from apps.checkins import services as checkin_services
from apps.checkins.models import CheckinDay
from apps.common.htmx import render_page
from apps.common.typed import typed_to_view
from apps.desk import closing, selectors
from apps.desk.board import (
    board_of,
    card_of,
    reasons_for,
    sentences_of,
    version_of,
)
from apps.desk.forms import OutcomeForm, ReplyForm


@staff_only
@require_GET
def board(request):
    if policy.roles_of(request.user) == [policy.Role.FRONT_DESK]:
        # Nothing on the board is theirs; the door is.
        return redirect("desk:arrivals")
    at = timezone.now()
    # The poll says what it has: nothing changed costs two index reads and no body.
    known = request.GET.get("have")
    if request.htmx and known and known == version_of(request.user, at):
        return HttpResponse(status=204)
    found = board_of(request.user, at, get_language())
    with transaction.atomic():
        record(
            action="desk.board_read",
            at=at,
            by=request.actor,
            client_ids=found.client_ids,
        )
    context = {"board": found, "at": at}
    return render_page(request, "desk/board.html", context, partial="board")


@staff_only
@require_GET
def people(request):
    at = timezone.now()
    rows = selectors.caseload(request.user, at)
    with transaction.atomic():
        record(
            action="desk.people_read",
            at=at,
            by=request.actor,
            client_ids=[row.enrollment.client_id for row in rows],
        )
    context = {
        "rows": rows,
        "at": at,
        "may_hold": policy.is_one_of(request.user, policy.SUPERVISION),
        "runs_the_house": policy.is_one_of(request.user, policy.RUN_THE_HOUSE),
        "supervises": policy.is_one_of(request.user, policy.SUPERVISOR),
    }
    return render(request, "desk/people.html", context)


@staff_only
@require_GET
def client(request, client_id):
    at = timezone.now()
    readable = Enrollment.objects.open_to(request.user, at)
    led = Enrollment.objects.led_and_shown_to(request.user, at)
    enrollment = _newest(readable, client_id) or _newest(led, client_id)
    if enrollment is None:
        raise Http404
    context = _client_context(request, enrollment, at)
    context["shows_checkins_only"] = not hasattr(enrollment, "is_assigned")
    context["is_for_reading"] = not getattr(enrollment, "is_assigned", False)
    if not context["is_for_reading"] and enrollment.state == Enrollment.State.ACTIVE:
        context["weekly_room_url"] = reverse("desk:weekly", args=[client_id])
    if context["shows_checkins_only"]:
        context["record"] = selectors.checkins_only(context["record"])
        context["reasons"] = []
    elif context["is_for_reading"]:
        context["open_until"] = open_glass(
            enrollment=enrollment, user=request.user, at=at
        )
    if typed := typed_to_view(request, "desk:reply"):
        day, data = typed
        context |= {"typed_day": day["day_id"], "typed_text": data.get("text", "")}
    with transaction.atomic():
        record(
            action="desk.client_read",
            at=at,
            by=request.actor,
            subject=enrollment.client,
            client_id=enrollment.client_id,
        )
    return render(request, "desk/client.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def close(request, client_id):
    """Close every reason that stood on the card, with one outcome.

    Most cards of a board are never closed from it, so that the form comes when it is asked
    for, on the card as it is at that moment. A browser alone has it on the client's page.
    """
    at = timezone.now()
    enrollment = _enrollment(request, client_id, at)
    if request.method == "GET":
        return _card_to_close(request, enrollment, at)
    reasons = reasons_for([enrollment], at, get_language())[enrollment.pk]
    form = OutcomeForm(request.POST, asks_day=closing.asks_day(reasons))
    if form.is_valid():
        data = form.cleaned_data
        try:
            closing.close_items(enrollment=enrollment, at=at, by=request.actor, **data)
        except NeedsClinician:
            form.add_error(
                None,
                _("A safety concern can be closed by a clinician. Ask a colleague."),
            )
        except NeedsDecision:
            form.add_error(
                "decided_until" if "decided_until" in form.fields else None,
                _("Nobody reached them. Choose today or a later day to look again."),
            )
    if not form.is_valid():
        card = card_of(enrollment, at, get_language())
        if request.htmx and card is not None:
            context = {"card": card, "form": form}
            return render(request, "desk/_card.html", context)
        context = _client_context(request, enrollment, at) | {"form": form}
        return render(request, "desk/client.html", context)
    context = {
        "enrollment": enrollment,
        "outcome": dict(form.fields["outcome"].choices)[data["outcome"]],
        "items": data["items"],
        "by": request.user,
    }
    if request.htmx:
        return render(request, "desk/board.html#done", context)
    messages.success(
        request,
        _("Done for %(name)s.") % {"name": enrollment.client.preferred_name},
    )
    return redirect("desk:board")


def _card_to_close(request, enrollment, at):
    if not request.htmx:
        return redirect(reverse("desk:client", args=[enrollment.client_id]) + "#done")
    card = card_of(enrollment, at, get_language())
    if card is None:
        # Somebody else closed it a moment ago.
        return HttpResponseClientRefresh()
    with transaction.atomic():
        record(
            action="desk.board_read",
            at=at,
            by=request.actor,
            client_ids=[enrollment.client_id],
        )
    form = OutcomeForm(asks_day=closing.asks_day(card.reasons))
    context = {"card": card, "form": form}
    return render(request, "desk/_card.html", context)


@staff_only
@require_POST
def undo(request, client_id):
    at = timezone.now()
    enrollment = _enrollment(request, client_id, at)
    closing.reopen_items(
        enrollment=enrollment,
        items=request.POST.get("items", ""),
        at=at,
        by=request.actor,
    )
    return redirect("desk:board")


@staff_only
@require_POST
def seen(request, day_id):
    """Mark one check-in as read; the client sees by whom."""
    at = timezone.now()
    day = _checkin(request, day_id, at)
    shown = request.POST.get("shown", day.last_at.isoformat())
    if shown != day.last_at.isoformat():
        # Seen is read: what came after the page was made has not been.
        messages.warning(request, _("More came in meanwhile. Read it first."))
    else:
        checkin_services.mark_seen(days=[day], at=at, by=request.actor)
    if request.POST.get("back") == "reading":
        return redirect("desk:reading")
    return _checkin_answer(request, day, at)


@staff_only
@require_POST
def reply(request, day_id):
    at = timezone.now()
    day = _checkin(request, day_id, at)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _checkin_answer(request, day, at, form=form)
    checkin_services.reply_to_checkin(
        day=day, text=form.cleaned_data["text"], at=at, by=request.actor
    )
    return _checkin_answer(request, day, at)


def _enrollment(request, client_id, at) -> Enrollment:
    """The latest episode of that client on this person's caseload, or 404."""
    newest = _newest(Enrollment.objects.on_caseload_of(request.user, at), client_id)
    if newest is None:
        raise Http404
    return newest


def _newest(among, client_id) -> Enrollment | None:
    return (
        among.filter(client=client_id)
        .select_related("client", "program__site", "status")
        .order_by("-started_on", "-pk")
        .first()
    )


def _checkin(request, day_id, at) -> CheckinDay:
    return get_object_or_404(
        CheckinDay.objects.on_caseload_of(request.user, at).select_related(
            "enrollment__client", "enrollment__program__site", "seen_by"
        ),
        pk=day_id,
    )


def _checkin_answer(request, day, at, form=None):
    """The entry again for htmx and after an error, else back to the client's page."""
    if not request.htmx and form is None:
        page = reverse("desk:client", args=[day.enrollment.client_id])
        return redirect(f"{page}#day-{day.pk}")
    context = {"reply_form": form, "replying_to": form and day.pk}
    if not request.htmx:
        context |= _client_context(request, day.enrollment, at)
        return render(request, "desk/client.html", context)
    day.refresh_from_db()
    context |= {
        "entry": selectors.checkin_entry_alone(
            day, get_language(), day.enrollment.program.site.zone
        ),
        "enrollment": day.enrollment,
        "zone": day.enrollment.program.site.zone,
    }
    return render(request, "desk/client.html#entry", context)


def _client_context(request, enrollment, at) -> dict:
    language = get_language()
    reasons = reasons_for([enrollment], at, language)[enrollment.pk]
    return {
        "enrollment": enrollment,
        "zone": enrollment.program.site.zone,
        "reasons": reasons,
        "sentences": sentences_of(reasons),
        "wants_ride": any(
            isinstance(reason.item, Task) and reason.item.kind == Task.Kind.RIDE
            for reason in reasons
        ),
        "record": selectors.client_record(enrollment, at, language),
        "form": OutcomeForm(asks_day=closing.asks_day(reasons)),
        "at": at,
    }
