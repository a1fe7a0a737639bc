"""For people who keep in touch in person: what they say face to face, and a week on paper."""

from datetime import timedelta
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.accounts.decorators import staff_only
from apps.audit.services import record
from apps.care.models import Enrollment, OwnItem
from apps.care.rules.checkin_flow import AnswerProblem
from apps.checkins import services as checkin_services
from apps.checkins.chips import pinned
from apps.checkins.models import Submission
from apps.common.typed import fill_in
from apps.desk.told_form import ToldForm
from apps.plans.selectors import pinned_step
from apps.sessions import wording
from apps.sessions.arriving import rides_by_session, rides_of
from apps.sessions.selectors import expected_sessions

A_WEEK = timedelta(days=7)


@staff_only
@require_http_methods(["GET", "POST"])
def told(request, client_id):
    """A check-in said in person: the same questions, rules and people who are called."""
    at, language = timezone.now(), get_language()
    enrollment = _enrollment(request, client_id, at)
    client_page = reverse("desk:client", args=[client_id])
    if not enrollment.client.no_phone:
        messages.info(request, _("They have a phone, and say it there themselves."))
        return redirect(client_page)
    form = ToldForm(
        request.POST or None, enrollment=enrollment, at=at, language=language
    )
    if request.method == "POST" and form.is_valid():
        try:
            result = checkin_services.submit_checkin(
                enrollment=enrollment,
                uuid=form.cleaned_data["uuid"] or uuid4(),
                answers=form.answers(),
                note=form.cleaned_data["note"],
                kind=Submission.Kind.STAFF,
                occurred_at=at,
                local_on=form.cleaned_data["on"],
                language=language,
                at=at,
                by=request.actor,
            )
        except AnswerProblem as refused:
            form.refuse(refused, language)
        else:
            _say(request, result)
            return redirect(f"{client_page}#day-{result.day.pk}")
    with transaction.atomic():
        record(
            action="desk.told_read",
            at=at,
            by=request.actor,
            subject=enrollment,
            client_id=enrollment.client_id,
        )
    context = {"enrollment": enrollment, "form": fill_in(request, form)}
    return render(request, "desk/told.html", context)


def _say(request, result) -> None:
    messages.success(request, _("Written down."))
    if result.day.answers.get("feels_safe") in ("no", "not_sure"):
        messages.warning(
            request,
            _("They may not be safe. Stay with them, and ask a clinician to come now."),
        )
    elif result.concerns:
        messages.warning(request, _("Something in it needs you. See what is open."))


@staff_only
@require_GET
def paper(request, client_id):
    """The next seven days to hand over: nothing on it tells a stranger what it is about."""
    at = timezone.now()
    enrollment = _enrollment(request, client_id, at)
    client, site = enrollment.client, enrollment.program.site
    today = site.local_date(at)
    last = today + A_WEEK - timedelta(days=1)
    # In the language of whoever takes it home.
    with translation.override(client.language):
        rides = rides_by_session(rides_of(enrollment, today, last), site)
        rows = (
            expected_sessions(enrollment, at, at + A_WEEK)
            .held()
            .select_related("site", "facilitator")
        )
        step = pinned_step(client, client.language)
        with transaction.atomic():
            record(
                action="desk.week_printed",
                at=at,
                by=request.actor,
                subject=enrollment,
                client_id=enrollment.client_id,
            )
        context = {
            "enrollment": enrollment,
            "first": today,
            "last": last,
            "times": [
                (row, wording.span(row), wording.place(row), rides.get(row.pk, []))
                for row in rows
            ],
            "steps": _steps(enrollment, client.language),
            "step": step.sentence if step else "",
            "lines": site.lines.order_by("position", "pk"),
        }
        return render(request, "desk/paper.html", context)


def _steps(enrollment: Enrollment, language: str) -> list[str]:
    return [label for _code, label in pinned(enrollment, OwnItem.Kind.COPING, language)]


def _enrollment(request, client_id, at) -> Enrollment:
    found = (
        Enrollment.objects.on_caseload_of(request.user, at)
        .active()
        .filter(client=client_id)
        .select_related("client", "program__site")
        .first()
    )
    if found is None:
        raise Http404
    return found
