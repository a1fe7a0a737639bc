"""Asking to share less or to correct something, and the answer."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.decorators import client_only, staff_only
from apps.common.typed import fill_in
from apps.disclosures.models import RecordRequest
from apps.disclosures.services import requests
from apps.records.desk_views import enrollment_of, note_read
from apps.records.forms import AnswerForm, AskForm
from apps.records.said import zone_of


@client_only
@require_http_methods(["GET", "POST"])
def my_requests(request):
    client = request.user.client
    if request.method == "POST":
        form = AskForm(request.POST)
        if form.is_valid():
            requests.ask(
                client=client, at=timezone.now(), by=request.actor, **form.cleaned_data
            )
            messages.success(request, _("Sent. The answer shows up here."))
            return redirect("records:my_requests")
    else:
        form = fill_in(request, AskForm(), request.path)
    asked = RecordRequest.objects.of_client(request.user).select_related("decided_by")
    context = {
        "form": form,
        "asked": asked.order_by("-asked_at", "-pk"),
        "zone": zone_of(client),
    }
    return render(request, "records/my_requests.html", context)


@staff_only
@require_http_methods(["GET", "POST"])
def client_request(request, client_id, pk):
    at = timezone.now()
    enrollment = enrollment_of(request, client_id, at)
    rows = RecordRequest.objects.on_caseload_of(request.user, at)
    row = get_object_or_404(
        rows.filter(client=client_id).select_related("client", "decided_by"), pk=pk
    )
    if request.method == "POST":
        form = AnswerForm(request.POST)
        if form.is_valid():
            data = form.cleaned_data
            try:
                requests.answer(
                    request=row,
                    agreed=data["decision"] == RecordRequest.State.AGREED,
                    words=data["answer"],
                    at=at,
                    by=request.actor,
                )
            except requests.AlreadyAnswered:
                messages.info(request, _("That was settled already."))
            return redirect("records:client_request", client_id, pk)
    else:
        form = fill_in(request, AnswerForm(), request.path)
        note_read(request, enrollment, "request_read", at)
    context = {
        "client": row.client,
        "asked": row,
        "form": form,
        "zone": enrollment.program.site.zone,
    }
    return render(request, "records/client_request.html", context)
