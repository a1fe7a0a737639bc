"""Open one record that is not on one's list, with a reason; and being told that it was."""

from allauth.core import ratelimit
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.decorators import fresh_sign_in, staff_only
from apps.care.models import Enrollment, Task
from apps.care.models.work import Outcome
from apps.care.services import glass
from apps.care.services.tasks import AlreadyResolved, complete_task
from apps.desk.glass_forms import GlassForm


@staff_only
@fresh_sign_in
@require_http_methods(["GET", "POST"])
def open_record(request):
    at = timezone.now()
    form = GlassForm(request.POST or None)
    if form.is_valid():
        enrollment = _found(request, form, at)
        if enrollment is not None:
            if not _is_theirs(request.user, enrollment, at):
                glass.break_glass(
                    enrollment=enrollment,
                    staff=request.user,
                    reason=form.cleaned_data["reason"],
                    at=at,
                    by=request.actor,
                )
            return redirect("desk:client", enrollment.client_id)
    return render(request, "desk/open.html", {"form": form})


def _is_theirs(user, enrollment, at) -> bool:
    return Enrollment.objects.open_to(user, at).contains(enrollment)


def _found(request, form, at) -> Enrollment | None:
    if not ratelimit.consume(
        request, action="open_with_reason", key=str(request.user.pk)
    ):
        form.add_error(None, _("That was often. Call a supervisor, or try in an hour."))
        return None
    data = form.cleaned_data
    try:
        return glass.find_for_glass(
            name=data["name"],
            surname=data["surname"],
            birth_date=data["birth_date"],
            at=at,
            by=request.actor,
        )
    except glass.NobodyFound:
        glass.note_nobody_found(at=at, by=request.actor)
        form.add_error(
            None, _("We found nobody with this name and this date of birth.")
        )
        return None


@staff_only
@require_POST
def noted(request, task_id):
    """Whoever was told says that they have looked at it."""
    at = timezone.now()
    own = Task.objects.for_staff(request.user, at).filter(assignee=request.user)
    task = get_object_or_404(own, pk=task_id, kind=Task.Kind.GLASS)
    try:
        complete_task(
            task=task,
            outcome=Outcome.NO_ACTION,
            note="Looked at.",
            at=at,
            by=request.actor,
        )
    except AlreadyResolved:
        raise Http404 from None
    return redirect("desk:board")
