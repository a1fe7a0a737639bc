"""Plans to read: a client's plan beside the counselor's words about it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from apps.accounts.decorators import staff_only
from apps.audit.services import record
from apps.care.models import Enrollment
from apps.common.typed import fill_in, typed_before
from apps.desk.plan_forms import CommentForm, IdeasForm, ReviewForm
from apps.plans import selectors, services
from apps.plans.models import PlanVersion
from apps.plans.reading import ReadSection, comparisons, read_plan
from apps.plans.wording import Speaker

State = PlanVersion.State


@staff_only
@require_GET
def plans(request):
    at = timezone.now()
    waiting = selectors.plans_to_read(request.user, at)
    again = selectors.plans_to_look_at_again(request.user, at)
    with transaction.atomic():
        record(
            action="desk.plans_read",
            at=at,
            by=request.actor,
            client_ids=[row.version.client_id for row in (*waiting, *again)],
        )
    return render(
        request, "desk/plans.html", {"waiting": waiting, "again": again, "at": at}
    )


@staff_only
@require_GET
def plan(request, version_id):
    at = timezone.now()
    review = _review(request, version_id, at, reading=True)
    with transaction.atomic():
        record(
            action="desk.plan_read",
            at=at,
            by=request.actor,
            subject=review.version,
            client_id=review.version.client_id,
        )
    return _page(request, review)


@staff_only
@require_POST
def start_reading(request, version_id):
    """Say that it is being read: from now on the client cannot take it back."""
    at = timezone.now()
    version = _version(request, version_id, at)
    try:
        services.open_for_review(version=version, at=at, by=request.actor)
    except services.NotWaiting:
        if version.state != State.IN_REVIEW:
            messages.info(request, _who_was_faster(version))
    return redirect("desk:plan", version_id)


@staff_only
@require_POST
def comment(request, version_id):
    """Say something about a section or a step; answers with that section alone."""
    at = timezone.now()
    version = _version(request, version_id, at)
    form = CommentForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            services.comment(
                version=version,
                section=data["section"],
                step=data["step"],
                text=data["text"],
                at=at,
                by=request.actor,
            )
        except services.NotWaiting:
            form.add_error("text", _who_was_faster(version))
    if not version.is_shared_with_staff:
        messages.info(request, _who_was_faster(version))
        return _back(request, version)
    section = form.data.get("section", "")
    review = _review(request, version_id, at)
    read = next((read for read in review.sections if read.key == section), None)
    if read is None:
        raise Http404
    if request.htmx:
        shown = form if form.errors else CommentForm()
        context = {"review": review, "read": read, "comment_form": shown}
        return render(request, "desk/plan.html#part", context)
    if form.errors:
        return _page(request, review, comment_form=form)
    return redirect(f"{reverse('desk:plan', args=[version_id])}#{section}")


@staff_only
@require_POST
def send_ideas(request, version_id):
    at = timezone.now()
    version = _version(request, version_id, at)
    form = IdeasForm(request.POST)
    if form.is_valid():
        try:
            services.ask_for_changes(
                version=version, at=at, by=request.actor, **form.cleaned_data
            )
        except services.NeedsComment:
            form.add_error(
                None, _("Write at least one idea beside a section or a step first.")
            )
        except services.NotWaiting:
            messages.info(request, _who_was_faster(version))
            return redirect("desk:plan", version_id)
    if not form.is_valid():
        return _page(request, _review(request, version_id, at), ideas_form=form)
    messages.success(
        request, _("Sent to %(name)s.") % {"name": version.client.preferred_name}
    )
    return redirect("desk:plans")


@staff_only
@require_POST
def agree(request, version_id):
    at = timezone.now()
    version = _version(request, version_id, at)
    return _settle(request, version, at, services.agree, _("Agreed with %(name)s."))


@staff_only
@require_POST
def keep(request, version_id):
    """Looked at again together, and kept until the next date."""
    at = timezone.now()
    version = _version(request, version_id, at)
    return _settle(request, version, at, services.keep_plan, _("Kept with %(name)s."))


def _back(request, version):
    """The whole page again, also when a part of it was asked for."""
    path = reverse("desk:plan", args=[version.pk])
    return HttpResponseClientRedirect(path) if request.htmx else redirect(path)


def _settle(request, version, at, act, words):
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            act(version=version, at=at, by=request.actor, **form.cleaned_data)
        except services.ReviewInThePast:
            form.add_error("review_due_on", _("Choose a day that lies ahead."))
        except (services.NotWaiting, services.NothingAgreed):
            messages.info(request, _who_was_faster(version))
            return redirect("desk:plan", version.pk)
    if not form.is_valid():
        return _page(request, _review(request, version.pk, at), review_form=form)
    messages.success(request, words % {"name": version.client.preferred_name})
    return redirect("desk:plans")


@dataclass(frozen=True)
class Review:
    """One version as its reader needs it. ``sections`` is empty for what is not sent."""

    version: PlanVersion
    enrollment: Enrollment
    level: str
    to: Speaker
    sections: list[ReadSection]
    people: list
    gaps: list
    comparisons: list
    agreed: PlanVersion | None
    # Opened with a reason: nothing is written into it.
    is_for_reading: bool

    @property
    def week(self) -> int:
        return self.enrollment.week_number(self.to.today)


def _version(request, version_id, at: datetime, reading=False) -> PlanVersion:
    versions = PlanVersion.objects.on_caseload_of(request.user, at)
    if reading:
        versions = PlanVersion.objects.open_to(request.user, at)
    return get_object_or_404(
        versions.select_related("client", "decided_by"), pk=version_id
    )


def _review(request, version_id, at: datetime, reading=False) -> Review:
    version = _version(request, version_id, at, reading)
    client, language = version.client, get_language()
    enrollment = (
        Enrollment.objects.open_to(request.user, at)
        .filter(client=client)
        .select_related("program__site", "client")
        .order_by("-started_on")
        .first()
    )
    begun = enrollment.placements.filter(
        from_on__lte=enrollment.program.site.local_date(at)
    )
    placement = begun.select_related("level").order_by("-from_on").first()
    agreed = selectors.agreed_before(version)
    sections, people, gaps, compared = [], [], [], []
    if version.is_shared_with_staff:
        content = version.content_for_staff
        people = selectors.people_of(client)
        gaps = selectors.gaps_of(client, content, people)
        sections = read_plan(
            content,
            language,
            live=selectors.live_parts(client),
            comments=selectors.comments_on(version, after=agreed),
            gaps=gaps,
        )
        if version.is_waiting:
            compared = comparisons(version, agreed, language)
    return Review(
        version=version,
        enrollment=enrollment,
        level=placement.level.code if placement else "",
        to=Speaker(request.user.name, enrollment.zone, at),
        sections=sections,
        people=people,
        gaps=gaps,
        comparisons=compared,
        agreed=agreed,
        is_for_reading=not enrollment.is_assigned,
    )


def _page(request, review: Review, **forms):
    due = services.review_date(review.level, review.to.today)
    context = {
        "review": review,
        "comment_form": CommentForm(),
        "typed_comment": typed_before(request, _path("comment", review)),
        "ideas_form": fill_in(request, IdeasForm(), _path("ideas", review)),
        "review_form": ReviewForm(initial={"review_due_on": due}),
        **forms,
    }
    return render(request, "desk/plan.html", context)


def _path(form: str, review: Review) -> str:
    return reverse(f"desk:plan_{form}", args=[review.version.pk])


def _who_was_faster(version: PlanVersion) -> str:
    """What happened to a plan that is not waiting any more."""
    name = version.client.preferred_name
    match version.state:
        case State.APPROVED | State.SUPERSEDED:
            return _("%(colleague)s agreed it with %(name)s already.") % {
                "colleague": version.decided_by.name,
                "name": name,
            }
        case State.CHANGES_REQUESTED:
            return _("%(colleague)s sent ideas to %(name)s already.") % {
                "colleague": version.decided_by.name,
                "name": name,
            }
        case State.IN_REVIEW:
            return _("It is being read already.")
    return _("%(name)s took it back to write some more.") % {"name": name}
