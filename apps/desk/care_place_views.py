"""Where somebody lives, and places outside, each with what came of it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.decorators import staff_only
from apps.care.models import Referral
from apps.care.services import places
from apps.desk.care_forms import HomeForm, OutcomeForm, PlaceForm
from apps.desk.care_views import assigned, in_care, small_page


@staff_only
@require_http_methods(["GET", "POST"])
def home(request, client_id):
    """Where they live, asked and written down together."""
    at = timezone.now()
    enrollment = in_care(request, client_id, at)
    today = enrollment.program.site.local_date(at)
    form = HomeForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        places.note_living(
            enrollment=enrollment, at=at, by=request.actor, **form.cleaned_data
        )
        messages.success(request, _("Written down."))
        return redirect("desk:care", client_id)
    return small_page(
        request,
        enrollment,
        form,
        title=_("Where they live"),
        lead=_("Ask, and write it down together. “Rather not say” is an answer."),
        to_say=_("Where do you live now, and do you feel safe there?"),
        action=_("Write it down"),
    )


@staff_only
@require_http_methods(["GET", "POST"])
def place(request, client_id):
    """A place outside: detox, housing, medicine, psychiatry."""
    at = timezone.now()
    enrollment = assigned(request, client_id, at)
    today = enrollment.program.site.local_date(at)
    form = PlaceForm(request.POST or None, today=today)
    if request.method == "POST" and form.is_valid():
        places.refer(
            enrollment=enrollment,
            made_on=today,
            at=at,
            by=request.actor,
            **form.cleaned_data,
        )
        messages.success(request, _("Written down."))
        return redirect("desk:care", client_id)
    return small_page(
        request,
        enrollment,
        form,
        title=_("A place outside"),
        lead=_(
            "It is followed until something came of it. Sharing a record needs a consent."
        ),
        to_say=_("We look for a place together. You choose."),
        action=_("Write it down"),
    )


@staff_only
@require_http_methods(["GET", "POST"])
def place_change(request, client_id, pk):
    at = timezone.now()
    enrollment = assigned(request, client_id, at)
    referral = get_object_or_404(
        Referral.objects.on_caseload_of(request.user, at).select_related(
            "enrollment__program__site", "task"
        ),
        pk=pk,
        enrollment__client=client_id,
    )
    today = enrollment.program.site.local_date(at)
    form = OutcomeForm(request.POST or None, referral=referral, today=today)
    if request.method == "POST" and form.is_valid():
        places.note_referral(
            referral=referral, at=at, by=request.actor, **form.cleaned_data
        )
        messages.success(request, _("Written down."))
        return redirect("desk:care", client_id)
    return small_page(
        request,
        enrollment,
        form,
        title=referral.place,
        lead=referral.get_kind_display(),
        action=_("Write it down"),
    )
