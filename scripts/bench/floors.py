"""What the same stack costs when it does almost nothing: the floors of the bench.

Each goes through the product's own middleware, session and templates engine.
"""

import uuid

from django.db import transaction
from django.http import HttpResponse
from django.template import engines
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.care.models import Enrollment

ROW = "<li><a href='/desk/clients/{{ row.client_id }}/'>{{ row.client.preferred_name }}</a> <span>{{ row.program.name }} since {{ row.started_on|date:'D M j' }}</span> <p>{{ row.state }} and a sentence of usual length beside it, as cards have.</p></li>"  # noqa: E501
PAGE = engines["django"].from_string(
    "<!doctype html><html lang=en><head><title>Floor</title></head><body><main><h1>Floor"
    "</h1><ul>{% for row in rows %}" + ROW + "{% endfor %}</ul></main></body></html>"
)


def _render(request, count):
    rows = Enrollment.objects.select_related("client", "program").order_by("pk")[:count]
    return HttpResponse(PAGE.render({"rows": rows}, request))


def page(request):
    """A signed-in page of three reads (session, person, rows) and about 5 KB."""
    return _render(request, 20)


def board(request):
    """Fifty rows by the ORM and a Django template."""
    return _render(request, 50)


def insert(request):
    """One bare row by the ORM, durable, through the same POST."""
    with transaction.atomic():
        AuditEvent.objects.create(
            at=timezone.now(),
            actor_id=request.user.pk,
            actor_role="CLIENT",
            action="floor",
            source="WEB",
            object_id=uuid.uuid4(),
        )
    return HttpResponse(status=201)
