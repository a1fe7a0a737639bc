"""A client's own records: what they signed, what went where, and taking it back."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.decorators import client_only, fresh_sign_in
from apps.disclosures.models import SharingConsent
from apps.disclosures.notice import NOTICE
from apps.disclosures.selectors import today_of
from apps.disclosures.services import consents
from apps.records.forms import SignForm
from apps.records.said import consents_of, letters_of, say, shared_of, zone_of


@client_only
@require_GET
def my_records(request):
    at = timezone.now()
    client = request.user.client
    context = {
        "consents": consents_of(client, at),
        "letters": letters_of(client),
        "zone": zone_of(client),
    }
    return render(request, "records/my_records.html", context)


@client_only
@require_GET
def shared(request):
    """What was shared in three years (§ 2.25)."""
    client = request.user.client
    context = {
        "shared": shared_of(client, timezone.now()),
        "zone": zone_of(client),
        "notice": NOTICE,
    }
    return render(request, "records/shared.html", context)


@client_only
@require_GET
def consent(request, pk):
    return _consent_page(request, _consent(request, pk), SignForm())


@fresh_sign_in
@client_only
@require_POST
def sign(request, pk):
    row = _consent(request, pk)
    form = SignForm(request.POST)
    if not form.is_valid():
        return _consent_page(request, row, form)
    try:
        consents.sign(
            consent=row, at=timezone.now(), by=request.actor, **form.cleaned_data
        )
    except consents.NotWaiting:
        messages.info(request, _("That was settled already."))
    else:
        messages.success(request, _("Signed. You can take it back here."))
    return redirect("records:consent", pk)


@client_only
@require_POST
def decline(request, pk):
    try:
        consents.decline(
            consent=_consent(request, pk), at=timezone.now(), by=request.actor
        )
    except consents.NotWaiting:
        messages.info(request, _("That was settled already."))
    else:
        messages.success(request, _("Not signed. Nothing is shared."))
    return redirect("records:my_records")


@client_only
@require_POST
def take_back(request, pk):
    row = _consent(request, pk)
    try:
        consents.revoke(consent=row, at=timezone.now(), by=request.actor)
    except consents.Held:
        messages.info(
            request,
            _("This one stays until: %(event)s.") % {"event": row.holds_until},
        )
        return redirect("records:consent", pk)
    except consents.NotWaiting:
        messages.info(request, _("That was settled already."))
    else:
        messages.success(request, _("Taken back. From now on nothing goes there."))
    return redirect("records:my_records")


def _consent(request, pk) -> SharingConsent:
    rows = SharingConsent.objects.of_client(request.user)
    return get_object_or_404(rows.select_related("client", "proposed_by"), pk=pk)


def _consent_page(request, row, form):
    at = timezone.now()
    context = {
        "consent": say(row, at, today_of(row.client, at)),
        "form": form,
        "zone": zone_of(row.client),
    }
    return render(request, "records/consent.html", context)
