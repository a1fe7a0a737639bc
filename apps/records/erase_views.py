"""A client asks that everything of theirs is erased; who answers for the house decides."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from apps.accounts.decorators import client_only, fresh_sign_in, staff_only
from apps.audit.middleware import actor_of
from apps.audit.services import record
from apps.care.models import Enrollment
from apps.common.typed import fill_in
from apps.disclosures.models import RecordRequest
from apps.disclosures.services import requests
from apps.lifecycle.erasing import IsHeld
from apps.lifecycle.selectors import house_zone, is_held
from apps.lifecycle.services import StillInCare, erase_client
from apps.records.forms import AnswerForm, EraseForm, EraseNowForm
from apps.records.said import zone_of


@fresh_sign_in
@client_only
@require_http_methods(["GET", "POST"])
def ask_erase(request):
    """What would go, what stays and why; and how it stands once it was asked for."""
    client = request.user.client
    form = fill_in(request, EraseForm(request.POST or None))
    if request.method == "POST":
        form = EraseForm(request.POST)
        if form.is_valid():
            requests.ask_to_erase(
                client=client,
                words=form.cleaned_data["words"],
                at=timezone.now(),
                by=request.actor,
            )
            messages.success(request, _("Sent. The answer shows up here."))
            return redirect("records:ask_erase")
    own = RecordRequest.objects.of_client(request.user)
    newest = own.filter(kind=RecordRequest.Kind.ERASE).select_related("decided_by")
    asked = newest.order_by("-asked_at", "-pk").first()
    context = {
        "form": form,
        "asked": asked,
        "is_open": asked is not None and asked.state in ("ASKED", "AGREED"),
        "years": settings.RECORD_YEARS,
        "zone": zone_of(client),
    }
    return render(request, "records/ask_erase.html", context)


@fresh_sign_in
@client_only
@require_POST
def keep_mine(request):
    requests.take_back_erasure(
        client=request.user.client, at=timezone.now(), by=request.actor
    )
    messages.success(request, _("Nothing is erased."))
    return redirect("records:ask_erase")


@staff_only
@require_GET
def erasures(request):
    """What is asked of this house and not done."""
    rows = list(
        RecordRequest.objects.for_staff(request.user)
        .filter(state__in=("ASKED", "AGREED"))
        .select_related("client")
        .order_by("asked_at", "pk")
    )
    _note(request, [row.client_id for row in rows])
    context = {"rows": rows, "zone": house_zone(request.user)}
    return render(request, "records/erasures.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def erasure(request, pk):
    """Answer it; once agreed, this page carries it out."""
    row = _asked(request, pk)
    held = is_held(row.client_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agreed = form.cleaned_data["decision"] == RecordRequest.State.AGREED
        if agreed and held:
            form.add_error(
                "decision", _("The record is held. Lift the hold first, or say no.")
            )
        else:
            _answer(request, row, agreed, form.cleaned_data["answer"])
            return redirect("records:erasure", pk)
    if request.method == "GET":
        form = fill_in(request, form)
        _note(request, [row.client_id])
    return _page(request, row, held, form=form)


def _answer(request, row, agreed, words):
    try:
        requests.answer(
            request=row, agreed=agreed, words=words, at=timezone.now(), by=request.actor
        )
    except requests.AlreadyAnswered:
        messages.info(request, _("That was settled already."))


@fresh_sign_in
@staff_only
@require_POST
def erase_now(request, pk):
    """For good. Neither while they are in care nor while somebody holds it."""
    row = _asked(request, pk)
    form = EraseNowForm(request.POST)
    if row.state != RecordRequest.State.AGREED or not form.is_valid():
        return _page(request, row, is_held(row.client_id), now=form)
    try:
        erase_client(
            client=row.client,
            reason=form.cleaned_data["reason"],
            at=timezone.now(),
            by=actor_of(request),
        )
    except StillInCare:
        messages.warning(request, _("They are in care. Their care ends first."))
    except IsHeld:
        messages.warning(request, _("The record is held. Nothing was erased."))
    else:
        messages.success(request, _("The record is erased, and its key destroyed."))
        return redirect("records:erasures")
    return redirect("records:erasure", pk)


def _asked(request, pk) -> RecordRequest:
    rows = RecordRequest.objects.for_staff(request.user)
    return get_object_or_404(rows.select_related("client", "decided_by"), pk=pk)


def _page(request, row, held, *, form=None, now=None):
    # Of the house, in care or not: who answers for it need not look after them.
    in_care = row.client.enrollments.exclude(state=Enrollment.State.ENDED).exists()
    context = {
        "asked": row,
        "client": row.client,
        "form": form or AnswerForm(),
        "now": now or EraseNowForm(),
        "is_held": held,
        "is_in_care": in_care,
        "zone": house_zone(request.user),
    }
    return render(request, "records/erasure.html", context)


def _note(request, client_ids) -> None:
    with transaction.atomic():
        record(
            action="records.erasures_read",
            at=timezone.now(),
            by=request.actor,
            client_ids=client_ids,
        )
