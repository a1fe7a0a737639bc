"""My data: everything that is a client's, for them to take along."""

from django.contrib import messages
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.decorators import client_only, fresh_sign_in
from apps.disclosures.notice import NOTICE
from apps.disclosures.services import downloads
from apps.records import export
from apps.records.said import zone_of


@client_only
@require_GET
def my_data(request):
    at = timezone.now()
    client = request.user.client
    asked = downloads.open_request(client, at)
    context = {
        "asked": asked,
        "is_ready": asked is not None and asked.is_ready(at),
        "zone": zone_of(client),
        "notice": NOTICE,
    }
    return render(request, "records/my_data.html", context)


@fresh_sign_in
@client_only
@require_POST
def ask_data(request):
    downloads.ask(client=request.user.client, at=timezone.now(), by=request.actor)
    return redirect("records:my_data")


@client_only
@require_POST
def cancel_data(request):
    """Needs no fresh sign-in: taking it back must be quick."""
    downloads.cancel(client=request.user.client, at=timezone.now(), by=request.actor)
    messages.success(request, _("Taken back. Nothing was made."))
    return redirect("records:my_data")


@fresh_sign_in
@client_only
@require_POST
def data_file(request):
    """One JSON file. Made now, kept nowhere."""
    at = timezone.now()
    client = request.user.client
    with transaction.atomic():
        if not _goes_out(request, client, _("All my data, as a file"), at):
            return redirect("records:my_data")
        data = export.as_data(client, at)
    response = JsonResponse(
        data, json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    # A name that says nothing, for the list of downloads of a shared phone.
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@fresh_sign_in
@client_only
@require_POST
def data_page(request):
    """The same, to read and to print."""
    at = timezone.now()
    client = request.user.client
    with transaction.atomic():
        if not _goes_out(request, client, _("All my data, as a page"), at):
            return redirect("records:my_data")
        sections = export.everything_of(client)
        reader = export.Reader(client, get_language())
        context = {
            "client": client,
            "pages": reader.pages(sections),
            "zone": reader.zone,
            "at": at,
            "notice": NOTICE,
        }
        return render(request, "records/data_page.html", context)


def _goes_out(request, client, what: str, at) -> bool:
    try:
        downloads.fetch(client=client, what=what, at=at, by=request.actor)
    except downloads.NotReady:
        messages.info(request, _("It is not ready. Look at the time below."))
        return False
    return True
