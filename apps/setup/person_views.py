"""Enroll one person, and go on to their way in."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts import policy
from apps.accounts.decorators import staff_only
from apps.care.models import Enrollment
from apps.care.services.enrollments import AddressTaken, TooYoung
from apps.common.typed import fill_in
from apps.sessions.services import NoSeatLeft
from apps.setup import selectors
from apps.setup.forms import today_of
from apps.setup.people_table import full_words
from apps.setup.person_forms import PersonForm
from apps.setup.services.people import AlreadyHere, take_in


@staff_only
@require_http_methods(["GET", "POST"])
def new_person(request):
    at = timezone.now()
    today = today_of(None, selectors.zone_of_house(request.user), at)
    form = PersonForm(request.POST or None, user=request.user, today=today)
    if form.is_valid():
        enrollment = _take_in(request, form, at)
        if enrollment is not None:
            return _on_to_the_way_in(request, enrollment, at)
    context = {
        "form": fill_in(request, form),
        "is_admin": policy.is_one_of(request.user, policy.ADMIN),
    }
    return render(request, "setup/person_form.html", context)


def _take_in(request, form: PersonForm, at) -> Enrollment | None:
    """The new enrollment, or nothing with the reason at the field."""
    person = form.person
    try:
        return take_in(
            organization=selectors.house_of(request.user),
            person=person,
            welcomed_by=request.user,
            at=at,
            by=request.actor,
        )
    except TooYoung:
        form.add_error(
            "birth_date",
            _(
                "Under 18. This is for adults only, so nobody was enrolled. "
                "Ask a supervisor where else they can go."
            ),
        )
    except AlreadyHere:
        form.add_error(
            "first_name",
            _(
                "Somebody of this name and birth date is here already. "
                "Ask a supervisor, so that they keep what they have."
            ),
        )
    except AddressTaken as error:
        words = _("Somebody else uses this already. Check it, or leave it empty.")
        form.add_error(str(error).lower(), words)
    except NoSeatLeft:
        today = person.program.site.local_date(at)
        room = selectors.first_full_room(
            program=person.program,
            level=person.level,
            weekdays=person.weekdays,
            since=max(person.started_on, today),
            at=at,
        )
        form.add_error("weekdays", full_words(room) if room else _("This is full."))
    return None


def _on_to_the_way_in(request, enrollment, at):
    mine = Enrollment.objects.on_caseload_of(request.user, at)
    if mine.contains(enrollment):
        return redirect("desk:invite", enrollment.client_id)
    said = _("%(name)s is enrolled. %(counselor)s hands over the way in.")
    primary = enrollment.assignments.select_related("staff").get(role="PRIMARY")
    names = {
        "name": enrollment.client.preferred_name,
        "counselor": primary.staff.name,
    }
    messages.success(request, said % names)
    return redirect("setup:new_person")
