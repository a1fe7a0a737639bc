"""A client reads who opened their record."""

from datetime import date

from django.db import transaction
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.accounts.decorators import client_only
from apps.audit.services import record
from apps.home.looks import looks_at


@client_only
@require_GET
def looks(request):
    at = timezone.now()
    try:
        until = date.fromisoformat(request.GET.get("until", ""))
    except ValueError:
        until = None
    client = request.user.client
    found = looks_at(client, until=until, at=at)
    with transaction.atomic():
        record(
            action="home.looks_read",
            at=at,
            by=request.actor,
            subject=client,
            client_id=client.pk,
        )
    return render(request, "home/looks.html", {"looks": found})
