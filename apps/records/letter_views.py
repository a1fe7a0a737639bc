"""A letter about attendance: read by its client first, given out by staff."""

from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from apps.accounts.decorators import client_only, staff_only
from apps.disclosures.models import Letter, SharingConsent
from apps.disclosures.notice import NOTICE
from apps.disclosures.selectors import today_of
from apps.disclosures.services import letters
from apps.disclosures.services.sharing import NoConsent
from apps.records.desk_views import enrollment_of, note_read
from apps.records.forms import LetterForm, ObjectionForm
from apps.records.said import say


def said_letter(letter: Letter, at) -> dict:
    """What stands on the paper, the same for its client and for who gives it out."""
    days = [
        {"on": date.fromisoformat(day["on"]), "came": day["came"]}
        for day in letter.days
    ]
    return {
        "letter": letter,
        "consent": say(letter.consent, at, today_of(letter.client, at)),
        "days": days,
        "came": sum(day["came"] for day in days),
        "zone": letter.enrollment.program.site.zone,
        "notice": NOTICE,
    }


def _own(request, pk) -> Letter:
    return get_object_or_404(_joined(Letter.objects.of_client(request.user)), pk=pk)


def _clients(request, client_id, pk, at) -> Letter:
    rows = Letter.objects.on_caseload_of(request.user, at).filter(client=client_id)
    return get_object_or_404(_joined(rows), pk=pk)


def _joined(rows):
    return rows.select_related(
        "client", "consent", "enrollment__program__site", "organization", "made_by"
    )


@client_only
@require_GET
def letter(request, pk):
    return _own_page(request, _own(request, pk), ObjectionForm())


def _own_page(request, row, form):
    context = said_letter(row, timezone.now()) | {"form": form}
    return render(request, "records/letter.html", context)


@client_only
@require_POST
def open_letter(request, pk):
    letters.open_letter(letter=_own(request, pk), at=timezone.now(), by=request.actor)
    return redirect("records:letter", pk)


@client_only
@require_POST
def object_to(request, pk):
    row = _own(request, pk)
    form = ObjectionForm(request.POST)
    if not form.is_valid():
        return _own_page(request, row, form)
    try:
        letters.object_to(
            letter=row, at=timezone.now(), by=request.actor, **form.cleaned_data
        )
    except letters.Settled:
        messages.info(request, _("It went out already."))
    else:
        messages.success(request, _("It stays here. Your team is asked to look."))
    return redirect("records:letter", pk)


@staff_only
@require_http_methods(["GET", "POST"])
def new_letter(request, client_id, pk):
    """For the recipient of one consent."""
    at = timezone.now()
    enrollment = enrollment_of(request, client_id, at)
    consents = SharingConsent.objects.on_caseload_of(request.user, at)
    consent = get_object_or_404(consents.filter(client=client_id), pk=pk)
    form = LetterForm(request.POST or None)
    if form.is_valid():
        try:
            made = letters.make(
                enrollment=enrollment,
                consent=consent,
                at=at,
                by=request.actor,
                **form.cleaned_data,
            )
        except NoConsent:
            form.add_error(None, _("This consent does not cover when they came."))
        else:
            return redirect("records:client_letter", client_id, made.pk)
    if request.method == "GET":
        note_read(request, enrollment, "letter_form_read", at)
    context = {
        "client": enrollment.client,
        "consent": say(consent, at, today_of(enrollment.client, at)),
        "form": form,
    }
    return render(request, "records/new_letter.html", context)


@staff_only
@require_GET
def client_letter(request, client_id, pk):
    at = timezone.now()
    row = _clients(request, client_id, pk, at)
    note_read(request, row.enrollment, "letter_read", at)
    context = said_letter(row, at) | {"client": row.client}
    return render(request, "records/client_letter.html", context)


@staff_only
@require_POST
def give_out(request, client_id, pk):
    at = timezone.now()
    row = _clients(request, client_id, pk, at)
    try:
        letters.give_out(letter=row, at=at, by=request.actor)
    except letters.NotReadYet:
        messages.warning(request, _("Not yet: they have to read it first."))
    except letters.Settled:
        messages.info(request, _("It went out already."))
    except NoConsent:
        messages.warning(request, _("No consent covers this. Do not share it."))
    else:
        messages.success(request, _("Written down. Print it now."))
    return redirect("records:client_letter", client_id, pk)
