"""How your records are kept: shown after the first sign-in, and there at any time."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from apps.accounts.decorators import client_only
from apps.disclosures import patient_notice
from apps.disclosures.services import notices
from apps.records.receivers import NOTICE
from apps.records.said import zone_of


@client_only
@require_http_methods(["GET", "POST"])
def notice(request):
    client = request.user.client
    if request.method == "POST":
        notices.note_read(client=client, at=timezone.now(), by=request.actor)
        request.session.pop(NOTICE, None)
        return redirect("home:today")
    context = {
        "paragraphs": patient_notice.paragraphs(get_language()),
        "read": notices.read_of(client),
        "zone": zone_of(client),
    }
    return render(request, "records/notice.html", context)
