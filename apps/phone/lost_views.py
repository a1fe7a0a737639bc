"""A client's phone is lost or stolen: the counselor ends everything it could open."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.decorators import fresh_sign_in, staff_only
from apps.audit.services import record
from apps.care.models import Enrollment
from apps.phone import services


@fresh_sign_in
@staff_only
@require_http_methods(["GET", "POST"])
def lost(request, client_id):
    at = timezone.now()
    own = Enrollment.objects.on_caseload_of(request.user, at)
    own = own.filter(client=client_id).select_related("client__user")
    enrollment = own.order_by("-started_on", "-pk").first()
    if enrollment is None:
        raise Http404
    client = enrollment.client
    if request.method == "POST":
        services.lose_phone(client=client, at=at, by=request.actor)
        messages.success(
            request,
            _(
                "That phone opens nothing any more. Make a new way in when you are ready."
            ),
        )
        return redirect("desk:invite", client.pk)
    with transaction.atomic():
        record(
            action="phone.lost_page_read",
            at=at,
            by=request.actor,
            client_id=client.pk,
        )
    return render(request, "phone/lost.html", {"client": client})
