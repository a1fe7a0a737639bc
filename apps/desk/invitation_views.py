"""Hand a client their way in: a link as a picture to scan, and a code for the paper."""

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.decorators import staff_only
from apps.audit.services import record
from apps.care.models import Enrollment
from apps.care.services.invitations import invite_client, revoke_invitation
from apps.common.squares import square_of


@staff_only
@require_http_methods(["GET", "POST"])
def invite(request, client_id):
    """GET says how it stands. POST makes a new one, shown on this answer and never again."""
    at = timezone.now()
    enrollment = _enrollment(request, client_id, at)
    client = enrollment.client
    context = {"client": client, "zone": enrollment.program.site.zone}
    if request.method == "POST":
        handout = invite_client(client=client, at=at, by=request.actor)
        path = reverse("signin:invitation", args=[handout.token])
        link = f"{settings.PUBLIC_BASE_URL}{path}"
        context |= {"handout": handout, "link": link, "square": square_of(link)}
    else:
        with transaction.atomic():
            record(
                action="desk.invitation_read",
                at=at,
                by=request.actor,
                client_id=client.pk,
            )
        context |= {
            "waiting": client.invitations.open(at).first(),
            "accepted": client.invitations.accepted().order_by("-accepted_at").first(),
        }
    return render(request, "desk/invite.html", context)


@staff_only
@require_POST
def take_back(request, client_id):
    at = timezone.now()
    client = _enrollment(request, client_id, at).client
    for invitation in client.invitations.open(at):
        revoke_invitation(invitation=invitation, at=at, by=request.actor)
    return redirect("desk:invite", client.pk)


def _enrollment(request, client_id, at) -> Enrollment:
    enrollment = (
        Enrollment.objects.on_caseload_of(request.user, at)
        .filter(client=client_id)
        .select_related("client", "program__site")
        .order_by("-started_on", "-pk")
        .first()
    )
    if enrollment is None:
        raise Http404
    return enrollment
