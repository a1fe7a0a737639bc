"""Demonstration only: every message as a lock screen shows it, and the other side's thumb."""

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.decorators import staff_only
from apps.audit.actors import Actor
from apps.audit.services import record
from apps.desk.outbox import messages_shown
from apps.notifications.models import OutboxMessage
from apps.outreach import services

ANSWER_LENGTH = 320


@staff_only
@require_GET
def outbox(request):
    at = timezone.now()
    shown = messages_shown(request.user, at)
    with transaction.atomic():
        record(
            action="desk.outbox_read",
            at=at,
            by=request.actor,
            client_ids=sorted({row.message.enrollment.client_id for row in shown}),
        )
    return render(request, "desk/outbox.html", {"shown": shown})


@staff_only
@require_POST
def outbox_answer(request, message_id):
    """What the client would press or write. It takes the way of a real text."""
    at = timezone.now()
    message = get_object_or_404(
        OutboxMessage.objects.on_caseload_of(request.user, at).to_clients(),
        pk=message_id,
    )
    phone = message.client.contact_points.filter(kind="PHONE", stopped_at=None).first()
    text = request.POST.get("text", "").strip()[:ANSWER_LENGTH]
    if phone is None:
        raise Http404
    if text:
        services.receive_sms(
            from_number=phone.value,
            text=text,
            # Pressed twice, the page sends the same key: it is one text.
            provider_id=f"demo-{request.POST.get('key', '')[:40]}",
            at=at,
            by=Actor(source="WEB", role="PROVIDER", request_id=request.id),
        )
    return redirect("desk:outbox")
