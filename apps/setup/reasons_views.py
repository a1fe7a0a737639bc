"""Which answers come to the list of a program. For who sets up, and who supervises."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.decorators import staff_only
from apps.audit.services import record
from apps.care.rules.triage_limits import Limits
from apps.care.services.limits import choose_limits
from apps.common.typed import fill_in
from apps.setup import selectors
from apps.setup.preview import DAYS, FEWEST_PEOPLE, preview_of
from apps.setup.reasons_form import RULE_NAMES, ReasonsForm, limits_in_words

CHANGES_SHOWN = 10


@staff_only
@require_GET
def reasons(request):
    """Every program, and how far its numbers are from the usual ones."""
    rows = [
        (program, limits_in_words(Limits.of(program.rule_limits)))
        for program in selectors.programs_of(request.user)
    ]
    return render(request, "setup/reasons.html", {"rows": rows})


@staff_only
@require_http_methods(["GET", "POST"])
def reasons_of(request, program_id):
    """The numbers of one program. The first button shows what others would have changed."""
    program = get_object_or_404(selectors.programs_of(request.user), pk=program_id)
    at = timezone.now()
    form = ReasonsForm(request.POST or None, limits=Limits.of(program.rule_limits))
    preview = None
    if form.is_valid() and request.POST.get("do") == "save":
        choose_limits(program=program, chosen=form.chosen, at=at, by=request.actor)
        messages.success(request, _("Saved. It holds from the next answer on."))
        return redirect("setup:reasons_of", program.pk)
    if form.is_valid():
        preview = preview_of(program, Limits.checked(form.chosen), at)
        with transaction.atomic():
            record(
                action="setup.reasons_previewed",
                at=at,
                by=request.actor,
                subject=program,
            )
    context = {
        "form": fill_in(request, form),
        "program": program,
        "preview": preview,
        "counts": preview and [(RULE_NAMES[one.rule], one) for one in preview.rules],
        "days": DAYS,
        "fewest": FEWEST_PEOPLE,
        "zone": program.site.zone,
        "changes": [
            (change, limits_in_words(Limits.of(change.limits)))
            for change in selectors.limit_changes(program, CHANGES_SHOWN)
        ],
    }
    return render(request, "setup/reasons_of.html", context)
