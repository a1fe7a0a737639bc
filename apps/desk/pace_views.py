"""How long check-ins take. For directors and supervisors; it names nobody."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from apps.accounts.decorators import staff_only
from apps.checkins.pace import AT_LEAST, WEEKS, paces_of


@staff_only
@require_GET
def pace(request):
    context = {
        "paces": paces_of(request.user, timezone.now().date()),
        "at_least": AT_LEAST,
        "weeks": WEEKS,
    }
    return render(request, "desk/pace.html", context)
