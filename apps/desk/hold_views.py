"""Holding a record: nothing of it is deleted until somebody lifts that again."""

from django import forms
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts import policy
from apps.accounts.decorators import staff_only
from apps.audit.services import record
from apps.care.models import Client
from apps.common.typed import fill_in
from apps.lifecycle.models import Hold
from apps.lifecycle.selectors import (
    client_to_hold,
    clients_of_surname,
    house_zone,
)
from apps.lifecycle.services import AlreadyHeld, lift_hold, place_hold


class HoldForm(forms.Form):
    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={
            "required": _("Say why, so that somebody can lift it one day.")
        },
    )


class FindForm(forms.Form):
    surname = forms.CharField(
        label=_("Surname"),
        max_length=60,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Type a surname.")},
    )


@staff_only
@require_http_methods(["GET", "POST"])
def holds(request):
    """Every record that is held in this house. POST finds one, so that no path has a name."""
    if not policy.is_one_of(request.user, policy.SUPERVISION):
        raise Http404
    form = FindForm(request.POST or None)
    searched = request.method == "POST" and form.is_valid()
    found = (
        clients_of_surname(request.user, form.cleaned_data["surname"])
        if searched
        else []
    )
    standing = list(
        Hold.objects.for_staff(request.user)
        .standing()
        .select_related("client", "placed_by")
        .order_by("since", "pk")
    )
    shown = [hold.client_id for hold in standing] + [client.pk for client in found]
    _note_read(request, shown)
    context = {
        "holds": standing,
        "form": form,
        "found": found,
        "searched": searched,
        "zone": house_zone(request.user),
    }
    return render(request, "desk/holds.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def hold(request, client_id):
    client = client_to_hold(request.user, client_id)
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _place(request, client, form.cleaned_data["reason"])
        return redirect("desk:hold", client.pk)
    if request.method == "GET":
        _note_read(request, [client.pk])
    every = (
        Hold.objects.for_staff(request.user)
        .filter(client=client)
        .select_related("placed_by", "lifted_by")
        .order_by("-since", "-pk")
    )
    context = {
        "client": client,
        "form": fill_in(request, form),
        "standing": [one for one in every if one.lifted_at is None],
        "over": [one for one in every if one.lifted_at is not None],
        "zone": house_zone(request.user),
    }
    return render(request, "desk/hold.html", context)


def _place(request, client: Client, reason: str) -> None:
    try:
        place_hold(
            client=client,
            reason=reason,
            user=request.user,
            at=timezone.now(),
            by=request.actor,
        )
    except AlreadyHeld:
        # Somebody was faster: the page shows theirs.
        return


@staff_only
@require_POST
def lift(request, client_id):
    client = client_to_hold(request.user, client_id)
    standing = Hold.objects.for_staff(request.user).standing().filter(client=client)
    for one in standing:
        lift_hold(hold=one, user=request.user, at=timezone.now(), by=request.actor)
    return redirect("desk:hold", client.pk)


def _note_read(request, client_ids) -> None:
    with transaction.atomic():
        record(
            action="desk.holds_read",
            at=timezone.now(),
            by=request.actor,
            client_ids=client_ids,
        )
