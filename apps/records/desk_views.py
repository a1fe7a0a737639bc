"""At the desk: what a client signed, what went out, and putting a consent before them."""

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
from apps.disclosures.models import SharingConsent
from apps.disclosures.rules import TPO, Recipient
from apps.disclosures.selectors import recipient_of, today_of
from apps.disclosures.services import consents
from apps.disclosures.services.sharing import NoConsent, share
from apps.disclosures.wording import usual_recipients
from apps.records.forms import EventForm, ProposeForm, SharedForm
from apps.records.said import (
    consents_of,
    letters_of,
    requests_of,
    say,
    shared_of,
)


def enrollment_of(request, client_id, at) -> Enrollment:
    """The latest time with us of a client on this person's caseload, or 404."""
    newest = (
        Enrollment.objects.on_caseload_of(request.user, at)
        .filter(client=client_id)
        .select_related("client__organization", "program__site")
        .order_by("-started_on", "-pk")
        .first()
    )
    if newest is None:
        raise Http404
    return newest


def note_read(request, enrollment, what, at):
    with transaction.atomic():
        record(
            action=f"records.{what}",
            at=at,
            by=request.actor,
            client_id=enrollment.client_id,
        )


@staff_only
@require_GET
def client_records(request, client_id):
    at = timezone.now()
    enrollment = enrollment_of(request, client_id, at)
    context = {
        "enrollment": enrollment,
        "client": enrollment.client,
        "zone": enrollment.program.site.zone,
        "consents": consents_of(enrollment.client, at),
        "shared": shared_of(enrollment.client, at),
        "letters": letters_of(enrollment.client),
        "requests": requests_of(enrollment.client),
        "kinds": [
            (slug, SharingConsent.Kind(kind).label)
            for slug, kind in ProposeForm.KINDS.items()
        ],
    }
    note_read(request, enrollment, "client_records_read", at)
    return render(request, "records/client_records.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def propose(request, client_id, slug):
    at = timezone.now()
    enrollment = enrollment_of(request, client_id, at)
    if slug not in ProposeForm.KINDS:
        raise Http404
    kind = ProposeForm.KINDS[slug]
    status = 200
    if request.method == "POST":
        form = ProposeForm(request.POST, kind=kind)
        if form.is_combined:
            form.add_error(None, _("This needs a consent of its own. Make two."))
            status = 400
        if form.is_valid():
            data = form.cleaned_data
            to = Recipient(data.pop("recipient"), data.pop("recipient_kind"))
            consents.propose(
                client=enrollment.client,
                kind=kind,
                recipient=to,
                categories=data.pop("categories", []),
                purpose=data.pop("purpose", ""),
                at=at,
                by=request.actor,
                **data,
            )
            messages.success(
                request,
                _("Put before %(name)s to sign.")
                % {"name": enrollment.client.preferred_name},
            )
            return redirect("records:client_records", client_id)
    else:
        first = {"recipient": usual_recipients()} if kind == TPO else None
        form = fill_in(request, ProposeForm(kind=kind, initial=first), request.path)
        note_read(request, enrollment, "consent_form_read", at)
    context = {
        "client": enrollment.client,
        "form": form,
        "kind": SharingConsent.Kind(kind).label,
    }
    return render(request, "records/propose.html", context, status=status)


@staff_only
@require_GET
def client_consent(request, client_id, pk):
    at = timezone.now()
    enrollment = enrollment_of(request, client_id, at)
    row = _consent(request, client_id, pk, at)
    note_read(request, enrollment, "consent_read", at)
    return _consent_page(request, row, at)


@staff_only
@require_POST
def note_event(request, client_id, pk):
    at = timezone.now()
    row = _consent(request, client_id, pk, at)
    form = EventForm(request.POST)
    if not form.is_valid():
        return _consent_page(request, row, at, event_form=form)
    try:
        consents.note_event(consent=row, at=at, by=request.actor, **form.cleaned_data)
    except consents.NotWaiting:
        messages.info(request, _("That was settled already."))
    return redirect("records:client_consent", client_id, pk)


@staff_only
@require_POST
def take_off(request, client_id, pk):
    """A consent that nobody signed yet is taken off the table."""
    at = timezone.now()
    try:
        consents.decline(
            consent=_consent(request, client_id, pk, at), at=at, by=request.actor
        )
    except consents.NotWaiting:
        messages.info(request, _("That was settled already."))
    return redirect("records:client_records", client_id)


@staff_only
@require_POST
def note_shared(request, client_id, pk):
    """Something was told, shown or sent outside the app, under this consent."""
    at = timezone.now()
    row = _consent(request, client_id, pk, at)
    form = SharedForm(request.POST, categories=row.categories)
    if not form.is_valid():
        return _consent_page(request, row, at, shared_form=form)
    try:
        share(
            client=row.client,
            recipient=recipient_of(row),
            purpose=row.purpose,
            at=at,
            by=request.actor,
            **form.cleaned_data,
        )
    except NoConsent:
        messages.warning(request, _("No consent covers this. Do not share it."))
    else:
        messages.success(request, _("Written down. They can read it."))
    return redirect("records:client_consent", client_id, pk)


def _consent(request, client_id, pk, at) -> SharingConsent:
    rows = SharingConsent.objects.on_caseload_of(request.user, at)
    rows = rows.filter(client=client_id).select_related("client", "proposed_by")
    return get_object_or_404(rows, pk=pk)


def _consent_page(request, row, at, **forms):
    said = say(row, at, today_of(row.client, at))
    context = {
        "client": row.client,
        "consent": said,
        "zone": enrollment_of(request, row.client_id, at).program.site.zone,
        "event_form": EventForm(),
        "shared_form": SharedForm(categories=row.categories),
        **forms,
    }
    return render(request, "records/client_consent.html", context)
